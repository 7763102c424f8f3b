import logging
import pickle

import luigi
import work

logging.disable(logging.CRITICAL)


class Kept(luigi.Task):
    """A task whose result is a file."""

    def output(self):
        return luigi.LocalTarget(f"state/{self.task_id}.pkl", format=luigi.format.Nop)

    def save(self, value):
        with self.output().open("w") as file:
            pickle.dump(value, file, protocol=5)

    def load(self, target):
        with target.open("r") as file:
            return pickle.load(file)


class Square(Kept):
    i = luigi.IntParameter()

    def run(self):
        self.save(work.square(self.i))


class Total(Kept):
    n = luigi.IntParameter()

    def requires(self):
        return [Square(i) for i in range(self.n)]

    def run(self):
        self.save(work.total([self.load(each) for each in self.input()]))


class Load(Kept):
    def run(self):
        self.save(work.wine_load())


class Clean(Kept):
    def requires(self):
        return Load()

    def run(self):
        self.save(work.wine_clean(self.load(self.input())))


class Split(Kept):
    def requires(self):
        return Clean()

    def run(self):
        self.save(work.wine_split(self.load(self.input())))


class Train(Kept):
    def requires(self):
        return Split()

    def run(self):
        self.save(work.wine_train(self.load(self.input())))


class Evaluate(Kept):
    def requires(self):
        return [Train(), Split()]

    def run(self):
        self.save(work.wine_evaluate(*[self.load(each) for each in self.input()]))


class Make(Kept):
    def run(self):
        self.save(work.frame_make())


class Widen(Kept):
    def requires(self):
        return Make()

    def run(self):
        self.save(work.frame_widen(self.load(self.input())))


class Means(Kept):
    def requires(self):
        return Widen()

    def run(self):
        self.save(work.frame_means(self.load(self.input())))


class Burn(Kept):
    i = luigi.IntParameter()
    loops = luigi.IntParameter()

    def run(self):
        self.save(work.burn(self.i, self.loops))


class Burns(Kept):
    loops = luigi.IntParameter()

    def requires(self):
        return [Burn(i, self.loops) for i in range(40)]

    def run(self):
        self.save(sum(self.load(each) for each in self.input()))


def built(task, workers=1):
    if not luigi.build([task], local_scheduler=True, workers=workers, no_lock=True, log_level="CRITICAL"):
        raise SystemExit("luigi failed")
    return task.load(task.output())


WORKS = {
    "calls": lambda n: built(Total(n)),
    "wine": lambda: built(Evaluate()),
    "frame": lambda: built(Means()),
    "burn": lambda loops: built(Burns(loops), workers=2),
}

if __name__ == "__main__":
    work.main(WORKS)
