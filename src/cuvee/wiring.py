"""Configuration → objects: the only place that names concrete classes."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cuvee.fingerprint.scope import Scope
from cuvee.operations.liveness import lifetime
from cuvee.operations.session import Note, Session, Sources
from cuvee.perform.capture import Hear
from cuvee.perform.interrupts import Interrupts
from cuvee.ports.loading import loading_ours
from cuvee.project.boot import boot_id
from cuvee.project.configuration import Configuration, load_configuration
from cuvee.project.git import start_git
from cuvee.project.platform import require_platform
from cuvee.project.process import process_since
from cuvee.project.root import find_project, make_home
from cuvee.project.snapshot import start_snapshot
from cuvee.project.versions import collect_versions

if TYPE_CHECKING:
    from cuvee.executors.in_process import InProcessExecutor
    from cuvee.executors.pool import PoolExecutor, Setup
    from cuvee.fingerprint.process_code import ProcessCode
    from cuvee.perform.performer import Performer
    from cuvee.ports.blobs import BlobStore
    from cuvee.ports.executor import Executor
    from cuvee.ports.mixing import StartMixer
    from cuvee.ports.past import PastCode
    from cuvee.tracking.sqlite import Records


class SystemClock:
    """The machine's clocks."""

    def now(self) -> float:
        return time.time()

    def elapsed(self) -> float:
        return time.perf_counter()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def configuration_of(start: Path, flags: Mapping[str, str | None] | None = None) -> Configuration:
    """The settings of the project that a folder belongs to. Raises ConfigurationError."""
    return load_configuration(find_project(start), flags or {}, os.environ)


def has_records(start: Path) -> bool:
    """Whether the project that a folder belongs to has a store already. Raises ConfigurationError."""
    from cuvee.tracking.sqlite.records import FILE_NAME

    return (configuration_of(start).home / FILE_NAME).is_file()


@loading_ours()
def open_session(start: Path, flags: Mapping[str, str | None] | None = None) -> Session:
    """Open the store of the project that a folder belongs to, making it if it is not there.

    `flags` are settings by name that win over all others. Raises ConfigurationError, StoreFault
    or RecordsFault.
    """
    from cuvee.tracking.sqlite import open_records

    require_platform()
    configuration = configuration_of(start, flags)
    home = make_home(configuration.home)
    boot = boot_id()
    records = open_records(home, boot=boot, durability=configuration.durability)
    return _session(configuration, home, boot, records)


def _session(configuration: Configuration, home: Path, boot: str, records: Records) -> Session:
    from cuvee.codecs.content import remember_on
    from cuvee.stores.beginnings import FilesystemBeginnings
    from cuvee.stores.claims import FilesystemClaims
    from cuvee.stores.filesystem import FilesystemStore

    root = configuration.root
    blobs = FilesystemStore(home)
    end = remember_on(records.files)

    def close() -> None:
        end()
        records.close()

    return Session(
        root=root,
        home=home,
        blobs=blobs,
        entries=records.entries,
        ledger=records.ledger,
        queries=records.queries,
        open_holdings=lambda: records.holdings,
        clock=SystemClock(),
        make_executor=functools.partial(_executor, configuration, blobs, records),
        make_fresh=functools.partial(_fresh, configuration, records),
        start_past=functools.partial(_desk, configuration),
        make_mixers=functools.partial(_mixers, configuration, home),
        make_claims=functools.partial(FilesystemClaims, home),
        beginnings_of=functools.partial(FilesystemBeginnings, home),
        start_git=functools.partial(start_git, root, home),
        start_snapshot=functools.partial(start_snapshot, root, home, blobs),
        versions=collect_versions,
        boot=boot,
        lifetime=lifetime(boot, process_since(os.getpid()) or ""),
        durability=configuration.durability,
        keep_inputs=configuration.keep_inputs,
        fail_fast=configuration.fail_fast,
        workers=configuration.workers,
        is_there=records.database.is_there,
        close=close,
    )


def _mixers(configuration: Configuration, home: Path, place: Path, at_once: int) -> StartMixer:
    """What makes runs of other source trees on the same store; `at_once` of them share the cores."""
    from cuvee.executors.mixing import ProcessMixer

    settings = {
        "CUVEE_HOME": str(home),
        "CUVEE_DURABILITY": configuration.durability,
        "CUVEE_KEEP_INPUTS": str(configuration.keep_inputs),
        "CUVEE_MODELS": configuration.models,
        "CUVEE_WORKERS": str(max(configuration.workers // at_once, 1)),
    }
    return lambda folder: ProcessMixer(folder, settings, place / "said.txt")


def may_be_copied() -> bool:
    """Whether a copy can be made of this process, which has imported libraries and used none."""
    from cuvee.executors import copying

    return copying.may_be_copied()


def _executor(
    configuration: Configuration,
    blobs: BlobStore,
    records: Records,
    code: ProcessCode,
    hear: Hear,
    interrupts: Interrupts,
    note: Note,
    sources: Sources,
) -> Executor:
    here = _executor_of_today(configuration, blobs, records, code, hear, interrupts, note)
    if not sources:
        return here

    from cuvee.executors.past import PastExecutor

    make = {
        run: functools.partial(_pool_of_past, configuration, records, code, hear, interrupts, folder)
        for run, folder in sources.items()
    }
    return PastExecutor(here, make)


@loading_ours()
def _executor_of_today(
    configuration: Configuration,
    blobs: BlobStore,
    records: Records,
    code: ProcessCode,
    hear: Hear,
    interrupts: Interrupts,
    note: Note,
) -> Executor:
    if configuration.executor == "pool":
        return _pool(configuration, records, code, hear, interrupts)
    here = _in_process(configuration, blobs, code, hear, interrupts, note)
    if configuration.executor == "in-process":
        return here

    from cuvee.executors.placed import PlacedExecutor

    make_pool = functools.partial(_pool, configuration, records, code, hear, interrupts)
    return PlacedExecutor(here, make_pool, configuration.workers, note)


def _in_process(
    configuration: Configuration,
    blobs: BlobStore,
    code: ProcessCode,
    hear: Hear,
    interrupts: Interrupts,
    note: Note,
) -> InProcessExecutor:
    from cuvee.executors.in_process import InProcessExecutor

    root, home = configuration.root, configuration.home
    models = configuration.models  # now: what is not installed is refused before anything is on record

    @loading_ours()
    def make_performer() -> Performer:
        from cuvee.perform.performer_on_store import performer_on_store

        return performer_on_store(root, home, blobs, code, hear, interrupts, models=models, hand_on=True)

    return InProcessExecutor(make_performer, note)


def _pool(
    configuration: Configuration, records: Records, code: ProcessCode, hear: Hear, interrupts: Interrupts
) -> PoolExecutor:
    from cuvee.executors.pool import PoolExecutor

    hear = _shown(hear)
    setup = _setup(configuration)
    return PoolExecutor(configuration.workers, setup, code, hear, interrupts, records.aside)


def _setup(configuration: Configuration, past: Path | None = None) -> Setup:
    """Where a worker is; `past`: the source of an earlier run that it works with."""
    from cuvee.executors.pool import Setup

    return Setup(
        root=str(past or configuration.root),
        home=str(configuration.home),
        sync=configuration.durability == "power",
        models=configuration.models,
        today=str(configuration.root) if past else "",
    )


def _pool_of_past(
    configuration: Configuration,
    records: Records,
    code: ProcessCode,
    hear: Hear,
    interrupts: Interrupts,
    folder: Path,
) -> PoolExecutor:
    """Workers for calls of an earlier run's source."""
    from cuvee.executors.pool import PoolExecutor
    from cuvee.executors.pool.starting import spawn

    start = functools.partial(spawn, path=_path_with(configuration, folder))
    setup = _setup(configuration, folder)
    return PoolExecutor(
        configuration.workers, setup, code, _shown(hear), interrupts, records.aside, start=start
    )


def _desk(configuration: Configuration, run: int, folder: Path) -> PastCode:
    from cuvee.executors.past import Desk

    return Desk(run, _setup(configuration, folder), _path_with(configuration, folder))


def _path_with(configuration: Configuration, folder: Path) -> list[str]:
    """`sys.path` with the source in a folder in the place of the project's own."""
    scope = Scope(configuration.root, (configuration.home,))
    path = [str(folder), str(folder / "src")]
    for entry in sys.path:
        if not scope.is_project(os.path.join(entry or os.getcwd(), "_.py")):  # noqa: PTH109, PTH118
            path.append(entry)
        else:
            inside = Path(entry or os.getcwd()).resolve().relative_to(configuration.root.resolve())  # noqa: PTH109
            path.append(str(folder / inside))
    return list(dict.fromkeys(path))


def _shown(hear: Hear) -> Hear:
    """What a worker prints is shown, too."""

    def show_and_tell(path: str, stream: Literal["stdout", "stderr"], text: str) -> None:
        hear(path, stream, text)
        # A call in this process would have written there itself.
        print(text, end="", file=getattr(sys, stream), flush=True)

    return show_and_tell


def _fresh(
    configuration: Configuration, records: Records, code: ProcessCode, interrupts: Interrupts, hash_seed: str
) -> PoolExecutor:
    import msgspec

    from cuvee.executors.pool import PoolExecutor

    # Nothing of what it makes is to last, and every argument is looked at again.
    setup = msgspec.structs.replace(_setup(configuration), sync=False, watched=sys.maxsize)

    def ignore(path: str, stream: Literal["stdout", "stderr"], text: str) -> None:
        """What the calls print was told when they ran."""

    return PoolExecutor(configuration.workers, setup, code, ignore, interrupts, records.aside, hash_seed)
