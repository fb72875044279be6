"""The ordinary IPython kernel, on one connection in the place of its five sockets.

It is built once, in the warm parent, and becomes a student's kernel by a fork: no thread, no
event loop and no socket exists before. What it publishes goes out as messages of `kit.grade.frames`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import os
import signal
import sys
import threading
import types
from collections.abc import Sequence
from typing import Any

from kit.grade.agent import Agent
from kit.grade.frames import Channel

_SHELL = types.SimpleNamespace(name="shell")
# Loaded before the fork where they are installed, so that no student's notebook has to wait for them.
PRELOAD = (
    "ipykernel.debugger", "ipykernel.zmqshell", "IPython.core.completer", "IPython.core.magic_arguments",
    "IPython.core.logger", "IPython.core.magics", "IPython.core.magics.basic", "IPython.core.magics.display",
    "IPython.core.magics.execution", "IPython.core.magics.pylab", "tornado.platform.asyncio",
    "IPython.utils.module_paths", "matplotlib_inline.config", "numpy", "pandas", "matplotlib.pyplot",
    "pandas.io.formats.html", "pandas.io.formats.string", "pandas.plotting._matplotlib", "kit.data", "kit.learn",
    "kit.learn.checking", "kit.learn.tasks", "kit.grade.plain_data",
)  # fmt: skip


def preload(names: Sequence[str] = PRELOAD) -> None:
    """Load modules that notebooks use, and make matplotlib ready to draw."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if "matplotlib.pyplot" in sys.modules:
        import io

        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.registry import backend_registry
        from matplotlib.figure import Figure

        figure = Figure()
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.plot([1, 2], label="warm")
        axes.legend()
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
        with contextlib.suppress(AttributeError):
            backend_registry._ensure_entry_points_loaded()


def build() -> Any:
    """Build IPython's kernel application without a socket; `serve` puts it to work after a fork."""
    from ipykernel.iostream import IOPubThread
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from jupyter_client.session import Session, json_default
    from traitlets import Any as AnyTrait

    class BoxSession(Session):
        channel = AnyTrait()
        lock = AnyTrait()

        def send(
            self, stream, msg_or_type, content=None, parent=None, metadata=None, buffers=None, header=None, **_
        ):
            message = msg_or_type
            if not isinstance(message, dict):
                message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
            if self.channel is None:
                return message
            import json

            said = {
                "reply" if stream is _SHELL else "says": message["header"]["msg_type"],
                "to": (message.get("parent_header") or {}).get("msg_id"),
                "content": message["content"],
                "metadata": message.get("metadata") or {},
            }
            said = json.loads(json.dumps(said, default=json_default, allow_nan=False, ensure_ascii=True))
            with self.lock:
                self.channel.send(said)
            return message

        def feed_identities(self, msg_list, copy=True):
            return [], msg_list

        def deserialize(self, msg_list, content=True, copy=True):
            return msg_list

    class NoLoop:
        def call_later(self, *_):
            return None

        def add_callback(self, action, *arguments):
            action(*arguments)

    class Publisher(IOPubThread):
        def __init__(self):
            self.io_loop, self.thread, self._master_pid = NoLoop(), None, os.getpid()
            self.background_socket = self

        def schedule(self, f):
            f()

        def start(self):
            pass

        def stop(self):
            pass

        def close(self):
            pass

        def send_multipart(self, *_, **__):
            pass

    class Kernel(IPythonKernel):
        shell_stream = AnyTrait()
        debugpy_stream = AnyTrait()
        control_stream = AnyTrait()
        _supports_kernel_subshells = property(lambda self: False)

    class App(IPKernelApp):
        def init_sockets(self):
            self.iopub_thread = self.iopub_socket = Publisher()

        def _nothing(self, *_, **__):
            pass

        init_heartbeat = init_connection_file = write_connection_file = cleanup_connection_file = _nothing
        init_poller = init_signal = reset_io = _nothing

        def log_connection_info(self):
            self._ports = {}

        def init_kernel(self):
            self.kernel = Kernel.instance(
                parent=self,
                session=self.session,
                shell_stream=_SHELL,
                iopub_thread=self.iopub_thread,
                iopub_socket=self.iopub_socket,
                stdin_socket=None,
                log=self.log,
                profile_dir=self.profile_dir,
                user_ns=self.user_ns,
                control_thread=None,
                debugpy_stream=None,
                shell_channel_thread=types.SimpleNamespace(parent_thread=threading.main_thread()),
            )
            self.displayhook.get_execution_count = lambda: self.kernel.execution_count

    session = BoxSession(channel=None, lock=threading.RLock(), key=b"")
    app = App.instance(session=session, capture_fd_output=False)
    app.initialize(["--HistoryManager.hist_file=:memory:", "--HistoryManager.enabled=False", "--log-level=50"])
    _quick_tracebacks(app)
    # Its import hooks into the shell that runs: each kernel imports it anew.
    sys.modules.pop("matplotlib_inline.backend_inline", None)
    return app


def serve(app: Any, channel: Channel) -> None:
    """Be a student's kernel until the other side hangs up. Called in the forked process."""
    from tornado import ioloop

    kernel = app.kernel
    for stream in (sys.stdout, sys.stderr, app.iopub_thread):
        stream._master_pid = os.getpid()
    app.session.channel = channel
    kernel._execute_sleep = 0
    agent = Agent(kernel.shell.user_ns, channel)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()

    async def run() -> None:
        kernel.io_loop = ioloop.IOLoop.current()
        kernel._control_lock = asyncio.Lock()
        channel.send({"ready": True, "language_info": kernel.language_info})
        while True:
            try:
                said, blob = channel.receive()
            except KeyboardInterrupt:
                continue
            except EOFError:
                os._exit(0)
            if "ask" in said:
                agent.serve(said, blob)
            else:
                await kernel.dispatch_shell(_request(said))

    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio.run(run())


def _request(said: dict) -> dict:
    header = {
        "msg_id": said["id"],
        "msg_type": "execute_request",
        "session": "box",
        "username": "",
        "version": "5.3",
    }
    content = {
        "code": said["run"],
        "silent": bool(said.get("silent")),
        "store_history": not said.get("silent"),
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content}


def _quick_tracebacks(app: Any) -> None:
    """Make the same traceback text with less work, and do the work that all share before the fork."""
    import linecache

    import stack_data
    from pygments.formatters import terminal256

    shell = app.kernel.shell
    # IPython formats every error a second time for its history, which nobody reads here.
    type(shell)._format_exception_for_storage = lambda self, *_, **__: None
    styled = functools.lru_cache(None)(stack_data.core.style_with_executing_node)
    plain = stack_data.core.style_with_executing_node
    for module in list(sys.modules.values()):
        if getattr(module, "style_with_executing_node", None) is plain:
            module.style_with_executing_node = styled
    formatter, made = terminal256.Terminal256Formatter, {}
    first = formatter.__init__

    def remember(self, **options):
        key = (type(self), tuple(sorted(options.items(), key=str)))
        try:
            known = made.get(key)
        except TypeError:
            return first(self, **options)
        if known is None:
            first(self, **options)
            made[key] = dict(self.__dict__)
        else:
            self.__dict__.update(known)

    formatter.__init__ = remember
    source = (
        "def rule(x):\n    import pandas\n    return pandas.DataFrame({'a': [x]}).groupby('b').sum()\n\nrule(1)\n"
    )
    linecache.cache["<warm>"] = (len(source), None, source.splitlines(True), "<warm>")
    for code in (source, "1 / 0"):
        try:
            exec(compile(code, "<warm>", "exec"), {})
        except Exception:
            shell.InteractiveTB.stb2text(shell.InteractiveTB.structured_traceback(*sys.exc_info(), tb_offset=1))
    del linecache.cache["<warm>"]
