"""What a port may use of the machine."""

from __future__ import annotations

from dataclasses import dataclass

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Megabytes are of 10^6 bytes; ``processes`` counts those that run at one time.

    One process is refused more memory than ``memory_mb``, longer files than ``file_size_mb`` and
    more than ``open_files``; where all processes together pass ``memory_mb``, ``processes`` or, in
    the files of the port's folder, ``disk_mb``, they are ended.
    """

    memory_mb: int
    file_size_mb: int
    disk_mb: int
    open_files: int
    processes: int

    def settings(self) -> dict[str, str]:
        """As the keeper takes them: bytes and counts."""
        counts = {
            "memory": self.memory_mb * _MEGABYTE,
            "file_size": self.file_size_mb * _MEGABYTE,
            "disk": self.disk_mb * _MEGABYTE,
            "open_files": self.open_files,
            "processes": self.processes,
        }
        return {name: str(count) for name, count in counts.items()}

    def in_words(self, resource: str) -> str:
        """What was passed, where one was."""
        return {
            "memory": f"more than {self.memory_mb} MB of memory",
            "processes": f"more than {self.processes} processes at a time",
            "disk": f"more than {self.disk_mb} MB in the files of its folder",
        }[resource]
