"""Reproduce: a run once more, with nothing reused, and what came of it compared call by call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from cuvee.authoring.runnable import Runnable
from cuvee.errors import ParameterError
from cuvee.fingerprint.late import KIND as DISTRIBUTION
from cuvee.fingerprint.late import distribution_change
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.observed import observation_change
from cuvee.model.artifact import Artifact
from cuvee.model.entry import Observation
from cuvee.model.record import CallRecord, RunRecord, Versions
from cuvee.model.value import Value
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Parse
from cuvee.operations.past_data import lying_there, observed_by
from cuvee.operations.past_overrides import past_overrides
from cuvee.operations.retaking import Retaking
from cuvee.operations.run import ignore, run
from cuvee.operations.session import Session
from cuvee.ports.observer import Observer

_WHOLE = {"code": "its code is another", "environment": "what is installed is another"}


class Compared(Value, frozen=True):
    """One call then and now. `outputs` are the elements of the result that differ, "" for all of it.

    `steady` is False where the same code was given the same inputs in the same environment and gave
    something else, and nothing that it had asked of the world is known to have changed; else `text` says
    what is another.
    """

    path: str
    became: Literal["identical", "different", "missing", "new", "not run"]
    outputs: tuple[str, ...] = ()
    steady: bool = True
    text: str = ""


def reproduce(
    session: Session,
    original: RunRecord,
    runnable: Runnable[..., Any],
    loaded: LoadedValues,
    parse: Parse,
    *,
    observe: Observer = ignore,
    swaps: Mapping[str, Any] | None = None,
) -> RunRecord:
    """Run it again on the parameters, the seed and the values set for its tasks that are on record;
    nothing is reused. `parse` reads such a value where no call of its task was given it; `swaps` are what
    stood in for its tasks.

    Raises ParameterError for a parameter that was not kept, DamagedBlob for one that is lost.
    """
    arguments = run_arguments(session, original, loaded)
    retaking = Retaking(session, original, loaded)
    return run(
        session,
        runnable,
        arguments,
        target=original.start.target,
        overrides=past_overrides(session, original, loaded, parse),
        loaded=loaded,
        observe=observe,
        seed=original.start.seed,
        reuse=False,
        swaps=swaps,
        continuation=retaking if retaking.any else None,
    )


def run_arguments(session: Session, original: RunRecord, loaded: LoadedValues) -> dict[str, Any]:
    """What a run was given, by parameter. Raises ParameterError for what was not kept, DamagedBlob."""
    loaded.hold()
    arguments = {}
    for given in original.start.parameters:
        if given.artifact is None:
            raise ParameterError(
                f"{given.name} of run {original.number} was {given.text}, which was not kept, "
                "so the run cannot be had again"
            )
        value = lying_there(session, given.text, given.artifact)
        if value is None:
            value = loaded.load_known(given.artifact, given.text)
        loaded.know(value, given.artifact, given.text)
        arguments[given.name] = value
    return arguments


def compare_calls(
    then: Sequence[CallRecord], now: Sequence[CallRecord], asked: Callable[[CallRecord], str] = lambda _: ""
) -> tuple[Compared, ...]:
    """Each call of the first, in order, beside that of the second; then those that only the second has.

    `asked` says what has changed of that which a call of the first had asked of the world.
    """
    again = {call.path: call for call in now}
    known = {call.path for call in then}
    compared = [_compared(call, again.get(call.path), asked) for call in then]
    return (*compared, *(Compared(call.path, "new") for call in now if call.path not in known))


def what_changed(session: Session, run: RunRecord) -> Callable[[CallRecord], str]:
    """What has changed of that which a call of the run had asked of the world, in words; "" for nothing."""

    memo = Memo()

    def change(seen: Observation) -> str | None:
        if seen.kind == DISTRIBUTION:
            return distribution_change(seen, memo)
        return observation_change(seen, session.root)

    def asked(call: CallRecord) -> str:
        changes = map(change, observed_by(session, run, call))
        return "; ".join(change for change in changes if change)

    return asked


def _compared(then: CallRecord, now: CallRecord | None, asked: Callable[[CallRecord], str]) -> Compared:
    if now is None:
        return Compared(then.path, "missing")
    if then.artifact is None and now.artifact is None:
        return Compared(then.path, "identical" if then.status == now.status else "different")
    if then.artifact is None or now.artifact is None:
        return Compared(then.path, "not run", text=now.reason if now.artifact is None else now.status)
    if then.artifact.digest == now.artifact.digest:
        return Compared(then.path, "identical")
    outputs = tuple(_differing(then.artifact, now.artifact))
    text = asked(then) if then.key == now.key else _changed(then, now)
    return Compared(then.path, "different", outputs, steady=bool(text) or then.key != now.key, text=text)


def _differing(then: Artifact, now: Artifact) -> list[str]:
    before = dict(then.children)
    return [name for name, child in now.children if name not in before or before[name].digest != child.digest]


def _changed(then: CallRecord, now: CallRecord) -> str:
    """What of its key is another, in a few words."""
    before = {(part.kind, part.name): part for part in then.components}
    changed = [
        part for part in now.components
        if (part.kind, part.name) not in before or before[part.kind, part.name].digest != part.digest
    ]  # fmt: skip
    texts = []
    for part in changed:
        old = before.get((part.kind, part.name))
        shown = old is not None and old.text and part.text and old.text != part.text
        whole = _WHOLE.get(part.kind, f"{part.name or part.kind} is another")
        texts.append(f"{part.name}: {old.text} → {part.text}" if shown and old else whole)
    return ", ".join(texts)


def differing_versions(then: Versions, now: Versions) -> tuple[tuple[str, str, str], ...]:
    """What is another by now: name, version then, version now; "" for none."""
    fixed = (("Python", then.python, now.python), ("platform", then.platform, now.platform))
    before, after = dict(then.distributions), dict(now.distributions)
    names = sorted(before.keys() | after.keys())
    found = (*fixed, *((name, before.get(name, ""), after.get(name, "")) for name in names))
    return tuple(each for each in found if each[1] != each[2])
