"""Which ports, groups and rungs a pytest run is asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from goldstep.paths import ports_folder

_FILE_NAME = "port.toml"  # as goldstep.port.port has it, whose import takes a while


@dataclass(frozen=True, slots=True)
class Selection:
    """The ports' files, patterns of groups (none: all), and "none", "all" or "each" repair."""

    files: tuple[Path, ...]
    groups: tuple[str, ...]
    repairs: str


def read_selection(config: pytest.Config, repairs: Sequence[str]) -> Selection:
    """What the command line and the configuration file ask for.

    Files that are named for the first time are added to what pytest collects: those of the command
    line always, those of the configuration file where pytest was not told what to collect. Raises
    UsageError for a port or a choice that there is not.
    """
    here = config.invocation_params.dir
    ini_folder = config.inipath.parent if config.inipath else config.rootpath
    of_command = [_file(name, here) for name in config.getoption("goldstep")]
    of_ini = [_file(name, ini_folder) for name in config.getini("goldstep_ports")]
    chosen: str = config.getoption("goldstep_repairs") or config.getini("goldstep_repairs")
    if chosen not in repairs:
        raise pytest.UsageError(f"goldstep_repairs is {chosen!r}, not {' or '.join(repairs)}")
    told = config.args_source is pytest.Config.ArgsSource.ARGS
    _collect_too(config, [*of_command, *([] if told else of_ini)])
    return Selection(
        tuple(dict.fromkeys([*of_command, *of_ini])),
        tuple(config.getoption("goldstep_group") or config.getini("goldstep_groups")),
        chosen,
    )


def _file(name: str, folder: Path) -> Path:
    """The port.toml that ``name`` stands for, by the rules of `goldstep verify`."""
    path = _absolute(folder / name)
    if path.suffix == ".toml" or len(Path(name).parts) > 1 or (path / _FILE_NAME).is_file():
        file = path / _FILE_NAME if path.is_dir() else path
        if not file.is_file():
            raise pytest.UsageError(f"goldstep: there is no file {file}")
        return file
    file = ports_folder() / name / _FILE_NAME
    if not file.is_file():
        bundled = sorted(each.parent.name for each in ports_folder().glob(f"*/{_FILE_NAME}"))
        raise pytest.UsageError(
            f"goldstep: there is no port {name!r}; name a port.toml, or one of the bundled ports "
            f"{', '.join(bundled)}"
        )
    return file


def _collect_too(config: pytest.Config, files: Sequence[Path]) -> None:
    """Names files as if the command line did, if it does not name them, or tests in them."""
    here = config.invocation_params.dir
    named = {_absolute(here / argument.partition("::")[0]) for argument in config.args}
    for file in dict.fromkeys(files):
        if file not in named:
            config.args.append(str(file))


def _absolute(path: Path) -> Path:
    """As pytest compares the names of files: links are left as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow them
