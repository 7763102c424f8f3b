"""frames_cuvee.py: the same, as a pipeline whose every result is kept."""

from typing import Any

import frames_work

from cuvee import pipeline, task

made, widened, means = map(task, (frames_work.made, frames_work.widened, frames_work.means))


@pipeline
def study() -> Any:
    return means(widened(made()))


if __name__ == "__main__":
    frames_work.measure(lambda: study.run().result, ".cuvee")
