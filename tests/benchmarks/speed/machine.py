"""The machine that something is measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> dict[str, str | int]:
    """Processor, caches, memory and system, as far as the system tells."""
    told: dict[str, str | int] = {
        "processor": _processor(),
        "processors": os.cpu_count() or 1,
        **_caches(),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
    return {name: value for name, value in told.items() if value}


def free_memory() -> int:
    """Bytes that can be had without swapping."""
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _processor() -> str:
    """Its name and what it can do at once; many virtual machines tell no more."""
    names: dict[str, str] = {}
    for line in _lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        names.setdefault(name.strip(), value.strip())
    model = names.get("model name") or platform.processor() or platform.machine()
    widest = next((each for each in ("avx512f", "avx2") if each in names.get("flags", "")), "")
    return f"{model}, {widest}" if widest else model


def _caches() -> dict[str, str]:
    sizes = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            next(iter(_lines(index / name)), "") for name in ("level", "type", "size")
        )
        if kind != "Instruction" and size:
            sizes[f"L{level}"] = size
    return sizes


def _lines(file: str | Path) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
