"""The smaller commands, every command's help, and completion in the shell."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from goldstep.paths import cache_folder, ports_folder
from goldstep.results.kinds import FINDINGS
from goldstep.results.words import WORDS
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from support.desk import Desk
from support.goldstep_command import EXAMPLE, goldstep
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

PORTS = [
    *("clojure", "java", "numpy", "numpy-compiled", "numpy-compiled-threads"),
    *("numpy-threads", "python", "scala"),
]


class TestPorts:
    def test_list(self, desk: Desk) -> None:
        lines = desk.goldstep("ports", "list").out.splitlines()
        assert lines[0].split() == ["port", "title", "format", "epsilon", "repairs"]
        names = [line.split()[0] for line in lines[1:]]
        variant = re.compile(r"-float(64|32)-(in|out)side$")
        assert {variant.sub("", name) for name in names} == set(PORTS)
        (java,) = (line for line in lines if line.startswith("java "))
        assert re.split(r"\s{2,}", java.strip()) == [
            *("java", "Java, as the document prints it", "float32", "inside", "2")
        ]

    def test_list_as_json(self, desk: Desk) -> None:
        rows = json.loads(desk.goldstep("ports", "list", "--json").out)
        numpy = [row for row in rows if row["port"].startswith("numpy")]
        assert {(row["number_format"], row["epsilon"]) for row in numpy} == {
            (number_format, epsilon)
            for number_format in ("float64", "float32")
            for epsilon in ("inside", "outside")
        }

    def test_show(self, desk: Desk) -> None:
        out = desk.goldstep("ports", "show", "java").out
        for line in (
            "java: Java, as the document prints it",
            f"folder: {ports_folder() / 'java'}",
            "variant: java (float32, epsilon inside)",
            "sources: RMSProp.java",
            "needs: Java 17, com.google.code.gson:gson:2.14.0",
            "repair 1: repairs/1-import-arrays.patch removes missing-import",
        ):
            assert line in out.splitlines()
        assert re.search("^known: missing-import at as printed: Printed so: ", out, re.MULTILINE)

    def test_show_a_port_of_ones_own(self, desk: Desk) -> None:
        file = tiny_port(desk.folder / "port", title="Mine \x1b[31m in red", sources=[])
        out = desk.goldstep("ports", "show", file).out
        assert out.startswith("tiny: Mine \\x1b[31m in red\n")
        assert "sources: none named\nrun: {python} -S tiny_adapter.py conforming\n" in out

    def test_show_a_port_that_there_is_not(self, desk: Desk) -> None:
        ran = desk.goldstep("ports", "show", "closure")
        assert (ran.code, ran.out) == (2, "")
        assert ran.error == "goldstep: there is no port 'closure'; did you mean clojure?"


class TestDoctor:
    def test_what_is_there(self, desk: Desk) -> None:
        ran = desk.goldstep("doctor")
        assert (ran.code, ran.err) == (0, "")
        assert [line for line in ran.out.splitlines() if line in PORTS] == PORTS
        assert "missing" not in ran.out
        assert ran.out.endswith(f"cache: {cache_folder()}\n")

    def test_json(self, desk: Desk) -> None:
        told = json.loads(desk.goldstep("doctor", "--json").out)
        assert list(told) == ["ports", "isolation", "cache"]
        assert told["cache"] == str(cache_folder())
        states = told["ports"]
        assert list(states) == PORTS
        assert [part["name"] for part in states["numpy"]["parts"]] == ["Python"]
        parts = states["numpy-compiled"]["parts"]
        assert [part["name"] for part in parts] == ["Python", "llvmlite>=0.45, numpy>=1.26"]
        assert {part["ready"] for state in states.values() for part in state["parts"]} == {True}

    def test_of_some_ports(self, desk: Desk) -> None:
        mine = tiny_port(desk.folder / "mine", name="mine", toolchain={"python": ["msgspec"]})
        told = json.loads(desk.goldstep("doctor", "java", mine, "--json").out)["ports"]
        assert list(told) == ["java", "mine"]
        assert [part["name"] for part in told["mine"]["parts"]] == ["Python", "msgspec"]

    def test_what_is_missing_and_how_to_get_it(self, desk: Desk) -> None:
        cache = desk.folder / "empty"
        ran = desk.goldstep("doctor", GOLDSTEP_CACHE_DIR=cache)
        assert ran.code == 3
        assert "  missing org.clojure:clojure:1.12.5: not in the cache yet: " in ran.out
        assert "run `goldstep doctor --install`; verify fetches it too" in ran.out
        assert not cache.exists()


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("missing-import", "missing-import (a finding)", FINDINGS["missing-import"].meaning),
        ("RMS-3", "RMS-3 (a requirement)", REQUIREMENTS["RMS-3"].text),
        ("EpsilonPlacement", "EpsilonPlacement (a flag of cases)", FLAGS["EpsilonPlacement"]),
        ("formula", "formula (a group of cases): The formula", GROUPS["formula"].description),
        ("held to", "held to (a word of the output)", WORDS["held to"]),
        (EXAMPLE, f"{EXAMPLE} (a case)", FLAGS["DocumentExample"]),
    ],
)
def test_explain(desk: Desk, name: str, first: str, then: str) -> None:
    ran = desk.goldstep("explain", name)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{first}\n")
    assert then in ran.out


def test_explain_what_is_nothing(desk: Desk) -> None:
    ran = desk.goldstep("explain", "epsilon-outside-rot")
    assert (ran.code, ran.out) == (2, "")
    assert ran.error.startswith(
        "goldstep: there is no id 'epsilon-outside-rot'; did you mean epsilon-outside-root"
    )


HELP = {
    "": ["verify", "diagnose", "vectors", "ports", "explain", "doctor", "--version"],
    "verify": [
        *("[PORT]...", "port.toml", "--as-printed", "--repaired", "--group GLOB", "--case ID"),
        *("--number-format [float64|float32]", "--epsilon [inside|outside]", "--jobs N"),
        *("--max-failures N", "--vectors", "--results FILE", "--json", "--quiet"),
        "Exit code: 0 everything as expected; 1 a new finding; 2 usage; 3",
    ],
    "diagnose": [
        *(" PORT ", "port.toml", "--as-printed", "--repaired", "--group GLOB", "--case ID"),
        *("--number-format [float64|float32]", "--epsilon [inside|outside]", "--jobs N"),
        *("--vectors", "--results FILE", "--json", "--quiet"),
        "Exit codes are those of `goldstep verify`",
    ],
    "vectors": ["generate", "check", "list", "show", "export", "kill-matrix"],
    "vectors generate": ["[DIR]", "replaced as a whole", "--check", "--jobs N"],
    "vectors check": ["[DIR]", "Exit code 4", "--recompute", "--jobs N"],
    "vectors list": [
        *("--group GLOB", "--number-format", "--flag NAME", "--requirement RMS-N"),
        *("--expects [numbers|choices|rejected]", "--text WORDS", "--vectors", "--json"),
    ],
    "vectors export": ["DIR", "--format [csv|npz]", "--vectors"],
    "vectors show": ["ID", "--vectors", "--json"],
    "ports": ["list", "show"],
    "ports list": ["--json"],
    "ports show": ["NAME"],
    "doctor": ["--install", "--json", "Exit code 3"],
    "explain": ["ID|WORD", "a finding, a requirement, a flag or a choice"],
}


@pytest.mark.parametrize("command", HELP)
def test_help(command: str) -> None:
    ran = goldstep(*command.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    text = " ".join(ran.out.split())
    assert [words for words in HELP[command] if words not in text] == []


@pytest.mark.parametrize("arguments", [[], ["vectors"], ["ports"]])
def test_without_a_command_the_help_is_shown(desk: Desk, arguments: list[str]) -> None:
    ran = desk.goldstep(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: goldstep ")


def test_a_command_that_there_is_not(desk: Desk) -> None:
    ran = desk.goldstep("verfy")
    assert (ran.code, ran.out) == (2, "")
    assert ran.error.startswith("goldstep: no such command 'verfy'")


def test_version(desk: Desk) -> None:
    assert re.fullmatch(r"goldstep, version \d+\.\d+\.\d+\n", desk.goldstep("--version").out)


def test_as_a_module(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "goldstep", "ports", "list", "--verbose"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("goldstep: no such option")


class TestCompletion:
    def offered(self, line: str, **changes: str | Path) -> list[str]:
        """What bash is offered for the last word of the line."""
        ran = goldstep(
            _GOLDSTEP_COMPLETE="bash_complete",
            COMP_WORDS=line,
            COMP_CWORD=str(line.count(" ")),
            **changes,
        )
        assert (ran.code, ran.err) == (0, "")
        return ran.out.splitlines()

    def test_ports(self) -> None:
        assert self.offered("goldstep verify ") == [f"plain,{name}" for name in PORTS]
        assert self.offered("goldstep verify python cl") == ["plain,clojure"]
        assert self.offered("goldstep verify ./x") == ["file,./x"]
        assert self.offered("goldstep diagnose cl") == ["plain,clojure"]

    def test_cases(self) -> None:
        assert self.offered(f"goldstep verify --case {EXAMPLE[:-4]}") == [f"plain,{EXAMPLE}"]
        assert self.offered(f"goldstep vectors show {EXAMPLE[:-4]}") == [f"plain,{EXAMPLE}"]

    def test_groups_and_ids(self) -> None:
        assert self.offered("goldstep verify --group hyp") == ["plain,hyper-parameters"]
        assert self.offered("goldstep explain epsilon-s") == ["plain,epsilon-sign"]
        assert self.offered("goldstep explain RMS-10") == ["plain,RMS-10"]

    def test_flags_and_requirements(self) -> None:
        flags = self.offered("goldstep vectors list --flag Epsilon")
        assert "plain,EpsilonPlacement" in flags
        assert self.offered("goldstep vectors list --requirement RMS-10") == ["plain,RMS-10"]

    def test_results(self) -> None:
        assert self.offered("goldstep report ") == ["plain,diff", "plain,show", "file,"]
        assert self.offered("goldstep report di") == ["plain,diff"]
        assert self.offered("goldstep report run.nd") == ["file,run.nd"]
        assert self.offered("goldstep report run.ndjson ") == ["file,"]
        for command in ("goldstep report --h", "goldstep report run.ndjson --h"):
            assert self.offered(command) == ["plain,--html", "plain,--help"]

    def test_the_script_for_the_shell(self) -> None:
        ran = goldstep(_GOLDSTEP_COMPLETE="bash_source")
        assert ran.code == 0
        assert "_GOLDSTEP_COMPLETE=bash_complete" in ran.out
