"""The frame of the course: packages and versions agree, imports run one way, the set-up says what is wrong."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TREE = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lines):
    """{name: its version ranges} of requirement lines."""
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def constraints():
    """{name: exact version}; refuses a line that is anything else."""
    found = {}
    for line in (TREE / "constraints.txt").read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+_-]+)", line)
        assert match, f"constraints.txt: {line!r} is not of the form name==version"
        name = canonicalize_name(match[1])
        assert name not in found, f"constraints.txt names {name} twice"
        found[name] = match[2]
    return found


def test_no_two_test_files_share_a_name():
    """pytest imports them by their bare names: two of one name can't be collected in one run."""
    names = [path.name for path in TREE.glob("tests/**/*.py")]
    assert sorted(name for name in set(names) if names.count(name) > 1 and name != "conftest.py") == []


def test_no_test_leaves_mpmath_with_other_digits():
    """They hold for all that runs later in the same process; `mp.workdps` puts them back."""
    found = {
        (path.name, line)
        for path in TREE.glob("tests/**/*.py")
        for line in re.findall(r"^ *mp\.(?:mp\.)?(?:dps|prec) *=.*", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {line for _, line in found} == {"mp.mp.dps = 50"}, found


# ----- packages and versions


def test_environment_yml_names_the_packages_of_pyproject_and_nbval():
    conda = yaml.safe_load((TREE / "environment.yml").read_text(encoding="utf-8"))
    packages = [line for line in conda["dependencies"] if isinstance(line, str)]
    (pip,) = [line["pip"] for line in conda["dependencies"] if isinstance(line, dict)]
    found = requirements(packages)
    assert found.pop("pip") is not None and pip == ["-e ."]
    assert str(found.pop("python")) == PROJECT["requires-python"]
    (nbval,) = [line for line in PROJECT["optional-dependencies"]["test"] if line.startswith("nbval")]
    assert found == requirements([*PROJECT["dependencies"], nbval])
    assert conda["channels"] == ["conda-forge"]


def test_constraints_fit_the_ranges_of_pyproject():
    exact = constraints()
    wanted = PROJECT["dependencies"] + [
        line for extra in ("test", "teach") for line in PROJECT["optional-dependencies"][extra]
    ]
    for name, versions in requirements(wanted).items():
        assert name in exact, f"constraints.txt lacks {name}"
        assert versions.contains(exact[name]), f"{name}=={exact[name]} is outside {versions}"


def test_constraints_hold_what_the_run_time_packages_bring():
    from importlib.metadata import PackageNotFoundError, requires

    exact, seen, waiting = constraints(), set(), [Requirement(line) for line in PROJECT["dependencies"]]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            waiting += [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:
            pytest.fail(f"{name} is not installed, though a run-time package needs it")
    # What Python's own installers are made of comes with the environment.
    assert sorted(seen - set(exact) - {"setuptools", "pip", "wheel"}) == []


def test_no_package_index_is_named():
    for name in ("constraints.txt", "pyproject.toml", "environment.yml", "Makefile", "tools/environment.sh", ".ci/run"):
        text = (TREE / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|simple/", text), name


# ----- layers (design, section 4)

# What stands below a module: it may import that and no more. `arrays` is what refuses bad input at the door.
NETWORK = {"numpy", "arrays", "activations", "losses", "parameters", "architecture", "network"}
MATHS = NETWORK | {"nested", "gradcheck", "optimizers", "training"}
BELOW_PLOTS = MATHS | {"datasets", "worked", "mistakes", "regimes", "surfaces"}
MAY_IMPORT = {
    "arrays": {"numpy"},
    "activations": {"numpy", "arrays"},
    "losses": {"numpy", "arrays"},
    "parameters": {"numpy", "arrays"},
    "architecture": {"numpy", "activations", "losses"},
    "network": {"numpy", "arrays", "architecture", "parameters"},
    "optimizers": {"numpy", "arrays", "parameters"},
    "nested": {"numpy", "parameters"},
    "differences": {"numpy"},
    "gradcheck": {"numpy", "arrays", "parameters", "network", "nested", "differences"},
    "diagnosis": {"numpy", "arrays", "activations", "losses", "parameters", "network", "nested", "differences"}
    | {"gradcheck"},
    "training": {"numpy", "arrays", "parameters", "network", "optimizers", "tqdm"},
    "datasets": {"numpy", "arrays"},
    "casebook": {"numpy", "datasets"},
    "regularization": {"numpy", "arrays", "parameters"},
    "gallery": {"numpy", "activations", "gradcheck", "losses", "network", "parameters"},
    "symbols": set(),
    "arithmetic": set(),
    "curves": {"activations", "losses", "symbols"},
    "formulas": {"curves", "symbols"},
    "calculation": {"arithmetic", "arrays", "formulas", "symbols"},
    "worked": NETWORK | {"calculation", "formulas", "symbols"},
    "slips": {"formulas", "symbols"},
    "as_given": NETWORK | {"calculation"},
    "stepped": {"arithmetic", "calculation", "slips", "symbols"},
    "misprints": {"arithmetic", "symbols", "text"},
    "printed": {"arithmetic", "calculation", "misprints", "slips", "stepped", "text"},
    "examples": NETWORK | {"symbols", "arithmetic", "formulas", "calculation", "as_given", "printed", "explore"},
    "worksheet_pages": {"text"},
    "worksheet": {"arrays", "activations", "architecture", "losses", "examples", "worksheet_pages"},
    "mistakes": {"numpy", "arrays", "activations", "losses", "parameters", "network"},
    "graphs": {"numpy", "arrays", "activations", "losses", "parameters", "network"},
    "regimes": {"numpy", "arrays"},
    "surfaces": {"numpy", "arrays", "activations", "losses", "parameters", "network", "optimizers", "training"}
    | {"datasets"},
    "runs": {"numpy", "training"},
    "vitals": {"numpy", "arrays", "losses"},
    "patients": {"numpy", "activations", "losses", "parameters", "optimizers", "datasets", "vitals", "text"},
    "convolution": {"numpy"},
    "text": set(),
    "still": {"PIL"},
    "saving": {"PIL", "still"},
    "plots": BELOW_PLOTS | {"text", "matplotlib"},
    # Matplotlib writes pictures with PIL and finds contours with contourpy.
    "explore": BELOW_PLOTS
    | {"symbols", "arithmetic", "formulas", "calculation"}
    | {"text", "runs", "still", "patients", "matplotlib", "plots", "anywidget", "traitlets", "PIL", "contourpy"},
    "marking": MATHS | {"datasets"},
    "__init__": MATHS | {"datasets", "examples", "diagnosis"},
    # nbformat and IPython come with jupyterlab, sqlalchemy and traitlets with nbgrader.
    "teaching": {"numpy", "datasets", "marking", "tqdm", "nbformat", "IPython", "distributed"}
    | {"nbgrader", "sqlalchemy", "traitlets"},
    "learner_folder": set(),
    "lab": {"learner_folder", "jupyterlab"},
    "__main__": {"lab", "marking", "teaching", "worksheet"},
}


def imports(source, parts):
    """What `source` imports at any depth: modules of bpcourse by their own name, others by their package's.

    parts: where the file lies in bpcourse, such as ("marking", "engine").
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ["bpcourse", *parts[: len(parts) - node.level]] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{start}.{alias.name}" for alias in node.names] if start == "bpcourse" else [start]
        else:
            continue
        for name in names:
            package, *rest = name.split(".")
            yield rest[0] if package == "bpcourse" and rest else package


def wrong_imports(source, parts):
    row = parts[0]
    assert row in MAY_IMPORT, f"bpcourse/{row}: add it to the table of layers, here and in the design"
    return sorted(set(imports(source, parts)) - MAY_IMPORT[row] - {row} - sys.stdlib_module_names)


FILES = sorted((TREE / "bpcourse").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TREE)))
def test_imports_run_one_way(path):
    parts = path.relative_to(TREE / "bpcourse").with_suffix("").parts
    assert wrong_imports(path.read_text(encoding="utf-8"), parts) == []


@pytest.mark.parametrize(
    ("source", "parts", "refused"),
    [
        ("from .plots import figure", ("network",), ["plots"]),
        ("from . import explore", ("worked",), ["explore"]),
        ("import bpcourse.plots", ("losses",), ["plots"]),
        ("from ..plots import figure", ("marking", "engine"), ["plots"]),
        ("from ...plots import figure", ("marking", "ch04", "passes"), ["plots"]),
        ("def f():\n    import matplotlib.pyplot as plt", ("gradcheck",), ["matplotlib"]),
        ("import anywidget", ("plots",), ["anywidget"]),
        ("import IPython", ("marking", "result"), ["IPython"]),
        ("from .engine import check\nfrom ..network import Network\nimport re", ("marking", "ch00"), []),
    ],
)
def test_layers_refuse_what_they_should(source, parts, refused):
    assert wrong_imports(source, parts) == refused


def test_import_loads_no_pictures_and_no_widgets():
    program = (
        "import sys, bpcourse; names = 'numpy', 'matplotlib', 'ipywidgets', 'PIL', 'tqdm';"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['numpy']"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TREE)))
def test_no_file_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


# ----- make, and what it says when something is wrong


@pytest.fixture
def clone(tmp_path):
    """The set-up files alone, in a folder with a space in its name."""
    folder = tmp_path / "a clone"
    shutil.copytree(TREE / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(TREE / name, folder / name)
    return folder


def fake_python(folder, name, script):
    path = folder / name
    path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
    path.chmod(0o755)
    return f"./{name}"


def make(folder, *arguments):
    if shutil.which("make") is None:
        pytest.skip("make is not installed.")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_help_is_the_default_and_names_every_command(clone):
    done = make(clone)
    assert done.returncode == 0
    for command in ("make lab", "make setup", "make test", "make notebooks", "make bench"):
        assert command in done.stdout


def test_missing_python_is_told_in_a_sentence(clone):
    done = make(clone, "setup", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "There is no Python called 'no-such-python' here that runs." in done.stderr
    assert "make PYTHON=" in done.stderr


def test_old_python_is_told_in_a_sentence(clone):
    script = 'case "$2" in *print*) echo 3.8.18;; *) exit 1;; esac\n'
    done = make(clone, "lab", "PYTHON=" + fake_python(clone, "old", script))
    assert done.returncode != 0
    assert "is Python 3.8.18, and the course needs Python 3.11 or newer." in done.stderr
    assert not (clone / ".venv").exists()


def test_python_without_venv_is_told_in_a_sentence(clone):
    script = f'case "$2" in *venv*) exit 1;; *) exec "{sys.executable}" "$@";; esac\n'
    done = make(clone, "setup", "PYTHON=" + fake_python(clone, "bare", script))
    assert done.returncode != 0
    assert "comes without the modules venv and ensurepip" in done.stderr
    assert "python3-venv" in done.stderr


# An environment's Python: says that it has pip; pip says and does what it is told to.
INNER = """case "$*" in
    *"pip install"*) echo "$@" >>"$HERE/calls"; echo "{says}"; exit {code};;
    *platform*) echo 3.11.7;;
esac
"""


def fake_venv(clone, says, code):
    """A Python whose `-m venv` makes an environment with a pip of our own."""
    inner = "#!/bin/sh\nHERE=$(pwd)\n" + INNER.format(says=says, code=code)
    (clone / "inner").write_text(inner, encoding="utf-8")
    script = (
        'if [ "$1 $2" = "-m venv" ]; then mkdir -p "$4/bin" && cp inner "$4/bin/python" && chmod +x "$4/bin/python"\n'
        f'else exec "{sys.executable}" "$@"; fi\n'
    )
    return "PYTHON=" + fake_python(clone, "outer", script)


def test_failing_installation_is_told_in_a_sentence_and_tried_again(clone):
    python = fake_venv(clone, "ERROR: No matching distribution found for numpy", 1)
    for attempt in (1, 2):
        done = make(clone, "setup", python)
        assert done.returncode != 0
        assert "The installation into .venv failed: ERROR: No matching distribution found for numpy" in done.stderr
        assert "The whole story is in .venv.log." in done.stderr
        assert "No matching" in (clone / ".venv.log").read_text(encoding="utf-8")
        assert len((clone / "calls").read_text(encoding="utf-8").splitlines()) == attempt


def test_second_set_up_is_idle_until_something_changes(clone):
    python = fake_venv(clone, "done", 0)

    def installations():
        done = make(clone, "setup", python)
        assert done.returncode == 0, done.stderr
        return len((clone / "calls").read_text(encoding="utf-8").splitlines())

    assert [installations(), installations()] == [1, 1]
    for number, name in enumerate(("constraints.txt", "pyproject.toml"), start=2):
        with (clone / name).open("a", encoding="utf-8") as file:
            file.write("\n")
            file.write("# changed\n")
        assert [installations(), installations()] == [number, number]
    moved = clone.rename(clone.parent / "moved")
    make(moved, "setup", python)
    assert len((moved / "calls").read_text(encoding="utf-8").splitlines()) == 4
    calls = (moved / "calls").read_text(encoding="utf-8").splitlines()
    assert all("-c constraints.txt -e ." in call and "teach" not in call for call in calls)


def test_half_done_installation_is_not_taken_for_a_whole_one(clone):
    good = make(clone, "setup", fake_venv(clone, "done", 0))
    before = (clone / "constraints.txt").read_text(encoding="utf-8")
    (clone / "constraints.txt").write_text(before + "other==1.0\n", encoding="utf-8")
    inner = clone / ".venv" / "bin" / "python"
    working = inner.read_text(encoding="utf-8")
    inner.write_text(working.replace("exit 0", "exit 1"), encoding="utf-8")
    broken = make(clone, "setup", "PYTHON=./outer")
    inner.write_text(working, encoding="utf-8")
    (clone / "constraints.txt").write_text(before, encoding="utf-8")
    mended = make(clone, "setup", "PYTHON=./outer")
    assert (good.returncode, broken.returncode != 0, mended.returncode) == (0, True, 0)
    assert len((clone / "calls").read_text(encoding="utf-8").splitlines()) == 3


def test_settings_of_jupyterlab_are_installed_and_known_to_it(clone):
    make(clone, "setup", fake_venv(clone, "done", 0))
    settings = json.loads((clone / ".venv/share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    share = Path(sys.prefix) / "share" / "jupyter"  # of JupyterLab, and of an extension that comes with the course
    schemas = [share / "lab" / "schemas", share / "labextensions/@jupyter-widgets/jupyterlab-manager/schemas"]
    for plugin, values in settings.items():
        (file,) = [f for folder in schemas if (f := folder / f"{plugin.replace(':', '/')}.json").exists()]
        schema = json.loads(file.read_text(encoding="utf-8"))
        for name, value in values.items():
            known = schema["properties"][name]
            assert isinstance(value, bool) or value in [choice["const"] for choice in known["oneOf"]]
    notices = settings["@jupyterlab/apputils-extension:notification"]
    assert notices == {"fetchNews": "false", "checkForUpdates": False}
    server = clone / ".venv/etc/jupyter/jupyter_server_config.d/bpcourse.json"
    assert server.read_text(encoding="utf-8") == (TREE / "tools" / "server.json").read_text(encoding="utf-8")


# ----- the last lines of a run, and BPCOURSE_NO_SKIPS


@pytest.mark.parametrize("processes", ["0", "2"])
def test_no_skips_means_none_and_the_last_lines_tell(tmp_path, processes):
    shutil.copy(TREE / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text(
        "import pytest\n"
        "def test_runs(record_property):\n    record_property('summary', 'A figure: 42.')\n"
        "def test_skips():\n    pytest.skip('there is no oracle here.')\n",
        encoding="utf-8",
    )

    def run(**environment):
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("BPCOURSE_NO_SKIPS", "PYTEST"))}
        plain["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take longer to load than these two tests to run
        command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-n", processes, "-p", "no:cacheprovider"]
        return subprocess.run(
            command, cwd=tmp_path, env=plain | environment, capture_output=True, text=True, timeout=60
        )

    lenient, strict = run(), run(BPCOURSE_NO_SKIPS="1")
    for done in (lenient, strict):
        assert "A figure: 42." in done.stdout and "Tests that passed: 1." in done.stdout
        assert "Not tested here: there is no oracle here." in done.stdout
    assert lenient.returncode == 0 and "counts as failed" not in lenient.stdout
    assert strict.returncode == 1 and "so this run counts as failed" in strict.stdout
