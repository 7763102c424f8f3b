"""Events: what Python itself tells of, as audit events: files, folders, sub-processes, the network."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from cuvee.perform.watching.asker import Asker
from cuvee.perform.watching.ear import Heard, Listener, hearing, listeners, who_hears
from cuvee.perform.watching.folders import WALKERS, note_listing, path_in

# Python's own workers, and questions about the machine.
_WORKERS = (
    f"{os.sep}multiprocessing{os.sep}",
    f"{os.sep}concurrent{os.sep}futures{os.sep}",
    f"{os.sep}joblib{os.sep}",
    f"{os.sep}loky{os.sep}",
)
_MACHINE = ("platform.py", "uuid.py", f"ctypes{os.sep}util.py", "sysconfig.py")

_installed = False


def install() -> None:
    """Have Python tell. A hook can never be taken back: there is one, and it looks up who hears."""
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not listeners:  # as nearly always where nothing is watched
        return
    act = _ACTS.get(event)
    if act is None and event != "import":  # as nearly all: what it costs them is a tenth of watching imports
        return
    listener = who_hears()
    if listener is None:
        return
    if act is None:
        listener.importing(args[0])
        return
    # Most that is opened or listed is left out, whoever asks for it: to find out who is worth more than all
    # the rest.
    if (act is _open or act is _listed) and not _may_count(args[0], listener):
        return
    with hearing(sys._getframe(1)) as heard:
        if heard is not None:
            act(heard, args)


def _may_count(name: Any, listener: Listener) -> bool:
    """Whether what is opened or listed by this name is not left out: a descriptor's was opened before. None
    is the working folder, where folders are listed."""
    path = "." if name is None else name
    return isinstance(path, str | bytes) and listener.path_of(os.fsdecode(path)) is not None


def _open(heard: Heard, args: tuple[Any, ...]) -> None:
    name, mode, flags = args
    if heard.frame.f_code.co_name in WALKERS:
        return
    if _is_told_of_source(heard.asker):
        return
    path = heard.listener.path_of(os.fsdecode(name))
    if path is None:
        return
    for notes in heard.notes:
        notes.opened_with(path, flags if isinstance(flags, int) else _bits_of(str(mode)))


def _is_told_of_source(asker: Asker) -> bool:
    """Whether source is read to show a line of it, or by an import: code counts by its fingerprint."""
    if asker.went_through("linecache.py"):
        return asker.went_through("traceback.py", "warnings.py")
    # A loader that is asked for data, or for code by hand, is no import.
    importing = any("importlib" in file and name == "_find_and_load" for file, name in asker.through)
    return importing and (bool(asker.module) or asker.nearest == "project")


def _bits_of(mode: str) -> int:
    if "w" in mode or "x" in mode:
        return os.O_WRONLY | os.O_TRUNC
    return os.O_WRONLY | os.O_APPEND if "a" in mode or "+" in mode else os.O_RDONLY


def _renamed(heard: Heard, args: tuple[Any, ...]) -> None:
    source, target = path_in(heard, args[0], args[2]), path_in(heard, args[1], args[3])
    for notes in heard.notes:
        if source and target:
            notes.moved(source, target)
        elif target:
            notes.opened(target, reading=False, writing=True)
        elif source:
            notes.opened(source, reading=True, writing=True)


def _removed(heard: Heard, args: tuple[Any, ...]) -> None:
    path = path_in(heard, args[0], args[1])
    if path is None:
        return
    for notes in heard.notes:
        notes.opened(path, reading=True, writing=True)


def _linked(heard: Heard, args: tuple[Any, ...]) -> None:
    source, target = path_in(heard, args[0], args[2]), path_in(heard, args[1], args[3])
    for notes in heard.notes:
        if source:
            notes.opened(source, reading=True, writing=False)
        if target:
            notes.opened(target, reading=False, writing=True)


def _symlinked(heard: Heard, args: tuple[Any, ...]) -> None:
    target = path_in(heard, args[1], args[2])
    if target is None:
        return
    for notes in heard.notes:
        notes.opened(target, reading=False, writing=True)


def _truncated(heard: Heard, args: tuple[Any, ...]) -> None:
    if isinstance(args[0], str | bytes | os.PathLike):
        path = path_in(heard, args[0])
        if path is None:
            return
        for notes in heard.notes:
            notes.opened(path, reading=True, writing=True)


def _left_folder(heard: Heard, _: tuple[Any, ...]) -> None:
    heard.listener.leaving(os.getcwd())  # noqa: PTH109 - as text


def _made_folder(heard: Heard, args: tuple[Any, ...]) -> None:
    path = path_in(heard, args[0], args[2])
    if path is None:
        return
    for notes in heard.notes:
        notes.made_folder(path)


def _removed_folder(heard: Heard, args: tuple[Any, ...]) -> None:
    path = path_in(heard, args[0], args[1])
    if path is None:
        return
    for notes in heard.notes:
        notes.removed_folder(path)


def _listed(heard: Heard, args: tuple[Any, ...]) -> None:
    note_listing(heard, args[0])


def _database(heard: Heard, args: tuple[Any, ...]) -> None:
    name = os.fsdecode(args[0])
    if name.startswith("file:"):
        from urllib.parse import unquote, urlsplit  # 5 ms, and hardly ever needed

        name = unquote(urlsplit(name).path)
    path = heard.listener.path_of(name) if name and name != ":memory:" else None
    if path is None:
        return
    for notes in heard.notes:
        notes.database(path)
        # What was written and is not in the file yet.
        notes.opened(f"{path}-wal", reading=True, writing=False)


def _variable_set(heard: Heard, args: tuple[Any, ...]) -> None:
    for notes in heard.notes:
        notes.set_variable(os.fsdecode(args[0]))


def _process(heard: Heard, args: tuple[Any, ...]) -> None:
    asker = heard.asker
    if _is_workers(heard) or asker.went_through(*_MACHINE):
        return
    command = args[1] if len(args) > 1 and isinstance(args[1], list | tuple) and args[1] else args[:1]
    name = _shown(command[0]) if command else ""
    _outside(heard, f"it started a sub-process{name and f': {name}'}")


def _is_workers(heard: Heard) -> bool:
    """Whether Python's own workers are being set to work."""
    frame: FrameType | None = heard.frame
    while frame is not None and heard.listener.origin_of(frame.f_code.co_filename) in ("stdlib", "installed"):
        if any(part in frame.f_code.co_filename for part in _WORKERS):
            return True
        frame = frame.f_back
    return False


def _network(heard: Heard, args: tuple[Any, ...]) -> None:
    if not _is_workers(heard):
        address = args[1] if len(args) > 1 and isinstance(args[1], tuple | str | bytes) else ""
        _outside(heard, f"it used the network{_address(address)}")


def _name_looked_up(heard: Heard, args: tuple[Any, ...]) -> None:
    if not _is_workers(heard):
        _outside(heard, f"it used the network{_address(args[:2])}")


def _typed(heard: Heard, _args: tuple[Any, ...]) -> None:
    _outside(heard, "it asked for something to be typed")


def _debugged(heard: Heard, _args: tuple[Any, ...]) -> None:
    """A person who stops a call may change anything in it."""
    if heard.frame.f_code.co_name == "set_trace" and heard.asker.went_through("bdb.py"):
        _outside(heard, "it stopped in a debugger")


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        host = _shown(address[0]) if address and address[0] else ""
        port = f":{address[1]}" if len(address) > 1 and isinstance(address[1], int) and address[1] else ""
        return f": {host}{port}" if host else ""
    return f": {_shown(address)}" if address else ""


def _shown(name: Any) -> str:
    if isinstance(name, str | bytes | os.PathLike):
        return os.fsdecode(name).partition("\n")[0][:60]
    return str(name)[:60]


def _outside(heard: Heard, text: str) -> None:
    asker = heard.asker
    where = f" ({heard.listener.place_of(asker)})" if asker.file else ""
    for notes in heard.notes:
        notes.asked_outside(text + where)


Act = Callable[[Heard, tuple[Any, ...]], None]

_ACTS: dict[str, Act] = {
    "open": _open,
    "os.rename": _renamed,  # how a file is put in its place whole; `os.replace` too
    "os.remove": _removed,
    "os.link": _linked,
    "os.symlink": _symlinked,
    "os.truncate": _truncated,
    "os.chdir": _left_folder,
    "os.mkdir": _made_folder,
    "os.rmdir": _removed_folder,
    "os.listdir": _listed,
    "os.scandir": _listed,
    "os.putenv": _variable_set,
    "os.unsetenv": _variable_set,
    "sqlite3.connect": _database,
    "subprocess.Popen": _process,
    "os.system": _process,
    "os.exec": _process,
    "os.posix_spawn": _process,
    "os.spawn": _process,
    "os.fork": _process,
    "os.forkpty": _process,
    "pty.spawn": _process,
    "builtins.input": _typed,
    "sys.settrace": _debugged,
    "socket.connect": _network,
    "socket.sendto": _network,
    "socket.sendmsg": _network,
    "socket.getaddrinfo": _name_looked_up,
    "socket.gethostbyname": _name_looked_up,
    "socket.gethostbyaddr": _name_looked_up,
}
