"""Whatever is done to a port.toml, it is read or told in one line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from goldstep.errors import PortFileError
from goldstep.paths import ports_folder
from goldstep.port.port import load_port
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The port.toml of a copy of the Java port."""
    folder = tmp_path_factory.mktemp("ports")
    for name in ("java", "jvm"):
        shutil.copytree(ports_folder() / name, folder / name)
    return folder / "java" / "port.toml"


JAVA = (ports_folder() / "java" / "port.toml").read_text()
KEY_LINES = [line for line in JAVA.splitlines() if re.match(r"\w+ = .*[^\[]$", line)]
VALUES = st.recursive(
    st.sampled_from(
        ['""', '"x"', '"\\u0000\\u001b"', "1", "-1", "inf", "nan", "1979-05-27", "true"]
    ),
    lambda inner: st.lists(inner, max_size=2).map(lambda parts: f"[{', '.join(parts)}]"),
    max_leaves=3,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_a_port_toml_is_told_in_one_line(java: Path, data: st.DataObject) -> None:
    """A part is taken out, doubled or replaced; what is still a port.toml is read."""
    start = data.draw(st.integers(0, len(JAVA)))
    end = data.draw(st.integers(start, min(len(JAVA), start + 30)))
    put = data.draw(st.sampled_from([JAVA[start:end] * 2, "", "\0", '"', "[", "\n", "-1", "nan"]))
    read_or_told_in_one_line(java, JAVA[:start] + put + JAVA[end:])


@settings(max_examples=150, deadline=None)
@given(line=st.sampled_from(KEY_LINES), value=VALUES)
def test_any_other_value_of_a_key_is_told_in_one_line(java: Path, line: str, value: str) -> None:
    key = line.partition(" = ")[0]
    read_or_told_in_one_line(java, JAVA.replace(line, f"{key} = {value}", 1))


def read_or_told_in_one_line(file: Path, text: str) -> None:
    file.write_text(text)
    told = None
    try:
        load_port(file)
    except PortFileError as error:
        told = error
    if told:
        assert told.exit_code == 2
        assert str(told).startswith(str(file))
        assert told.hint
        assert "\n" not in str(told)
