"""`cuvee config`: each setting, its value, and where that came from."""

from __future__ import annotations

from pathlib import Path

import click

from cuvee.cli.commands import COMMANDS
from cuvee.cli.options import json_option, setting_options
from cuvee.cli.output import Output
from cuvee.cli.records import project_folder
from cuvee.cli.summary import Page
from cuvee.cli.table import Cell, Row, table_lines
from cuvee.operations.report import Json
from cuvee.project.configuration import Configuration, Configured
from cuvee.wiring import configuration_of


@click.command("config", short_help=COMMANDS["config"], params=[json_option(), *setting_options()])
@click.pass_obj
def command(output: Output, /, **flags: str | None) -> None:
    """Each setting of the project that the current folder belongs to, its value, and where that came from.

    A setting is taken from its flag, else from its environment variable, else from [tool.cuvee] in
    pyproject.toml, else it has its default.
    """
    configuration = configuration_of(project_folder(Path.cwd()), flags)
    if output.json:
        output.object(config_report(configuration))
    else:
        output.lines(*config_lines(configuration, Page(output.width, output.paint)))


def config_report(configuration: Configuration) -> Json:
    """The settings as the JSON object that is printed."""
    return {
        "root": str(configuration.root),
        "home": str(configuration.home),
        "settings": [
            {
                "name": configured.setting.name,
                "value": configured.value,
                "origin": configured.origin,
                "text": configured.text,
                "default": configured.setting.default,
                "variable": configured.setting.variable,
                "flag": configured.setting.flag,
                "help": configured.setting.help,
            }
            for configured in configuration.settings
        ],
    }


def config_lines(configuration: Configuration, page: Page) -> list[str]:
    """A table of the settings under the folders that they lead to."""
    folders = table_lines(
        [
            [Cell("project", "dim"), Cell(str(configuration.root))],
            [Cell("store", "dim"), Cell(str(configuration.home))],
        ],
        width=page.width,
        paint=page.paint,
        indent="",
        most_lines=0,
    )
    rows: list[Row] = [[Cell(name, "dim") for name in ("setting", "value", "from", "what it is")]]
    rows += [_row(configured) for configured in configuration.settings]
    return [*folders, "", *table_lines(rows, width=page.width, paint=page.paint, most_lines=0)]


def _row(configured: Configured) -> Row:
    setting = configured.setting
    return [
        Cell(setting.name, "bold"),
        Cell(configured.text),
        Cell(configured.origin, "dim" if configured.origin == "default" else ""),
        Cell(f"{setting.help} ({setting.variable}, {setting.flag})", "dim"),
    ]
