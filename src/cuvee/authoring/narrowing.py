"""The frames among a task's arguments, narrowed in a plain call as they are in a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cuvee.contracts.narrowing import misplaced_columns
from cuvee.errors import CannotEncode, UsageError

if TYPE_CHECKING:
    from cuvee.authoring.signature import Parameter, Signature


def narrowed_arguments(
    label: str, signature: Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments with every frame narrowed to the columns that its parameter names.

    Raises UsageError for a frame that lacks one, and for what is no frame.
    """
    positional, named = list(args), dict(kwargs)
    for place, parameter in enumerate(signature.parameters):
        if parameter.columns is None:
            continue
        if place < len(positional):
            positional[place] = _narrowed(label, parameter, positional[place])
        elif parameter.name in named:
            named[parameter.name] = _narrowed(label, parameter, named[parameter.name])
    return positional, named


def columns_problems(label: str, signature: Signature, *, pipeline: bool) -> list[str]:
    """What is wrong with where a signature names columns."""
    problems = []
    for parameter in signature.parameters:
        misplaced = parameter.columns if pipeline else misplaced_columns(parameter.annotation)
        if misplaced is not None:
            where = "a pipeline passes frames on whole" if pipeline else "only a whole parameter is narrowed"
            problems.append(
                f"`{label}` says {misplaced!r} of its parameter {parameter.name}, and {where}: "
                "write it at a task's parameter that is annotated Annotated[DataFrame, Columns(…)]"
            )
    return problems


def _narrowed(label: str, parameter: Parameter, value: Any) -> Any:
    if value is None:
        return None
    from cuvee.codecs.narrowed import narrow_value

    assert parameter.columns is not None
    try:
        return narrow_value(value, parameter.columns.names)
    except CannotEncode as error:
        raise UsageError(
            f"`{label}` takes {parameter.columns!r} of {parameter.name}, which {error}"
        ) from error
