"""Bad input about ports: one line that names the file, the place and a hint; nothing written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from goldstep.paths import ports_folder
from support.desk import Desk
from support.goldstep_command import EXAMPLE
from support.small_ports import Raw, tiny_port

ADAPTER = ("{python}", "tiny_adapter.py", "conforming")
PATCH = {"patch": "repair.patch", "removes": ["missing-import"]}


def refused(desk: Desk, *arguments: str | Path, code: int = 2) -> str:
    """The one line of a run that was refused before anything was done."""
    results = desk.folder / "results.ndjson"
    ran = desk.goldstep("verify", *arguments, "--results", results)
    assert (ran.code, ran.out) == (code, "")
    assert not results.exists()
    return ran.error.removeprefix("goldstep: ")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("pyhton", "there is no port 'pyhton'; did you mean python?"),
        (
            "numpy-float64-insde",
            "there is no port 'numpy-float64-insde'; did you mean numpy-float64-inside or ",
        ),
        ("qqqq", "there is no port 'qqqq'; there are clojure, java, numpy, numpy-compiled, "),
        ("no/port.toml", "there is no file no/port.toml; name a port.toml that exists"),
        ("port.toml", "there is no file port.toml; name a port.toml that exists"),
    ],
)
def test_no_such_port(desk: Desk, name: str, line: str) -> None:
    assert refused(desk, name).startswith(line)


KEYS: list[Any] = [
    pytest.param(
        {"sorces": ["a.py"]},
        "{file}: there is no key 'sorces'; did you mean sources or shared?",
        id="unknown-key",
    ),
    pytest.param(
        {"run": {"command": ADAPTER, "timeout": 3}},
        "{file}, run: there is no key 'timeout'; did you mean stop_timeout or case_timeout or "
        "start_timeout?",
        id="unknown-key-in-a-table",
    ),
    pytest.param(
        {"title": 3}, "{file}, title: Expected `str`, got `int`; see {readme}", id="wrong-type"
    ),
    pytest.param(
        {"run": {"command": "python adapter.py"}},
        "{file}, run.command: Expected `array`, got `str`; see {readme}",
        id="command-is-no-list",
    ),
    pytest.param({"run": None}, "{file}: the key run is missing; see {readme}", id="no-run"),
    pytest.param(
        {"run": {"case_timeout": 3}},
        "{file}, run: the key command is missing; see {readme}",
        id="no-command",
    ),
    pytest.param(
        {"run": {"command": []}},
        "{file}, run.command: Expected `array` of length >= 1; see {readme}",
        id="empty-command",
    ),
    pytest.param(
        {"build": {"command": [["make"], []]}},
        "{file}, build.command[1]: Expected `array` of length >= 1; see {readme}",
        id="empty-build-command",
    ),
    pytest.param(
        {"build": {"command": ["make", ["make"]]}},
        "{file}, build.command: words and commands are mixed; "
        "write one command, or a list of commands",
        id="words-and-commands",
    ),
    pytest.param(
        {"run": {"command": ADAPTER, "case_timeout": Raw("inf")}},
        "{file}, run.case_timeout: Expected `float` <= 86400.0; see {readme}",
        id="endless-timeout",
    ),
    pytest.param(
        {"run": {"command": ADAPTER, "start_timeout": 0}},
        "{file}, run.start_timeout: Expected `float` > 0.0; see {readme}",
        id="no-time",
    ),
    pytest.param(
        {"number_format": None},
        '{file}: the key number_format is missing; add number_format = "float64" or "float32"',
        id="no-number-format",
    ),
    pytest.param(
        {"number_format": "float16"},
        "{file}, number_format: Invalid enum value 'float16'; write float32 or float64",
        id="number-format",
    ),
    pytest.param(
        {"name": "My port"},
        "{file}, name: Expected `str` matching regex '^[a-z0-9-]+$'; see {readme}",
        id="name",
    ),
    pytest.param(
        {"known": [{"repairs": 0, "finding": "mising-import", "reason": "so"}]},
        "{file}, known[0].finding: there is no finding 'mising-import'; did you mean "
        "missing-import?",
        id="unknown-finding",
    ),
    pytest.param(
        {"repair": [{"patch": "tiny_adapter.py", "removes": ["epsilon"]}]},
        "{file}, repair[0].removes: there is no finding 'epsilon'; did you mean epsilon-sign",
        id="unknown-finding-removed",
    ),
    pytest.param(
        {"known": [{"repairs": 2, "finding": "missing-import", "reason": "so"}]},
        "{file}, known[0].repairs: repairs = 2, but there are 0; name a rung of the ladder",
        id="no-such-rung",
    ),
    pytest.param(
        {"sources": ["gone.py"]},
        "{file}, sources[0]: there is no file {folder}/gone.py; "
        "put the file there, or correct its name",
        id="source-missing",
    ),
    pytest.param(
        {"sources": ["../work/gone.py"]},
        "{file}, sources[0]: ../work/gone.py is not in the folder of port.toml; put the file there",
        id="source-elsewhere",
    ),
    pytest.param(
        {"repair": [PATCH]},
        "{file}, repair[0].patch: there is no file {folder}/repair.patch; "
        "put the file there, or correct its name",
        id="patch-missing",
    ),
    pytest.param(
        {"shared": ["../gone"]},
        "{file}, shared[0]: there is no folder ../gone; name a folder beside the port's own",
        id="shared-missing",
    ),
    pytest.param(
        {"limits": {"memory": 100}},
        "{file}, limits: there is no key 'memory'; did you mean memory_mb?",
        id="unknown-limit",
    ),
    pytest.param(
        {"limits": {"processes": 0}},
        "{file}, limits.processes: Expected `int` >= 1; see {readme}",
        id="limit-of-nothing",
    ),
    pytest.param(
        {"environment": ["A*=B"]},
        "{file}, environment[0]: Expected `str` matching regex",
        id="environment-with-a-value",
    ),
    pytest.param(
        {"toolchain": {"java": 8}},
        "{file}, toolchain.java: Expected `int` >= 17; see {readme}",
        id="old-java",
    ),
    pytest.param(
        {'"a\\u001b[31mb"': 1}, r"{file}: there is no key 'a\x1b[31mb'; there are", id="escapes"
    ),
]


@pytest.mark.parametrize(("keys", "line"), KEYS)
def test_a_port_toml_that_is_not_as_it_has_to_be(
    desk: Desk, keys: dict[str, Any], line: str
) -> None:
    file = tiny_port(desk.folder / "port", **keys)
    readme = ports_folder() / "README.md"
    expected = line.format(file=file, folder=file.parent, readme=readme)
    told = refused(desk, file)
    assert told.replace(told_line(told, file), "", 1).startswith(expected)


def told_line(told: str, file: Path) -> str:
    """The line behind the file's name, which has the key that is wrong, or the table it is in."""
    found = re.match(rf"{re.escape(str(file))}(?::(\d+))?(?:, ([^:]+))?: (.*)", told)
    assert found
    number, place, problem = found.groups()
    if number is None:
        return ""
    unknown = re.match(r"there is no key '(\w+)'", problem)
    key = unknown[1] if unknown else re.findall("[a-z_]+", place)[-1]
    assert key in file.read_text().splitlines()[int(number) - 1]
    return f":{number}"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'name = "tiny\ntitle = 3', "at line 1, column 13"),
        (b'name = "\xff"', "byte 0xff in position 8"),
        (b"name = 1\nname = 2\n", "at line 2, column 9"),
    ],
)
def test_a_port_toml_that_is_no_toml(desk: Desk, content: bytes, place: str) -> None:
    file = tiny_port(desk.folder / "port")
    file.write_bytes(content)
    line = refused(desk, file)
    assert line.startswith(f"{file}: is not TOML: ")
    assert place in line
    assert line.endswith("; correct it there")


def test_two_ports_of_one_name(desk: Desk) -> None:
    one, other = tiny_port(desk.folder / "one"), tiny_port(desk.folder / "other")
    line = refused(desk, one, other)
    assert line.startswith(f"two ports are called 'tiny': those of {one.parent} and {other.parent}")
    assert "; give one of them another name" in line


def test_the_same_port_named_twice_is_run_once(desk: Desk) -> None:
    file = tiny_port(desk.folder / "one")
    ran = desk.goldstep("verify", file, Path("..") / "one", "--case", EXAMPLE)
    assert ran.code == 0
    assert ran.out.splitlines()[-1].startswith("1 port, 1 rung, 1 case ")


PATCHES = [
    pytest.param("hello\nworld\n", "changes nothing; make it with diff -u", id="no-diff"),
    pytest.param("", "changes nothing; make it with diff -u", id="empty"),
    pytest.param(
        "--- a/tiny_adapter.py\n+++ b/tiny_adapter.py\n@@ -1,2 +1,2 @@\nfoo\nbar\n",
        "is not a unified diff: Hunk diff line expected: foo; make it with diff -u",
        id="broken-diff",
    ),
    pytest.param(
        "--- a/tiny_adapter.py\n+++ b/tiny_adapter.py\n@@ -7,2 +7,2 @@\n-gone\n+come\n import os\n",
        "does not apply: its hunk at line 7 is not found in tiny_adapter.py; make it anew",
        id="context-is-gone",
    ),
    pytest.param(
        "--- a/gone.py\n+++ b/gone.py\n@@ -1 +1 @@\n-gone\n+come\n",
        "does not apply: gone.py: No such file or directory; make it anew",
        id="file-is-gone",
    ),
    pytest.param(
        "--- a/../../victim\n+++ b/../../victim\n@@ -1 +1 @@\n-old\n+new\n",
        "does not apply: ../../victim is not in the port's folder; name files relative",
        id="elsewhere",
    ),
]


@pytest.mark.parametrize(("patch", "line"), PATCHES)
def test_a_patch_that_cannot_be_applied(desk: Desk, patch: str, line: str) -> None:
    """The rungs below it are judged; the line comes once, however many rungs it keeps away."""
    (desk.folder / "victim").write_text("old\n")
    second = {"patch": "second.patch", "removes": ["missing-import"]}
    file = tiny_port(desk.folder / "port", repair=[PATCH, second])
    (file.parent / "repair.patch").write_text(patch)
    (file.parent / "second.patch").write_text("")
    ran = desk.goldstep("verify", file, "--case", EXAMPLE)
    assert ran.code == 2
    assert ran.error.startswith(f"goldstep: tiny: {file.parent / 'repair.patch'}: {line}")
    assert "as printed  " in ran.out
    assert ran.out.count("conforms") == 1
    assert ran.out.count("not judged: ") == 2
    assert (desk.folder / "victim").read_text() == "old\n"


@pytest.mark.parametrize(
    ("keys", "code", "line"),
    [
        pytest.param(
            {"run": {"command": ["{pyton}", "x"]}},
            2,
            "{pyton} in '{pyton}' stands for nothing; there are {build}, {cache}, {classpath}, "
            "{pathsep}, {python}",
            id="placeholder",
        ),
        pytest.param(
            {"run": {"command": ["{java}", "X"]}},
            2,
            "{java} in '{java}' stands for nothing; ask for it: [toolchain] java = 17",
            id="no-toolchain",
        ),
        pytest.param(
            {"example": {"command": ["true"], "case": "rmsprop/float64/formula/gone"}},
            2,
            "there is no case 'rmsprop/float64/formula/gone'; see `goldstep vectors list`",
            id="example-case",
        ),
        pytest.param(
            {"run": {"command": ["no-such-program"]}},
            3,
            "the command 'no-such-program' cannot be run: No such file or directory; install it",
            id="program",
        ),
        pytest.param(
            {"build": {"command": ["no-such-compiler"]}},
            3,
            "the build command 'no-such-compiler' cannot be run: No such file or directory; "
            "install it",
            id="compiler",
        ),
    ],
)
def test_a_command_that_cannot_be_run(
    desk: Desk, keys: dict[str, Any], code: int, line: str
) -> None:
    file = tiny_port(desk.folder / "port", **keys)
    ran = desk.goldstep("verify", file, "--case", EXAMPLE)
    assert ran.code == code
    assert ran.error.startswith(f"goldstep: tiny: {file.parent}")
    assert line in ran.error
    assert "not judged: " in ran.out
