"""The wheel carries everything, and works where there is no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, without this process's import path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        command,
        cwd=folder,
        env={**clean, **environment, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built in a copy so that nothing is left behind."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("allocator", "models", "examples"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    done = run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)], folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("allocator-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel; only the dependencies are this environment's."""
    folder = tmp_path_factory.mktemp("environment")
    made = run([sys.executable, "-m", "venv", str(folder)], folder)
    assert made.returncode == 0, made.stderr
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = run([str(python), "-m", "pip", "install", "--no-deps", "--no-index", str(wheel)], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder)
    site = Path(asked.stdout.strip())
    # Appended to the path, so that the wheel's own package is found before anything there.
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(dependencies) + "\n", encoding="utf-8")
    return python


def test_the_wheel_carries_every_module_card_chip_table_and_example_plan(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "allocator").rglob("*.py")}
    cards = {f"allocator/_models/{path.relative_to(ROOT / 'models')}" for path in (ROOT / "models").rglob("*.toml")}
    plans = {f"allocator/_examples/{path.name}" for path in (ROOT / "examples").glob("*.toml")}
    wanted = {name.replace(os.sep, "/") for name in modules | cards | plans}
    assert len(cards) > 10
    assert len(plans) >= 2
    assert wanted <= carried, sorted(wanted - carried)
    assert "allocator/py.typed" in carried


def test_the_wheel_carries_no_tests_documents_or_benchmarks(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"allocator"}


def test_an_installed_wheel_runs_from_its_own_files(python: Path, tmp_path: Path) -> None:
    script = (
        "import allocator, allocator.resources as files; "
        "print(allocator.__file__, files.models_dir(), files.examples_dir(), sep='\\n')"
    )
    done = run([str(python), "-c", script], tmp_path)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        assert Path(line).is_relative_to(python.parents[1]), line


def test_an_installed_wheel_lists_laws_writes_a_plan_and_solves_it(python: Path, tmp_path: Path) -> None:
    command = str(python.with_name("allocator"))
    laws = run([command, "laws"], tmp_path)
    assert laws.returncode == 0, laws.stderr
    assert "chinchilla-replication" in laws.stdout
    new = run([command, "new", "image-startup"], tmp_path)
    assert new.returncode == 0, new.stderr
    solved = run([command, "solve", "image-startup.toml", "--no-audit", "--out", "answer.json"], tmp_path)
    assert solved.returncode == 0, solved.stderr
    assert "Optimal" in solved.stdout
    assert (tmp_path / "answer.json").stat().st_size > 1000


def test_an_installed_wheel_says_its_version(python: Path, wheel: Path, tmp_path: Path) -> None:
    done = run([str(python.with_name("allocator")), "--version"], tmp_path)
    assert done.stdout.split() == ["allocator", wheel.name.split("-")[1]]
