"""A run as a stream of events that other programs follow: `cuvee run --events`, one JSON object a line."""

from __future__ import annotations

import time
from typing import Literal

import click

from cuvee.cli.output import Output
from cuvee.errors import EnvironmentFault
from cuvee.model.event import CallEnded, CallLogged, Event
from cuvee.operations.event_report import event_report
from cuvee.operations.report import Json, iso_time

Stream = Literal["stdout", "stderr"]


class Events:
    """Tells each event as it comes, but for the end of the run; what calls print, by whole lines."""

    told_calls = False

    def __init__(self, output: Output) -> None:
        self._output = output
        self._begun: dict[tuple[str, Stream], str] = {}
        self.fault: EnvironmentFault | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, CallLogged):
            self._logged(event.path, event.stream, event.text)
            return
        if isinstance(event, CallEnded):
            for path, stream in [place for place in self._begun if place[0] == event.call.path]:
                self._tell(CallLogged(path, stream, self._begun.pop((path, stream))))
        self._tell(event)

    def _logged(self, path: str, stream: Stream, text: str) -> None:
        """Tell the lines that are at their end, and keep what begins another."""
        lines, newline, rest = (self._begun.pop((path, stream), "") + text).rpartition("\n")
        if newline:
            self._tell(CallLogged(path, stream, lines + newline))
        if rest:
            self._begun[path, stream] = rest

    def _tell(self, event: Event) -> None:
        report = event_report(event)
        if report is None or self.fault is not None:
            return
        try:
            tell_event(self._output, report)
        except EnvironmentFault as fault:
            self.fault = fault


def tell_event(output: Output, report: Json) -> None:
    """One event as a line, with the time. Raises EnvironmentFault where it cannot be written."""
    output.object({"at": iso_time(time.time()), **report})


def events_option() -> click.Option:
    """`--events`. Whether it is given is known before anything is parsed; here it is only let through."""
    return click.Option(
        ["--events"],
        is_flag=True,
        expose_value=False,
        help="Print a JSON object a line for each thing that happens, and nothing else.",
    )
