"""Grade hostile hand-ins among honest ones, and look everywhere for what must not have happened."""

import contextlib
import json
import os
import re
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from hostile_work import ALL, EXERCISE, HELPER, HIDDEN, MARK, POINTS, PRIVATE, RIGHT, TOKEN, all_hostile, source

# What an attack prints when it got through.
GOT_THROUGH = re.compile(
    r"^(VSOCK|RAW|PACKET|DOCKER|MOUNT|UNSHARE|CHROOT|SETUID|PTRACE|MEMORY|DEVICE|KEYS|MODULE|TYPED|NICE|LIMITED|SHARED|QUEUE|LOCKED)\b",
    re.M,
)
# What a page may hold: nothing that runs, loads, leads away or asks.
_RUNS = {"script", "iframe", "svg", "form", "object", "embed", "input", "button", "link", "base", "video", "audio"}
_HARMLESS = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,|#")


class Active(HTMLParser):
    """Finds what is active on a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in _RUNS or (tag == "meta" and dict(attrs).get("http-equiv", "").lower() == "refresh"):
            self.found.append(tag)
        for name, value in attrs:
            address = name in ("src", "href", "srcset", "action", "data", "background", "poster", "formaction")
            if name.startswith("on") or name == "srcdoc" or (address and not _HARMLESS.match(value or "")):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and re.search(r"url\(|position|expression", value or ""):
                self.found.append(f"{tag} {name}={value}")


class Ground:
    """A course, honest students, listeners, and places that nobody may touch."""

    def __init__(self, place):
        self.place = place
        place.chmod(0o755)
        for name in ("marks", "home", "solutions"):
            (place / name).mkdir()
        (place / "marks").chmod(0o777)
        (place / "home" / "secret.txt").write_text(f"{TOKEN}-home")
        folder = place / "solutions" / EXERCISE
        folder.mkdir()
        nbformat.write(nbformat.from_dict(source()), folder / f"{EXERCISE}.ipynb")
        (folder / "counting.py").write_text(HELPER)
        from kit.grade.build import build
        from kit.grade.course import new_course

        build(solutions=place / "solutions", exercises=place / "exercises")
        self.course = new_course(place / "course", solutions=place / "solutions", exercises=place / "exercises")
        self.release = json.loads((self.course / "release" / EXERCISE / f"{EXERCISE}.ipynb").read_text())
        self.heard = []
        self._listen()
        self.reach = {"course": self.course, "home": place / "home", "marks": place / "marks", "port": self.port}

    def _listen(self):
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        listeners = [tcp, udp]
        for address in (f"\0{MARK}", str(self.place / "marks" / "socket")):
            with contextlib.suppress(OSError):
                one = socket.socket(socket.AF_UNIX)
                one.bind(address)
                one.listen()
                listeners.append(one)
        for one in listeners:
            threading.Thread(target=self._hear, args=(one,), daemon=True).start()
        self.listeners = listeners

    def _hear(self, listener):
        with contextlib.suppress(OSError):
            while True:
                self.heard.append(
                    listener.recv(10) if listener.type == socket.SOCK_DGRAM else listener.accept()[1]
                )

    def hand_in(self, one):
        folder = self.course / "submitted" / one.name / EXERCISE
        folder.mkdir(parents=True)
        notebook = one.notebook(self.release)
        raw = one.raw(notebook) if one.raw else json.dumps(notebook).encode()
        if raw is not None:
            (folder / f"{EXERCISE}.ipynb").write_bytes(raw)
        for name, said in one.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            said(path) if callable(said) else path.write_text(said)

    def honest(self, name):
        folder = self.course / "submitted" / name / EXERCISE
        folder.mkdir(parents=True)
        notebook = json.loads(json.dumps(self.release))
        for cell in notebook["cells"]:
            cell["source"] = {**RIGHT, "reason": PRIVATE}.get(cell["id"], cell["source"])
        (folder / f"{EXERCISE}.ipynb").write_text(json.dumps(notebook))

    def close(self):
        for one in self.listeners:
            one.close()


def grade(chosen=None, *, level=None, seconds=3, workers=None):
    """Grade the hand-ins chosen by name (all if left out), and give what went wrong, a line each."""
    from kit.grade.feedback import feedback_class
    from kit.grade.intake import fingerprint
    from kit.grade.run import grade_class

    place = Path(tempfile.mkdtemp(prefix="hostile-"))
    ground = Ground(place)
    try:
        work = [one for one in all_hostile(ground.reach) if chosen is None or one.name in chosen]
        for one in work:
            ground.hand_in(one)
        for name in ("ana", "zzz-honest"):
            ground.honest(name)
        watched = [ground.course / step for step in ("source", "release", "submitted")]
        before = fingerprint(*watched)
        os.environ["KIT_TEST_TOKEN"] = TOKEN
        started = time.monotonic()
        results = {
            result.student: result
            for result in grade_class(ground.course, EXERCISE, seconds=seconds, level=level, workers=workers)
        }
        took = time.monotonic() - started
        pages = {page.student: page for page in feedback_class(ground.course, EXERCISE)}
        if any(one.name in ("late-writer", "daemon") for one in work):
            time.sleep(4)
        wrong = []
        for name in ("ana", "zzz-honest"):
            wrong += _marks(name, ALL, results[name])
        for one in work:
            wrong += _marks(one.name, one.fair, results[one.name])
            wrong += _leaks(ground, one, pages.get(one.name), level)
        wrong += _book(ground)
        if fingerprint(*watched) != before:
            wrong.append("course: source, release or hand-ins were changed")
        wrong += [f"left behind: {path}" for path in _left_behind(ground)]
        wrong += [f"still running: {said}" for said in _running()]
        wrong += [f"network: {said}" for said in ground.heard]
        return wrong, results, took
    finally:
        os.environ.pop("KIT_TEST_TOKEN", None)
        ground.close()
        shutil.rmtree(place, ignore_errors=True)


def _marks(name, fair, result):
    if fair == "held":
        return [] if result.state == "held" else [f"{name}: graded ({result.score}), should be held"]
    if result.state == "held":
        return [f"{name}: held, should be graded: {result.reason.splitlines()[0]}"]
    got = {mark.cell: mark.score for mark in result.cells if mark.cell in POINTS}
    if got.keys() != POINTS.keys():
        return [f"{name}: marks of {sorted(got)}"]
    wrong = {cell: got[cell] for cell in got if fair[cell] is not None and got[cell] != fair[cell]}
    return [f"{name}: {cell} has {score}, fair is {fair[cell]}" for cell, score in wrong.items()]


def _leaks(ground, one, page, level):
    """Look through what a student will see, and what their program said."""
    wrong, said, name = [], [], one.name
    path = ground.course / "autograded" / name / EXERCISE / f"{EXERCISE}.ipynb"
    if path.exists():
        for cell in json.loads(path.read_text())["cells"]:
            if not cell["metadata"].get("nbgrader", {}).get("locked"):
                outputs = cell.get("outputs", [])
                said.append(json.dumps(outputs, ensure_ascii=False))
                said += ["".join(output.get("text", [])) for output in outputs]
    shown = page.files[0].read_text(encoding="utf-8") if page and page.files else ""
    for word in (HIDDEN, PRIVATE, TOKEN, "48611", "CREATE TABLE", "BEGIN SOLUTION"):
        if word in one.may_see:
            continue
        if any(word in text for text in said):
            wrong.append(f"{name}: {word!r} reached the student's program")
        if word in shown:
            wrong.append(f"{name}: {word!r} stands on the feedback page")
    wrong += [f"{name}: got through: {found[1]}" for text in said for found in GOT_THROUGH.finditer(text)]
    if (level is None or level.name == "box") and any("CMD" in text and "hostile" in text for text in said):
        wrong.append(f"{name}: sees the processes of the computer")
    page = Active()
    page.feed(shown)
    wrong += [f"{name}: active on the page: {found}" for found in page.found[:1]]
    return wrong


def _book(ground):
    with sqlite3.connect(ground.course / "gradebook.db") as book:
        rows = book.execute(
            "select count(*) from grade where manual_score is not null or auto_score > 3"
        ).fetchone()
        when = book.execute("select count(*) from submitted_assignment where timestamp < '2014'").fetchone()
    wrong = ["gradebook: marks by hand that nobody gave"] if rows[0] else []
    return wrong + (["gradebook: a time of hand-in that cannot be true"] if when[0] else [])


def _left_behind(ground):
    places = [ground.place / "marks", ground.place / "home", Path("/tmp"), ground.course, Path.home()]
    for place in places:
        deep = place.is_relative_to(ground.place)
        for path in place.rglob("*") if deep else place.glob(f"*{MARK}*"):
            if MARK in path.name:
                yield path


def _running():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            said = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if MARK in said:
                yield said[:100]
