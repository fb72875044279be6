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
# The same as "kit exercises build" makes; see kit/grade/course.py.
c.CourseDirectory.ignore = [
    *(".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"),
    *("submissions.toml", "rubric*.md"),
]
c.ClearSolutions.code_stub = {"python": "..."}
c.ClearSolutions.text_stub = "Write your answer here."
c.CourseDirectory.db_url = f"sqlite:///{Path(__file__).resolve().parent / 'gradebook.db'}"
