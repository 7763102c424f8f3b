"""A channel: messages, whole and in order, over one socket between two processes."""

from __future__ import annotations

import functools
import socket
import threading
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec

from cuvee.codecs.travelling import to_travel, travelled

_LENGTH = 4
_CHUNK = 1 << 16  # for more, the memory would come from the system each time

# How pickles begin; to msgpack it is a map of nothing, which no message is.
_PICKLE = b"\x80"

Incoming = TypeVar("Incoming")


@functools.cache
def decoder_of(incoming: object) -> msgspec.msgpack.Decoder[Any]:
    """What reads values of this type. To make it takes a millisecond or two."""
    return msgspec.msgpack.Decoder(incoming)


class Channel(Generic[Incoming]):
    """Sends values as msgpack, each with its length before it. Any thread may send, one receives.

    One with text that is none in UTF-8 (half of a surrogate pair: a file's name of any bytes, say) goes as a
    pickle: msgpack has no form for it.

    `ended`: the other side is gone, and all that it had sent has been received.
    """

    def __init__(self, link: socket.socket, incoming: object) -> None:
        self._link = link
        self._incoming = incoming
        self._encode = msgspec.msgpack.Encoder().encode
        self._buffer = bytearray()
        self._sending = threading.Lock()
        self.ended = False

    def fileno(self) -> int:
        return self._link.fileno()

    def send(self, message: object) -> None:
        """Send all of it. Raises OSError when nobody is there any more."""
        try:
            body = self._encode(message)
        except UnicodeEncodeError:
            body = to_travel(message)
        with self._sending:
            self._link.sendall(len(body).to_bytes(_LENGTH, "little") + body)

    def receive(self) -> Incoming | None:
        """Wait for the next message; None when there will be none."""
        while True:
            message = self._next()
            if message is not None or not self._read():
                return message

    def arrived(self) -> list[Incoming]:
        """The messages that are there, without waiting."""
        with suppress(BlockingIOError):
            while self._read(socket.MSG_DONTWAIT):
                pass
        found: list[Incoming] = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def close(self) -> None:
        """Give the socket back. Idempotent."""
        self._link.close()

    def _read(self, flags: int = 0) -> bool:
        try:
            data = self._link.recv(_CHUNK, flags)
        except ConnectionError:
            data = b""
        self._buffer += data
        self.ended = not data
        return bool(data)

    def _next(self) -> Incoming | None:
        if len(self._buffer) < _LENGTH:
            return None
        end = _LENGTH + int.from_bytes(self._buffer[:_LENGTH], "little")
        if len(self._buffer) < end:
            return None
        body = memoryview(self._buffer)[_LENGTH:end].toreadonly()
        message: Incoming = travelled(bytes(body)) if body[:1] == _PICKLE else self._decoded(body)
        body.release()
        del self._buffer[:end]
        return message

    def _decoded(self, body: memoryview) -> Any:
        return decoder_of(self._incoming).decode(body)  # made for the first: the other side works already
