# ruff: noqa: E501 (a task is easier to read on few lines)
"""The work that `grading.py` grades: one assignment of three notebooks, and a class of generated hand-ins.

Each notebook loads numpy, pandas and pyplot, reads a table of 35 to 90 KB, and has eight tasks of two
points with visible and hidden tests, the eighth a figure, and one answer for a person to mark. Of the
hand-ins 40 % are right, 30 % mixed, 10 % weak, 10 % full of errors and 10 % nearly empty; some show
results in cells of their own, some loop slowly over rows. All figures in it are made up.
"""

import csv
import datetime
import math
import random
import shutil

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "three_notebooks"
DAY = datetime.date(2024, 1, 1)
KINDS = ["right"] * 4 + ["mixed"] * 3 + ["weak", "errors", "empty"]
SLOW = (
    "seen = 0\nfor _number, _row in df.head(400).iterrows():\n    seen += len(str(_row))\nprint('rows seen', seen)"
)
TITLES = {"requests": "requests.csv", "weather": "weather.csv", "marks": "marks.csv"}

# For each task: name and parameters; right, wrong, failing; visible test, hidden test.
TASKS = {
    "requests": [
        ("load(path)",
         "df = pd.read_csv(path, parse_dates=['date'])\nreturn df.dropna(subset=['hours']).reset_index(drop=True)",
         "return pd.read_csv(path)", "return pd.read_csv(path).dropna(subset=['hour'])",
         "df = load('requests.csv')\nassert len(df) < 2500",
         "assert str(load('requests.csv')['date'].dtype).startswith('datetime64')"),
        ("cost(df)", "return df['hours'] * df['rate']", "return df['hours'] + df['rate']", "return df['hours'] * df['cost']",
         "assert cost(df).shape == (len(df),)", "assert abs(cost(df).sum() - (df.hours * df.rate).sum()) < 1e-6"),
        ("by_district(df)", "return df.groupby('district')['hours'].sum().sort_values(ascending=False)",
         "return df.groupby('district')['hours'].mean()", "return df.groupby('area')['hours'].sum()",
         "assert set(by_district(df).index) == {'north', 'south', 'east', 'west'}",
         "s = by_district(df)\nassert s.is_monotonic_decreasing and s.sum() == df.hours.sum()"),
        ("top(df, n)", "return df.groupby('desk')['hours'].sum().nlargest(n).index.tolist()",
         "return df['desk'].unique()[:n].tolist()", "return df.nlargest(n)",
         "assert len(top(df, 5)) == 5", "assert top(df, 3)[0] == df.groupby('desk').hours.sum().idxmax()"),
        ("monthly(df)", "return (df.hours * df.rate).groupby(pd.to_datetime(df['date']).dt.month).sum()",
         "return df.groupby(pd.to_datetime(df['date']).dt.month)['hours'].sum()",
         "return df.groupby(df.date.month)['hours'].sum()",
         "assert len(monthly(df)) == 12", "assert abs(monthly(df).sum() - (df.hours * df.rate).sum()) < 1e-3"),
        ("outliers(df)", "p = df['rate']\nreturn df[p > p.mean() + 1.5 * p.std()]", "return df[df['rate'] > 100]",
         "return df[df.rate > mean + 2]",
         "assert len(outliers(df)) > 0", "assert outliers(df).rate.min() > df.rate.mean() + 1.5 * df.rate.std()"),
        ("pivot(df)", "return df.pivot_table(index='district', columns='kind', values='hours', aggfunc='sum')",
         "return df.pivot_table(index='kind', columns='district', values='hours', aggfunc='sum')",
         "return df.pivot('district')", "assert pivot(df).shape[0] > 0", "assert pivot(df).shape == (4, 5)"),
        ("plot(df)",
         "fig, ax = plt.subplots(figsize=(6, 3))\nmonthly(df).plot.bar(ax=ax)\nax.set_xlabel('month')\nreturn ax",
         "fig, ax = plt.subplots()\nax.plot(monthly(df))\nreturn ax", "fig, ax = plt.subplot()\nreturn ax.bars(monthly(df))",
         "ax = plot(df)\nassert ax is not None",
         "ax = plot(df)\nassert ax.get_xlabel() == 'month' and len(ax.patches) == 12\nplt.close('all')"),
    ],
    "weather": [
        ("load(path)", "return pd.read_csv(path, parse_dates=['day'])", "return pd.read_csv(path, nrows=100)",
         "return pd.read_cvs(path)", "df = load('weather.csv')\nassert 'rain' in df",
         "assert len(load('weather.csv')) == 3000"),
        ("swing(df)", "return df.tmax - df.tmin", "return df.tmin - df.tmax", "return df.tmax - df.min_t",
         "assert len(swing(df)) == len(df)", "assert (swing(df) > 0).all()"),
        ("wettest(df)", "return df.groupby('station')['rain'].sum().idxmax()", "return df['station'].iloc[0] + '?'",
         "return df.groupby('station').rain.sum().argbest()",
         "assert isinstance(wettest(df), str)",
         "assert wettest(df) == df.groupby('station').rain.sum().sort_values().index[-1]"),
        ("rolling(df, k)", "return df[df.station == 'S0'].set_index('day')['tmax'].rolling(k).mean()",
         "return df.tmax.rolling(k).mean()", "return df.tmax.roll(k)",
         "assert rolling(df, 7).notna().any()", "assert len(rolling(df, 7)) == 365"),
        ("dry(df)",
         "best = cur = 0\nfor _, r in df[df.station == 'S1'].sort_values('day').iterrows():\n"
         "    cur = cur + 1 if r['rain'] == 0 else 0\n    best = max(best, cur)\nreturn best",
         "return int((df.rain == 0).sum())", "n = 0\nfor r in df.itertuples():\n    n += r.Rain == 0\nreturn n",
         "assert dry(df) >= 1",
         "z = (df[df.station == 'S1'].sort_values('day').rain == 0).tolist()\nb = c = 0\nfor v in z:\n"
         "    c = c + 1 if v else 0\n    b = max(b, c)\nassert dry(df) == b"),
        ("corr(df)", "return df[['tmin', 'tmax', 'rain', 'wind']].corr().round(3)", "return df[['tmin', 'tmax']].corr()",
         "return df.corr(numeric=True)", "c = corr(df)\nassert c.loc['tmin', 'tmin'] == 1",
         "assert corr(df).shape == (4, 4)"),
        ("bins(df)", "return pd.cut(df.wind, [0, 2, 5, np.inf], right=False).value_counts(sort=False).tolist()",
         "return [0, 0, len(df)]", "return pd.cut(df.wind, 3, labels='abc').count",
         "assert len(bins(df)) == 3", "assert bins(df)[0] == ((df.wind >= 0) & (df.wind < 2)).sum()"),
        ("plot(df)",
         "fig, (a, b) = plt.subplots(1, 2, figsize=(8, 3))\na.hist(df.rain, bins=20); a.set_title('rain')\n"
         "b.plot(df[df.station == 'S0'].tmax.values); b.set_title('tmax')\nfig.tight_layout()\nreturn fig",
         "fig, a = plt.subplots()\na.hist(df.rain)\nreturn fig", "fig = plt.figures()\nreturn fig",
         "fig = plot(df)\nassert len(fig.axes) >= 1",
         "assert [a.get_title() for a in plot(df).axes] == ['rain', 'tmax']\nplt.close('all')"),
    ],
    "marks": [
        ("load(path)", "return pd.read_csv(path).set_index('person')", "return pd.read_csv(path)",
         "return pd.read_csv(path, index='person')", "df = load('marks.csv')\nassert len(df) == 1200",
         "assert load('marks.csv').index.name == 'person'"),
        ("mean(df)", "return .4 * df.law + .4 * df.maths + .2 * df.essay", "return (df.law + df.maths + df.essay) / 3",
         "return .4 * df.laws", "assert len(mean(df)) == 1200",
         "assert abs(mean(df).iloc[0] - (.4 * df.law + .4 * df.maths + .2 * df.essay).iloc[0]) < 1e-9"),
        ("pass_rate(df)", "return (df.law >= 50).groupby(df.group).mean().to_dict()",
         "return {g: 1.0 for g in df.group.unique()}", "return {g: d.law.pass_() for g, d in df.groupby('group')}",
         "assert set(pass_rate(df)) == set('ABCD')",
         "assert abs(pass_rate(df)['A'] - (df[df.group == 'A'].law >= 50).mean()) < 1e-9"),
        ("letter(x)", "return 'A' if x >= 80 else 'B' if x >= 60 else 'C'", "return 'A' if x > 80 else 'B' if x > 60 else 'C'",
         "return 'ABC'[x]", "assert letter(90) == 'A'",
         "assert letter(80) == 'A' and letter(60) == 'B' and letter(59.9) == 'C'"),
        ("fit(df)", "s, i = np.polyfit(df.hours, df.law, 1)\nreturn s, i", "return 1.0, 0.0",
         "return np.polyfits(df.hours, df.law)", "s, i = fit(df)\nassert s > 0",
         "s, i = fit(df)\nassert abs(s - np.polyfit(df.hours, df.law, 1)[0]) < 1e-6"),
        ("boot(df, n)",
         "rng = np.random.default_rng(0)\nm = df.law.to_numpy()\n"
         "return np.std([rng.choice(m, len(m)).mean() for _ in range(n)])",
         "return df.law.std()", "return np.boot(df.law, n)",
         "assert boot(df, 200) > 0", "assert abs(boot(df, 400) - df.law.std() / np.sqrt(len(df))) < .05"),
        ("rank(df)", "return mean(df).sort_values(ascending=False).head(10).index.tolist()",
         "return df.head(10).index.tolist()", "return mean(df).order()[:10]",
         "assert len(rank(df)) == 10",
         "assert rank(df)[0] == (.4 * df.law + .4 * df.maths + .2 * df.essay).idxmax()"),
        ("plot(df)",
         "fig, ax = plt.subplots()\nax.scatter(df.hours, df.law, s=5)\ns, i = fit(df)\nx = np.linspace(0, 40, 50)\n"
         "ax.plot(x, s * x + i, color='k', label='fit')\nax.legend()\nreturn ax",
         "fig, ax = plt.subplots()\nax.scatter(df.hours, df.law)\nreturn ax",
         "ax = plt.gca().scater(df.hours, df.law)\nreturn ax", "ax = plot(df)\nassert ax.collections",
         "ax = plot(df)\nassert len(ax.lines) == 1 and ax.get_legend() is not None\nplt.close('all')"),
    ],
}  # fmt: skip
# Tasks whose test gives points in part.
IN_PART = ("monthly", "corr", "rank")
# How students look at what they made.
LOOKS = {
    "load": "load('{data}').head()", "letter": "print([letter(v) for v in range(0, 100, 7)])", "top": "top(df, 5)",
    "rolling": "rolling(df, 7).tail()", "boot": "print('error', boot(df, 300))", "plot": "plot(df);\nplt.show()",
}  # fmt: skip


def _role(grade_id, **said):
    roles = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**roles, "grade_id": grade_id, **said}}


def _body(code):
    return "\n".join(f"    {line}" for line in code.split("\n"))


def _rows(name):
    draw = random.Random(name)
    day = datetime.timedelta(days=1)
    if name == "requests":
        yield "date", "district", "kind", "hours", "rate", "desk"
        for _ in range(2500):
            hours = "" if draw.random() < 0.03 else draw.randrange(1, 40)
            place, kind = (
                draw.choice(["north", "south", "east", "west"]),
                draw.choice(["roof", "water", "bus", "pass", "form"]),
            )
            desk, rate = f"d{draw.randrange(300):03d}", round(draw.uniform(1, 200), 2)
            yield DAY + day * draw.randrange(366), place, kind, hours, rate, desk
    elif name == "weather":
        yield "day", "station", "tmin", "tmax", "rain", "wind"
        for n in range(3000):
            t = 10 + 10 * math.sin(n / 58) + draw.gauss(0, 3)
            rain, wind = max(0, draw.gauss(-1, 3)), abs(draw.gauss(4, 2))
            numbers = (round(number, 1) for number in (t - 4, t + 5, rain, wind))
            yield DAY + day * (n % 365), f"S{n // 365}", *numbers
    else:
        yield "person", "group", "law", "maths", "essay", "hours"
        for n in range(1200):
            hours = draw.uniform(0, 40)
            law, maths = min(100, 40 + hours + draw.gauss(0, 9)), min(100, 35 + hours * 1.2 + draw.gauss(0, 12))
            numbers = (round(number, 1) for number in (law, maths, draw.uniform(20, 100), hours))
            yield f"p{n:04d}", draw.choice("ABCD"), *numbers


def make_source(folder):
    """Write the source of the assignment."""
    folder = folder / NAME
    folder.mkdir(parents=True)
    for name, tasks in TASKS.items():
        with (folder / TITLES[name]).open("w", newline="") as file:
            csv.writer(file).writerows(_rows(name))
        imports = "%matplotlib inline\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt"
        cells = [
            new_markdown_cell(f"# {name}\nAnswer every question. Do not rename the functions."),
            new_code_cell(imports, metadata=_role(f"{name}-imports", locked=True)),
            new_code_cell(f"raw = pd.read_csv('{TITLES[name]}')\nraw.head()"),
        ]
        for number, (call, right, _, _, visible, hidden) in enumerate(tasks, start=1):
            task = call.partition("(")[0]
            answer = f"def {call}:\n    ### BEGIN SOLUTION\n{_body(right)}\n    ### END SOLUTION"
            test = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
            if task in IN_PART:
                test += f"\nin_part = 2 if callable({task}) else 1\nin_part"
            cells += [
                new_markdown_cell(f"### Question {number}\nWrite `{call}`."),
                new_code_cell(answer, metadata=_role(f"{name}-{task}", solution=True)),
                new_code_cell(test, metadata=_role(f"{name}-{task}-test", grade=True, locked=True, points=2)),
            ]
        role = _role(f"{name}-essay", grade=True, solution=True, points=4)
        cells.append(new_markdown_cell("What do the data say?", metadata=role))
        notebook = new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        for number, cell in enumerate(notebook.cells):
            cell.id = f"{name}-{number}"
        nbformat.write(notebook, folder / f"{name}.ipynb")


def hand_in(course, number):
    """Write the hand-in of one student."""
    release, folder = course / "release" / NAME, course / "submitted" / f"student{number:05d}" / NAME
    folder.mkdir(parents=True)
    kind, draw = KINDS[number % 10], random.Random(1000 + number)
    for name, tasks in TASKS.items():
        notebook = nbformat.read(release / f"{name}.ipynb", as_version=4)
        named = {f"{name}-{task[0].partition('(')[0]}": task for task in tasks}
        cells = []
        for cell in notebook.cells:
            cells.append(cell)
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if grade_id in named:
                cells += _answer(cell, named[grade_id], kind=kind, data=TITLES[name], draw=draw)
            if grade_id == f"{name}-essay" and (kind in ("right", "mixed") or draw.random() < 0.4):
                words = [
                    "mean",
                    "value",
                    "rises",
                    "falls",
                    "in",
                    "spring",
                    "summer",
                    "rain",
                    "hours",
                    "strongly",
                    "weakly",
                ]
                cell.source = "The data show a **trend**: " + " ".join(draw.choice(words) for _ in range(60))
        if kind != "empty" and draw.random() < 0.3:
            cells.append(new_code_cell(f"df = load('{TITLES[name]}')\n{SLOW}"))
        notebook.cells = cells
        nbformat.write(notebook, folder / f"{name}.ipynb")
        shutil.copy(release / TITLES[name], folder)
    when = datetime.datetime(2025, 3, 1, 12) + datetime.timedelta(minutes=draw.randrange(-3000, 200))
    (folder / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC")


def _answer(cell, task, *, kind, data, draw):
    """Put an answer into a cell; give the cell in which the student looks at it, if there is one."""
    call, right, wrong, fails, _, _ = task
    name, luck = call.partition("(")[0], draw.random()
    shares = {
        "right": [(0.95, right), (1, wrong)],
        "mixed": [(0.6, right), (0.85, wrong), (0.95, fails), (1, None)],
        "weak": [(0.25, right), (0.65, wrong), (0.85, fails), (1, None)],
        "errors": [(0.6, fails), (0.75, "return ((df.head()\n  oops"), (1, wrong)],
        "empty": [(0.9, None), (1, right)],
    }[kind]
    body = next(made for share, made in shares if luck <= share)
    if body is None:
        return []
    cell.source = f"def {call}:\n{_body(body)}"
    if body is not right or draw.random() >= 0.35:
        return []
    look = LOOKS.get(name, f"{name}(df)").format(data=data)
    return [new_code_cell(look if name == "load" else f"df = load('{data}')\n{look}")]
