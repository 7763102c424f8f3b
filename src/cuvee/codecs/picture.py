"""Pictures that tasks log: whatever draws, as bytes that a page can show, with their media type."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.text import class_name
from cuvee.errors import CannotEncode

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "picture"

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_TEXT = {"<svg": "image/svg+xml", "<!doctype html": "text/html", "<html": "text/html", "<div": "text/html"}


def encode_picture(figure: Any) -> Encoded:
    """A picture as it was logged, its media type as meta.

    Takes a matplotlib figure or axes, a PIL image, bytes that are PNG, JPEG, GIF or SVG, and text
    that is SVG or HTML. Raises CannotEncode for anything else.
    """
    data, media_type = _drawn(figure)
    return Encoded(name, media_type, media_type.encode(), (("image", data),))


def encode(value: Any, encoding: Encoding) -> Encoded | None:  # noqa: ARG001 - the protocol's
    """None: a value is never stored as a mere picture of it."""
    return None


def decode(parts: Parts) -> bytes:
    return bytes(parts.read("image"))


def figure_png(figure: Any) -> bytes:
    """A matplotlib figure, drawn; no window and no display are needed."""
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _drawn(figure: Any) -> tuple[bytes, str]:
    if isinstance(figure, bytes | bytearray | memoryview):
        data = bytes(figure)
        for magic, media_type in _MAGIC.items():
            if data.startswith(magic):
                return data, media_type
        return data, _text_type(data[:4096].decode("utf-8", "replace"), figure)
    if isinstance(figure, str):
        return figure.encode("utf-8", "replace"), _text_type(figure, figure)
    libraries = {cls.__module__.partition(".")[0] for cls in type(figure).__mro__}
    if "matplotlib" in libraries and (whole := _whole_figure(figure)) is not None:
        return figure_png(whole), "image/png"
    if "PIL" in libraries and callable(getattr(figure, "save", None)):
        out = io.BytesIO()
        figure.save(out, format="PNG")
        return out.getvalue(), "image/png"
    raise _unknown(figure)


def _whole_figure(drawn: Any) -> Any:
    """The figure that axes, or what else matplotlib draws, belong to."""
    while drawn is not None and not callable(getattr(drawn, "savefig", None)):
        drawn = getattr(drawn, "figure", None)
    return drawn


def _text_type(text: str, figure: Any) -> str:
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<?xml") and "<svg" in start:
        return "image/svg+xml"
    for opening, media_type in _TEXT.items():
        if start.startswith(opening):
            return media_type
    raise _unknown(figure)


def _unknown(figure: Any) -> CannotEncode:
    return CannotEncode(
        f"a {class_name(type(figure))} is not a picture that can be logged: "
        "give a matplotlib figure, a PIL image, PNG, JPEG or GIF bytes, or the text of an SVG or HTML"
    )
