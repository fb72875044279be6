"""Rules that people forget, each with its reason. CONTRIBUTING.md tells them in words."""

import ast
import importlib
import inspect
import json
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import polib
import pytest

import kit

ROOT = Path(__file__).resolve().parents[1]
KIT = sorted((ROOT / "kit").rglob("*.py"))
NOTEBOOKS = sorted(path for top in ("modules", "solutions") for path in (ROOT / top).rglob("*.ipynb"))
CATALOGUES = sorted((ROOT / "kit" / "text" / "en").glob("*.po"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def each(paths):
    found = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
    return pytest.mark.parametrize("path", found, ids=name_of)


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def problems(found):
    assert not found, "\n" + "\n".join(map(str, found))


# ---------------------------------------------------------------- shape


@each([*KIT, ROOT / "start.py"])
def test_a_file_has_fewer_than_400_lines(path):
    # A longer file holds a second idea: find it, and give it a file of its own.
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


# Who may import whom. A lesson must not know of grading, nor a method of notebooks: else nothing
# can be understood, tested or reused alone.
LAYERS = {
    "errors": 0, "text": 0, "course": 0, "figures": 0,
    "data": 1, "measure": 2, "assess": 3, "town": 4, "learn": 5,
    "own_copy": 5, "lab": 6, "apps": 6, "grade": 6, "teach": 6, "cli": 7, "__main__": 8,
}  # fmt: skip
BESIDE = [{"grade", "teach"}, {"grade", "lab"}]  # neighbours that do not know each other


def imports(path):
    """Give the parts of the kit that a file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "kit":
                yield from (f"kit.{alias.name}" for alias in node.names)


@each(KIT)
def test_imports_point_one_way(path):
    parts = path.relative_to(ROOT / "kit").with_suffix("").parts
    if parts == ("__init__",):
        return
    mine = parts[0]
    wrong = []
    for module in imports(path):
        other = module.split(".")[1] if module.startswith("kit.") else None
        if other in (None, mine) or other not in LAYERS:
            continue
        if LAYERS[other] > LAYERS[mine] or {mine, other} in BESIDE:
            wrong.append(f"{name_of(path)} imports kit.{other}")
    problems(wrong)


def test_every_part_of_the_kit_has_its_place_in_the_order():
    parts = {path.relative_to(ROOT / "kit").with_suffix("").parts[0] for path in KIT}
    assert parts - {"__init__"} <= LAYERS.keys()


HEAVY = {"pandas", "numpy", "scipy", "statsmodels", "matplotlib", "nbgrader", "nbconvert", "ipywidgets", "IPython"}
HEAVY |= {"jsonschema", "openpyxl", "python_calamine", "jinja2", "nbformat", "nbclient", "jupyterlab", "polib"}
HEAVY |= {"docx", "pyxform", "voila"}


@each(KIT)
def test_nothing_heavy_is_imported_before_it_is_needed(path):
    # A first cell that needs ten seconds on an old laptop loses the room.
    found = []
    todo = list(tree(path).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in HEAVY]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in HEAVY:
            found.append(node.module)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            todo += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    problems(found)


def test_importing_the_kit_loads_nothing_else_of_weight():
    code = "import sys; import kit; print(' '.join(sys.modules))"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split())
    problems(sorted(HEAVY & loaded))


def public():
    """Give what users are offered: the names that a door of the kit (kit.data, kit.measure, ...) lists."""
    for door in kit.__all__:
        module = importlib.import_module(f"kit.{door}")
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                yield f"kit.{door}.{name}", thing


def test_everything_offered_to_users_shows_an_example():
    # An example that runs (pytest runs them all) is the documentation that cannot grow old.
    found = []
    for name, thing in public():
        said = inspect.getdoc(thing) or ""
        if not said or (inspect.isfunction(thing) and not ("Examples\n--------" in said and ">>>" in said)):
            found.append(name)
    problems(found)


def test_two_words_by_position_at_most():
    # f(table, "district", 5, True) cannot be read; f(table, "district", below=5) can.
    # redraw(exercise, learner, course) is asked for in that order wherever a variant is drawn.
    found = []
    for name, thing in public():
        if inspect.isfunction(thing) and name != "kit.data.redraw":
            kinds = [one.kind for one in inspect.signature(thing).parameters.values()]
            if sum(kind.name.startswith("POSITIONAL") for kind in kinds) > 2:
                found.append(name)
    problems(found)


# ---------------------------------------------------------------- words


def messages(path):
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}


ENGLISH = {key: said for path in CATALOGUES for key, said in messages(path).items()}


def calls(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "id", getattr(node.func, "attr", ""))


def keys_of(node):
    """Give the catalogue keys that a call's first argument can be: a text, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from keys_of(node.body)
        yield from keys_of(node.orelse)


FAMILY = {
    "KitError",
    "DataError",
    "MeasureError",
    "ExerciseError",
    "SubmissionError",
    "TownFileError",
    "SetupError",
}
ERRORS = [
    (path, node, key)
    for path in KIT
    for node, name in calls(path)
    if name in FAMILY
    if node.args
    for key in keys_of(node.args[0])
]


def test_every_error_is_worded_in_the_catalogue_in_three_short_lines():
    # What is wrong and where, what was expected, what to do: and it can be translated.
    found = []
    for path, node, key in ERRORS:
        where = f"{name_of(path)}:{node.lineno} {key}"
        if key not in ENGLISH:
            found.append(f"{where}: not in the catalogue")
            continue
        for code in ("en", "es"):
            said = messages(ROOT / "kit" / "text" / code / f"{key.split('.')[0]}.po").get(key, "")
            lines = said.splitlines()
            if len(lines) != 3:
                found.append(f"{where} ({code}): {len(lines)} lines")
            fixed = ["".join(part for part, *_ in string.Formatter().parse(line)) for line in lines]
            found += [f"{where} ({code}): longer than 80: {line}" for line in fixed if len(line) > 80]
    problems(found)


def test_an_error_is_given_exactly_the_gaps_that_its_words_have():
    # A missing gap is a KeyError in the face of a learner.
    found = []
    for path, node, key in ERRORS:
        given = {word.arg for word in node.keywords}
        names = (name for _, name, _, _ in string.Formatter().parse(ENGLISH.get(key, "")) if name)
        wanted = {name for name in names if name.isidentifier()}
        if None not in given and not wanted <= given:
            found.append(f"{name_of(path)}:{node.lineno} {key} needs {sorted(wanted - given)}")
    problems(found)


@each(KIT)
def test_texts_asked_for_are_in_the_catalogue(path):
    # text("...") of an unknown key stops the page.
    found = [
        f"{name_of(path)}:{node.lineno} {key}"
        for node, name in calls(path)
        if name == "text" and node.args and not any(word.arg == "folder" for word in node.keywords)
        for key in keys_of(node.args[0])
        if "." in key and key not in ENGLISH
    ]
    problems(found)


def test_every_message_is_used():
    # A message that nothing shows is work for translators, for nobody.
    shown = "\n".join(path.read_text(encoding="utf-8") for path in [*KIT, ROOT / "start.py"])
    shown += "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "kit").rglob("*")
        if path.is_file() and path.suffix in (".json", ".toml", ".j2", ".html", ".css")
    )
    found = []
    for key in ENGLISH:
        domain, _, name = key.partition(".")
        pieces = name.split("-")
        # A key may be put together, f"grade.state-{state}" or f"start.{key}": its beginning must stand somewhere.
        begun = [f"{domain}.{{", f'"{domain}."', f'"{name}"', f"'{name}'"]
        begun += [f"{domain}.{'-'.join(pieces[:count])}-{{" for count in range(1, len(pieces))]
        begun += [f'"{"-".join(pieces[:count])}-{{' for count in range(1, len(pieces))]
        if key not in shown and not any(one in shown for one in begun):
            found.append(key)
    problems(found)


@each(KIT)
def test_no_error_speaks_english_past_the_catalogue(path):
    # An English sentence in the code is one that a Spanish reader gets in English.
    found = []
    for node, name in calls(path):
        if (
            name in FAMILY
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and " " in str(node.args[0].value)
        ):
            found.append(f"{name_of(path)}:{node.lineno} {node.args[0].value}")
        if name == "print" and node.args:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", str(part.value)):
                    found.append(f"{name_of(path)}:{node.lineno} print: {part.value}")
    problems(found)


@each(KIT)
def test_no_warning_and_no_logging(path):
    # What a graded cell writes to the error stream costs the learner the points.
    found = [
        f"{name_of(path)}:{node.lineno}"
        for node, name in calls(path)
        if name == "warn" or re.match(r"logging\.(basicConfig|debug|info|warning|error)$", ast.unparse(node.func))
    ]
    problems(found)


# ---------------------------------------------------------------- places


def tracked():
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if done.returncode:
        return []
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_path_of_somebodys_machine_stands_in_the_tree():
    # It would work for one person only, and tells who that is.
    machine = re.compile(rb"(?<![\w.~-])(?:/work/|/home/[a-z]+/|/root/|/Users/[A-Za-z]+/)|C:\\Users\\[A-Z]")
    found = []
    for path in tracked():
        if path != Path(__file__):
            found += [f"{name_of(path)}: {hit.decode()}" for hit in machine.findall(path.read_bytes())]
    problems(found)


def test_no_host_of_a_package_index_stands_in_the_tree():
    # A town hall may be allowed its own mirror only, and pip and uv know it from their own settings.
    host = re.compile(
        rb"files\.pythonhosted\.org|https?://pypi\.org|registry\.npmjs\.org|--index-url|--extra-index-url"
    )
    found = []
    for path in tracked():
        if path != Path(__file__):
            found += [f"{name_of(path)}: {hit.decode()}" for hit in host.findall(path.read_bytes())]
    problems(found)


# ---------------------------------------------------------------- notebooks


@each(NOTEBOOKS)
def test_a_notebook_is_stored_clean(path):
    # Outputs and random names hide in a difference what really changed, and may hold a name.
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    found = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None):
            found.append(f"{cell['id']}: clear the outputs")
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell["id"]) or re.fullmatch(
            r"[0-9a-f-]{8,}", cell["id"]
        ):
            found.append(f"{cell['id']}: give it a name of words, such as complaints-story")
    ids = [cell["id"] for cell in notebook["cells"]]
    found += [f"{one}: used twice" for one in sorted(set(ids)) if ids.count(one) > 1]
    problems(found)


# ---------------------------------------------------------------- style


@pytest.mark.parametrize("words", [("check",), ("format", "--check")], ids=["rules", "layout"])
def test_the_code_keeps_the_style(words):
    # One style, so that a difference shows what changed and nothing else.
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    done = subprocess.run([ruff, *words, "--no-cache", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
