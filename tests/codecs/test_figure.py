from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from cuvee.errors import CannotEncode
from cuvee.perform.pack import pack_picture
from cuvee.stores.memory import MemoryStore
from cuvee.testing.codecs import digest_of, round_trip, stored

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def no_display() -> Iterator[None]:
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def drawn(height: float = 2) -> Figure:
    figure = Figure(figsize=(2, 1))
    axes = figure.subplots()
    axes.plot([1, height, 3], label="wine")
    axes.legend()
    return figure


def picture(figure: Any) -> tuple[str, bytes]:
    store = MemoryStore()
    artifact = pack_picture(figure, store)
    assert artifact.codec == "picture"
    [part] = artifact.parts
    return artifact.type, bytes(store.get(part.digest) if part.inline is None else part.inline)


def test_a_figure_comes_back_and_carries_a_picture_of_itself() -> None:
    artifact, store = stored(drawn())
    assert (artifact.codec, artifact.type) == ("figure", "matplotlib.figure.Figure")
    shown = next(part for part in artifact.parts if part.name == "image.png")
    assert bytes(store.get(shown.digest)).startswith(PNG)
    back = round_trip(drawn())
    [line] = back.axes[0].lines
    assert (line.get_label(), list(line.get_ydata())) == ("wine", [1, 2, 3])
    back.axes[0].set_title("can be drawn on")
    back.savefig(io.BytesIO())


def test_different_figures_have_different_digests() -> None:
    assert digest_of(drawn(2)) != digest_of(drawn(2.5))


def test_a_loaded_figure_is_not_among_the_open_windows() -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2])
    back = round_trip(figure)
    assert len(back.axes) == 1
    assert plt.get_fignums() == [figure.number]  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", ["figure", "axes", "pyplot", "subfigure"])
def test_what_matplotlib_draws_is_logged_as_png(what: str) -> None:
    import matplotlib.pyplot as plt

    figure = drawn()
    logged = {
        "figure": lambda: figure,
        "axes": lambda: figure.axes[0],
        "pyplot": lambda: plt.subplots()[0],
        "subfigure": lambda: Figure().subfigures(1, 2)[0].subplots(),
    }[what]()
    media_type, data = picture(logged)
    assert media_type == "image/png"
    assert data.startswith(PNG)


def test_a_pil_image_is_logged_as_png() -> None:
    from PIL import Image

    media_type, data = picture(Image.new("RGB", (2, 2), "red"))
    assert media_type == "image/png"
    assert Image.open(io.BytesIO(data)).getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("figure", "media_type"),
    [
        (PNG + b"...", "image/png"),
        (bytearray(b"\xff\xd8\xff\xe0..."), "image/jpeg"),
        (memoryview(b"GIF89a..."), "image/gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("<svg/>", "image/svg+xml"),
        ("\ufeff\n<?xml version='1.0'?>\n<!-- made --><svg/>", "image/svg+xml"),
        ("<!DOCTYPE html><p>é", "text/html"),
        ("<div>a</div>", "text/html"),
    ],
)
def test_pictures_in_bytes_and_text_are_logged_as_they_are(figure: Any, media_type: str) -> None:
    expected = figure.encode() if isinstance(figure, str) else bytes(figure)
    assert picture(figure) == (media_type, expected)


@pytest.mark.parametrize("figure", [3, None, "wine.png", b"abc", "", b"\xff\xfe", [1], object()])
def test_anything_else_is_refused_with_a_word_on_what_to_give(figure: Any) -> None:
    with pytest.raises(CannotEncode, match="give a matplotlib figure"):
        picture(figure)
