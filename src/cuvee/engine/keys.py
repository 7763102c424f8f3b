"""Keys of calls: components put together from code, environment and arguments.

Holds what calls of one run share, so that a call costs no more than its own arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from cuvee.codecs.packages import packages_of
from cuvee.engine.chance import code_may_draw, seed_component, value_may_draw
from cuvee.engine.components import (
    PathOf,
    awaited_by,
    component_of,
    narrowed_components,
    none_is_lowered,
    origin_of,
    stored_in,
)
from cuvee.engine.environments import Environments, environment_component
from cuvee.fingerprint.code import described_code, fingerprint_code
from cuvee.fingerprint.late import distribution_change, late_distributions
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope
from cuvee.model.artifact import Artifact
from cuvee.model.digest import Digest, digest_parts
from cuvee.model.entry import Observation
from cuvee.model.graph import (
    Argument,
    Call,
    Given,
    Narrowed,
    Node,
    Ref,
    TaskInfo,
)
from cuvee.model.key import Component, Key, Ledger, Stem, make_key
from cuvee.model.order import Payload

_NOBODY: frozenset[str] = frozenset()


class TaskPrint:
    """What every call of one task shares: the stems of its keys, the ledgers behind them, and the doubts
    that forbid reuse: `outside` ones unless the task answers for them.

    There is a stem for each environment that arguments make of the one that the code reaches, and for
    each version that the task may be given.
    """

    __slots__ = ("_stems", "code", "components", "environment", "may_draw", "outside", "refused", "unseeded")

    def __init__(self, name: str, code: Ledger, environment: Ledger) -> None:
        self.code = code
        self.environment = environment
        self.refused = code.refused
        self.outside = code.outside
        self.unseeded = code.unseeded
        self.may_draw = code_may_draw(code)
        self.components = (
            Component("task", "", digest_parts("task", [name.encode()]), name),
            Component("code", "", code.digest),
        )
        self._stems: dict[tuple[Digest, str], Stem] = {}

    def stem(self, environment: Ledger, version: str) -> Stem:
        """The components that come before those of the arguments."""
        stem = self._stems.get((environment.digest, version))
        if stem is None:
            components = [*self.components, environment_component(environment)]
            if version:
                digest = digest_parts("version", [version.encode("utf-8", "surrogatepass")])
                components.append(Component("version", "cache", digest, version))
            stem = self._stems[environment.digest, version] = Stem(components)
        return stem


class Keys:
    """Makes the keys of one run's calls. Code and globals are taken as they are when first asked for.

    `have_files`: a key was made of a file or folder that a call is given.
    """

    def __init__(self, scope: Scope, memo: Memo) -> None:
        self._scope = scope
        self._memo = memo
        self._prints: dict[Callable[..., Any], TaskPrint] = {}
        self.environments = Environments(memo)
        self.have_files = False
        self._ledgers: dict[bytes, Ledger] = {}
        self._late: dict[tuple[bytes, tuple[str, ...]], tuple[Observation, ...]] = {}
        self._described: dict[bytes, tuple[Ledger, dict[Digest, str]]] = {}

    def of_task(self, task: TaskInfo) -> TaskPrint:
        """The fingerprints of the task's code and of the environment that it reaches."""
        found = self._prints.get(task.function)
        if found is None:
            code = self._code(task)
            environment = self.environments.of_call(code)
            found = self._prints[task.function] = TaskPrint(task.name, code, environment)
            self._ledgers.update({code.digest: code, environment.digest: environment})
        return found

    def _code(self, task: TaskInfo) -> Ledger:
        if task.past is None:
            return fingerprint_code(task.function, self._scope, self._memo)
        code = task.past.code
        self._described[code.digest] = code, dict(task.past.sources)
        return code

    def imported(self, task: TaskInfo, modules: tuple[str, ...]) -> tuple[Observation, ...]:
        """What a call of the task depends on for having imported these while it ran."""
        if not modules:
            return ()
        environment = self.of_task(task).environment
        known = self._late.get((environment.digest, modules))
        if known is None:
            found = late_distributions(modules, environment, self._memo)
            known = self._late[environment.digest, modules] = found
        return known

    def distribution_change(self, observation: Observation) -> str | None:
        """What happened to a distribution that a call imported while it ran, in words."""
        return distribution_change(observation, self._memo)

    def ledger(self, digest: bytes) -> Ledger | None:
        """The fingerprint of that digest, if it is one of this run's, with what a person sees of it."""
        return self.described(self._ledgers[digest])[0] if digest in self._ledgers else None

    def described(self, ledger: Ledger) -> tuple[Ledger, dict[Digest, str]]:
        """A fingerprint with what a person sees of its items, and the source texts that they name."""
        known = self._described.get(ledger.digest)
        if known is None:
            known = self._described[ledger.digest] = described_code(ledger, self._memo)
        return known

    def of_call(self, call: Call, lower: Callable[[Argument], Payload], path_of: PathOf) -> Key:
        """The key of a call whose arguments are all there; `lower` gives a reference's artifacts,
        `path_of` a node's path."""
        task = call.task
        prints = self._prints.get(task.function) or self.of_task(task)
        components: list[Component] = []
        plain = True
        for name, argument in call.arguments:
            if type(argument) is Given:
                artifact = argument.artifact
                digest = argument.identity or artifact.digest
                components.append(Component(argument.kind, name, digest, argument.text, argument.origin))
                if artifact.codec != "plain":
                    plain = False
                    self.have_files = self.have_files or argument.kind == "file"
                continue
            payload = lower(argument) if type(argument) is Ref else None
            if type(payload) is Artifact:  # as nearly always, where it is no value
                origin = origin_of(argument, path_of)
                components.append(Component("input", name, payload.digest, payload.type, origin))
                plain = plain and payload.codec == "plain"
            elif type(argument) is Narrowed:
                components += narrowed_components(name, argument, lower, path_of)
                plain = False
            else:
                components.append(component_of(name, argument, lower, path_of))
                plain = False
        if task.seed is not None and self.may_draw(task, _payloads(call, lower)):
            components.append(seed_component(task.seed))
        environment = prints.environment if plain else self._environment(prints, call, lower)
        return make_key(components, prints.stem(environment, task.caching.version))

    def may_draw(self, task: TaskInfo, payloads: Sequence[Payload]) -> bool:
        """Whether a call that is handed these may draw random numbers, so that its seed counts."""
        prints = self._prints.get(task.function) or self.of_task(task)
        return prints.may_draw or any(map(value_may_draw, payloads))

    def _environment(self, prints: TaskPrint, call: Call, lower: Callable[[Argument], Payload]) -> Ledger:
        """The environment that the code reaches, widened by what the arguments are made with."""
        made_with = _NOBODY
        for _, argument in call.arguments:
            for artifact in stored_in(argument, lower):
                made_with |= packages_of(artifact)
        if not made_with:
            return prints.environment
        environment = self.environments.of_call(prints.code, made_with)
        self._ledgers[environment.digest] = environment
        return environment

    def sources(self, digests: Collection[Digest]) -> dict[Digest, str]:
        """Those of these source texts that a fingerprint of this run names."""
        found: dict[Digest, str] = {}
        for _, sources in self._described.values():
            found.update((digest, sources[digest]) for digest in digests if digest in sources)
        return found

    def known_components(self, node: Node) -> tuple[Component, ...]:
        """Those components of a call's key that are known before what it takes of others is there."""
        awaited = awaited_by(node)
        given = [(name, argument) for name, argument in node.arguments if name not in awaited]
        made = (component_of(name, argument, none_is_lowered, str) for name, argument in given)
        # Nor is the environment known before the classes of all arguments are.
        found = (*self.of_task(node.task).components, *made)
        if node.task.seed is not None and self.of_task(node.task).may_draw:
            return (*found, seed_component(node.task.seed))
        return found

    def comparable(self, node: Node, before: Sequence[Component]) -> list[Component]:
        """Those components of an earlier key that `known_components` can be compared with."""
        awaited = awaited_by(node)
        # Without knowing the arguments, whether the seed counts cannot be told.
        open_seed = node.task.seed is not None and not self.of_task(node.task).may_draw
        return [
            part
            for part in before
            # A column of an argument is called `wines[ph]`.
            if not (part.name and part.name.partition("[")[0] in awaited)
            and not (open_seed and part.kind == "chance")
            and part.kind != "environment"
        ]


def _payloads(call: Call, lower: Callable[[Argument], Payload]) -> list[Payload]:
    arguments = [argument for _, argument in call.arguments]
    return [argument.artifact if type(argument) is Given else lower(argument) for argument in arguments]
