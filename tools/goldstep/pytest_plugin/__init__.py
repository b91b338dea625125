"""Golden vectors as tests of a Python project: ``pytest --goldstep path/to/port.toml``.

pytest loads this module in every run of an environment that goldstep is installed in: it imports
nothing until a port is named. docs/ci.md says what users can expect of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_REPAIRS = ("none", "all", "each")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line, and those of the configuration file."""
    group = parser.getgroup("goldstep", "golden vectors for optimizers")
    group.addoption(
        "--goldstep",
        action="append",
        default=[],
        metavar="PORT",
        help="One test for each golden vector of this port: a port.toml, the folder that has one, "
        "or the name of a bundled port. May be repeated.",
    )
    group.addoption(
        "--goldstep-group",
        action="append",
        default=[],
        metavar="GLOB",
        help="Only the vectors of these groups. May be repeated.",
    )
    group.addoption(
        "--goldstep-repairs",
        choices=_REPAIRS,
        help="Which of the port's repairs are applied: none (the files as they are; the default), "
        "all of them, or each in turn, as `goldstep verify` does.",
    )
    parser.addini("goldstep_ports", "Ports, as --goldstep takes them", type="linelist")
    parser.addini("goldstep_groups", "Groups, as --goldstep-group takes them", type="linelist")
    parser.addini("goldstep_repairs", "As --goldstep-repairs", default="none")


def pytest_configure(config: pytest.Config) -> None:
    """Everything else is loaded where a port is named."""
    config.addinivalue_line("markers", "goldstep: a verdict on a port, by its golden vectors")
    if config.getoption("goldstep") or config.getini("goldstep_ports"):
        from goldstep.pytest_plugin.selection import read_selection
        from goldstep.pytest_plugin.session import PortTests

        tests = PortTests(read_selection(config, _REPAIRS))
        config.pluginmanager.register(tests, "goldstep-ports")
