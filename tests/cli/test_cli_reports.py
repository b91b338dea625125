"""Reports beside a run and of results: which files there are, what they say, what cannot be."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from goldstep.paths import ports_folder
from goldstep.port.patches import apply_patch
from junitparser import JUnitXml
from support.desk import Desk
from support.goldstep_command import COMMAND, EXAMPLE, environment
from support.sarif_fixes import applied, valid
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

FORMATS = ("junit", "sarif", "markdown", "badge", "csv")
JAVA = ports_folder() / "java"


def arguments(folder: Path) -> list[str | Path]:
    """Options for a file of every format."""
    return [part for name in FORMATS for part in (f"--{name}", folder / name)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all reports of Java's port, all of whose findings are known."""
    folder = tmp_path_factory.mktemp("reports")
    command = [COMMAND, "verify", "java", "--group", "formula", "--results", folder / "results"]
    done = subprocess.run(
        [*command, *arguments(folder)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "epsilon-outside-root" in done.stdout
    return folder


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a port with one finding in one case."""
    folder = tmp_path_factory.mktemp("results")
    port, file = tiny_port(folder / "port", "outside"), folder / "results"
    command = [COMMAND, "verify", port, "--case", EXAMPLE, "--results", file, "--quiet"]
    assert subprocess.run(command, env=environment(), check=False).returncode == 1
    return file


class TestAllAtOnce:
    def test_every_report_is_written_and_says_the_same(self, written: Path) -> None:
        rows = list(csv.DictReader((written / "csv").read_text().splitlines()))
        failed = [row for row in rows if row["outcome"] == "failed"]
        assert {row["known"] for row in failed} == {"true"}
        suites = JUnitXml.fromstring((written / "junit").read_bytes())
        assert (suites.failures, suites.errors) == (0, 0)
        tests = [test for suite in suites for test in suite]
        skipped = [test for test in tests if test.is_skipped and ".formula" in test.classname]
        assert [test.name for test in skipped] == [row["case"].split("/")[3] for row in failed]
        (run,) = valid((written / "sarif").read_bytes())["runs"]
        assert [each["ruleId"] for each in run["results"] if each["suppressions"]] == [
            "missing-import",
            "epsilon-outside-root",
        ]
        message = json.loads((written / "badge").read_text())["message"]
        assert message == "conforms but for 2 known"
        markdown = (written / "markdown").read_text()
        assert markdown.startswith(f"## 🟡 goldstep: {message} findings\n")

    def test_the_same_results_make_the_same_reports(self, desk: Desk, written: Path) -> None:
        again = desk.folder / "again"
        again.mkdir()
        ran = desk.goldstep("report", written / "results", *arguments(again))
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        for name in FORMATS:
            assert (again / name).read_bytes() == (written / name).read_bytes()

    def test_the_fix_of_epsilon_is_what_its_patch_makes(self, desk: Desk, written: Path) -> None:
        """Of the file as it is printed, though it was seen after another repair."""
        fixed = self._fixed(written, "epsilon-outside-root")
        assert fixed == self._patched(desk.folder, "2-epsilon-inside-root.patch")
        assert fixed != (JAVA / "RMSProp.java").read_text()

    def test_so_is_the_fix_of_an_import(self, desk: Desk, written: Path) -> None:
        fixed = self._fixed(written, "missing-import")
        assert fixed == self._patched(desk.folder, "1-import-arrays.patch")

    def test_the_line_is_the_one_that_adds_epsilon(self, written: Path) -> None:
        result = self._result(written, "epsilon-outside-root")
        place = result["locations"][0]["physicalLocation"]
        file = place["artifactLocation"]
        assert file == {"uri": "ports/java/RMSProp.java", "uriBaseId": "%SRCROOT%"}
        lines = (JAVA / "RMSProp.java").read_text().splitlines()
        assert "epsilon" in lines[place["region"]["startLine"] - 1]
        context = place["contextRegion"]
        shown = "\n".join(lines[context["startLine"] - 1 : context["endLine"]])
        assert context["snippet"]["text"] == shown

    @staticmethod
    def _result(written: Path, rule: str) -> dict[str, object]:
        (run,) = valid((written / "sarif").read_bytes())["runs"]
        (result,) = [each for each in run["results"] if each["ruleId"] == rule]
        return dict(result)

    def _fixed(self, written: Path, rule: str) -> str:
        (fix,) = self._result(written, rule)["fixes"]
        return applied(fix, (JAVA / "RMSProp.java").read_text())

    @staticmethod
    def _patched(folder: Path, patch: str) -> str:
        shutil.copy(JAVA / "RMSProp.java", folder)
        apply_patch(JAVA / "repairs" / patch, folder)
        return (folder / "RMSProp.java").read_text()


class TestStandardOutput:
    @pytest.mark.parametrize("name", FORMATS)
    def test_a_report_has_it_alone(self, desk: Desk, results: Path, name: str) -> None:
        file = desk.folder / "file"
        assert desk.goldstep("report", results, f"--{name}", file).code == 0
        ran = desk.goldstep("report", results, f"--{name}", "-")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.encode() == file.read_bytes().replace(b"\r\n", b"\n")

    def test_a_run_prints_nothing_else_there(self, desk: Desk) -> None:
        port = tiny_port(desk.folder / "port", "outside")
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--markdown", "-")
        assert ran.code == 1
        assert ran.out.startswith("## ❌ goldstep: 1 new finding\n")
        assert "├" not in ran.out

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--junit", "-", "--csv", "-"), "--csv - and --junit -"),
            (("--json", "--badge", "-"), "--badge - and --json"),
        ],
    )
    def test_two_are_not_mixed(self, desk: Desk, options: tuple[str, ...], said: str) -> None:
        port = tiny_port(desk.folder / "port")
        ran = desk.goldstep("verify", port, *options)
        assert (ran.code, ran.out) == (2, "")
        assert ran.error == (
            f"goldstep: {said} would be mixed on standard output; name files for all but one"
        )

    def test_nor_are_two_of_a_comparison(self, desk: Desk, results: Path) -> None:
        ran = desk.goldstep("report", "diff", results, results, "--json", "--markdown", "-")
        assert (ran.code, ran.out) == (2, "")

    def test_a_full_one_is_said(self, results: Path) -> None:
        done = subprocess.run(
            ["sh", "-c", 'exec "$@" >/dev/full', "sh", COMMAND, "report", results, "--csv", "-"],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3
        assert done.stderr.startswith("goldstep: standard output cannot be written: No space left")


class TestComparison:
    def test_what_regressed_decides_the_exit_code(self, desk: Desk, results: Path) -> None:
        port = tiny_port(desk.folder / "port")
        good, page = desk.folder / "good", desk.folder / "page"
        options = ("--case", EXAMPLE, "--results", good, "--quiet")
        assert desk.goldstep("verify", port, *options).code == 0
        worse = desk.goldstep("report", "diff", good, results, "--markdown", page)
        assert worse.code == 1
        assert worse.out.splitlines()[-1] == "regressed: 1 finding, 1 case"
        assert page.read_text().startswith("## goldstep: regressed: 1 finding, 1 case\n")
        better = desk.goldstep("report", "diff", results, good, "--json")
        assert better.code == 0
        assert json.loads(better.out)["counts"]["cases"] == {"improved": 1}
        same = desk.goldstep("report", "diff", results, results)
        assert (same.code, same.out) == (0, "nothing changed\n")


class TestBadge:
    def test_the_name_of_its_file_says_which_one(self, desk: Desk, results: Path) -> None:
        for name in ("badge.svg", "badge.SVG"):
            desk.goldstep("report", results, "--badge", desk.folder / name)
            assert ElementTree.parse(desk.folder / name).getroot().get("role") == "img"
        desk.goldstep("report", results, "--badge", desk.folder / "badge.json")
        assert json.loads((desk.folder / "badge.json").read_text())["schemaVersion"] == 1


class TestWhatCannotBeWritten:
    def test_a_missing_folder_is_said_before_anything_runs(self, desk: Desk) -> None:
        port = tiny_port(desk.folder / "port", "outside")
        gone, stream = desk.folder / "gone" / "file", desk.folder / "results"
        ran = desk.goldstep("verify", port, "--sarif", gone, "--results", stream)
        assert (ran.code, ran.out) == (2, "")
        assert ran.error == (
            f"goldstep: {gone}: cannot be written: there is no folder {gone.parent}; "
            "make it, or name a file elsewhere"
        )
        assert not stream.exists()

    def test_a_folder_is_no_file(self, desk: Desk, results: Path) -> None:
        ran = desk.goldstep("report", results, "--csv", desk.folder)
        assert ran.code == 2
        assert "is a directory" in ran.error

    def test_a_full_disk_loses_no_other_report_and_no_result(self, desk: Desk) -> None:
        port = tiny_port(desk.folder / "port", "outside")
        stream, after = desk.folder / "results", desk.folder / "after"
        full = ("--junit", "/dev/full", "--csv", after)
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--results", stream, *full)
        assert ran.code == 3
        assert ran.error == (
            "goldstep: /dev/full: cannot be written: No space left on device; "
            "make room there, or name a file elsewhere"
        )
        assert "epsilon-outside-root" in ran.out
        assert after.read_text().count("\n") == 2
        assert desk.goldstep("report", stream).code == 0

    def test_what_was_there_stays_where_no_room_is_left(self, desk: Desk, written: Path) -> None:
        """The system ends a write at 4 KiB."""
        folder = desk.folder / "out"
        folder.mkdir()
        file = folder / "junit.xml"
        file.write_text("of the run before")
        limited = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", COMMAND]
        done = subprocess.run(
            [*limited, "report", written / "results", "--junit", file],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3
        assert done.stderr.startswith(f"goldstep: {file}: cannot be written: File too large; ")
        assert [each.name for each in folder.iterdir()] == ["junit.xml"]
        assert file.read_text() == "of the run before"

    def test_a_name_that_no_system_has_is_said(self, desk: Desk, results: Path) -> None:
        file = desk.folder / ("n" * 300)
        ran = desk.goldstep("report", results, "--csv", file)
        assert ran.code == 3
        assert ran.error.startswith(f"goldstep: {file}: cannot be written: File name too long; ")

    def test_a_link_stays_one(self, desk: Desk, results: Path) -> None:
        target, link = desk.folder / "target", desk.folder / "link"
        target.write_text("of the run before")
        link.symlink_to(target)
        assert desk.goldstep("report", results, "--csv", link).code == 0
        assert link.is_symlink()
        assert target.read_text().startswith("port,")


def test_results_that_are_none_make_no_report(desk: Desk) -> None:
    file, report = desk.folder / "results", desk.folder / "report"
    file.write_text("{}\n")
    ran = desk.goldstep("report", file, "--csv", report)
    assert ran.code == 2
    assert ran.error.startswith(f"goldstep: {file}:1: ")
    assert not report.exists()
