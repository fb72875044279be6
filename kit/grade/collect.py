"""Hand-ins from anywhere, put where nbgrader looks for them: USB sticks, e-mail, downloads of a platform.

Nothing that was collected before is ever replaced, and nothing is guessed: what could be meant for two
students, or for none, stays where it is and is named.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import KitError, SubmissionError
from kit.grade.archive import ENDINGS, OTHER_ENDINGS, unpack
from kit.grade.course import gradebook, learners_copies, open_course, require_assignment, step_folder
from kit.grade.hand_in_names import People, Sent, plain_name, read_name
from kit.grade.intake import plain_files
from kit.grade.mail import read_mail
from kit.grade.notebook_file import LARGEST, shown
from kit.grade.platform_list import read_platform_list
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

_DEEPEST = 4
_MOST_FILES = 1000
# What a platform or an operating system lays beside the hand-ins.
_NO_HAND_IN = re.compile(r"index\.html?|\..*|__MACOSX|desktop\.ini|thumbs\.db|.*\.(csv|xlsx?|ods)", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """One hand-in as it was found: a folder, or files that belong together."""

    student: str
    files: tuple[tuple[str, Path], ...]
    come_from: str
    late: bool = False
    when: datetime | None = None


@dataclass
class Collected:
    """What became of everything that was looked at.

    Parameters
    ----------
    taken : dict
        Where each student's hand-in came from.
    kept : dict
        Students who had a hand-in already, and what was found for them now; nothing was replaced.
    unmatched : dict
        What could not be taken, and why.
    late : list of str
        Students whom the platform calls late.
    notes : list of str
        What else a teacher wants to know.
    """

    taken: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    unmatched: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect(
    folder: str | Path, assignment: str, *, come_from: str | Path, platform_list: str | Path | None = None
) -> Collected:
    """Put hand-ins into a course.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    come_from : str or Path
        A folder or a zip archive with hand-ins.
    platform_list : str or Path, optional
        A list that a learning platform exported, with its own numbers of the students.

    Returns
    -------
    Collected
        What was taken, what was there already, and what could not be matched.

    Raises
    ------
    SubmissionError
        If there is no such course, assignment or folder, the course has no students, or nothing was found.
    """
    from kit.grade.nbgrader_steps import room

    course = open_course(folder)
    with room():
        require_assignment(course, assignment)
        people = People(_people(course))
    if not people.ids:
        raise SubmissionError("collect.no-students")
    if platform_list is not None:
        read_platform_list(platform_list, people)
    source = Path(come_from).expanduser()
    if not source.exists():
        raise SubmissionError("collect.nothing-there", place=source)
    if source.is_dir() and source.resolve().is_relative_to(Path(course.root).resolve()):
        raise SubmissionError("collect.inside-course", place=source.name)
    result = Collected()
    with tempfile.TemporaryDirectory(prefix="kit-collect-", ignore_cleanup_errors=True) as temporary:
        search = _Search(people, Path(temporary), result)
        try:
            found = search.everything(source)
            for student in sorted({one.student for one in found}):
                mine = _newest([one for one in found if one.student == student], result)
                _place(course, assignment, mine, result=result)
        except OSError as problem:
            reason = problem.strerror or type(problem).__name__
            raise SubmissionError("collect.cannot-read", file=shown(source.name), reason=reason) from problem
    if not (result.taken or result.kept or result.unmatched):
        raise SubmissionError("collect.nothing-found", place=source.name)
    return result


class _Search:
    """Look through folders and archives for hand-ins, and tell whose they are."""

    def __init__(self, people: People, temporary: Path, result: Collected) -> None:
        self.people, self.temporary, self.result = people, temporary, result

    def everything(self, source: Path) -> list[Found]:
        """Give all hand-ins of a folder or an archive."""
        if source.is_dir():
            return list(self.below(source, depth=0))
        if source.suffix.lower() in ENDINGS and (into := self._unpacked(source)):
            found = list(self.below(into, depth=1))
            if found or len(self._whose(read_name(source.name), source.name)) != 1:
                return found
            # One student's own archive.
            self.result.unmatched.clear()
        return [] if self.result.unmatched else list(self.file(source, depth=0))

    def below(self, place: Path, *, depth: int) -> Iterator[Found]:
        """Give what lies in a folder: hand-ins as folders, as files, or one level further down."""
        for path in sorted(place.iterdir()):
            if path.is_symlink() or _NO_HAND_IN.fullmatch(path.name):
                continue
            if path.is_dir():
                yield from self.folder(path, depth=depth)
            elif path.is_file():
                yield from self.file(path, depth=depth)

    def folder(self, path: Path, *, depth: int) -> Iterator[Found]:
        """Give the hand-in that a folder is, or those in it."""
        sent = read_name(path.name)
        students = self._whose(sent, path.name)
        if len(students) == 1:
            yield self._found(students[0], sent, path.name, self._files_below(path))
        elif students:
            self._refuse(path.name, text("collect.could-be", students=", ".join(students)))
        elif sent.platform or depth >= _DEEPEST:
            if any(plain_files(path)):
                self._refuse(path.name, text("collect.nobody"))
        else:
            yield from self.below(path, depth=depth + 1)

    def file(self, path: Path, *, depth: int) -> Iterator[Found]:
        """Give the hand-in that a file is, or those in an archive or an e-mail."""
        ending = path.suffix.lower()
        sent = read_name(path.name)
        students = self._whose(sent, path.name)
        if ending == ".eml":
            yield from self._mail(path)
        elif ending in ENDINGS and not students and depth < _DEEPEST:
            if into := self._unpacked(path):
                yield from self.below(into, depth=depth + 1)
        elif ending in OTHER_ENDINGS:
            self._refuse(path.name, text("collect.other-archive"))
        elif len(students) == 1:
            files = self._files_below(self._unpacked(path)) if ending in ENDINGS else ((sent.own, path),)
            yield self._found(students[0], sent, path.name, files)
        elif ending in (".ipynb", *ENDINGS) or sent.platform:
            why = text("collect.could-be", students=", ".join(students)) if students else text("collect.nobody")
            self._refuse(path.name, why)

    def _mail(self, path: Path) -> Iterator[Found]:
        into = Path(tempfile.mkdtemp(dir=self.temporary))
        try:
            mail = read_mail(path, into)
        except SubmissionError as problem:
            self._refuse(path.name, " ".join(problem.lines))
            return
        students = self.people.named(mail.sender)
        if len(students) == 1:
            files = self._files_below(into)
            for archive in [file for name, file in files if file.suffix.lower() in ENDINGS]:
                files = (*files, *self._files_below(self._unpacked(archive)))
            yield Found(students[0], files, shown(path.name), when=mail.when)
        else:
            self._refuse(path.name, text("collect.unknown-sender", sender=shown(mail.sender)))

    def _whose(self, sent: Sent, name: str) -> list[str]:
        return self.people.of(sent) or (self.people.inside(name) if sent.platform in ("", "canvas") else [])

    def _found(self, student: str, sent: Sent, name: str, files: tuple[tuple[str, Path], ...]) -> Found:
        return Found(student, files, shown(name), late=sent.late, when=sent.when)

    def _files_below(self, place: Path | None) -> tuple[tuple[str, Path], ...]:
        """List the files of a hand-in by their names in it; folders around all of it do not count."""
        if place is None:
            return ()
        while True:
            inside = [path for path in place.iterdir() if not _NO_HAND_IN.fullmatch(path.name)]
            if len(inside) != 1 or inside[0].is_symlink():
                break
            if inside[0].is_dir():
                place = inside[0]
            elif inside[0].suffix.lower() in ENDINGS and (unpacked := self._unpacked(inside[0])):
                place = unpacked
            else:
                break
        files = [path for path in plain_files(place) if path.stat().st_size <= LARGEST][:_MOST_FILES]
        return tuple((path.relative_to(place).as_posix(), path) for path in files)

    def _unpacked(self, archive: Path) -> Path | None:
        into = Path(tempfile.mkdtemp(dir=self.temporary))
        try:
            left_out = unpack(archive, into)
        except KitError as problem:
            self._refuse(archive.name, problem.lines[0])
            return None
        if left_out:
            names = ", ".join(left_out[:5])
            self.result.notes.append(text("collect.left-out", file=shown(archive.name), names=names))
        return into

    def _refuse(self, name: str, why: str) -> None:
        self.result.unmatched[shown(name)] = why


def _newest(found: list[Found], result: Collected) -> Found:
    """Make one hand-in of all that a student sent: where a file came twice, the newest counts."""
    times = [one.when for one in found if one.when is not None]
    if times:
        # Several attempts, each whole: the last one counts.
        older = [one for one in found if one.when is not None and one.when < max(times)]
        for one in older:
            result.notes.append(text("collect.older", student=one.student, file=one.come_from))
        found = [one for one in found if one not in older]
    files: dict[str, Path] = {}
    for one in found:
        for name, path in one.files:
            if name in files:
                result.notes.append(text("collect.twice", student=one.student, file=shown(name)))
            files[name] = path
    sources = ", ".join(one.come_from for one in found[:3]) + (", ..." if len(found) > 3 else "")
    late = any(one.late for one in found)
    when = max(times, default=None)
    return replace(found[-1], files=tuple(files.items()), come_from=sources, late=late, when=when)


def _place(course: CourseDirectory, assignment: str, mine: Found, *, result: Collected) -> None:
    """Put a hand-in into its folder, whole or not at all, and never over another."""
    if not mine.files:
        result.unmatched.setdefault(mine.come_from, text("collect.empty"))
        return
    target = step_folder(course, "submitted", student=mine.student, assignment=assignment)
    if target.exists() or target.is_symlink():
        result.kept[mine.student] = mine.come_from
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that it appears there in one step.
    made = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    try:
        _fill(made, mine, released=list(learners_copies(course, assignment)))
        made.rename(target)
        target.chmod(0o755)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    result.taken[mine.student] = mine.come_from
    if mine.late:
        result.late.append(mine.student)


def _fill(made: Path, mine: Found, *, released: list[str]) -> None:
    names = [name for name, _ in mine.files]
    for name, path in mine.files:
        own = plain_name(name, released)
        own = name if own in names else own
        # The time of hand-in is the platform's to say, not the student's.
        if own.casefold() != "timestamp.txt":
            (made / own).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, made / own, follow_symlinks=False)
    if mine.when is not None:
        when = mine.when.astimezone(UTC)
        (made / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")


def _people(course: CourseDirectory) -> list[dict[str, str]]:
    with gradebook(course) as book:
        keys = ("first_name", "last_name", "email", "lms_user_id")
        return [{"id": one.id, **{key: getattr(one, key) or "" for key in keys}} for one in book.students]
