#!/usr/bin/env python3
"""Start the Local Rights Kit: ``python3 start.py`` opens it, ``python3 start.py test`` tests it."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def set_up(lock: Path) -> None:
    """Make the environment when the lock changed."""
    want = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / "kit.stamp"
    if stamp.exists() and stamp.read_text() == want:
        return
    print("Setting up (once) ...", flush=True)
    venv.create(VENV, with_pip=True, clear=True)
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", lock], cwd=ROOT, check=True)
    subprocess.run([*pip, "--no-build-isolation", "--no-deps", "-e", "."], cwd=ROOT, check=True)
    stamp.write_text(want)


def main() -> int:
    """Run what the first word asks for."""
    if sys.argv[1:2] == ["test"]:
        set_up(ROOT / "requirements-test.lock")
        return subprocess.run([PYTHON, "-m", "pytest", *sys.argv[2:]], cwd=ROOT).returncode
    set_up(ROOT / "requirements.lock")
    return subprocess.run([PYTHON, "-m", "jupyterlab", "--ip=127.0.0.1"], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
