"""Parts of pages that stand beside what they document: found, relinked, or missed aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from goldstep_docs.beside import Beside
from sphinx.errors import ExtensionError

TEXT = """# A format

What it is: see [the protocol](ports/README.md#the-protocol), [data](data/numbers.json),
[a folder](data/), [elsewhere](https://example.org) and [below](#rules).

## Rules

```toml
## not a section, [not a link](nowhere.md)
```

The first.

## Exceptions

None.
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "ports").mkdir()
    (tmp_path / "ports" / "README.md").write_text("# Ports\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.json").write_text("[]")
    (tmp_path / "FORMAT.md").write_text(TEXT)
    return tmp_path


def beside(repository: Path) -> Beside:
    return Beside(repository, repository / "docs", "formats/format")


def test_links_lead_to_the_same_from_the_page(repository: Path) -> None:
    text = beside(repository)("FORMAT.md", "")
    assert "[the protocol](port.md#the-protocol)" in text
    assert "[data](../../data/numbers.json)" in text
    assert "[elsewhere](https://example.org) and [below](#rules)" in text


def test_a_folder_is_named_and_not_linked(repository: Path) -> None:
    text = beside(repository)("FORMAT.md")
    assert "\na folder, " in text
    assert "data/)" not in text


def test_the_title_is_the_pages_own(repository: Path) -> None:
    assert "# A format" not in beside(repository)("FORMAT.md")


def test_blocks_of_code_are_left_as_they_are(repository: Path) -> None:
    text = beside(repository)("FORMAT.md", "Rules")
    assert "## not a section, [not a link](nowhere.md)" in text
    assert "The first." in text
    assert "Exceptions" not in text


def test_sections_come_in_the_order_that_is_asked_for(repository: Path) -> None:
    text = beside(repository)("FORMAT.md", "Exceptions", "Rules")
    assert text.index("## Exceptions") < text.index("## Rules")


def test_a_section_that_is_gone_is_missed(repository: Path) -> None:
    with pytest.raises(ExtensionError, match=r"'Limits' of FORMAT.md.* Rules, Exceptions"):
        beside(repository)("FORMAT.md", "Limits")


def test_a_link_that_leads_nowhere_is_missed(repository: Path) -> None:
    (repository / "data" / "numbers.json").unlink()
    with pytest.raises(ExtensionError, match=r"FORMAT.md links to data/numbers.json"):
        beside(repository)("FORMAT.md")


def test_a_docstring_is_shown_from_a_title_on(repository: Path) -> None:
    module = "goldstep_reference.arithmetic.faithful"
    text = beside(repository).docstring(module, "What a faithful program may lose")
    assert text.startswith("## What a faithful program may lose\n\n")
    with pytest.raises(ExtensionError, match="has no 'Nothing'"):
        beside(repository).docstring(module, "Nothing")
