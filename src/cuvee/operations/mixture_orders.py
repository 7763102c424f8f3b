"""Mixture orders: which parameters, overrides and seed a mixture is run with, and what is run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cuvee.compare.sources import module_of
from cuvee.errors import ParameterError, UsageError
from cuvee.model.mixture import GivenAgain, MixtureOrder
from cuvee.model.record import Argued, Mixed, RunRecord
from cuvee.operations.attribution_inputs import Inputs
from cuvee.operations.ingredients import is_located, split_override
from cuvee.operations.mixture_trees import MixtureTrees

# Seeds of repeats: nobody's own.
_FIRST_SEED = 1000

_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Vary:
    """What gets another seed in each repeat: parameters of the pipeline, and `task.parameter`."""

    parameters: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Sequence[str], inputs: Inputs) -> Vary:
        """Raises UsageError for a name that is neither, or that is one of the changes."""
        known = {each.name for run in (inputs.a, inputs.b) for each in run.start.parameters}
        tasks = _parameters_of_tasks(inputs)
        changed = {each for one in inputs.ingredients for each in (*one.parameters, *one.overrides)}
        for name in names:
            task, dot, parameter = name.rpartition(".")
            of_task = tasks.get(task.rpartition(":")[2], set()) if dot else set()
            if not (name in known or of_task):
                raise UsageError(
                    f"--vary {name}: name a parameter of the pipeline ({', '.join(sorted(known)) or 'none'}) "
                    f"or TASK.PARAMETER, where the tasks are {', '.join(sorted(tasks))}"
                )
            if name not in known and parameter not in of_task:
                raise UsageError(
                    f"--vary {name}: {task} is given no value for {parameter!r}; "
                    f"it is given {', '.join(sorted(of_task))}"
                )
            if name in changed:
                raise UsageError(f"--vary {name}: it is one of the changes, so it cannot be varied, too")
        return cls(
            tuple(name for name in names if name in known),
            tuple(name for name in names if name not in known),
        )


class Orderer:
    """Makes the orders of mixtures."""

    def __init__(self, inputs: Inputs, trees: MixtureTrees, vary: Vary, *, seeds_vary: bool) -> None:
        self._inputs = inputs
        self._trees = trees
        self._vary = vary
        self._seeds_vary = seeds_vary

    def order(self, folder: Path, taken: Collection[int], repeat: int) -> MixtureOrder:
        """What to run in the mixture's tree, with its data put in place.

        Raises ParameterError for a parameter or data that is not to be had any more."""
        chosen = [self._inputs.ingredients[at] for at in taken]
        body = any(each.body for each in chosen) or not any(each.body for each in self._inputs.ingredients)
        base = self._inputs.b if body else self._inputs.a
        of_b = {name for each in chosen for name in each.parameters}
        place, name = self._target(folder, base)
        a, b = self._inputs.a, self._inputs.b
        return MixtureOrder(
            place,
            name,
            Mixed(a.number, b.number, tuple(each.name for each in chosen)),
            tuple(
                self._given(folder, argued, of_b, repeat)
                for argued in base.start.parameters
                if not self._is_left_to_default(argued)
            ),
            self._overrides({slot for each in chosen for slot in each.overrides}, repeat),
            self._seed(any(each.seed for each in chosen), repeat),
        )

    def _target(self, folder: Path, run: RunRecord) -> tuple[str, str]:
        module, _, name = run.start.pipeline.rpartition(":")
        file = run.start.target.partition(":")[0]
        if file.endswith(".py") and (folder / file).is_file() and module_of(file).endswith(module):
            return file, name
        found = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
        return next((path for path in found if module_of(path) == module), module), name

    def _given(self, folder: Path, argued: Argued, of_b: Collection[str], repeat: int) -> GivenAgain:
        name = argued.name
        if repeat and name in self._vary.parameters:
            return GivenAgain(name, "number", number=_FIRST_SEED + repeat)
        run = self._inputs.b if name in of_b else self._inputs.a
        # A parameter that one run alone has goes with the body that takes it.
        recorded = _parameter(run, name) or argued
        owner = run if _parameter(run, name) else self._owner(argued)
        if recorded.artifact is None:
            raise ParameterError(
                f"{name} of run {owner.number} was {recorded.text}, which was not kept, so it cannot be mixed"
            )
        if is_located(recorded):
            return self._trees.put(folder, recorded)
        return GivenAgain(name, "recorded", owner.number)

    def _is_left_to_default(self, argued: Argued) -> bool:
        """A secret is never kept: where it is none of the changes, the pipeline's default gives it again."""
        changed = any(argued.name in each.parameters for each in self._inputs.ingredients)
        return argued.text == _HIDDEN and not changed

    def _owner(self, argued: Argued) -> RunRecord:
        return self._inputs.b if argued in self._inputs.b.start.parameters else self._inputs.a

    def _overrides(self, of_b: Collection[str], repeat: int) -> tuple[str, ...]:
        before, after = (
            dict(map(split_override, run.start.overrides)) for run in (self._inputs.a, self._inputs.b)
        )
        set_ = {slot: value for slot, value in before.items() if slot not in of_b}
        set_ |= {slot: value for slot, value in after.items() if slot in of_b or before.get(slot) == value}
        if repeat:
            set_ |= dict.fromkeys(self._vary.overrides, str(_FIRST_SEED + repeat))
        return tuple(f"{slot}={value}" for slot, value in set_.items())

    def _seed(self, of_b: bool, repeat: int) -> int | None:
        if repeat:
            return _FIRST_SEED + repeat
        return (self._inputs.b if of_b else self._inputs.a).start.seed


def _parameters_of_tasks(inputs: Inputs) -> dict[str, set[str]]:
    """The parameters that calls of each task were given plain values for, by the task's short name."""
    found: dict[str, set[str]] = {}
    for call in (call for calls in inputs.calls for call in calls):
        names = {part.name for part in call.components if part.kind == "parameter"}
        found.setdefault(call.task.rpartition(":")[2], set()).update(names)
    return found


def _parameter(run: RunRecord, name: str) -> Argued | None:
    return next((each for each in run.start.parameters if each.name == name), None)
