"""The README's port of one's own, from copy to verdict."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.goldstep_command import without_seconds

pytestmark = pytest.mark.processes

README = Path(__file__).parents[2] / "README.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)


def goldstep(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("goldstep")
    return subprocess.run(
        [command, *arguments], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture
def my_port(tmp_path: Path) -> Path:
    """The folder that the README's commands make, with its program in it."""
    new = blocks("sh")[-1].splitlines()[0].partition("#")[0].split()
    assert new == ["goldstep", "ports", "new", "my-port", "--language", "python"]
    assert goldstep(*new[1:], folder=tmp_path).returncode == 0
    folder = tmp_path / "my-port"
    (folder / "rmsprop.py").write_text(blocks("python")[0])
    return folder


def test_the_port_of_ones_own_prints_what_the_readme_shows(my_port: Path) -> None:
    shown = blocks("console")[0].split("\n", 1)[1]
    run = goldstep("verify", "my-port/port.toml", folder=my_port.parent)
    assert without_seconds(run.stdout) == without_seconds(shown)
    assert run.returncode == 1


def test_the_change_that_the_readme_names_makes_it_conform(my_port: Path) -> None:
    source = my_port / "rmsprop.py"
    outside = "(np.sqrt(average) + self.epsilon)"
    inside = "np.sqrt(average + self.epsilon)"
    assert outside in source.read_text()
    assert f"`{inside}`" in README.read_text()
    source.write_text(source.read_text().replace(outside, inside))
    assert goldstep("verify", "my-port/port.toml", folder=my_port.parent).returncode == 0


def test_held_to_the_other_column_it_conforms_as_it_is(my_port: Path) -> None:
    with (my_port / "port.toml").open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write('column = "outside"\n' + text)
    assert goldstep("verify", "my-port/port.toml", folder=my_port.parent).returncode == 0


def test_it_is_short_and_its_picture_is_there() -> None:
    text = README.read_text()
    assert len(text.splitlines()) <= 130
    (picture,) = re.findall(r"^!\[[^\]]+\]\((.*)\)$", text, re.MULTILINE)
    assert (README.parent / picture).read_bytes().startswith(b"\x89PNG")
