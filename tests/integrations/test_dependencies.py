"""The lock file: exact versions, with digests, of all that pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from support.repository import ROOT

LOCK = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = ["3.11.0", "3.12.0", "3.13.0", "3.14.0"]


def asked(*extras: str) -> Iterator[Requirement]:
    """Requirements of goldstep with extras, those of other extras that these name included."""
    texts = [*PROJECT["dependencies"]]
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    for requirement in map(Requirement, texts):
        if requirement.name == "goldstep":
            yield from asked(*requirement.extras)
        else:
            yield requirement


def locked(python: str) -> dict[str, Version]:
    system = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    found = {}
    for line in re.findall(r"^(\S+==.*?) \\$", LOCK, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(system):
            (specifier,) = requirement.specifier
            found[requirement.name] = Version(specifier.version)
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_it_has_an_allowed_version_of_everything(python: str) -> None:
    versions = locked(python)
    for requirement in asked("dev"):
        if requirement.marker is None or requirement.marker.evaluate():
            assert versions[requirement.name.lower()] in requirement.specifier, requirement


def test_each_has_digests_and_none_a_place() -> None:
    entries = re.split(r"^(?=\S+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCK


def test_every_dependency_has_a_lowest_version() -> None:
    for requirement in asked("dev", "bench"):
        assert any(each.operator == ">=" for each in requirement.specifier), requirement
