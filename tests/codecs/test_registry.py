from __future__ import annotations

import subprocess
import sys

import pytest

from cuvee.codecs.registry import _MODULES, codec_named
from cuvee.errors import CannotDecode


@pytest.mark.parametrize("name", _MODULES)
def test_each_codec_is_called_what_it_writes(name: str) -> None:
    if name in ("tensor", "torch"):
        pytest.importorskip("torch")
    codec = codec_named(name)
    assert codec.name == name
    assert callable(codec.encode)
    assert callable(codec.decode)


def test_a_codec_of_another_version_is_told() -> None:
    with pytest.raises(CannotDecode, match=r"'parquet7'.*upgrade"):
        codec_named("parquet7")


def test_a_plain_value_imports_no_library() -> None:
    code = (
        "import sys\n"
        "from cuvee.testing.codecs import round_trip\n"
        "assert round_trip({'a': [1, (2, 'b')]}) == {'a': [1, (2, 'b')]}\n"
        "heavy = {'numpy', 'pandas', 'sklearn', 'matplotlib', 'cloudpickle', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
