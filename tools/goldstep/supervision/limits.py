"""What a port may use of the machine."""

from __future__ import annotations

from typing import Annotated

import msgspec

_MEGABYTE = 1_000_000

Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[limits]`` of port.toml. Megabytes are of 10^6 bytes; ``processes`` run at one time.

    One process is refused more memory than ``memory_mb``, longer files than ``file_size_mb`` and
    more than ``open_files``; if all processes together exceed ``memory_mb``, ``processes`` or, in
    the files of the port's folder, ``disk_mb``, they are ended.
    """

    memory_mb: Count = 4096
    file_size_mb: Count = 256
    disk_mb: Count = 1024
    open_files: Count = 1024
    processes: Count = 256

    def settings(self) -> dict[str, str]:
        """As the keeper takes them: bytes and counts."""
        return {
            name.removesuffix("_mb"): str(count * _MEGABYTE if name.endswith("_mb") else count)
            for name, count in msgspec.structs.asdict(self).items()
        }

    def in_words(self, resource: str) -> str:
        """What was exceeded, if ``resource`` was: a name among the keeper's settings."""
        return {
            "memory": f"more than {self.memory_mb} MB of memory",
            "processes": f"more than {self.processes} processes at a time",
            "disk": f"more than {self.disk_mb} MB in the files of its folder",
        }[resource]
