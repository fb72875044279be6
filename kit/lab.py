"""JupyterLab as learners meet it: calm, on this computer only, with settings of its own.

Everything JupyterLab keeps (settings, layout, kernels' files) goes to the hidden folder ``.lab``
in the course's folder. Your own JupyterLab settings are neither read nor changed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from kit import course
from kit.own_copy import FOLDERS, copy_course

START = "modules/00_start_here.ipynb"
PORT = 8888
_SETTINGS = Path(__file__).resolve().parent / "lab_settings"

# What the repository holds for maintainers and graders; learners need not scroll past it.
HIDDEN = (
    *("benchmarks", "kit", "solutions", "tests", "wheelhouse"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-CONTENT.md", "README.md"),
    *("conftest.py", "environment.yml", "nbgrader_config.py", "pyproject.toml", "start.py"),
    *("requirements.lock", "requirements-test.lock", "__pycache__", "*.pyc"),
)


def open_lab(
    page: str = START,
    *,
    browser: bool = True,
    port: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    everything: bool = False,
) -> int:
    """Open the kit in the browser, and stay until it is stopped with Ctrl-C.

    A kit that is open already is shown again; a second server would let two windows
    overwrite each other's work.

    Parameters
    ----------
    page : str
        The notebook to show, counted from the course's folder.
    browser : bool
        Whether to open the browser; the address is shown in any case.
    port : int, optional
        The port. Without it, 8888 or the next free one is taken.
    folder : path, optional
        Where to work. Without it: the checkout; for an installed kit, ``local-rights-kit`` in
        the present folder. Lessons and exercises are copied there; your work is never overwritten.
    everything : bool
        Whether to show all files, the terminal and all of nbgrader, as maintainers need.

    Returns
    -------
    int
        0 if JupyterLab ended as asked, else its exit code.

    Raises
    ------
    SetupError
        If the port is taken, the page is not there or the folder cannot be written.

    Examples
    --------
    >>> open_lab("modules/no_such_lesson.ipynb")
    Traceback (most recent call last):
        ...
    kit.errors.SetupError: There is no page modules/no_such_lesson.ipynb ...
    """
    from kit.text import text

    root = working_folder(folder)
    path = _page_in(root, page)
    private = _private_folder(root)
    os.environ.update(_environment(root, private))
    if port is None and (address := _open_already(private, path)):
        print(text("lab.open-already", address=address))
        if browser:
            import webbrowser

            webbrowser.open(address)
        return 0
    chosen = _choose_port(port)
    if port is None and chosen != PORT:
        print(text("lab.other-port", wanted=PORT, port=chosen))
    token = os.environ["JUPYTER_TOKEN"] = secrets.token_hex(24)
    print(text("lab.opening", address=_address(chosen, path, token)), flush=True)

    from jupyterlab.labapp import LabApp

    options = _options(root, private, port=chosen, path=path, everything=everything)
    try:
        LabApp.launch_instance([*options, f"--ServerApp.open_browser={browser}"])
    except SystemExit as stop:
        return int(stop.code or 0)
    print(text("lab.closed"))
    return 0


@contextlib.contextmanager
def server(
    page: str = START,
    *,
    folder: str | os.PathLike[str] | None = None,
    port: int | None = None,
    everything: bool = False,
    seconds: float = 60,
) -> Iterator[str]:
    """Give the address of a running kit, and stop it afterwards: for tests and demonstrations.

    Parameters
    ----------
    page, folder, port, everything
        As for `open_lab`. Give a `folder` of your own to leave the checkout as it is.
    seconds : float
        How long to wait for JupyterLab to answer.

    Yields
    ------
    str
        The address of the page, with the token that opens it.

    Raises
    ------
    SetupError
        As for `open_lab`, and if JupyterLab does not answer in time.

    Examples
    --------
    >>> with server("modules/no_such_lesson.ipynb") as address:
    ...     pass
    Traceback (most recent call last):
        ...
    kit.errors.SetupError: There is no page modules/no_such_lesson.ipynb ...
    """
    from kit.errors import SetupError

    root = working_folder(folder)
    path = _page_in(root, page)
    private = _private_folder(root)
    # Several may start at the same moment: each takes a port that the system picks.
    chosen, token = _choose_port(port or 0), secrets.token_hex(24)
    options = _options(root, private, port=chosen, path=path, everything=everything)
    env = os.environ | _environment(root, private) | {"JUPYTER_TOKEN": token}
    with (private / "server.log").open("w", encoding="utf-8") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, "--ServerApp.open_browser=False"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            end = time.monotonic() + seconds
            while not _answers(chosen, token):
                if child.poll() is not None or time.monotonic() > end:
                    raise SetupError("lab.no-answer", port=chosen, log=log.name)
                time.sleep(0.1)
            yield _address(chosen, path, token)
        finally:
            _stop(child, chosen, token)


def working_folder(folder: str | os.PathLike[str] | None = None) -> Path:
    """Give the folder a learner works in; for an installed kit, put the course there.

    Parameters
    ----------
    folder : path, optional
        The folder asked for. Without it: the checkout, or ``local-rights-kit`` in the present folder.

    Raises
    ------
    SetupError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> (working_folder(tempfile.mkdtemp()) / "modules").is_dir()
    True
    """
    from kit.text import text

    parents = {course.folder(name).parent for name in FOLDERS}
    checkout = parents.pop()
    is_checkout = not parents and (checkout / "pyproject.toml").is_file()
    if folder is None and is_checkout:
        return checkout
    here = Path.cwd()
    if folder is None:
        folder = here if (here / START).is_file() else here / "local-rights-kit"
    root = Path(folder).expanduser().absolute()
    if is_checkout and root == checkout:
        return checkout
    for kept in copy_course(root):
        print(text("lab.kept", file=kept))
    return root


# ---------------------------------------------------------------- settings


def _options(root: Path, private: Path, *, port: int, path: str, everything: bool) -> list[str]:
    options = {
        # Only this computer can reach it, and only with the token.
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": root,
        "ServerApp.allow_root": True,  # containers know no other user
        "Application.log_level": "ERROR",
        "ServerApp.answer_yes": True,
        "KernelManager.transport_encryption": "auto",
        "LabApp.default_url": "/doc/tree/" + quote(path),
        # No news, no search for updates or add-ons: nothing is asked of the internet.
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "LabApp.user_settings_dir": private / "settings",
        "LabApp.workspaces_dir": private / "workspaces",
    }
    if not everything:
        # nbgrader's parts for teachers, Voilà's preview, and the search for language servers, which starts npm.
        off = [f"nbgrader.server_extensions.{name}" for name in ("assignment_list", "course_list", "formgrader")]
        options |= {
            "LabApp.app_settings_dir": _SETTINGS,
            "ServerApp.terminals_enabled": False,
            "ServerApp.jpserver_extensions": dict.fromkeys([*off, "jupyter_lsp", "voila.server_extension"], False),
        }
    listed = [f"--{name}={value}" for name, value in options.items()]
    return listed if everything else [*listed, *(f"--ContentsManager.hide_globs={name}" for name in HIDDEN)]


def _environment(root: Path, private: Path) -> dict[str, str]:
    env = {
        "JUPYTER_CONFIG_DIR": private / "config",
        "JUPYTER_DATA_DIR": private / "data",
        "JUPYTER_RUNTIME_DIR": private / "runtime",
        "IPYTHONDIR": private / "ipython",
        "KIT_TOWN": os.environ.get("KIT_TOWN") or root / "my_town",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }
    return {name: str(value) for name, value in env.items()}


def _private_folder(root: Path) -> Path:
    private = root / ".lab"
    try:
        for folder in (root / "my_town", private / "runtime", private / "ipython"):
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root), tempfile.TemporaryFile(dir=private):
            pass
    except OSError as error:
        from kit.errors import SetupError

        raise SetupError("lab.no-write", folder=root) from error
    return private


def _page_in(root: Path, page: str) -> str:
    path = (root / page).resolve()
    if not path.is_file() or not path.is_relative_to(root.resolve()):
        from kit.errors import SetupError

        raise SetupError("lab.no-page", page=page, folder=root)
    return path.relative_to(root.resolve()).as_posix()


# ---------------------------------------------------------------- the running server


def _choose_port(port: int | None) -> int:
    wanted = [port] if port is not None else [*range(PORT, PORT + 50), 0]
    for number in wanted:
        with socket.socket() as probe:
            if os.name == "posix":  # a port just left counts as free; on Windows this would steal it
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError, OverflowError):
                probe.bind(("127.0.0.1", number))
                return probe.getsockname()[1]
    from kit.errors import SetupError

    raise SetupError("lab.port-taken", port=port)


def _address(port: int, path: str, token: str) -> str:
    return f"http://127.0.0.1:{port}/doc/tree/{quote(path)}?token={token}"


def _open_already(private: Path, path: str) -> str | None:
    from jupyter_server.serverapp import list_running_servers

    for found in list_running_servers(str(private / "runtime")):
        if _answers(found["port"], found["token"]):
            return _address(found["port"], path, found["token"])
    return None


def _answers(port: int, token: str) -> bool:
    with contextlib.suppress(OSError):
        return _ask(port, token, "/api/status").status == 200
    return False


def _ask(port: int, token: str, path: str, method: str = "GET"):
    from http.client import HTTPConnection

    # Straight to this computer: a proxy of the town hall has no say here.
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers={"Authorization": f"token {token}"})
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def _stop(child: subprocess.Popen, port: int, token: str) -> None:
    with contextlib.suppress(OSError):
        _ask(port, token, "/api/shutdown", "POST")  # ends the kernels, too
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
