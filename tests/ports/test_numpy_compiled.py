"""The compiled engine: what LLVM makes of the formula, and what is without LLVM."""

from __future__ import annotations

import copy
import re
import sys
from typing import Any

import numpy as np
import pytest
from goldstep_numpy import RMSProp
from goldstep_numpy.compiled_engine import loop
from goldstep_numpy.formula import operations


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("placement", ["inside", "outside"])
def test_nothing_is_fused_and_roots_and_quotients_are_vectors(placement: Any, dtype: str) -> None:
    """A fused operation rounds once where the formula's two do twice."""
    assembly = loop(operations(placement), dtype).assembly
    assert not re.search(r"\bv?f?n?m(add|sub|la|ls)\d*[sp]?[sd]?\b|fmadd|fmsub|fmla|fmls", assembly)
    assert len(re.findall(r"\bv?sqrt[sp][sd]\b|\bfsqrt\b", assembly)) >= 2
    if "sqrt" in assembly and re.search(r"\bv?sqrts[sd]\b", assembly):  # x86-64
        assert re.search(r"\bv?sqrtp[sd]\b", assembly)
        assert re.search(r"\bv?divp[sd]\b", assembly)


def test_compiling_is_reported() -> None:
    optimizer = RMSProp(engine="compiled")
    assert optimizer.compile_seconds == 0
    loop.cache_clear()
    optimizer.update_weights({"w": np.ones(2)}, {"w": np.ones(2)})
    first = optimizer.compile_seconds
    assert first > 0
    optimizer.update_weights({"w": np.ones(2)}, {"w": np.ones(2)})
    assert optimizer.compile_seconds == first
    again = RMSProp(engine="compiled")
    again.update_weights({"w": np.ones(2)}, {"w": np.ones(2)})
    assert loop.cache_info().misses == 1
    assert RMSProp(engine="numpy").compile_seconds == 0


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = RMSProp()
    assert compiled.engine == "compiled"
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    assert RMSProp().engine == "numpy"
    assert RMSProp(engine="auto").engine == "numpy"
    assert copy.deepcopy(compiled).engine == "numpy"
    with pytest.raises(ImportError, match=r"llvmlite: pip install 'goldstep\[fast\]'"):
        RMSProp(engine="compiled")
