"""What ports in other languages need: fetched once by their own clients, used without a network."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from goldstep.build.build import Built, NothingToBuild, build
from goldstep.build.commands import Commands
from goldstep.build.toolchain import install, resolve, status
from goldstep.build.toolchain import programs as programs_module
from goldstep.errors import PortFileError, ToolchainError
from goldstep.port.port import Port, load_port
from goldstep.port.workspace import workspace

pytestmark = [pytest.mark.processes, pytest.mark.compilers]

NOWHERE = "http://127.0.0.1:9"
OFFLINE = {
    "PIP_INDEX_URL": NOWHERE,
    "UV_DEFAULT_INDEX": NOWHERE,
    "npm_config_registry": NOWHERE,
    "CARGO_NET_OFFLINE": "true",
    "GOPROXY": "off",
    "GOLDSTEP_MAVEN_REMOTE": NOWHERE,
}

NODE = {
    "toolchain": 'npm = ["is-number@7.0.0"]',
    "run": ["{node}", "program.mjs"],
    "program.mjs": "import isNumber from 'is-number'; console.log(isNumber('5e-324'));",
}
CARGO = {
    "toolchain": "cargo = true",
    "build": ["{cargo}", "install", "--quiet", "--path", ".", "--root", "{build}"],
    "run": ["{build}/bin/program"],
    "Cargo.toml": '[package]\nname = "program"\nversion = "1.0.0"\nedition = "2021"\n'
    '[dependencies]\nitoa = "=1.0.11"\n',
    "src/main.rs": 'fn main() { println!("{}", itoa::Buffer::new().format(7)); }\n',
}
GO = {
    "toolchain": "go = true",
    "build": ["{go}", "build", "-o", "{build}/program", "."],
    "run": ["{build}/program"],
    "go.mod": "module program\n\ngo 1.21\n\nrequire github.com/pkg/errors v0.9.1\n",
    "program.go": 'package main\n\nimport "github.com/pkg/errors"\n\n'
    'func main() { println(errors.New("of Go").Error()) }\n',
}
C = {
    "toolchain": "c = true",
    "build": ["{cc}", "-o", "{build}/program", "program.c"],
    "run": ["{build}/program"],
    "program.c": '#include <stdio.h>\nint main(void) { puts("of C"); }\n',
}
CPP = {
    "toolchain": "cpp = true",
    "build": ["{cxx}", "-o", "{build}/program", "program.cpp"],
    "run": ["{build}/program"],
    "program.cpp": '#include <iostream>\nint main() { std::cout << "of C++\\n"; }\n',
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def port(folder: Path, content: Mapping[str, object]) -> Port:
    """A port with this toolchain, these commands and files."""
    folder.mkdir()
    tables = [f"[toolchain]\n{content['toolchain']}"]
    tables += [
        f"[{name}]\ncommand = {json.dumps(content[name])}"
        for name in ("build", "run")
        if name in content
    ]
    head = 'name = "a-port"\ntitle = "A port"\nlanguage = "any"\nnumber_format = "float64"'
    (folder / "port.toml").write_text("\n".join([head, *tables]))
    for name, text in content.items():
        if "." in name:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(str(text))
    (loaded,) = load_port(folder / "port.toml")
    return loaded


def said(of: Port) -> tuple[str, bool]:
    """What the port's program says, and whether it was built now."""
    toolchain = resolve(of.table.toolchain, of.folder)
    with workspace(of, 0, toolchain.equipment) as place:
        built = build(place, toolchain)
        assert isinstance(built, Built | NothingToBuild), built
        command = Commands(place, toolchain, built.folder).fill(of.table.run.command)
        done = subprocess.run(
            command,
            cwd=place.folder,
            env=place.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout + done.stderr, isinstance(built, Built) and not built.cached


@pytest.mark.parametrize(
    ("content", "output", "versions"),
    [
        pytest.param(NODE, "true\n", ["is-number 7.0.0"], id="npm"),
        pytest.param(CARGO, "7\n", ["itoa 1.0.11"], id="cargo"),
        pytest.param(GO, "of Go\n", ["github.com/pkg/errors v0.9.1"], id="go"),
        pytest.param(C, "of C\n", [], id="c"),
        pytest.param(CPP, "of C++\n", [], id="cpp"),
    ],
)
def test_it_is_fetched_once(
    tmp_path: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: Mapping[str, object],
    output: str,
    versions: list[str],
) -> None:
    of = port(tmp_path / "a-port", content)
    needs = of.table.toolchain
    assert status(needs, of.folder).ready is not bool(versions)
    toolchain = install(needs, of.folder)
    assert toolchain.description[0]
    assert list(toolchain.description[1:]) == versions
    for variable, value in OFFLINE.items():
        monkeypatch.setenv(variable, value)
    assert status(needs, of.folder).ready
    assert said(of)[0] == output
    if "build" in content:
        source = of.folder / list(content)[-1]
        source.write_text(source.read_text() + "\n")
        assert said(of) == (output, True)
        assert said(of) == (output, False)
    assert not (of.folder / "Cargo.lock").exists()
    assert not (of.folder / "node_modules").exists()


@pytest.mark.parametrize(
    ("content", "program", "output"),
    [(NODE, "node", "true\n"), (GO, "go", "of Go\n"), (C, "cc", "of C\n")],
)
def test_a_program_that_is_not_here_comes_as_a_python_package(
    tmp_path: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: Mapping[str, object],
    program: str,
    output: str,
) -> None:
    monkeypatch.setattr(programs_module, "shutil", _Without)
    monkeypatch.delenv("CC", raising=False)
    of = port(tmp_path / "a-port", content)
    assert not status(of.table.toolchain, of.folder).ready
    toolchain = install(of.table.toolchain, of.folder)
    assert Path(toolchain.words(cache)[program][0]).is_relative_to(cache / "python")
    assert said(of)[0] == output


class _Without:
    """shutil on a machine that has no such programs."""

    @staticmethod
    def which(_: str) -> None:
        return None


@pytest.mark.parametrize(
    ("toolchain", "problem"),
    [
        ('npm = ["goldstep-no-such-package@1.0.0"]', "npm packages goldstep-no-such-package@1.0.0"),
        ("cargo = true", "there is no Cargo.toml"),
        ("go = true", "there is no go.mod"),
    ],
)
def test_what_cannot_be_had_is_told_with_the_hint(
    tmp_path: Path, cache: Path, toolchain: str, problem: str
) -> None:
    of = port(tmp_path / "a-port", {"toolchain": toolchain, "run": ["true"]})
    with pytest.raises(ToolchainError, match=problem) as raised:
        resolve(of.table.toolchain, of.folder)
    assert raised.value.hint
    assert "\n" not in str(raised.value)


def test_a_placeholder_without_its_toolchain_names_the_key(tmp_path: Path) -> None:
    of = port(tmp_path / "a-port", {"toolchain": "", "run": ["{node}"]})
    toolchain = resolve(of.table.toolchain, of.folder)
    with workspace(of, 0) as place, pytest.raises(PortFileError) as raised:
        Commands(place, toolchain, tmp_path).fill(of.table.run.command)
    assert "npm = " in (raised.value.hint or "")


def test_a_jar_for_one_kind_of_machine_is_named_by_its_classifier(cache: Path) -> None:
    from goldstep.port.table import ToolchainSpec

    root = "org.bytedeco:javacpp:1.5.10:linux-x86_64"
    toolchain = resolve(ToolchainSpec(maven=(root,)))
    assert root in [str(jar.coordinate) for jar in toolchain.jars]
