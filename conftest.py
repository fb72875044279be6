"""What all tests and doctests share: no setting of this computer or its user plays a part."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

# Before anything of Jupyter is imported: the user's own settings are neither read nor changed.
_HOME = Path(tempfile.mkdtemp(prefix="kit-tests-"))
os.environ.update(
    {
        "JUPYTER_CONFIG_DIR": str(_HOME / "config"),
        "JUPYTER_DATA_DIR": str(_HOME / "data"),
        "JUPYTER_RUNTIME_DIR": str(_HOME / "runtime"),
        "IPYTHONDIR": str(_HOME / "ipython"),
        "MPLBACKEND": "agg",
    }
)
for _name in ("KIT_LANG", "KIT_TOWN", "KIT_DEBUG"):
    os.environ.pop(_name, None)

# The long ones first, so that no worker is left alone with one at the end.
_LONG = ("browser", "grading", "notebook", "slow")


def pytest_collection_modifyitems(items):
    """Keep on one worker what would wait for itself (browsers), or be made twice (the graded class)."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif "toy_class" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("class"))
    items.sort(key=_how_long)


def _how_long(item):
    return next((place for place, name in enumerate(_LONG) if item.get_closest_marker(name)), len(_LONG))


def pytest_unconfigure():
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _in_english():
    """Each test begins in English, whatever the one before it chose."""
    from kit.text import set_language

    set_language(None)
    yield
    set_language(None)
