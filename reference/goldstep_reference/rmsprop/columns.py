"""The columns of RMSProp's vectors."""

from __future__ import annotations

from typing import Literal

# The formula, which is the norm; and what the document's Python, Java and Scala compute.
Column = Literal["inside", "outside"]
COLUMNS: tuple[Column, ...] = ("inside", "outside")
