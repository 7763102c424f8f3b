"""The wine example as a command, beside the same steps as a plain script."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.figure import Figure, amount
from benchmarks.processes import Program, best_seconds

_REPOSITORY = Path(__file__).parent.parent
_EXAMPLE = _REPOSITORY / "src/cuvee/examples/wine"
_PLAIN = Path(__file__).parent / "wine_plain.py"


def wine(folder: Path, rounds: int) -> list[Figure]:
    """`rounds` processes of each kind, in a folder that is empty."""
    cold, warm = (Path(shutil.copytree(_EXAMPLE, folder / name)) for name in ("cold", "warm"))
    python, cuvee = sys.executable, Path(sys.executable).with_name("cuvee")
    best = best_seconds(
        {
            "imports": Program([python, "-c", _imports()], warm),
            "plain": Program([python, _PLAIN, "wine_quality.csv"], cold),
            "cold": Program([cuvee, "run", "wine.py"], cold, lambda: shutil.rmtree(cold / ".cuvee", True)),
            "warm": Program([cuvee, "run", "wine.py"], warm),
        },
        rounds,
    )
    plain, imports = best["plain"], best["imports"]
    return [
        Figure("wine, cold ÷ plain script", best["cold"] / plain, "×", 1.05, f"plain {amount(plain, 's')}"),
        Figure(
            "wine, again, unchanged", best["warm"], "s", 0.25, f"its imports alone {amount(imports, 's')}"
        ),
    ]


def _imports() -> str:
    """The import lines of the plain script, without its work."""
    lines = _PLAIN.read_text().splitlines()
    return "\n".join(line for line in lines if line.startswith(("import ", "from ")))
