"""Fingerprints the function `main` of each project named on standard input, in a process of its own.

In: a JSON list of [case, folder, module, prelude]. Out: a JSON object by case.
"""

import importlib
import json
import sys
import traceback
from pathlib import Path

from cuvee.fingerprint.code import fingerprint_code
from cuvee.fingerprint.memo import Memo
from cuvee.fingerprint.scope import Scope


def told(folder: str, module: str, prelude: str) -> dict[str, object]:
    """What the fingerprint of one project's `main` came to."""
    root = Path(folder)
    sys.path.insert(0, folder)
    before = set(sys.modules)
    try:
        importlib.invalidate_caches()
        namespace = vars(importlib.import_module(module))
        exec(prelude, namespace)
        ledger = fingerprint_code(namespace["main"], Scope(root), Memo())
        items = {
            item.name: [item.kind, item.digest.hex(), item.file, item.line, item.via] for item in ledger.items
        }
        doubts = [[doubt.reference, doubt.widened, doubt.file, doubt.line] for doubt in ledger.doubts]
        return {"digest": ledger.digest.hex(), "items": items, "doubts": doubts}
    except Exception:  # noqa: BLE001 - the project's own code; the test shows what it raised
        return {"error": traceback.format_exc()}
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            if _is_of(root, name):
                del sys.modules[name]


def _is_of(root: Path, name: str) -> bool:
    """Whether that is the name of a module there, whatever stands under it and says of itself."""
    top = name.partition(".")[0]
    return (root / f"{top}.py").exists() or (root / top).is_dir()


if __name__ == "__main__":
    json.dump({case: told(*rest) for case, *rest in json.load(sys.stdin)}, sys.stdout)
