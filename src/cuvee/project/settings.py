"""The table of settings: what help, errors and documentation say of one is said here, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuvee.model.sizes import parse_size
from cuvee.model.value import Value


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


def _switch(given: Any) -> bool:
    known: dict[Any, bool] = {"true": True, "false": False}
    return given if isinstance(given, bool) else known[given]


def _workers(given: Any) -> int | str:
    if given == "auto":
        return "auto"
    number = int(given) if isinstance(given, str) and given.isdecimal() else given
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError(given)
    return number


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
        name="executor",
        variable="CUVEE_EXECUTOR",
        flag="--executor",
        default="auto",
        allowed="'auto', 'in-process' or 'pool'",
        help=(
            "What performs calls: 'in-process', one after another in the process of the run; 'pool', side by "
            "side in worker processes; 'auto', each where it is done sooner."
        ),
        parse=_one_of("auto", "in-process", "pool"),
    ),
    Setting(
        name="workers",
        variable="CUVEE_WORKERS",
        flag="--workers",
        default="auto",
        allowed="a number of processes, 1 or more, or 'auto'",
        help="How many worker processes there are at most; 'auto': one for each core that may be used.",
        parse=_workers,
    ),
    Setting(
        name="fail_fast",
        variable="CUVEE_FAIL_FAST",
        flag="--fail-fast",
        default="false",
        allowed="true or false",
        help="End the run when a call fails, instead of going on with all that does not depend on it.",
        parse=_switch,
    ),
    Setting(
        name="models",
        variable="CUVEE_MODELS",
        flag="--models",
        default="pickle",
        allowed="'pickle' or 'skops'",
        help=(
            "How models of scikit-learn are kept: 'pickle'; 'skops', a form that runs no code when read, "
            "for what comes back from it exactly. It needs skops."
        ),
        parse=_one_of("pickle", "skops"),
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
