"""Questions that a learner answers by choosing or typing, without code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.text import text

if TYPE_CHECKING:
    import ipywidgets


def ask(task: str) -> ipywidgets.VBox:
    """Show a question with a box or a list to answer in, and a button that answers at once.

    The same task can be answered in code with `kit.learn.check`.

    Parameters
    ----------
    task : str
        Short name of a task of the open lesson: a number, a choice, or steps to put in order.

    Returns
    -------
    ipywidgets.VBox
        The last line of a notebook cell shows it.

    Raises
    ------
    ExerciseError
        If the lesson has no such task, or it can only be answered in code.

    Examples
    --------
    >>> from kit.learn import lesson
    >>> lesson("complaints_are_not_prevalence")
    >>> question = ask("first-step")
    >>> [type(part).__name__ for part in question.children]
    ['HTML', 'HTML', 'Dropdown', 'Button', 'HTML']
    """
    import html

    import ipywidgets as widgets

    from kit.learn import tasks
    from kit.learn.checking import here, task_of

    folder = here()
    found = task_of(task, folder)
    question = widgets.HTML(f"<p><strong>{html.escape(text(f'{task}.question', folder=folder))}</strong></p>")
    wide = {"layout": widgets.Layout(width="min(46em, 98%)"), "style": {"description_width": "auto"}}
    if isinstance(found, tasks.Value):
        label = text("learn.your-number")
        example = "share-example" if found.share else "number-example"
        fields = [widgets.Text(description=label, placeholder=text(f"learn.{example}"), **wide)]
    elif isinstance(found, tasks.Choice):
        options = [(text(f"{task}.{name}.says", folder=folder), name) for name in found.options]
        fields = [_list(options, text("learn.your-choice"), wide)]
    elif isinstance(found, tasks.Order):
        options = [(text(f"{task}.{name}.says", folder=folder), name) for name in found.needs]
        places = range(1, len(options) + 1)
        fields = [_list(options, text("learn.step", number=place), wide) for place in places]
    else:
        from kit.errors import ExerciseError

        raise ExerciseError("learn.only-in-code", task=task)
    button = widgets.Button(description=text("learn.check-button"), button_style="", layout={"width": "auto"})
    answered = widgets.HTML()
    button.on_click(lambda _: _answer(task, found, fields, answered))
    from kit.learn._boxes import form_style

    shown = widgets.VBox([form_style(), question, *fields, button, answered])
    shown.add_class("kit-form")
    return shown


def _list(options: list[tuple[str, str]], label: str, wide: dict) -> ipywidgets.Dropdown:
    import ipywidgets as widgets

    return widgets.Dropdown(options=[(text("learn.choose"), ""), *options], description=label, **wide)


def _answer(task: str, found: object, fields: list, answered: ipywidgets.HTML) -> None:
    from kit.learn.answers import Unreadable, readings_of
    from kit.learn.checking import box, here, in_words, remember_try
    from kit.learn.tasks import RIGHT, UNREADABLE, Choice, Value, Verdict

    values = [field.value for field in fields]
    try:
        if isinstance(found, Value):
            verdicts = [found.judge(number) for number in readings_of(values[0])]
            # The reading that the task knows, right or wrong, is the one that was meant.
            verdict = next((one for one in verdicts if one.outcome == RIGHT or one.message), verdicts[0])
        elif isinstance(found, Choice):
            verdict = found.judge(values[0] or None)
        else:
            verdict = found.judge([value or None for value in values])
            # A list shows sentences, not the short words that code uses.
            said = {name: text(f"{task}.{name}.says", folder=here()) for name in found.needs}
            verdict = Verdict(
                verdict.outcome, verdict.message, {gap: said.get(name, name) for gap, name in verdict.gaps.items()}
            )
    except Unreadable as problem:
        verdict = Verdict(UNREADABLE, str(problem))
    shown = in_words(task, verdict, here())
    remember_try(task, shown)
    answered.value = box(shown)
