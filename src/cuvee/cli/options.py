"""The flags that commands share."""

from __future__ import annotations

import click

from cuvee.project.settings import SETTINGS


def json_option() -> click.Option:
    """`--json`. Whether it is given is known before anything is parsed; here it is only let through."""
    return click.Option(
        ["--json"], is_flag=True, expose_value=False, help="Print one JSON object, and nothing else."
    )


def setting_options(*names: str) -> list[click.Option]:
    """The flags of these settings, or of all."""
    return [
        click.Option(
            [setting.flag, setting.name], default=None, metavar=_metavar(setting.name), help=setting.help
        )
        for setting in SETTINGS
        if not names or setting.name in names
    ]


def _metavar(name: str) -> str:
    return {"store": "DIR", "keep_inputs": "SIZE"}.get(name, "TEXT")
