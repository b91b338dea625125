"""The second oracle agrees with every published number."""

from __future__ import annotations

import pytest
from support.arb_oracle import compare

pytestmark = pytest.mark.long


def test_every_published_digit_is_the_second_oracles() -> None:
    compared, wrong = compare()
    assert wrong == []
    assert compared > 5000
