"""Making mixtures: processes side by side, one for each source tree, which makes its mixtures in turn.

Two that come to the same call at once do not both execute it: a mixture claims every call that it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from cuvee.compare.shares import Turn
from cuvee.model.mixture import MixtureDone
from cuvee.operations.mixture_orders import Orderer
from cuvee.operations.mixture_trees import Choice, MixtureTrees
from cuvee.ports.mixing import Mixer, StartMixer


class Making:
    """Makes mixtures on `at_once` processes. Closed when all are made."""

    def __init__(self, trees: MixtureTrees, orderer: Orderer, start: StartMixer, at_once: int) -> None:
        self._trees = trees
        self._orderer = orderer
        self._start = start
        self._at_once = at_once
        self._mixers: dict[Choice, Mixer] = {}
        self._stopped = False

    def make(
        self, turns: Sequence[Turn], late: Callable[[], bool], keep: Collection[Choice] = ()
    ) -> Iterator[tuple[Turn, MixtureDone]]:
        """Each as it is made; none is begun when it is `late`. Processes of the trees in `keep` go on.

        Raises what an order raises: ParameterError for data that is not to be had.
        """
        groups: dict[Choice, list[Turn]] = {}
        for turn in turns:
            groups.setdefault(self._trees.choice(turn.mixture), []).append(turn)
        for choice in groups:
            if choice not in self._mixers:
                self._mixers[choice] = self._start(self._trees.tree(choice))
        answers: SimpleQueue[tuple[Turn, MixtureDone] | None] = SimpleQueue()

        def work(choice: Choice, group: Sequence[Turn]) -> None:
            try:
                for turn in group:
                    if self._stopped or late():
                        break
                    answers.put((turn, self._one(choice, turn)))
                if choice not in keep:
                    self._mixers[choice].close()
            finally:
                answers.put(None)

        with ThreadPoolExecutor(self._at_once, "cuvee-mixing") as pool:
            futures = [pool.submit(work, choice, group) for choice, group in groups.items()]
            try:
                yield from self._heard(answers, futures)
            finally:
                self._stopped = self._stopped or not all(future.done() for future in futures)

    def close(self) -> None:
        """End all processes. Idempotent."""
        for mixer in self._mixers.values():
            mixer.close()

    def _one(self, choice: Choice, turn: Turn) -> MixtureDone:
        folder = self._trees.tree(choice)
        return self._mixers[choice].make(self._orderer.order(folder, turn.mixture, turn.repeat))

    def _heard(
        self, answers: SimpleQueue[tuple[Turn, MixtureDone] | None], futures: Sequence[Future[None]]
    ) -> Iterator[tuple[Turn, MixtureDone]]:
        """What is answered, until each group has come to its end."""
        ended = 0
        while ended < len(futures):
            answer = answers.get()
            if answer is None:
                ended += 1
                failed = next((each for each in futures if each.done() and each.exception()), None)
                if failed is not None:
                    self._stopped = True
                    failed.result()
            else:
                yield answer
        for future in futures:
            future.result()
