"""The registry of formats: all that is known of one comes from its module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from goldstep.cli.commands import goldstep
from goldstep.cli.outputs import output_options
from goldstep.errors import UsageError
from goldstep.report import formats
from goldstep.report.formats import all_formats
from goldstep.report.formats.html import FORMAT as HTML
from goldstep.report.formats.junit import junit
from goldstep.report.formats.markdown import markdown
from goldstep.report.formats.sarif import FORMAT as SARIF
from support.streams import conforming, ladder, report

PORTS = """
from goldstep.report.writing import FileFormat, FolderFormat

def ports(report):
    return "".join(f"{port.name}\\n" for port in report.ports).encode()

FORMAT = FileFormat("ports", "the names of the ports", ports)
"""
FOLDERS = """
from goldstep.report.writing import FolderFormat

def fill(report, folder):
    for port in report.ports:
        (folder / port.name).touch()

FORMAT = FolderFormat("folders", "an empty file a port", fill)
"""


@pytest.fixture
def more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two formats more, each a file in the folder of the formats."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "test_ports.py").write_text(PORTS)
    (folder / "test_folders.py").write_text(FOLDERS)
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(folder)])
    for cached in (all_formats, output_options):
        cached.cache_clear()
    yield
    for cached in (all_formats, output_options):
        cached.cache_clear()


def test_each_has_an_option_and_a_line_of_help() -> None:
    assert [each.name for each in all_formats()] == sorted(
        ["badge", "csv", "html", "junit", "markdown", "sarif"]
    )
    for command in ("verify", "report"):
        text = CliRunner().invoke(goldstep, [command, "--help"]).output
        words = " ".join(text.split())
        for each in all_formats():
            assert f"--{each.name} {each.metavar} " in words
            assert each.description in words


@pytest.mark.usefixtures("more")
def test_a_file_more_is_a_format_more(tmp_path: Path) -> None:
    results, names, folder = tmp_path / "results", tmp_path / "names", tmp_path / "folder"
    (run,) = conforming().runs
    run.write(results)
    options = ["--ports", str(names), "--folders", str(folder)]
    ran = CliRunner().invoke(goldstep, ["report", str(results), *options])
    assert ran.exit_code == 0
    expected = [port.name for port in conforming().ports]
    assert names.read_text().split() == expected
    assert {each.name for each in folder.iterdir()} == {*expected, "contents.json"}
    assert "--ports FILE" in CliRunner().invoke(goldstep, ["report", "--help"]).output


@pytest.mark.usefixtures("more")
def test_a_folder_of_one_format_is_foreign_to_another(tmp_path: Path) -> None:
    by_name = {each.name: each for each in all_formats()}
    folder = tmp_path / "folder"
    by_name["html"].write(conforming(), folder)
    with pytest.raises(UsageError, match="which is of no earlier report"):
        by_name["folders"].write(conforming(), folder)


def test_a_finding_has_the_same_line_in_every_format(tmp_path: Path) -> None:
    mixed = report(*ladder())  # a repair moves the source down by two lines
    HTML.write(mixed, tmp_path / "pages")
    page = (tmp_path / "pages" / "ports" / "mine" / "index.html").read_text()
    for text in (markdown(mixed), junit(mixed).decode(), page):
        assert "mine.py:6" in text
        assert "mine.py:8" not in text
    (run,) = json.loads(SARIF.render(mixed))["runs"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert [
        place["region"]["startLine"]
        for place in places
        if place["artifactLocation"]["uri"] == "ports/mine/mine.py"
    ] == [6, 6]
