"""The vectors as tables for those who do not read JSON: text for any language, or NumPy arrays."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import jinja2
import numpy as np
import numpy.typing as npt
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.vectors.whole_folder import replacing

from goldstep.vectors.export_tables import TABLES, Row, Table
from goldstep.vectors.folder import Vectors

ExportFormat = Literal["csv", "npz"]
MARKER = "export.json"
FORMAT = "goldstep-export/1"


def export_vectors(vectors: Vectors, folder: Path, form: ExportFormat) -> None:
    """Writes all cases to ``folder``, with a README on how they are read; whole or not at all.

    Raises FileExistsError where ``folder`` is not empty and no earlier export, OSError where it
    cannot be written.
    """
    write: Callable[[Vectors, Path], None] = _write_csv if form == "csv" else _write_npz
    with replacing(folder, MARKER, FORMAT) as new:
        write(vectors, new)
        (new / "README.md").write_text(_readme(form), encoding="utf-8")
        marker = {"format": FORMAT, "files": form, "vectors_sha256": vectors.digest}
        (new / MARKER).write_text(json.dumps(marker, indent=1) + "\n", encoding="utf-8")


def _write_csv(vectors: Vectors, folder: Path) -> None:
    for table in TABLES:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)  # with lines that end as RFC 4180 says, "\r\n"
            writer.writerow(column.name for column in table.columns)
            writer.writerows(table.rows(vectors))


def _write_npz(vectors: Vectors, folder: Path) -> None:
    for number_format in NUMBER_FORMATS:
        files = tuple(file for file in vectors.files if file.number_format == number_format)
        arrays: dict[str, Any] = {}
        numbers: dict[str, int] = {}
        for table in TABLES:
            content = list(table.rows(Vectors(vectors.digest, files)))
            if table.name == "cases":
                numbers = {row[0]: number for number, row in enumerate(content)}
            arrays |= _arrays(table, content, numbers, number_format)
        np.savez_compressed(folder / f"{number_format}.npz", **arrays)


def _arrays(
    table: Table, content: list[Row], numbers: Mapping[str, int], number_format: str
) -> dict[str, npt.NDArray[Any]]:
    """A table's columns as arrays, by ``table.column``."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for index, column in enumerate(table.columns):
        texts = [row[index] for row in content]
        name = f"{table.name}.{column.name}"
        match column.kind:
            case "case":
                arrays[name] = np.array([numbers[text] for text in texts], dtype=np.int64)
            case "count":
                arrays[name] = np.array([int(text) for text in texts], dtype=np.int64)
            case "number":
                arrays[name] = _numbers(texts, number_format)
            case "tolerance":
                arrays[name] = _numbers(texts, "float64")
            case "optional":
                arrays[name] = _numbers([text or "0.0" for text in texts], number_format)
                arrays[f"{name}_given"] = np.array([bool(text) for text in texts], dtype=np.bool_)
            case "text":
                arrays[name] = np.array(texts, dtype=np.str_)
            case "name":  # by number, since one long name would widen every row
                names = list(dict.fromkeys(texts))
                places = {text: place for place, text in enumerate(names)}
                arrays[name] = np.array([places[text] for text in texts], dtype=np.int64)
                arrays[f"{name}_names"] = np.array(names, dtype=np.str_)
    return arrays


def _numbers(texts: list[str], number_format: str) -> npt.NDArray[Any]:
    """Every float32 is written as a float64 of the same value: narrowing it loses nothing."""
    return np.array([float(text) for text in texts], dtype=np.float64).astype(number_format)


def _readme(form: ExportFormat) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("goldstep", "resources"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # Markdown, made from this package's own texts
    )
    return environment.get_template("export-readme.md.jinja").render(form=form, tables=TABLES)
