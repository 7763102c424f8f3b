"""Long byte strings go to the store by a second thread, while this one looks at the value.

Digests and writes let other threads go on, so on two cores the profile of a value costs no time of
its own. Nothing returns before all is written: whoever encodes a value may change it afterwards.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar, Union

from cuvee.model.digest import Digest, digest_bytes
from cuvee.perform.parts import Written

if TYPE_CHECKING:
    from cuvee.ports.blobs import BlobStore

LEAST_BYTES = 1 << 20
"""Below this a second thread costs more than it saves."""

Looked = TypeVar("Looked")

Step = Callable[[], Union["Step", None]]
"""Something to do, which gives what is to be done after it, by whoever has time."""

Measure = Callable[[memoryview], Digest]


def write_while(
    contents: Sequence[memoryview],
    store: BlobStore,
    look: Callable[[], Looked],
    measure: Measure = digest_bytes,
    digests: Sequence[Digest] | None = None,
) -> tuple[list[Written], Looked]:
    """Put all contents into the store: the digest and size of each, and what `look` gives. `digests` are
    those of the contents, where they are known already; else `measure` gives them.

    Raises what the store or `look` raises; even then nothing goes on behind.
    """
    written: dict[int, Written] = {}

    def write(at: int, digest: Digest) -> None:
        written[at] = Written(*store.put(contents[at], digest))

    def name(at: int) -> Step:
        return partial(write, at, measure(contents[at]))

    if digests is None:
        steps: list[Step] = [partial(name, at) for at in range(len(contents))]
    else:
        steps = [partial(write, at, digest) for at, digest in enumerate(digests)]
    looked = _in_two_threads(contents, steps, look)
    return [written[at] for at in range(len(contents))], looked


def digest_all(contents: Sequence[memoryview], measure: Measure = digest_bytes) -> list[Digest]:
    """What `measure` gives for each."""
    found: dict[int, Digest] = {}

    def name(at: int) -> None:
        found[at] = measure(contents[at])

    _in_two_threads(contents, [partial(name, at) for at in range(len(contents))], lambda: None)
    return [found[at] for at in range(len(contents))]


def _in_two_threads(
    contents: Sequence[memoryview], steps: Iterable[Step], look: Callable[[], Looked]
) -> Looked:
    """What `look` gives; all steps, which are about these contents, are done while this thread looks and
    then helps."""
    working = _Working(steps)
    if sum(content.nbytes for content in contents) < LEAST_BYTES:
        working.work()
        working.check()
        return look()
    thread = threading.Thread(target=working.work, name="cuvee-writing")
    thread.start()
    try:
        looked = look()
        working.work()
        thread.join()
    except BaseException:
        working.stop()
        raise
    finally:
        thread.join()
    working.check()
    return looked


class _Working:
    """What is still to be done. Any number of threads may work at it."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._left = deque(steps)
        self._error: BaseException | None = None
        self._stopped = False

    def work(self) -> None:
        """Go on until nothing is left, or something went wrong. What comes after a step is done last, so
        that none of the threads ends long before the other."""
        while self._left and self._error is None and not self._stopped:
            try:
                step = self._left.popleft()
            except IndexError:  # the other thread took the last
                return
            try:
                after = step()
            except BaseException as error:  # noqa: BLE001 - raised by `check`, in the thread that waits
                self._error = error
            else:
                if after is not None:
                    self._left.append(after)

    def stop(self) -> None:
        """Leave the rest: what is under way comes to its end."""
        self._stopped = True

    def check(self) -> None:
        """Raises what went wrong."""
        if self._error is not None:
            raise self._error
