"""The documentation site, built once for the tests of a process, as `make docs` builds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.repository import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every warning is an error: links that lead nowhere, pages that no list has."""
    folder = tmp_path_factory.mktemp("site")
    build = [Path(sys.executable).with_name("sphinx-build"), "-EWq", "--keep-going", "-b", "html"]
    doctrees = tmp_path_factory.mktemp("doctrees")
    done = subprocess.run(
        [*build, "-d", doctrees, ROOT / "docs", folder],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder
