"""The project's files agree with each other: what is declared, locked, documented and run."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
KIT = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKS = {
    "requirements.lock": KIT + GROUPS["build"],
    "requirements-test.lock": KIT + GROUPS["build"] + GROUPS["test"],
}
# Where conda-forge has another name for the package that we mean.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "jupyter-client": "jupyter_client"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def entries(name):
    """Give the entries of a lock file: name, version, marker, hashes."""
    found = []
    for block in re.split(r"\n(?=\S)", read(name).strip()):
        head, *hashes = [line.strip().rstrip("\\").strip() for line in block.splitlines()]
        requirement, _, marker = head.partition(";")
        package, version = requirement.strip().split("==")
        found.append((canonicalize_name(package), Version(version), marker.strip(), hashes))
    return found


# ---------------------------------------------------------------- locks


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_locked_at_a_version_it_allows(name):
    locked = {}
    for package, version, _, _ in entries(name):
        locked.setdefault(package, []).append(version)
    for requirement in map(Requirement, LOCKS[name]):
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is missing: renew the lock files (CONTRIBUTING.md)"
        assert all(version in requirement.specifier for version in versions), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_is_checked_by_hashes_and_names_no_address(name):
    """A town hall may fetch from its own mirror; what it gets must be what we tested."""
    for package, _, marker, hashes in entries(name):
        assert hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), package
        if marker:
            Marker(marker)
    assert not re.search(r"://|index-url|find-links| @ |^-e", read(name), re.MULTILINE)


def test_the_test_lock_holds_the_kit_lock_as_it_is():
    """So that tests run what learners run, and a test environment can open the kit."""
    small, large = (
        {(package, version, marker): hashes for package, version, marker, hashes in entries(name)}
        for name in LOCKS
    )
    assert small.items() <= large.items()


def test_test_tools_do_not_reach_learners():
    """krippendorff is under the GPL, playwright weighs 165 MB: neither belongs on a learner's disk."""
    locked = {package for package, *_ in entries("requirements.lock")}
    assert not locked & {canonicalize_name(Requirement(one).name) for one in GROUPS["test"]} - {"pyyaml", "babel"}


def python_versions():
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    return [f"3.{minor}.9" for minor in range(8, 30) if f"3.{minor}.9" in allowed]


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", python_versions())
@pytest.mark.parametrize("name", LOCKS)
def test_each_system_and_python_gets_each_package_once(name, python, system):
    machine = {
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    got = [package for package, _, marker, _ in entries(name) if not marker or Marker(marker).evaluate(machine)]
    assert len(got) == len(set(got))
    assert {canonicalize_name(Requirement(one).name) for one in LOCKS[name]} <= set(got)


# ---------------------------------------------------------------- conda


def conda():
    import yaml

    found = yaml.safe_load(read("environment.yml"))
    assert found.keys() == {"name", "channels", "dependencies"}
    assert found["channels"] == ["conda-forge", "nodefaults"]
    *specs, pip = found["dependencies"]
    assert pip == {"pip": ["-e ."]}
    return specs


def test_conda_users_get_the_same_packages_with_the_same_limits():
    from rattler import MatchSpec

    wanted = {"python": PROJECT["project"]["requires-python"], "pip": ""}
    for requirement in map(Requirement, KIT):
        wanted[CONDA_NAMES.get(requirement.name, requirement.name)] = str(requirement.specifier)
    found = {}
    for spec in conda():
        name, _, limits = spec.partition(" ")
        found[name] = limits
        MatchSpec(spec)  # conda's own grammar
    assert found.keys() == wanted.keys()
    for name, limits in wanted.items():
        assert set(found[name].split(",")) == set(limits.split(",")), name


def channel(folder):
    """Make a conda channel that has what our lock has, and nothing else."""
    import json

    packages = {"python": "3.12.9", "pip": "26.0"}
    packages |= {
        CONDA_NAMES.get(package, package): str(version)
        for package, version, marker, _ in entries("requirements.lock")
        if "< '3.12'" not in marker
    }
    listed = {
        f"{name}-{version}-0.conda": {
            "name": name,
            "version": version,
            "build": "0",
            "build_number": 0,
            "depends": [],
            "subdir": "noarch",
            "size": 1,
            "sha256": "0" * 64,
        }
        for name, version in packages.items()
    }
    (folder / "noarch").mkdir()
    index = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": listed, "repodata_version": 1}
    (folder / "noarch" / "repodata.json").write_text(json.dumps(index))
    return packages


def solve(folder, specs):
    import asyncio

    from rattler import Channel, Gateway, solve

    where = [Channel(folder.as_uri())]
    return asyncio.run(
        solve(where, specs, platforms=["linux-64", "noarch"], gateway=Gateway(cache_dir=folder / "c"))
    )


def test_condas_solver_admits_every_version_that_we_lock(tmp_path):
    packages = channel(tmp_path)
    found = {record.name.normalized: str(record.version) for record in solve(tmp_path, conda())}
    assert found == {name: packages[name] for name in (spec.split()[0] for spec in conda())}


def test_condas_solver_would_notice_a_wrong_limit(tmp_path):
    channel(tmp_path)
    with pytest.raises(Exception, match="pandas"):
        solve(tmp_path, [*conda(), "pandas >=9"])


# ---------------------------------------------------------------- documents


def test_every_dependency_has_a_reason_and_a_licence():
    rows = re.findall(r"^\| ([\w-]+) \| (.+) \| (.+) \|$", read("docs/dependencies.md"), re.MULTILINE)
    rows = [row for row in rows if row[0] != "Package" and set(row[0]) != {"-"}]
    documented = [name for name, _, _ in rows]
    declared = KIT + GROUPS["build"] + GROUPS["test"] + [one for extra in EXTRAS.values() for one in extra]
    assert sorted(documented) == sorted({Requirement(one).name for one in declared})
    assert all(len(reason) > 5 and len(licence) > 2 for name, reason, licence in rows)


def test_the_newest_entry_of_the_changelog_is_this_version():
    import kit

    newest = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", read("CHANGELOG.md"), re.MULTILINE)
    assert newest[1] == kit.__version__ == PROJECT["project"]["version"]
    section = read("CHANGELOG.md").split("\n## ")[1]
    for reader in ("trainers", "learners", "graders", "maintainers"):
        assert f"### For {reader}" in section


def test_ci_runs_the_command_that_the_readme_gives():
    readme = [line.strip() for line in read("README.md").splitlines()]
    assert "python3 start.py" in readme
    assert "python3 start.py test" in readme
    commands = [line for line in read(".ci/run").splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec python3 start.py test </dev/null"
    if os.name == "posix":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
        assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"]).returncode == 0


@pytest.mark.parametrize(
    "page",
    [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "README.md"],
    ids=lambda page: page.stem,
)
def test_commands_and_links_on_a_page_lead_somewhere(page):
    """Nobody is sent to a file or a command that does not exist."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / link).exists(), link
    for said in re.findall(r"^    kit ([\w-]+)|`kit ([\w-]+)|start\.py (?!test\b)([a-z]+)\b", text, re.MULTILINE):
        command = next(filter(None, said))
        done = subprocess.run([sys.executable, "-m", "kit", command, "--help"], capture_output=True)
        assert done.returncode == 0, command


def test_stock_nbgrader_works_in_the_checkout():
    """An academic who knows nbgrader needs nothing of ours to begin."""
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config().CourseDirectory
    assert (config.source_directory, config.release_directory) == ("solutions", "exercises")
    assert Path(config.root) == ROOT
    assert "gradebook.db" in read(".gitignore").split()


@pytest.mark.xdist_group("one worker")
def test_tests_of_a_group_run_on_one_worker(request):
    """Without this, each worker grades the same classes again, and the tests take twice as long."""
    spread = "PYTEST_XDIST_WORKER" in os.environ
    assert not spread or request.node.nodeid.endswith("@one worker")
