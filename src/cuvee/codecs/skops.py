"""scikit-learn estimators by skops: a form that runs no code when it is read.

Where it is asked for: skops takes a second or more to import. Its archive has addresses and random names
in it, so that its files are kept one by one under names that are the same each time. What does not
come back exactly, or needs a class that is neither scikit-learn's nor of what that stands on, is left to
pickle.
"""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from cuvee.codecs.codec import Encoded, Encoding
from cuvee.codecs.pickling import Pickled, pickle_value
from cuvee.codecs.plain import encode_plain
from cuvee.codecs.text import class_name
from cuvee.errors import CannotDecode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cuvee.codecs.codec import Parts

name = "skops"

_SCHEMA = "schema.json"
_NPY = b"\x93NUMPY"

# Whose classes may be in a model, beside those that skops knows to be harmless. Of a tree skops says that
# altered numbers may point outside of its memory: whether they were altered is known by their digest.
_TRUSTED = frozenset({"sklearn", "numpy", "scipy"})


def encode(value: Any, encoding: Encoding) -> Encoded | None:
    if encoding.models != "skops":
        return None
    import sklearn
    import skops
    from sklearn.base import BaseEstimator

    if not isinstance(value, BaseEstimator):
        return None
    pickled = pickle_value(value, encoding)
    files = _files(value)
    if files is None or not _comes_back(files, value, encoding):
        return None
    meta = encode_plain((f"{sklearn.__version__}, skops {skops.__version__}", pickled.inside))
    return Encoded(name, class_name(type(value)), meta, tuple(files.items()), pickler=pickled.pickler)


def decode(parts: Parts) -> Any:
    try:
        return _read({each: bytes(parts.read(each)) for each in parts.names()})
    except Exception as error:  # skops, and the setters of the estimators in it
        raise CannotDecode(
            f"a {parts.type} cannot be read by skops ({type(error).__name__}: {error}): is it installed, "
            "in a version that reads what was written? Or run again"
        ) from error


def _files(value: Any) -> dict[str, bytes] | None:
    """The files of skops' archive by steady names; None of what skops cannot write."""
    from skops.io import dumps

    try:
        archive = dumps(value)
    except Exception:  # noqa: BLE001 - the value's own code, which may raise anything: pickle may take it
        return None
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        found = {each: opened.read(each) for each in opened.namelist()}
    schema = json.loads(found.pop(_SCHEMA))
    names: dict[str, str] = {}
    numbers: dict[int, int] = {}
    for node in _nodes(schema):
        if node.get("is_json"):  # a number or a word: whether two of them are one object is chance
            node.pop("__id__", None)
        elif "__id__" in node:
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers))
        file = node.get("file")
        if isinstance(file, str) and file in found:
            node["file"] = names.setdefault(file, f"{len(names)}.{file.rpartition('.')[2]}")
    if names.keys() != found.keys():
        return None
    files = {name: _without_gaps(found[file]) for file, name in names.items()}
    return {_SCHEMA: json.dumps(schema).encode(), **files}


def _without_gaps(content: bytes) -> bytes:
    """An array's file without what happens to lie between the fields of its items; any other as it is."""
    if not content.startswith(_NPY):
        return content
    import numpy as np

    from cuvee.codecs.numpy import without_padding

    array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype.names is None:
        return content
    clean = io.BytesIO()
    np.save(clean, without_padding(array), allow_pickle=False)
    return clean.getvalue()


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects in a JSON value, each before what is in it."""
    if isinstance(tree, dict):
        yield tree
    for each in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(each)


def _read(files: dict[str, bytes]) -> Any:
    """The value. Raises what skops raises, TypeError for a class that is not to be trusted."""
    from skops.io import get_untrusted_types, loads

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for each, content in files.items():
            opened.writestr(each, content)
    data = archive.getvalue()
    found = get_untrusted_types(data=data)
    if not all(each.partition(".")[0] in _TRUSTED for each in found):
        raise TypeError(f"it has classes in it that are not to be trusted: {', '.join(found)}")
    return loads(data, trusted=found)


def _comes_back(files: dict[str, bytes], value: Any, encoding: Encoding) -> bool:
    """Whether what is read from these files is to the bit what was written."""
    try:
        with warnings.catch_warnings(action="ignore"):
            back = pickle_value(_read(files), encoding, flat=True)
        return _joined(back) == _joined(pickle_value(value, encoding, flat=True))
    except Exception:  # noqa: BLE001 - whatever it is, pickle takes the value
        return False


def _joined(pickled: Pickled) -> bytes:
    return b"".join(memoryview(content).cast("B") for _, content in pickled.parts)
