"""The process of a mixture's source tree: it imports the tree, and makes one run for each order.

Started by `executors.mixing` in the tree's folder. Each run is made in a copy of this process, so that
none meets what another has left behind; where it cannot be copied it makes one run and ends.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from msgspec.structs import replace

from cuvee.authoring.runnable import Runnable
from cuvee.cli.values import value_parser
from cuvee.errors import CuveeError, ParameterError
from cuvee.model.directory import Directory
from cuvee.model.file import File
from cuvee.model.mixture import GivenAgain, MixtureDone, MixtureOrder, decode_order, encode
from cuvee.model.record import CallRecord, RunRecord
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.overrides import Overrides, parse_override
from cuvee.operations.run import run
from cuvee.operations.session import Session
from cuvee.perform.imports import watching_imports
from cuvee.project.target import load_target
from cuvee.wiring import configuration_of, may_be_copied, open_session

_LONGEST_PROBLEM = 1000


def serve() -> None:
    """Make runs until there are no more orders."""
    orders, answers = _streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it; the run itself hears it
    folder = Path.cwd()
    known: dict[tuple[str, str], Runnable[..., Any]] = {}
    for line in orders:
        order = decode_order(line)
        target = order.place, order.name
        try:
            if target not in known:
                known[target] = _imported(order, folder)
        except CuveeError as error:
            _answer(answers, MixtureDone(problem=_short(f"its source cannot be imported: {error}")))
            continue
        if not may_be_copied():
            _answer(answers, replace(_made(order, known[target], folder), last=True))
            return
        _in_a_copy(order, known[target], folder, answers)


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """What orders come from and answers go to; what user code prints is apart from both."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return orders, answers


def _imported(order: MixtureOrder, folder: Path) -> Runnable[..., Any]:
    """What is to be run. Raises TargetError, and whatever cuvee says of what it meets there."""
    home = configuration_of(folder).home
    with watching_imports(folder, home):
        found: Runnable[..., Any] = load_target(f"{order.place}:{order.name}", folder).object
    return found


def _in_a_copy(order: MixtureOrder, runnable: Runnable[..., Any], folder: Path, answers: BinaryIO) -> None:
    pid = os.fork()
    if not pid:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _answer(answers, _made(order, runnable, folder))
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        _answer(answers, MixtureDone(problem=f"its process was ended by signal {os.WTERMSIG(status)}"))


def _made(order: MixtureOrder, runnable: Runnable[..., Any], folder: Path) -> MixtureDone:
    """The run, made in this process."""
    try:
        session = open_session(folder)
        try:
            return _run(session, order, runnable)
        finally:
            session.close()
    except CuveeError as error:
        return MixtureDone(problem=_short(str(error)))
    except Exception as error:  # noqa: BLE001 - it is told where the answer is awaited
        return MixtureDone(problem=_short(f"{type(error).__name__}: {error}"))


def _run(session: Session, order: MixtureOrder, runnable: Runnable[..., Any]) -> MixtureDone:
    loaded = LoadedValues(session)
    loaded.hold()
    overrides = [parse_override(text) for text in order.overrides]
    record = run(
        session,
        runnable,
        _arguments(session, order.parameters, loaded),
        target=f"{order.place}:{order.name}",
        overrides=Overrides(overrides, value_parser(loaded.load)),
        loaded=loaded,
        seed=order.seed,
        mixed=order.mixed,
    )
    calls = session.queries.calls(record.number)
    return MixtureDone(record.number, "" if record.status == "succeeded" else _short(_problem(record, calls)))


def _arguments(session: Session, given: tuple[GivenAgain, ...], loaded: LoadedValues) -> Mapping[str, Any]:
    return {each.name: _value(session, each, loaded) for each in given}


def _value(session: Session, given: GivenAgain, loaded: LoadedValues) -> Any:
    if given.form == "number":
        return given.number
    if given.form == "file":
        return File(given.path, by=given.by)
    if given.form == "directory":
        return Directory(given.path, by=given.by)
    record = session.queries.run(given.run)
    known = record.start.parameters if record else ()
    argued = next((each for each in known if each.name == given.name), None)
    if argued is None or argued.artifact is None:
        raise ParameterError(f"{given.name} of run {given.run} was not kept")
    return loaded.load_known(argued.artifact, argued.text)


def _problem(record: RunRecord, calls: tuple[CallRecord, ...]) -> str:
    failed = next((call for call in calls if call.failure), None)
    if failed is not None and failed.failure is not None:
        kind = failed.failure.type.rpartition(".")[2]
        return f"{failed.path} failed: {kind}: {failed.failure.message}"
    error = record.end.error.strip() if record.end else ""
    return error.rpartition("\n")[2] or f"it {record.status}"


def _answer(answers: BinaryIO, done: MixtureDone) -> None:
    answers.write(encode(done) + b"\n")
    answers.flush()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_PROBLEM else f"{text[:_LONGEST_PROBLEM]} …"


if __name__ == "__main__":
    serve()
