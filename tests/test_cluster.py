"""A class is graded on a cluster: two workers over real sockets, the same marks, also when one is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import TOY, answered
from kit.cli import main
from kit.errors import SetupError
from kit.grade import cluster
from kit.grade.box import Level
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.parcel import Piece, pack, unpack
from kit.grade.run import grade_class
from kit.text import text

pytest.importorskip("distributed", reason="Dask is not installed: no cluster to try")
DASK = [sys.executable, "-P", "-m", "dask"]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
RULE = "def coverage(asked, told):\n    return told / asked"


class Cluster:
    """A scheduler and its workers, each a program of its own."""

    def __init__(self, place):
        self.place, self.file = place, place / "scheduler.json"
        self.programs = []
        # Should the tests be stopped by force, these end by themselves.
        self.run(
            "scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1", "--idle-timeout", "10 minutes"
        )
        until(self.file.is_file)
        self.address = json.loads(self.file.read_text())["address"]

    def run(self, what, *words):
        command = [*DASK, what, *words, "--scheduler-file", str(self.file)]
        self.programs.append(subprocess.Popen(command, cwd=self.place, start_new_session=True, **QUIET))
        return self.programs[-1]

    def worker(self):
        words = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1", "--death-timeout", "60"]
        return self.run("worker", *words)

    def close(self):
        for program in self.programs[::-1]:
            program.kill()
            program.wait()


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.worker()
    made.worker()
    yield made
    made.close()


@pytest.fixture(scope="module")
def ungraded(toy_sources, toy_exercises, tmp_path_factory):
    """A course that nobody has graded, and the marks that this computer alone gives."""
    course = new_course(
        tmp_path_factory.mktemp("ungraded") / "course", solutions=toy_sources, exercises=toy_exercises
    )
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())
    work = {
        "ana": {},
        "bo": {"share": "share = 0.25", "coverage": RULE, "reason": "Many."},
        "cy": {"share": "share = 25"},
        "di": {"share": "1 / 0"},
        "em": {"share": "import os\nos._exit(3)"},
        "íñ": {"share": "share = 0.25", "coverage": RULE},
    }
    for who, answers in work.items():
        (course / "submitted" / who / TOY).mkdir(parents=True)
        (course / "submitted" / who / TOY / f"{TOY}.ipynb").write_text(json.dumps(answered(release, **answers)))
    broken = course / "submitted" / "zo" / TOY
    broken.mkdir(parents=True)
    (broken / f"{TOY}.ipynb").write_text("{")
    (broken / "link").symlink_to(course / "gradebook.db")
    alone = shutil.copytree(course, course.parent / "alone", symlinks=True)
    return course, grade_class(alone, TOY), alone


@pytest.fixture
def course(ungraded, tmp_path):
    return Path(shutil.copytree(ungraded[0], tmp_path / "course", symlinks=True))


def essence(results):
    return [(one.student, one.state, one.score, one.cells, one.notes, one.reason) for one in results]


def on_cluster(course, address, **options):
    with cluster.connect(address) as machines:
        return grade_class(course, TOY, machines=machines, **options)


@pytest.fixture(scope="module")
def by_two(two_workers, ungraded, tmp_path_factory):
    """The course graded by two workers, and what they gave."""
    course = Path(shutil.copytree(ungraded[0], tmp_path_factory.mktemp("by-two") / "course", symlinks=True))
    return course, on_cluster(course, two_workers.address)


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
class TestOnACluster:
    def test_two_workers_give_the_marks_and_files_of_one_computer(self, by_two, ungraded):
        course, results = by_two
        assert essence(results) == essence(ungraded[1])
        for who in ("ana", "bo", "em", "íñ"):
            here, there = (root / "autograded" / who / TOY / f"{TOY}.ipynb" for root in (course, ungraded[2]))
            assert without_ids(here) == without_ids(there)
        assert not any(result.fresh for result in grade_class(course, TOY)), "the records are those of any run"
        assert not (course / ".kit" / "work").exists()

    def test_a_worker_killed_while_it_grades_changes_no_mark(self, tmp_path, ungraded, course):
        slow = course / "submitted" / "bo" / TOY / f"{TOY}.ipynb"
        slow.write_text(slow.read_text().replace("share = 0.25", "import time; time.sleep(3); share = 0.25"))
        machines = Cluster(tmp_path)
        try:
            first, second = machines.worker(), machines.worker()
            killed = []

            def kill_one(result, done, total):
                if not killed:
                    killed.append(result.student)
                    os.killpg(first.pid, signal.SIGKILL)

            results = on_cluster(course, machines.address, report=kill_one)
            assert killed and first.wait() == -signal.SIGKILL and second.poll() is None
        finally:
            machines.close()
        marks = {result.student: (result.state, result.score) for result in results}
        assert marks == {result.student: (result.state, result.score) for result in ungraded[1]}

    def test_the_command_names_each_worker_and_its_isolation_and_marks_by_hand_stay(
        self, two_workers, by_two, tmp_path, capsys
    ):
        course = Path(shutil.copytree(by_two[0], tmp_path / "course", symlinks=True))
        with gradebook(open_course(course)) as book:
            grade = book.find_grade("reason", TOY, TOY, "bo")
            grade.manual_score, grade.needs_manual_grade = 2.5, False
            book.db.commit()
        noted = course / ".kit" / "graded" / TOY / "bo.json"
        before = noted.stat().st_mtime_ns
        only = ["--student", "bo", "--again", "--scheduler", two_workers.address]
        assert main(["grade", str(course), TOY, *only]) == 0
        lines = capsys.readouterr().out.splitlines()[:2]
        assert len({line.split()[0] for line in lines}) == 2
        assert all(line.startswith("tcp://127.0.0.1:") and "solation" in line for line in lines)
        assert noted.stat().st_mtime_ns > before
        result = grade_class(course, TOY, students=["bo"])[0]
        assert result.score == 5.5 and result.state == "graded" and not result.fresh
        assert main(["grade", "--check", "--scheduler", two_workers.address]) == 0

    def test_a_worker_that_cannot_keep_code_apart_is_refused_and_named(self, two_workers, monkeypatch):
        found = {"tcp://a:1": {"level": Level("none", reason="no bubblewrap"), "kit": "0.1.0"}}
        with cluster.connect(two_workers.address) as machines:
            real = machines.client
            monkeypatch.setattr(type(real), "run", lambda *_, **__: found)
            with pytest.raises(SetupError) as caught:
                cluster._look(real, False)
            assert caught.value.key == "cluster.refused" and "tcp://a:1" in str(caught.value)
            assert cluster._look(real, True) == found
            monkeypatch.setattr(type(real), "run", lambda *_, **__: {"tcp://a:1": {"kit": "0.0.9"}})
            with pytest.raises(SetupError) as caught:
                cluster._look(real, True)
            assert caught.value.key == "cluster.other-kit"
            monkeypatch.setattr(type(real), "run", lambda *_, **__: {"tcp://a:1": ModuleNotFoundError("kit")})
            with pytest.raises(SetupError) as caught:
                cluster._look(real, True)
            assert caught.value.key == "cluster.no-kit"

    def test_a_scheduler_without_workers_is_told(self, tmp_path, monkeypatch):
        monkeypatch.setattr(cluster, "FIRST_WORKER", 1)
        machines = Cluster(tmp_path)
        try:
            with pytest.raises(SetupError) as caught, cluster.connect(machines.address):
                pass
        finally:
            machines.close()
        assert caught.value.key == "cluster.no-workers" and len(caught.value.lines) == 3

    def test_a_scheduler_that_dies_keeps_what_is_finished(self, tmp_path, course, monkeypatch):
        slow = course / "submitted" / "zz" / TOY
        shutil.copytree(course / "submitted" / "bo" / TOY, slow)
        path = slow / f"{TOY}.ipynb"
        path.write_text(path.read_text().replace("share = 0.25", "import time; time.sleep(25); share = 0.25"))
        machines = Cluster(tmp_path)
        machines.worker()
        monkeypatch.setattr("kit.grade.engine._EVERY", 0.0)
        monkeypatch.setattr(cluster, "CONNECT", 3)
        try:
            with pytest.raises(SetupError) as caught:
                on_cluster(course, machines.address, report=lambda *_: machines.programs[0].kill())
        finally:
            machines.close()
        assert caught.value.key in ("cluster.lost", "cluster.all-gone")
        assert (course / "autograded" / "ana" / TOY).is_dir()


def without_ids(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "no address", "tcp://"])
def test_an_address_where_nobody_answers_is_told_in_three_lines(address, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "CONNECT", 1)
    assert main(["grade", "DIR", TOY, "--scheduler", address]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 3


def test_without_dask_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["grade", "DIR", TOY, "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err.strip() == text("cluster.not-installed")


def test_a_parcel_arrives_as_it_was_but_brings_nothing_from_outside(tmp_path, monkeypatch):
    folder = tmp_path / "hand-in"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "tabla ñ.csv").write_bytes(b"a,b\n")
    (folder / "work.ipynb").write_text("{}")
    (folder / "secret").symlink_to("/etc/passwd")
    (folder / "outside").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    with (folder / "film.bin").open("wb") as file:
        file.truncate(30_000_000)
    pieces = pack(folder)
    assert sum(len(piece.content) for piece in pieces) < 100
    unpack(pieces, tmp_path / "there")
    there = {path.relative_to(tmp_path / "there").as_posix(): path for path in (tmp_path / "there").rglob("*")}
    assert there.keys() == {"data", "data/tabla ñ.csv", "work.ipynb", "secret", "pipe", "film.bin"}
    assert there["film.bin"].stat().st_size == 30_000_000 and there["secret"].is_symlink()
    assert there["pipe"].is_fifo() and there["data/tabla ñ.csv"].read_bytes() == b"a,b\n"


@pytest.mark.parametrize("name", [b"../out", b"/etc/x", b"a/../../x"])
def test_a_parcel_cannot_lead_out_of_its_folder(name, tmp_path):
    with pytest.raises(ValueError):
        unpack([Piece(name, "file", 1, b"x")], tmp_path / "in" / "here")
