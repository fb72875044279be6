"""The forms as web pages, for people who do not want to see a notebook: Voilà, on this computer only.

Kernels are started beforehand, so that a form shows at once. Only who has the key in the address gets in,
nothing is asked of another computer, and no page can run code of its own.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from kit.lab import _choose_port, _environment, _private_folder, working_folder

PORT = 8877
_SETTINGS = Path(__file__).resolve().parent / "app_settings"


def open_apps(
    *,
    browser: bool = True,
    port: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    kernels: int = 1,
) -> int:
    """Serve the forms as web pages, and stay until it is stopped with Ctrl-C.

    Parameters
    ----------
    browser : bool
        Whether to open the browser; the address is shown in any case.
    port : int, optional
        The port. Without it, 8877 or another free one is taken.
    folder : path, optional
        Where to work, as for `kit.lab.open_lab`.
    kernels : int
        How many kernels to keep ready; each form that is open uses one of its own.

    Returns
    -------
    int
        0 if it ended as asked, else its exit code.

    Raises
    ------
    SetupError
        If the port is taken or the folder cannot be written.

    Examples
    --------
    >>> open_apps(port=70_000)
    Traceback (most recent call last):
        ...
    kit.errors.SetupError: Port 70000 ...
    """
    from kit.text import text

    with _running(port=_port(port), folder=folder, kernels=kernels) as (child, address):
        print(text("apps.opening", address=address), flush=True)
        if browser:
            import webbrowser

            webbrowser.open(address)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = 0
    print(text("apps.closed"))
    return code


@contextlib.contextmanager
def apps_server(
    *, folder: str | os.PathLike[str] | None = None, port: int | None = None, kernels: int = 1, seconds: float = 60
) -> Iterator[str]:
    """Give the address of the running forms, and stop them afterwards: for tests and demonstrations.

    Parameters
    ----------
    folder, port, kernels
        As for `open_apps`. Give a `folder` of your own to leave the checkout as it is.
    seconds : float
        How long to wait for an answer.

    Yields
    ------
    str
        The address of the list of forms, with the key that opens it.

    Raises
    ------
    SetupError
        As for `open_apps`, and if nothing answers in time.

    Examples
    --------
    >>> with apps_server(port=70_000) as address:
    ...     pass
    Traceback (most recent call last):
        ...
    kit.errors.SetupError: Port 70000 ...
    """
    chosen = _choose_port(port or 0)
    with _running(port=chosen, folder=folder, kernels=kernels, seconds=seconds) as (_, address):
        yield address


def _port(port: int | None) -> int:
    if port is not None:
        return _choose_port(port)
    from kit.errors import SetupError

    with contextlib.suppress(SetupError):
        return _choose_port(PORT)
    return _choose_port(0)


@contextlib.contextmanager
def _running(
    *, port: int, folder: str | os.PathLike[str] | None, kernels: int, seconds: float = 60
) -> Iterator[tuple[subprocess.Popen, str]]:
    from kit.errors import SetupError

    root = working_folder(folder)
    private, token = _private_folder(root), secrets.token_hex(24)
    env = os.environ | _environment(root, private) | {"JUPYTER_TOKEN": token, "PYTHONWARNINGS": "ignore"}
    env["JUPYTER_PATH"] = os.pathsep.join([str(_SETTINGS), *filter(None, [os.environ.get("JUPYTER_PATH")])])
    # Kernels start where the notebook lies: below the course's folder, whose lessons and town they find.
    notebook = private / "forms.ipynb"
    shutil.copyfile(_SETTINGS / notebook.name, notebook)
    with (private / "apps.log").open("w", encoding="utf-8") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "voila", str(notebook), *_options(port, kernels)],
            env=env,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            end = time.monotonic() + seconds
            while not _answers(port):
                if child.poll() is not None or time.monotonic() > end:
                    raise SetupError("apps.no-answer", port=port, log=said.name)
                time.sleep(0.1)
            yield child, f"http://127.0.0.1:{port}/?token={token}"
        finally:
            child.terminate()  # Voilà ends its kernels, too
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _options(port: int, kernels: int) -> list[str]:
    options = {
        # Only this computer can reach it, and only with the key.
        "Voila.ip": "127.0.0.1",
        "Voila.port": port,
        "Voila.port_retries": 0,
        "Voila.open_browser": False,
        "Voila.auto_token": True,  # the one in JUPYTER_TOKEN: on the command line everybody could read it
        "Application.log_level": "ERROR",
        "VoilaConfiguration.template": "kit_forms",
        "VoilaConfiguration.allow_template_override": "NO",
        "VoilaConfiguration.allow_theme_override": "NO",
        "VoilaConfiguration.preheat_kernel": True,
        "VoilaConfiguration.default_pool_size": kernels,
        # A page that is left ends its kernel. Voilà's message for that carries no mark against forged requests;
        # a forger would have to guess the kernel's name. What is forgotten all the same ends after two hours:
        # not sooner, because a laptop that slept over lunch must be able to save.
        "Voila.tornado_settings": "disable_check_xsrf=True",
        "MappingKernelManager.cull_idle_timeout": 7200,
        "MappingKernelManager.cull_interval": 300,
        "KernelManager.transport_encryption": "auto",
    }
    # What JupyterLab adds to its own pages is not needed here.
    unused = ("@jupyter-notebook/lab-extension", "@jupyter/nbgrader", "jupyterlab_pygments")
    left_out = [f"--VoilaConfiguration.extension_denylist={name}" for name in unused]
    return [*(f"--{name}={value}" for name, value in options.items()), *left_out]


def _answers(port: int) -> bool:
    from http.client import HTTPConnection

    # Straight to this computer: a proxy of the town hall has no say here.
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/voila/static/voila-style.js")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
