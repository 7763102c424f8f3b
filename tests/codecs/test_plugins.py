"""A codec that an installed distribution brings, as its author would write it and its user install it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

CODEC = """
from cuvee.codecs.codec import Encoded
from geo import Point

name = "geo.point"


def encode(value, encoding):
    if type(value) is not Point:
        return None
    return Encoded(name, "geo.Point", f"{value.x},{value.y}".encode())


def decode(parts):
    return Point(*map(float, bytes(parts.meta).decode().split(",")))
"""
GEO = """
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __reduce__(self):
        raise TypeError("points cannot be pickled")


class Line:
    pass
"""
PROGRAM = """
import geo
from cuvee.testing.codecs import round_trip, stored

artifact, _ = stored(geo.Point(1.5, 2.0))
print(artifact.codec, artifact.type, artifact.meta.decode(), round_trip(geo.Point(1.5, 2.0)).y)
print(stored([geo.Point(0, 1)])[0].children[0][1].codec, stored(geo.Line())[0].codec)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the library and the plug-in, from a wheel."""
    folder = tmp_path_factory.mktemp("plugin")
    wheel = folder / "cuvee_geo-1.0-py3-none-any.whl"
    about = "cuvee_geo-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("geo.py", GEO)
        file.writestr("cuvee_geo.py", CODEC)
        file.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: cuvee-geo\nVersion: 1.0\n")
        file.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr(f"{about}/entry_points.txt", "[cuvee.codecs]\ngeo.point = cuvee_geo\n")
        file.writestr(f"{about}/RECORD", "")
    target = folder / "site"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return target


def said(folder: Path, program: str = PROGRAM) -> str:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(folder)!r})\n" + textwrap.dedent(program),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_an_installed_plug_in_keeps_values_of_its_library(installed: Path) -> None:
    assert said(installed) == "geo.point geo.Point 1.5,2.0 2.0\ngeo.point pickle\n"


def test_it_is_not_loaded_before_a_value_of_its_library_is_met(installed: Path) -> None:
    program = """
        import sys, fractions
        from cuvee.testing.codecs import stored
        class Mine: pass
        stored([1, "a", fractions.Fraction(1, 2)]), stored(Mine())
        print("cuvee_geo" in sys.modules)
    """
    assert said(installed, program) == "False\n"


def test_what_it_wrote_says_what_to_install_where_it_is_gone(tmp_path: Path) -> None:
    program = """
        from cuvee.codecs.registry import codec_named
        from cuvee.errors import CannotDecode
        try:
            codec_named("geo.point")
        except CannotDecode as error:
            print(error)
    """
    assert "stored as 'geo.point', which neither this cuvee nor a plug-in reads" in said(tmp_path, program)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("name = ", "naem = "), "the codec 'cuvee_geo' of cuvee-geo cannot be loaded"),
        (('"geo.point"', '"geo"'), "is named 'geo', and its entry point 'geo.point': they must agree"),
        (("return Encoded(name", "return Encoded('geo'"), "wrote as 'geo', which is not its name"),
        (
            ("    return Encoded", "    raise KeyError(value.x)\n    return Encoded"),
            "failed on a Point: KeyError(1.5)",
        ),
    ],
)
def test_what_is_wrong_with_it_is_told_with_where_it_comes_from(
    installed: Path, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    (tmp_path / "cuvee_geo.py").write_text(CODEC.replace(*change))
    program = f"""
        import sys; sys.path.insert(0, {str(tmp_path)!r})
        import geo
        from cuvee.errors import CannotEncode
        from cuvee.testing.codecs import stored
        try:
            stored(geo.Point(1.5, 2.0))
        except CannotEncode as error:
            print(error)
    """
    assert message in said(installed, program)
