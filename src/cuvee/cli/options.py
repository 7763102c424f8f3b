"""The flags that commands share."""

from __future__ import annotations

import click

from cuvee.model.durations import parse_duration
from cuvee.model.seed import seed_problem
from cuvee.project.settings import SETTINGS, Setting

# Digits, more than any seed has: Python refuses to read very many.
_LONGEST_SEED = 30


def json_option() -> click.Option:
    """`--json`. Whether it is given is known before anything is parsed; here it is only let through."""
    return click.Option(
        ["--json"], is_flag=True, expose_value=False, help="Print one JSON object, and nothing else."
    )


def _read_seed(_ctx: click.Context, option: click.Parameter, text: str | None) -> int | None:
    """The seed of a run from what was typed."""
    if text is None:
        return None
    seed = int(text[:_LONGEST_SEED]) if text.isascii() and text.isdigit() else None
    problem = seed_problem(seed)
    if problem:
        raise click.UsageError(f"{option.opts[-1]}: {text!r} {problem}")
    return seed


def seed_option() -> click.Option:
    """`--seed`. Where the pipeline has a parameter of that name, the flag is that, and this `--run-seed`."""
    return click.Option(
        ["--run-seed", "--seed", "run_seed"],
        metavar="INTEGER",
        callback=_read_seed,
        help="Vary the random numbers of the whole run; calls that draw none are reused.",
    )


def read_duration(_ctx: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """Seconds from what was typed; None where nothing was. A callback of an option."""
    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError:
        raise click.UsageError(
            f"{option.opts[-1]} {text}: write a duration, such as 90s, 10m or 1h"
        ) from None


def setting_options(*names: str) -> list[click.Option]:
    """The flags of these settings, or of all."""
    return [_option(setting) for setting in SETTINGS if not names or setting.name in names]


def _option(setting: Setting) -> click.Option:
    form, text = [setting.flag, setting.name], setting.help
    if setting.default == "false":
        return click.Option(form, is_flag=True, flag_value="true", default=None, help=text)
    return click.Option(form, default=None, metavar=_metavar(setting.name), help=text)


def _metavar(name: str) -> str:
    return {"store": "DIR", "keep_inputs": "SIZE", "workers": "N", "models": "FORM"}.get(name, "TEXT")
