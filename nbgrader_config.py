"""Stock nbgrader in this checkout: ``nbgrader generate_assignment complaints_are_not_prevalence``.

Marks and submissions of real people never belong in this repository: an academic's own course
is made by ``kit course new DIR``. What stock nbgrader leaves here is ignored by git.
"""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader gives this name to the file

c.CourseDirectory.course_id = "local-rights-kit"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.db_url = f"sqlite:///{Path(__file__).resolve().parent / 'gradebook.db'}"
