"""The ports that a command names."""

from __future__ import annotations

from pathlib import Path

from goldstep.errors import UsageError, unknown
from goldstep.paths import ports_folder
from goldstep.port.port import Port, load_port
from goldstep.port.table import FILE_NAME


def select_ports(names: tuple[str, ...]) -> tuple[Port, ...]:
    """The ports that a command names: by name, by a variant's name, by port.toml's path; all."""
    if not names:
        return bundled_ports()
    selected: dict[str, Port] = {}
    for port in (port for name in names for port in _select(name)):
        other = selected.setdefault(port.name, port)
        if other.folder.resolve() != port.folder.resolve():
            raise UsageError(
                f"two ports are called {port.name!r}: those of {other.folder} and {port.folder}",
                hint="give one of them another name in its port.toml, or run them one by one",
            )
    return tuple(selected.values())


def bundled_ports() -> tuple[Port, ...]:
    """The ports that come with goldstep, by name."""
    files = sorted(ports_folder().glob(f"*/{FILE_NAME}"))
    return tuple(port for file in files for port in load_port(file))


def _select(name: str) -> tuple[Port, ...]:
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1 or (path / FILE_NAME).is_file():
        file = path / FILE_NAME if path.is_dir() else path
        if not file.is_file():
            raise UsageError(f"there is no file {file}", hint="name a port.toml that exists")
        return load_port(file)
    ports = bundled_ports()
    selected = tuple(port for port in ports if name in (port.table.name, port.name))
    if not selected:
        raise unknown("port", name, {n for port in ports for n in (port.table.name, port.name)})
    return selected
