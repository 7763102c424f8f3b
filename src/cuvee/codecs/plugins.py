"""Codecs that other distributions bring: entry points of the group `cuvee.codecs`.

The name of an entry point is the library whose values the codec takes, and may go on after a dot
(`geopandas`, `geopandas.frame`); it is the codec's name too. It is imported when a value of that
library, or an artifact of that codec, is met. A plug-in is asked before what cuvee has itself.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from cuvee.errors import CannotDecode, CannotEncode, CuveeError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from cuvee.codecs.codec import Codec, Encoded, Encoding, Parts

GROUP = "cuvee.codecs"


def plugins_for(library: str) -> tuple[Codec, ...]:
    """The codecs of plug-ins for values of a library (`geopandas`), in the order of their names."""
    if library in sys.stdlib_module_names:
        return ()
    names = sorted(name for name in _entry_points() if name.partition(".")[0] == library)
    return tuple(codec for name in names if (codec := plugin_named(name)) is not None)


@cache
def plugin_named(name: str) -> Codec | None:
    """The codec of a plug-in by its name; None where there is none. Raises CannotEncode if it is broken."""
    found = _entry_points().get(name)
    return None if found is None else cast("Codec", PluginCodec(name, found))


class PluginCodec:
    """A codec of others: what it raises is told with where it comes from."""

    def __init__(self, name: str, entry_point: EntryPoint) -> None:
        self.name = name
        self._from = f"the codec {entry_point.value!r}" + (
            f" of {entry_point.dist.name}" if entry_point.dist else ""
        )
        try:
            self._codec: Codec = entry_point.load()
            said = self._codec.name
        except Exception as error:  # the plug-in's own code, which may raise anything
            raise CannotEncode(f"{self._from} cannot be loaded: {error}: mend or uninstall it") from error
        if said != name:
            raise CannotEncode(
                f"{self._from} is named {said!r}, and its entry point {name!r}: they must agree"
            )

    def encode(self, value: Any, encoding: Encoding) -> Encoded | None:
        try:
            encoded = self._codec.encode(value, encoding)
        except CuveeError:
            raise
        except Exception as error:
            raise CannotEncode(f"{self._from} failed on a {type(value).__name__}: {error!r}") from error
        if encoded is not None and encoded.codec != self.name:
            raise CannotEncode(f"{self._from} wrote as {encoded.codec!r}, which is not its name")
        return encoded

    def decode(self, parts: Parts) -> Any:
        try:
            return self._codec.decode(parts)
        except CuveeError:
            raise
        except Exception as error:
            raise CannotDecode(f"{self._from} could not read a {parts.type}: {error!r}: run again") from error


@cache
def _entry_points() -> dict[str, EntryPoint]:
    if not any(map(_mentions_group, _metadata_folders())):
        return {}
    from importlib.metadata import entry_points  # 30 ms, and most have no plug-in

    return {found.name: found for found in entry_points(group=GROUP)}


def _metadata_folders() -> list[str]:
    folders = []
    for place in dict.fromkeys(sys.path):
        try:
            with os.scandir(place or ".") as entries:
                folders += [
                    entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))
                ]
        except OSError:  # a zip file, or nothing that is there
            continue
    return folders


def _mentions_group(folder: str) -> bool:
    try:
        with open(f"{folder}/entry_points.txt", "rb") as file:  # noqa: PTH123 - a hundred of them
            return GROUP.encode() in file.read()
    except OSError:  # most have none
        return False
