"""Loading the methods costs almost nothing until one is used."""

import subprocess
import sys
from pathlib import Path

import pytest

import kit.measure

HEAVY = {"pandas", "numpy", "scipy", "statsmodels", "matplotlib", "polib"}


def loaded_by(code):
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(' '.join(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in out.stdout.split()}


def test_importing_the_methods_loads_no_heavy_library():
    assert not loaded_by("import kit, kit.measure; dir(kit.measure)") & HEAVY


@pytest.mark.parametrize("module", kit.measure.__all__)
def test_importing_one_method_loads_no_heavy_library(module):
    """An official on an old laptop waits for pandas when a table is made, not before."""
    assert not loaded_by(f"import kit.measure.{module}") & HEAVY


def test_every_public_module_can_be_reached_by_name():
    for name in kit.measure.__all__:
        assert getattr(kit.measure, name).__name__ == f"kit.measure.{name}"


def test_dir_lists_the_public_modules_and_nothing_else():
    folder = Path(kit.measure.__file__).parent
    files = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    assert dir(kit.measure) == files
    assert set(files) >= set(kit.measure.DOORS)


def test_a_wrong_name_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="ratez"):
        _ = kit.measure.ratez
