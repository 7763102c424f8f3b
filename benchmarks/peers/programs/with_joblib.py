import joblib
import work

memory = joblib.Memory("state", verbose=0)


def calls(n):
    square, total = memory.cache(work.square), memory.cache(work.total)
    return total([square(i) for i in range(n)])


def wine():
    steps = (work.wine_load, work.wine_clean, work.wine_split, work.wine_train, work.wine_evaluate)
    load, clean, split, train, evaluate = map(memory.cache, steps)
    parts = split(clean(load()))
    return evaluate(train(parts), parts)


def frame():
    make, widen, means = map(memory.cache, (work.frame_make, work.frame_widen, work.frame_means))
    return means(widen(make()))


def burn(loops):
    return sum(joblib.Parallel(n_jobs=2)(joblib.delayed(work.burn)(i, loops) for i in range(40)))


if __name__ == "__main__":
    work.main(globals())
