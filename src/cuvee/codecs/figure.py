"""matplotlib figures as results: pickled, with a picture beside that can be shown without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.pickling import pickle_value, unpickle_value
from cuvee.codecs.picture import figure_png
from cuvee.codecs.text import class_name

if TYPE_CHECKING:
    from cuvee.codecs.codec import Parts

name = "figure"


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if type(value) is not Figure:
        return None
    # Pickled first: drawing fills in what was left open until then.
    inside, parts, pickler = pickle_value(value, encoding, {Figure: _reduce})
    picture = ("image.png", figure_png(value))
    return Encoded(name, class_name(Figure), inside, (*parts, picture), pickler=pickler)


def decode(parts: Parts) -> Any:
    return unpickle_value(parts)


def _reduce(figure: Figure) -> Any:
    """As matplotlib does, but a copy that is read is not put among pyplot's open windows."""
    reduced: Any = figure.__reduce_ex__(5)
    reduced[2].pop("_restore_to_pylab", None)
    return reduced
