"""frames_luigi.py: the same as tasks of luigi, each of which pickles what it makes."""

import logging
import pickle
from typing import Any

import frames_work
import luigi  # type: ignore[import-not-found,import-untyped,unused-ignore]

logging.disable(logging.CRITICAL)


class Kept(luigi.Task):  # type: ignore[misc]
    def output(self) -> Any:
        return luigi.LocalTarget(f".luigi/{self.task_id}", format=luigi.format.Nop)

    def save(self, value: object) -> None:
        with self.output().open("w") as file:
            pickle.dump(value, file, protocol=5)

    def load(self) -> Any:
        with self.output().open("r") as file:
            return pickle.load(file)


class Made(Kept):
    def run(self) -> None:
        self.save(frames_work.made())


class Widened(Kept):
    def requires(self) -> Kept:
        return Made()

    def run(self) -> None:
        self.save(frames_work.widened(self.requires().load()))


class Means(Kept):
    def requires(self) -> Kept:
        return Widened()

    def run(self) -> None:
        self.save(frames_work.means(self.requires().load()))


def kept() -> Any:
    if not luigi.build([Means()], local_scheduler=True, no_lock=True, log_level="CRITICAL"):
        raise SystemExit("luigi failed")
    return Means().load()


frames_work.measure(kept, ".luigi")
