"""What a package index shows of a release, whose wheel a workflow builds."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser

import pytest
from support.repository import ROOT

pytestmark = pytest.mark.processes

REPOSITORY = "https://example.org/someone/goldstep"
WORKFLOW = {"GITHUB_SERVER_URL": "https://example.org", "GITHUB_REPOSITORY": "someone/goldstep"}


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Message:
    out = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in WORKFLOW.items():
            patched.setenv(name, value)
        build = [sys.executable, "-m", "build", "--wheel", "--outdir", out, ROOT]
        subprocess.run(build, check=True, capture_output=True)
    (wheel,) = out.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def links(markdown: str) -> list[str]:
    text = re.sub(r"^```.*?^```$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", text)


def test_every_link_of_the_readme_leads_to_the_release(metadata: Message) -> None:
    here = links((ROOT / "README.md").read_text(encoding="utf-8"))
    there = links(metadata.get_payload())
    assert len(there) == len(here) > 5
    tag = f"v{metadata['Version']}"
    for mine, published in zip(here, there, strict=True):
        if re.match(r"[a-z]+:|#", mine):
            assert published == mine
        else:
            assert re.fullmatch(rf"{REPOSITORY}/(blob|raw)/{tag}/{re.escape(mine)}", published)
            assert (ROOT / mine.partition("#")[0]).exists()


def test_the_text_is_the_readme_but_for_its_links(metadata: Message) -> None:
    def without_links(text: str) -> str:
        return re.sub(r"\]\([^)]*\)", "]", text).strip()

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert without_links(metadata.get_payload()) == without_links(readme)


def test_it_names_the_places_that_people_look_for(metadata: Message) -> None:
    urls = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL", []))
    assert urls.keys() == {"Source", "Documentation", "Changelog", "Issues", "Security"}
    assert all(url.startswith(REPOSITORY) for url in urls.values())
