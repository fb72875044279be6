"""A PostgreSQL of the test's own: in a temporary folder, as a plain user, on a free port."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


def programs():
    """Give the folder of PostgreSQL's programs, or nothing."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)


@contextlib.contextmanager
def server():
    """Run a server; give the beginning of its address, without a database's name."""
    place = Path(tempfile.mkdtemp(prefix="kit-postgres-"))
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(place, user)
    name = user or getpass.getuser()
    options = {"user": user, "cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    (place / "password").write_text("no secret\n")
    (place / "password").chmod(0o644)
    init = [
        "initdb",
        "-D",
        "data",
        "-U",
        name,
        "--auth=scram-sha-256",
        "--pwfile=password",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run([programs() / init[0], *init[1:]], check=True, **options)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    listen = f"-p {port} -h 127.0.0.1 -k {place}"
    control = [programs() / "pg_ctl", "-D", "data", "-w"]
    subprocess.run([*control, "-o", listen, "-l", "log", "start"], check=True, **options)
    try:
        yield f"postgresql+pg8000://{name}:$KIT_TEST_PASSWORD@127.0.0.1:{port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **options)
        shutil.rmtree(place, ignore_errors=True)


def make_database(address, name):
    """Make an empty database and give its address."""
    from sqlalchemy import create_engine, text

    engine = create_engine(os.path.expandvars(f"{address}/postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return f"{address}/{name}"
