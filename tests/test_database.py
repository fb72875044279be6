"""Where a gradebook cannot be reached, three lines say so."""

import pytest

from kit.errors import SubmissionError
from kit.grade.course import new_course


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("no address", "database.bad-address"),
        ("postgresql+pg8000://marks:secret@127.0.0.1:1/course", "database.unreachable"),
        ("postgresql+nosuchdriver://marks@127.0.0.1/course", "database.bad-address"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused(address, key, toy_sources, tmp_path):
    if "pg8000" in address:
        pytest.importorskip("pg8000", reason="the driver for PostgreSQL is not installed")
    with pytest.raises(SubmissionError) as caught:
        new_course(tmp_path / "course", database=address, solutions=toy_sources)
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert "secret" not in str(caught.value) and not (tmp_path / "course").exists()
