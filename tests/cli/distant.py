"""A pipeline whose helper is three modules away."""

from __future__ import annotations

import itertools
import re
import sys
import textwrap

from cli_project import Done, Project

_numbers = itertools.count()

SCALE = '''
def scale(x, factor=2):
    """How much of it."""
    y = x * factor
    return y + 1
'''


REFORMATTED = """
# Rates of all sorts.

def scale(
    x, factor=2
):
    y = (x * factor)  # so much
    return y + 1
"""


class Distant:
    """A pipeline in FILE, and its helper three modules away."""

    def __init__(self, project: Project) -> None:
        self.project = project
        number = next(_numbers)
        self.names = [f"{part}_{number}" for part in ("prep", "feats", "rates")]
        prepare, features, rates = self.names
        self.scale(SCALE)
        self.other(features, f"import {rates}\n\ndef scaled(xs): return [{rates}.scale(x) for x in xs]\n")
        self.other(prepare, f"from {features} import scaled\n\ndef prepare(xs): return sum(scaled(xs))\n")
        self.project.write(
            textwrap.dedent(
                f"""
                from {prepare} import prepare

                @task
                def load(n: int) -> list[int]:
                    return list(range(n))

                @task
                def train(xs: list[int], depth: int = 8) -> int:
                    return prepare(xs) * depth

                @task
                def score(model: int) -> float:
                    return model / 2

                @pipeline
                def main(n: int = 3) -> float:
                    return score(train(load(n)))
                """
            )
        )

    def scale(self, text: str) -> None:
        """Write the helper anew."""
        self.other(self.names[2], text)

    def other(self, name: str, text: str) -> None:
        (self.project.folder / f"{name}.py").write_text(text)

    def run(self, *arguments: str) -> Done:
        """The command, as a new process would have it."""
        for name in (self.project.module, *self.names):
            sys.modules.pop(name, None)
        return self.project.run(*arguments)

    def page(self, *arguments: str) -> str:
        """What it prints, with names that are the same in every test, no times, and no wrapped rows."""
        out = self.run(*arguments).out.replace(self.project.module, "wine")
        for name in self.names:
            out = out.replace(name, name.partition("_")[0])
        out = re.sub(r"\n {20,}", " ", out)
        out = re.sub(r"(about )?<?[\d.]+ (ms|s)\b", "TIME", out)
        return re.sub(r"^  \S.*", lambda row: re.sub("(?<=.)  +", "  ", row[0]), out, flags=re.MULTILINE)
