"""nbgrader's own Autograde, kept ready for one hand-in after the other."""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory


class Autograder:
    """Runs nbgrader's steps on hand-ins of one assignment.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course; its folders for submitted and autograded work are the ones used.
    assignment : str
        Name of the assignment.
    execute : type
        What stands in the place of nbgrader's step *Execute*.
    """

    def __init__(self, course: CourseDirectory, assignment: str, *, execute: type) -> None:
        from nbconvert.writers import FilesWriter
        from nbgrader.converters import Autograde
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.preprocessors import Execute
        from traitlets.config import Config

        from kit.grade.nbgrader_steps import noting, texts_given_out
        from kit.grade.safe_notebook import preprocessor

        config = deepcopy(course.config)
        config.merge(Config(Autograde={"force": True}))
        step = noting(Autograde)(coursedir=CourseDirectory(config=config), config=config)
        kinds = [execute if one is Execute else one for one in step.autograde_preprocessors]
        last = preprocessor(texts_given_out(course, assignment))

        def kept(notebook: Any, resources: Any) -> tuple[Any, Any]:
            notebook, resources = last(notebook, resources)
            self.made[resources["nbgrader"]["notebook"]] = notebook
            return notebook, resources

        step.autograde_preprocessors = [*kinds, kept]
        step.writer = FilesWriter(parent=step, config=step.config)
        step.exporter = step.exporter_class(parent=step, config=step.config)
        # Checked once before and after all steps, not after each.
        step.exporter.optimistic_validation = True
        self._step: Any = step
        # The notebooks of the last hand-in, as they were written.
        self.made: dict[str, Any] = {}
        _check_once()

    def grade(self, folder: Path) -> None:
        """Grade one hand-in.

        Parameters
        ----------
        folder : Path
            Where it stands.

        Raises
        ------
        Exception
            The first thing that stopped nbgrader, as it was raised.
        """
        step = self._step
        step.first_problem = None
        self.made = {}
        before = Path.cwd()
        os.chdir(step.coursedir.root)
        step.assignments = {str(folder): [str(path) for path in sorted(folder.glob("*.ipynb"))]}
        try:
            step.convert_notebooks()
        except Exception as problem:
            raise step.first_problem or problem from None
        finally:
            os.chdir(before)


def _check_once() -> None:
    """Compile nbgrader's rules for its cells once: it reads them anew for each cell."""
    import json
    from functools import cache
    from types import SimpleNamespace

    import fastjsonschema
    import jsonschema
    from nbgrader.nbgraderformat import common

    @cache
    def compiled(rules: str) -> Any:
        return fastjsonschema.compile(json.loads(rules))

    def validate(data: Any, schema: dict[str, Any]) -> None:
        try:
            compiled(json.dumps(schema))(data)
        except fastjsonschema.JsonSchemaException:
            # Said again by the library that nbgrader uses, in its words.
            jsonschema.validate(data, schema)

    common.jsonschema = SimpleNamespace(validate=validate, ValidationError=jsonschema.ValidationError)
