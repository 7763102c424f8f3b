import dask
import work

delayed = dask.delayed


def calls(n):
    square = delayed(work.square)
    return delayed(work.total)([square(i) for i in range(n)]).compute(scheduler="sync")


def wine():
    parts = delayed(work.wine_split)(delayed(work.wine_clean)(delayed(work.wine_load)()))
    model = delayed(work.wine_train)(parts)
    return delayed(work.wine_evaluate)(model, parts).compute(scheduler="sync")


def frame():
    wide = delayed(work.frame_widen)(delayed(work.frame_make)())
    return delayed(work.frame_means)(wide).compute(scheduler="sync")


def burn(loops):
    burns = [delayed(work.burn)(i, loops) for i in range(40)]
    return sum(dask.compute(*burns, scheduler="processes", num_workers=2))


if __name__ == "__main__":
    work.main(globals())
