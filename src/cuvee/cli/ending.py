"""How a command ends: with its exit code, and an error told once, to a person or as JSON.

0 done · 1 a task, the disk or the database failed · 2 the input is wrong · 70 our bug
130 cancelled. That nobody reads the output any more (`| head`) is no error.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from cuvee.cli.commands import group, installed_version
from cuvee.cli.output import Output, open_output
from cuvee.errors import CheckError, CuveeError, EnvironmentFault, InternalError

BUG, CANCELLED = 70, 130
# Older versions of click print the help themselves.
_NO_ARGUMENTS: type[click.UsageError] | tuple[()] = getattr(click.exceptions, "NoArgsIsHelpError", ())


def run_command(arguments: Sequence[str]) -> int:
    """Run `cuvee ARGUMENTS`; the exit code."""
    return run_with(
        list(arguments), open_output(json=asks_for_json(arguments), events=asks_for_events(arguments))
    )


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether the answer is to be JSON, known before anything is parsed, so that errors are JSON too."""
    return "--json" in _flags(arguments) or asks_for_events(arguments)


def asks_for_events(arguments: Sequence[str]) -> bool:
    """Whether the answer is to be a run's events, one JSON object a line."""
    return list(arguments[:1]) == ["run"] and "--events" in _flags(arguments)


def _flags(arguments: Sequence[str]) -> Sequence[str]:
    """The words among which flags are."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def run_with(arguments: list[str], output: Output) -> int:
    """Run `cuvee ARGUMENTS` with these streams; the exit code."""
    try:
        if output.events and "--json" in _flags(arguments):
            raise click.UsageError(
                "--json prints one object, --events one for all that happens: give one of them"
            )
        # Not `group.main`, which would answer for some of these exceptions by itself.
        with group.make_context("cuvee", arguments, obj=output) as context:
            code = group.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell(output, "Cancelled", "cancelled", ())
        return CANCELLED
    except _NO_ARGUMENTS as error:
        output.note(error.format_message())
        return error.exit_code
    except click.ClickException as error:
        return _tell_click(output, error, arguments)
    except InternalError as error:
        return _tell_bug(output, error)
    except CuveeError as error:
        return _tell_ours(output, error, arguments)
    except Exception as error:  # noqa: BLE001 - the outermost frame: whatever comes here is told
        return _tell_unforeseen(output, error, arguments)
    return code if isinstance(code, int) else 0


def _tell_ours(output: Output, error: CuveeError, arguments: Sequence[str]) -> int:
    from cuvee.cli.mistakes import as_typed

    problems = error.problems if isinstance(error, CheckError) else ()
    if output.json:
        listed = [
            {
                "message": problem.message,
                "file": problem.place.file if problem.place else None,
                "line": problem.place.line if problem.place else None,
            }
            for problem in problems
        ]
        _tell(output, type(error).__name__, str(error), listed)
    else:
        for text in [problem.text() for problem in problems] or [str(error)]:
            output.note(f"{output.paint_note('error:', 'bad')} {as_typed(text, arguments)}")
    return error.exit_code


def _tell_unforeseen(output: Output, error: Exception, arguments: Sequence[str]) -> int:
    from cuvee.model.shortage import shortage

    refused = shortage(error)
    if refused is None:
        return _tell_bug(output, error)
    return _tell_ours(output, EnvironmentFault(refused), arguments)


def _tell_click(output: Output, error: click.ClickException, arguments: Sequence[str]) -> int:
    from cuvee.cli.mistakes import mistake_text

    _tell(output, "UsageError", mistake_text(error, arguments), ())
    return error.exit_code


def _tell_bug(output: Output, error: BaseException) -> int:
    import platform
    import traceback

    lines = "".join(traceback.format_exception(error))
    about = f"cuvee {installed_version()}, Python {platform.python_version()}, {platform.platform()}"
    output.note(
        lines.rstrip(),
        f"{output.paint_note('error:', 'bad')} this is a bug of cuvee, not of your code.",
        f"Please report the lines above, the command that you gave, and this: {about}",
    )
    if output.json:
        output.object({"error": {"kind": "InternalError", "message": str(error), "problems": []}})
    return BUG


def _tell(output: Output, kind: str, message: str, problems: Sequence[object]) -> None:
    if output.json:
        output.object({"error": {"kind": kind, "message": message, "problems": list(problems)}})
    else:
        output.note(f"{output.paint_note('error:', 'bad')} {message}" if kind != "Cancelled" else message)
