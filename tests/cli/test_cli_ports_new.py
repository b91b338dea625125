"""`goldstep ports new`: a folder to fill in, made whole or not at all."""

from __future__ import annotations

import tomllib

import pytest
from goldstep.port.template import template_languages
from support.desk import Desk


@pytest.mark.parametrize("language", template_languages())
def test_it_makes_a_folder_called_like_the_port(desk: Desk, language: str) -> None:
    folder = desk.folder / "beside" / "My New_Port"
    ran = desk.goldstep("ports", "new", folder, "--language", language)
    assert (ran.code, ran.err) == (0, "")
    table = tomllib.loads((folder / "port.toml").read_text())
    assert table["name"] == "my-new-port"
    assert all((folder / source).is_file() for source in table["sources"])
    assert all(str(file) in ran.out for file in folder.iterdir())
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_folder_with_something_in_it_stays_as_it_is(desk: Desk) -> None:
    folder = desk.folder / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    ran = desk.goldstep("ports", "new", folder, "--language", "python")
    assert ran.code == 2
    assert str(folder) in ran.error
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_an_empty_folder_will_do(desk: Desk) -> None:
    folder = desk.folder / "empty"
    folder.mkdir()
    assert desk.goldstep("ports", "new", folder, "--language", "go").code == 0
    assert (folder / "go.mod").is_file()


def test_languages_that_there_are_not_are_named_with_those_that_there_are(desk: Desk) -> None:
    ran = desk.goldstep("ports", "new", desk.folder / "x", "--language", "pyton")
    assert ran.code == 2
    assert "python" in ran.error
    assert not (desk.folder / "x").exists()


def test_the_new_port_conforms(desk: Desk) -> None:
    folder = desk.folder / "mine"
    desk.goldstep("ports", "new", folder, "--language", "python")
    ran = desk.goldstep("verify", folder / "port.toml", "--group", "formula", "--quiet")
    assert (ran.code, ran.err) == (0, "")
