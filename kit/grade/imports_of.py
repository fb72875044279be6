"""Which modules an exercise uses: they are loaded once, before any student's program starts."""

from __future__ import annotations

import ast
import contextlib
import json
from pathlib import Path

# A teacher's own file beside the notebook is a student's to read, not the warm parent's.
_OFTEN = ("numpy", "pandas", "matplotlib.pyplot")


def modules(source: Path) -> list[str]:
    """Name the modules that the notebooks of an exercise import.

    Parameters
    ----------
    source : Path
        The folder of the source.

    Examples
    --------
    >>> modules(Path("no such folder"))
    []
    """
    found: set[str] = set()
    for path in sorted(source.glob("*.ipynb")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if cell.get("cell_type") == "code":
                    found |= _imported("".join(cell["source"]))
    beside = {path.stem for path in source.glob("*.py")}
    return sorted(name for name in found if name.split(".")[0] not in beside)


def _imported(code: str) -> set[str]:
    kept = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines())
    try:
        tree = ast.parse(kept)
    except (SyntaxError, ValueError):
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found
