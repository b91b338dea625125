"""Changes single bytes of the vectors, each of which the check has to notice and to name.

``python -m proofs.byte_changes [COUNT]`` does it on a copy of the vectors: half of the changes
anywhere, in proportion to the files' sizes, and half in files drawn alike. It prints how many were
noticed, and in how many the right file and the right case were named.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from goldstep.errors import VectorsError
from goldstep.paths import vectors_folder
from goldstep.vectors.folder import load_vectors

SEED = 1951


@dataclass(frozen=True)
class Change:
    """One byte of one file, and what the check said of it."""

    file: str
    position: int
    byte: int
    case: str | None  # that the byte is in
    told: str | None  # None: nothing was noticed

    @property
    def file_named(self) -> bool:
        """Whether the error begins with the file."""
        return bool(self.told and self.told.startswith(self.file))

    @property
    def case_named(self) -> bool:
        """Whether the error names the case; or the byte is in none, and the error names none."""
        named = re.search(r"case (rmsprop/\S+?)[;,]", self.told or "")
        return (named[1] if named else None) == self.case


def changes(folder: Path, count: int, seed: int = SEED) -> Iterator[Change]:
    """Changes a byte of ``folder``, has it checked, and changes it back, ``count`` times."""
    draw = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    for number in range(count):
        (file,) = draw.choices(files, sizes if number % 2 else None)
        content = file.read_bytes()
        position = draw.randrange(len(content))
        byte = draw.choice([byte for byte in range(256) if byte != content[position]])
        file.write_bytes(content[:position] + bytes([byte]) + content[position + 1 :])
        told = None
        try:
            load_vectors(folder)
        except VectorsError as error:
            told = str(error).removeprefix(f"{folder}/")
        finally:
            file.write_bytes(content)
        name = file.relative_to(folder).as_posix()
        yield Change(name, position, byte, _case(content, position), told)


def _case(content: bytes, position: int) -> str | None:
    line = content[content.rfind(b"\n", 0, position) + 1 :].partition(b"\n")[0]
    match = re.match(rb'\{"id":"([^"]+)"', line)
    return match[1].decode() if match else None


def main(count: int) -> bool:
    """Prints the counts; whether every change was noticed and named."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "vectors"
        shutil.copytree(vectors_folder(), folder)
        counts: Counter[str] = Counter()
        for change in changes(folder, count):
            counts["noticed"] += change.told is not None
            counts["file"] += change.file_named
            counts["case"] += change.case_named
            counts["in a case"] += change.case is not None
            if not (change.file_named and change.case_named):
                print(change)
    print(
        f"{count} bytes changed: {counts['noticed']} noticed, {counts['file']} with the right "
        f"file; {counts['in a case']} in a case; {counts['case']} with the right case, or none"
    )
    return counts["noticed"] == counts["file"] == counts["case"] == count


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
