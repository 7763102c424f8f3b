"""Configuration: flags over environment variables over `[tool.cuvee]` over defaults, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from cuvee.errors import ConfigurationError
from cuvee.model.value import Value
from cuvee.project.cores import available_cores
from cuvee.project.root import PROJECT_FILE, find_home
from cuvee.project.settings import SETTINGS, Setting
from cuvee.project.suggestion import suggest

_TABLE = "[tool.cuvee]"


class Configured(Value, frozen=True):
    """A setting with the value it has, what was written for it, and where that was written."""

    setting: Setting
    value: Any
    text: str
    origin: str


class Configuration(Value, frozen=True):
    """Every setting of a project, in the order of the table of settings."""

    root: Path
    settings: tuple[Configured, ...]

    def of(self, name: str) -> Configured:
        """The setting of that name. Raises KeyError if there is none."""
        for configured in self.settings:
            if configured.setting.name == name:
                return configured
        raise KeyError(name)

    @property
    def home(self) -> Path:
        """The store's folder. Raises ConfigurationError if the project's source lies in it."""
        return find_home(self.root, cast("str", self.of("store").value))

    @property
    def durability(self) -> Literal["process", "power"]:
        """What an acknowledged result survives."""
        return cast('Literal["process", "power"]', self.of("durability").value)

    @property
    def executor(self) -> str:
        """What performs calls."""
        return cast("str", self.of("executor").value)

    @property
    def workers(self) -> int:
        """How many worker processes there are at most."""
        value = self.of("workers").value
        return available_cores() if value == "auto" else cast("int", value)

    @property
    def fail_fast(self) -> bool:
        """Whether a call that fails ends the run."""
        return cast("bool", self.of("fail_fast").value)

    @property
    def models(self) -> Literal["pickle", "skops"]:
        """How models of scikit-learn are kept. Raises ConfigurationError where skops is missing."""
        configured = self.of("models")
        if configured.value == "pickle":
            return "pickle"
        from importlib.util import find_spec

        if find_spec("skops") is None:
            raise ConfigurationError(
                f"{configured.origin}: models = 'skops' needs skops: pip install 'cuvee[skops]'"
            )
        return "skops"

    @property
    def keep_inputs(self) -> int:
        """Bytes up to which an input file is kept."""
        return cast("int", self.of("keep_inputs").value)


def load_configuration(
    root: Path, flags: Mapping[str, str | None], environ: Mapping[str, str]
) -> Configuration:
    """The configuration of the project at `root`.

    `flags` are by the setting's name; None is a flag that was not given, and a variable that is
    set to nothing is not set. Raises ConfigurationError, naming the place, the key and the value.
    """
    table = _read_table(root / PROJECT_FILE)
    return Configuration(
        root, tuple(_configure(setting, table, flags, environ, root) for setting in SETTINGS)
    )


def _configure(
    setting: Setting,
    table: Mapping[str, Any],
    flags: Mapping[str, str | None],
    environ: Mapping[str, str],
    root: Path,
) -> Configured:
    flag = flags.get(setting.name)
    if flag is not None:
        return _parse(setting, flag, f"flag {setting.flag}", f"{setting.flag} {flag}")
    variable = environ.get(setting.variable)
    if variable:
        origin = f"environment variable {setting.variable}"
        return _parse(setting, variable, origin, f"{origin} = {variable!r}")
    if setting.name in table:
        given = table[setting.name]
        place = f"{root / PROJECT_FILE} {_TABLE}: {setting.name} = {given!r}"
        return _parse(setting, given, f"{PROJECT_FILE} {_TABLE}", place)
    return _parse(setting, setting.default, "default", f"{setting.name} = {setting.default!r}")


def _parse(setting: Setting, given: Any, origin: str, place: str) -> Configured:
    try:
        value = setting.parse(given)
    except (TypeError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{place}: it takes {setting.allowed}, as {setting.default!r}") from error
    return Configured(setting, value, str(given), origin)


def _read_table(file: Path) -> Mapping[str, Any]:
    """`[tool.cuvee]` of a pyproject.toml; empty if the file or the table is not there."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from error
    if b"tool" not in data or b"cuvee" not in data:  # the parser takes 20 ms to import
        return {}
    table = _parse_toml(file, data)
    known = [setting.name for setting in SETTINGS]
    for key in table:
        if key not in known:
            raise ConfigurationError(
                f"{file} {_TABLE}: there is no setting {key!r}{suggest(key, known) or '.'} "
                f"There are: {', '.join(known)}"
            )
    return table


def _parse_toml(file: Path, data: bytes) -> Mapping[str, Any]:
    import tomllib

    try:
        document = tomllib.loads(data.decode())
    except ValueError as error:  # tomllib's own error and a wrong encoding are both ValueErrors
        raise ConfigurationError(f"{file} is not valid TOML: {error}") from error
    tool = document.get("tool", {})
    table = tool.get("cuvee", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigurationError(
            f"{file}: tool.cuvee = {table!r} is not a table of settings: "
            f"write {_TABLE}, and below it `store = '.cuvee'`"
        )
    return table
