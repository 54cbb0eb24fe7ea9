"""The locks: what is asked for is pinned, with hashes and no address, as stock pip needs it."""

from __future__ import annotations

import re
import subprocess
import tomllib
import venv
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-bench.lock")
HASH = re.compile(r" +--hash=sha256:[0-9a-f]{64}")
STOCK_PIP = "pip==23.2.1"  # what Python 3.11 brings; 23.3 is the first to pin NAME[extra] by NAME


def _blocks(lock: str) -> list[list[str]]:
    """Return every pinned package's lines, its own first."""
    blocks = re.split(r"\n(?! )", (ROOT / lock).read_text(encoding="utf-8").strip())
    return [[line.removesuffix(" \\") for line in block.split("\n")] for block in blocks]


def _pinned(lock: str) -> dict[str, Requirement]:
    """Return what this Python installs, by name."""
    every = [Requirement(block[0]) for block in _blocks(lock)]
    here = [pin for pin in every if pin.marker is None or pin.marker.evaluate()]
    assert len({pin.name for pin in here}) == len(here)
    return {canonicalize_name(pin.name): pin for pin in here}


def _asked(group: str) -> list[Requirement]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {**project["dependency-groups"], "": project["project"]["dependencies"]}[group]
    return [Requirement(line) for line in asked]


def _needed_by(pin: Requirement) -> list[Requirement]:
    """Return what an installed package needs with these extras, none where it is not installed."""
    try:
        stated = [Requirement(line) for line in requires(pin.name) or ()]
    except PackageNotFoundError:
        return []
    return [
        need
        for need in stated
        if need.marker is None
        or any(need.marker.evaluate({"extra": extra}) for extra in ("", *pin.extras))
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_or_its_hash(lock: str) -> None:
    """Proves: nothing but ``==`` and SHA-256: no address, no option, no range."""
    for pin, *hashes in _blocks(lock):
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[^ ;@/]+( ; [^;@/]+)?", pin)
        assert hashes
        assert all(HASH.fullmatch(line) for line in hashes)


@pytest.mark.parametrize(
    ("lock", "group"), [(LOCKS[0], ""), (LOCKS[0], "dev"), (LOCKS[1], "bench")]
)
def test_the_lock_keeps_the_floors(lock: str, group: str) -> None:
    """Proves: `pyproject.toml` asks for nothing that the lock does not pin high enough."""
    pinned = _pinned(lock)
    for need in _asked(group):
        version = str(pinned[canonicalize_name(need.name)].specifier).removeprefix("==")
        assert need.specifier.contains(version), f"{need} is asked for, {version} is pinned"


@pytest.mark.parametrize("lock", LOCKS)
def test_stock_pip_finds_every_extra_pinned(lock: str) -> None:
    """
    Proves: whatever a pinned package needs is pinned, with its extras; read from what is installed.

    pip before 23.3 holds ``coverage[toml]`` and ``coverage`` apart: it takes the newest of the
    first, and refuses it for having no pin.  Sensitivity: with the extras stripped, which is what
    uv does unless told, pytest-cov's ``coverage[toml]`` is not found.
    """
    pinned = _pinned(lock)
    needs = [(pin.name, need) for pin in pinned.values() for need in _needed_by(pin)]
    missing = [
        f"{name} needs {need}"
        for name, need in needs
        if not need.extras <= pinned[canonicalize_name(need.name)].extras
    ]
    assert not missing
    if lock == "requirements.lock":
        assert any(need.extras for _, need in needs)


@pytest.mark.slow
def test_stock_pip_takes_the_lock(tmp_path: Path) -> None:
    """Proves: in a fresh environment Python 3.11's own pip finds all that the lock needs in it."""
    venv.create(tmp_path, with_pip=True)
    pip = [str(tmp_path / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, STOCK_PIP], check=True, capture_output=True)
    lock = ["--dry-run", "--require-hashes", "--requirement", str(ROOT / "requirements.lock")]
    done = subprocess.run([*pip, *lock], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
