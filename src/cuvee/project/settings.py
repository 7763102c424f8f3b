"""The table of settings: what help, errors and documentation say of one is said here, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuvee.model.value import Value
from cuvee.project.sizes import parse_size


class Setting(Value, frozen=True):
    """One thing that can be set: as `name` in `[tool.cuvee]`, as `variable` in the environment, as `flag`.

    `parse` makes the value from what was given, always text or what TOML has for it; it raises
    ValueError or TypeError for what is not `allowed`.
    """

    name: str
    variable: str
    flag: str
    default: str
    allowed: str
    help: str
    parse: Callable[[Any], Any]


def _folder(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError(given)
    return given


def _one_of(*choices: str) -> Callable[[Any], str]:
    def parse(given: Any) -> str:
        if given not in choices:
            raise ValueError(given)
        return str(given)

    return parse


def _size(given: Any) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given
    if isinstance(given, str):
        return parse_size(given)
    raise TypeError(given)


SETTINGS = (
    Setting(
        name="store",
        variable="CUVEE_HOME",
        flag="--store",
        default=".cuvee",
        allowed="a folder, relative to the project's root or absolute",
        help="Where results and the records of runs are kept.",
        parse=_folder,
    ),
    Setting(
        name="durability",
        variable="CUVEE_DURABILITY",
        flag="--durability",
        default="process",
        allowed="'process' or 'power'",
        help=(
            "What an acknowledged result survives: 'process', the end of any process; 'power', a loss of "
            "power too. With 'process' that may cost the last seconds' work again, never give a wrong value."
        ),
        parse=_one_of("process", "power"),
    ),
    Setting(
        name="keep_inputs",
        variable="CUVEE_KEEP_INPUTS",
        flag="--keep-inputs",
        default="1GB",
        allowed="a size: bytes, or a number with kB, MB, GB, TB, KiB, MiB, GiB or TiB",
        help="Files that tasks are given are kept in the store up to this size; of larger ones, the digest.",
        parse=_size,
    ),
)
