"""A function's signature: its parameters, its result, and arguments bound to them with every mistake told."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cuvee.authoring.declared_parameters import MISSING, Declared, declared_parameters
from cuvee.contracts.narrowing import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Parameter:
    """One parameter. `kind` is as `inspect` names it: POSITIONAL_ONLY, POSITIONAL_OR_KEYWORD,
    VAR_POSITIONAL, KEYWORD_ONLY or VAR_KEYWORD.

    `annotation` is that of the value under the parameter's name: `tuple[int, ...]` of
    `*sizes: int`, `int | None` of `depth: int = None`. Any if there is none, or none that can
    be resolved. `columns` are those that a frame is narrowed to.
    """

    __slots__ = ("annotation", "columns", "default", "kind", "name")

    def __init__(self, name: str, kind: str, annotation: Any, default: Any = MISSING) -> None:
        self.name = name
        self.kind = kind
        self.annotation = annotation
        self.columns = columns_of(annotation)
        self.default = default

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING and self.kind not in ("VAR_POSITIONAL", "VAR_KEYWORD")

    def text(self) -> str:
        """As it is written: `max_depth: int`."""
        from cuvee.contracts.annotation import describe

        return self.name if self.annotation is Any else f"{self.name}: {describe(self.annotation)}"

    def __repr__(self) -> str:
        return f"<parameter {self.text()}>"


class _Layout(Struct, frozen=True):
    """What binding needs of the parameters, made once: it is done for each call of a run."""

    template: dict[str, Any]
    positional: tuple[str, ...]
    rest: str | None
    by_name: frozenset[str]
    others: str | None
    required: tuple[str, ...]


class Signature:
    """What a function takes and gives, read from it when first asked for."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    @functools.cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of their declaration."""
        hints = self._hints
        return tuple(
            Parameter(each.name, each.kind, _annotation(each, hints.get(each.name, Any)), each.default)
            for each in declared_parameters(self.function)
        )

    @functools.cached_property
    def returns(self) -> Any:
        """The annotation of the result; Any if there is none."""
        return self._hints.get("return", Any)

    @functools.cached_property
    def summary(self) -> str:
        """The first paragraph of the docstring, on one line."""
        from cuvee.authoring.docstring import summary_of

        return summary_of(self.function.__doc__)

    @functools.cached_property
    def help(self) -> Mapping[str, str]:
        """What the docstring says of each parameter that it describes."""
        from cuvee.authoring.docstring import parameters_of

        return parameters_of(self.function.__doc__)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """The arguments by parameter, in order and with defaults, and what is wrong with them.

        The rest of `*frames` is a tuple under its name, that of `**options` a dict. Problems are
        all told, as clauses about the function: "needs `wines: DataFrame`, which is not given".
        A parameter that is not given and has no default is not among the arguments.
        """
        layout = self._layout
        if not kwargs and len(args) == len(layout.positional) == len(layout.template):
            return dict(zip(layout.positional, args, strict=True)), []
        arguments = layout.template.copy()
        arguments.update(zip(layout.positional, args, strict=False))
        problems: list[str] = []
        if layout.rest is not None:
            arguments[layout.rest] = args[len(layout.positional) :]
        elif len(args) > len(layout.positional):
            problems.append(self._too_many(len(args)))
        if layout.others is not None:
            arguments[layout.others] = {}
        for name, value in kwargs.items():
            if name in layout.by_name:
                if name in layout.positional[: len(args)]:
                    problems.append(f"gets `{name}` twice, by position and by name: give it once")
                arguments[name] = value
            elif layout.others is not None:
                arguments[layout.others][name] = value
            else:
                problems.append(self._unknown(name))
        return self._complete(arguments, problems)

    def bind_named(self, named: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """As `bind`, of values by parameter's name whatever its kind: a tuple for `*frames`, a dict
        for `**options`.
        """
        layout = self._layout
        arguments = layout.template.copy()
        if layout.rest is not None:
            arguments[layout.rest] = ()
        if layout.others is not None:
            arguments[layout.others] = {}
        arguments.update((name, value) for name, value in named.items() if name in layout.template)
        problems = [self._unknown(name) for name in named if name not in layout.template]
        return self._complete(arguments, problems)

    def bind_given(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """As `bind`, without defaults: only what the call itself says."""
        values, problems = self.bind(args, kwargs)
        layout = self._layout
        said = {*layout.positional[: len(args)], *kwargs}
        for rest in (layout.rest, layout.others):
            if rest is not None and values[rest]:
                said.add(rest)
        return {name: value for name, value in values.items() if name in said}, problems

    def spread(self, arguments: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments by parameter as a call takes them; by position as far as all are there.

        Raises TypeError if what is under `*frames` or `**options` is no tuple or dict.
        """
        args: list[Any] = []
        kwargs = dict(arguments)
        gap = False
        for parameter in self.parameters:
            if parameter.name not in kwargs:
                gap = True
            elif parameter.kind == "VAR_POSITIONAL":
                args += kwargs.pop(parameter.name)
            elif parameter.kind == "VAR_KEYWORD":
                kwargs.update(kwargs.pop(parameter.name))
            elif parameter.kind.startswith("POSITIONAL") and not gap:
                args.append(kwargs.pop(parameter.name))
        return tuple(args), kwargs

    @classmethod
    def of(cls, function: Callable[..., Any], parameters: tuple[Parameter, ...], returns: Any) -> Signature:
        """A signature that is not read from its function."""
        signature = cls(function)
        signature.__dict__.update(parameters=parameters, returns=returns)
        return signature

    def giving(self, returns: Any) -> Signature:
        """The same parameters, with another annotation of the result."""
        return Signature.of(self.function, self.parameters, returns)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Raises KeyError if there is none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    @functools.cached_property
    def _hints(self) -> dict[str, Any]:
        from cuvee.contracts.hints import resolved_hints

        return resolved_hints(self.function)

    @functools.cached_property
    def _layout(self) -> _Layout:
        kinds: dict[str, list[str]] = {}
        for parameter in self.parameters:
            kinds.setdefault(parameter.kind, []).append(parameter.name)
        either = kinds.get("POSITIONAL_OR_KEYWORD", [])
        return _Layout(
            template={parameter.name: parameter.default for parameter in self.parameters},
            positional=(*kinds.get("POSITIONAL_ONLY", []), *either),
            rest=next(iter(kinds.get("VAR_POSITIONAL", [])), None),
            by_name=frozenset((*either, *kinds.get("KEYWORD_ONLY", []))),
            others=next(iter(kinds.get("VAR_KEYWORD", [])), None),
            required=tuple(parameter.name for parameter in self.parameters if parameter.required),
        )

    def _complete(self, arguments: dict[str, Any], problems: list[str]) -> tuple[dict[str, Any], list[str]]:
        for name in self._layout.required:
            if arguments[name] is MISSING:
                del arguments[name]
                problems.append(f"needs `{self.parameter(name).text()}`, which is not given")
        return arguments, problems

    def _too_many(self, given: int) -> str:
        count = len(self._layout.positional)
        takes = f"takes {count or 'no'} argument{'' if count == 1 else 's'} by position"
        only = [f"`{parameter.name}`" for parameter in self.parameters if parameter.kind == "KEYWORD_ONLY"]
        return f"{takes}, and gets {given}" + (f": give {', '.join(only)} by name" if only else "")

    def _unknown(self, name: str) -> str:
        names = [parameter.name for parameter in self.parameters]
        if name in names:
            return f"takes `{name}` by position only, and gets it by name"
        return f"has no parameter `{name}`{suggestion(name, names)}"


def suggestion(name: str, known: list[str]) -> str:
    """What to write instead: "; did you mean `max_depth`?", or all that there is."""
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; it takes {', '.join(f'`{other}`' for other in known)}" if known else "; it takes none"


def _annotation(found: Declared, hint: Any) -> Any:
    from typing import Optional, Unpack, get_args, get_origin

    from cuvee.contracts.annotation import is_unpacked, members_of

    if hint is Any:
        return Any
    if found.kind == "VAR_POSITIONAL":
        return tuple[hint] if is_unpacked(hint) else tuple[hint, ...]
    if found.kind == "VAR_KEYWORD":
        return get_args(hint)[0] if get_origin(hint) is Unpack else dict[str, hint]
    if found.default is None and not {type(None), Any, object} & set(members_of(hint)):
        return Optional[hint]  # noqa: UP045 - from a variable
    return hint
