"""Libraries: resolved once, pinned or recorded, checked at every use, fetched where damaged.

The repository here is a small HTTP server on this machine, in Maven layout, with jars made by the
tests; goldstep is pointed to it as it would be to a company's mirror.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import http.server
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from goldstep.build.toolchain import library, remote
from goldstep.build.toolchain.coordinate import Coordinate
from goldstep.build.toolchain.lock import make_lock
from goldstep.errors import ToolchainError
from hypothesis import given
from hypothesis import strategies as st

# jgo leaves the answer to a request that failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Repository:
    """A Maven repository below a folder, and what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: Counter[str] = Counter()

    def publish(self, coordinate: str, *needs: str, content: str = "one") -> str:
        """Add a jar with its POM; the SHA-256 of the jar."""
        jar = Coordinate.parse(coordinate)
        path = self.folder / jar.place
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(zipfile.ZipInfo("content.txt"), content)
        dependencies = "".join(
            f"<dependency><groupId>{need.group}</groupId><artifactId>{need.artifact}</artifactId>"
            f"<version>{need.version}</version></dependency>"
            for need in map(Coordinate.parse, needs)
        )
        path.with_suffix(".pom").write_text(
            "<project><modelVersion>4.0.0</modelVersion>"
            f"<groupId>{jar.group}</groupId><artifactId>{jar.artifact}</artifactId>"
            f"<version>{jar.version}</version><dependencies>{dependencies}</dependencies></project>"
        )
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def fetched(self, coordinate: str) -> int:
        """How often a jar was asked for."""
        return self.requests[f"/{Coordinate.parse(coordinate).place}"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A served repository, the remote of this test; the cache is empty."""
    gc.freeze()  # what other tests keep, so that it is not looked through in the end
    served = Repository(tmp_path / "repository")
    served.folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests[self.path] += 1
            super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(served.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        monkeypatch.setenv(remote.REMOTE_VARIABLE, f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))
        yield served
        server.shutdown()
        thread.join()
    gc.collect()
    gc.unfreeze()


def unplug(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no repository can be reached."""
    monkeypatch.setenv(remote.REMOTE_VARIABLE, "http://127.0.0.1:9")
    monkeypatch.setattr(remote, "_PAUSES", (0.0, 0.0))


def names(roots: list[str]) -> list[str]:
    return [str(jar.coordinate) for jar in library.jars(roots)]


def test_a_library_comes_with_what_it_needs(repository: Repository) -> None:
    repository.publish("org.example:base:1.0")
    repository.publish("org.example:top:2.1", "org.example:base:1.0")

    jars = library.jars(["org.example:top:2.1"])

    assert [str(jar.coordinate) for jar in jars] == ["org.example:top:2.1", "org.example:base:1.0"]
    assert all(jar.path.is_file() and not jar.pinned for jar in jars)


def test_several_roots_make_one_class_path_without_duplicates(repository: Repository) -> None:
    repository.publish("org.example:base:1.0")
    repository.publish("org.example:base:1.5")
    repository.publish("org.example:left:1.0", "org.example:base:1.0")
    repository.publish("org.example:right:1.0", "org.example:base:1.5")

    found = names(["org.example:left:1.0", "org.example:right:1.0"])

    assert found[:2] == ["org.example:left:1.0", "org.example:right:1.0"]
    assert sum(name.startswith("org.example:base:") for name in found) == 1
    assert len(found) == 3


def test_no_network_is_used_once_the_jars_are_there(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.publish("org.example:base:1.0")
    repository.publish("org.example:top:2.1", "org.example:base:1.0")
    first = library.jars(["org.example:top:2.1"])
    unplug(monkeypatch)

    assert library.jars(["org.example:top:2.1"]) == first
    assert library.missing(["org.example:top:2.1"]) == ()


def test_a_damaged_jar_is_fetched_again(repository: Repository) -> None:
    expected = repository.publish("org.example:base:1.0")
    (jar,) = library.jars(["org.example:base:1.0"])
    jar.path.write_bytes(b"damaged")
    assert library.missing(["org.example:base:1.0"]) == ("org.example:base:1.0",)

    (mended,) = library.jars(["org.example:base:1.0"])

    assert mended.sha256 == expected
    assert hashlib.sha256(mended.path.read_bytes()).hexdigest() == expected


def test_a_damaged_jar_without_a_network_is_removed_and_named(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = repository.publish("org.example:base:1.0")
    (jar,) = library.jars(["org.example:base:1.0"])
    jar.path.write_bytes(b"damaged")
    unplug(monkeypatch)

    with pytest.raises(ToolchainError) as raised:
        library.jars(["org.example:base:1.0"])

    message = str(raised.value)
    assert str(jar.path) in message
    assert expected in message
    assert hashlib.sha256(b"damaged").hexdigest() in message
    assert "network" in (raised.value.hint or "")
    assert not jar.path.exists()
    assert "\n" not in message


def test_another_file_under_the_same_coordinate_is_refused(repository: Repository) -> None:
    repository.publish("org.example:base:1.0")
    (jar,) = library.jars(["org.example:base:1.0"])
    jar.path.unlink()
    changed = repository.publish("org.example:base:1.0", content="two")

    with pytest.raises(ToolchainError, match=changed):
        library.jars(["org.example:base:1.0"])

    assert not jar.path.exists()


def test_a_pinned_coordinate_is_held_to_the_lock_file(repository: Repository) -> None:
    """The mirror has gson, but not the one that the lock file names."""
    root = next(name for name in library.lock().roots if "gson" in name)
    for jar in library.lock().roots[root]:
        repository.publish(jar)

    with pytest.raises(ToolchainError, match="expected " + library.lock().roots[root][root]):
        library.jars([root])


def test_a_pinned_coordinate_is_not_resolved(repository: Repository) -> None:
    root = next(name for name in library.lock().roots if "gson" in name)
    with pytest.raises(ToolchainError):
        library.jars([root])

    assert not any(path.endswith(".pom") for path in repository.requests)


def test_what_is_no_jar_is_refused(repository: Repository) -> None:
    repository.publish("org.example:base:1.0")
    (repository.folder / Coordinate.parse("org.example:base:1.0").place).write_text("<html>")

    with pytest.raises(ToolchainError, match="not a jar"):
        library.jars(["org.example:base:1.0"])


def test_an_unknown_coordinate_is_named_in_one_line(repository: Repository) -> None:
    with pytest.raises(ToolchainError) as raised:
        library.jars(["org.example:nothing:1.0"])

    assert "org.example:nothing:1.0" in str(raised.value)
    assert "no Maven repository has it" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_no_network_at_all_is_said_so(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    unplug(monkeypatch)

    with pytest.raises(ToolchainError, match="cannot be reached"):
        library.jars(["org.example:base:1.0"])


def test_a_missing_resolver_names_the_extra(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.partition(".")[0] == "jgo"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "jgo", None)

    with pytest.raises(ToolchainError, match=r"goldstep\[jvm\]"):
        library.jars(["org.example:base:1.0"])


def test_a_cache_that_cannot_be_written_is_named(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.publish("org.example:base:1.0")
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "file"))

    with pytest.raises(ToolchainError, match="GOLDSTEP_CACHE_DIR"):
        library.jars(["org.example:base:1.0"])


def test_threads_fetch_a_jar_once(repository: Repository) -> None:
    repository.publish("org.example:base:1.0")
    repository.publish("org.example:top:2.1", "org.example:base:1.0")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(library.jars, [["org.example:top:2.1"]] * 8))

    assert all(each == found[0] for each in found)
    assert repository.fetched("org.example:base:1.0") == 1
    assert repository.fetched("org.example:top:2.1") == 1


@pytest.mark.processes
def test_processes_fetch_a_jar_once(repository: Repository) -> None:
    repository.publish("org.example:base:1.0")
    command = "from goldstep.build.toolchain import library; library.jars(['org.example:base:1.0'])"

    running = [subprocess.Popen([sys.executable, "-c", command]) for _ in range(3)]

    assert [process.wait() for process in running] == [0, 0, 0]
    assert repository.fetched("org.example:base:1.0") == 1


def test_nothing_half_fetched_stays_behind(repository: Repository, tmp_path: Path) -> None:
    repository.publish("org.example:base:1.0")
    library.jars(["org.example:base:1.0"])
    with pytest.raises(ToolchainError):
        library.jars(["org.example:nothing:1.0"])

    left = [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert sorted(name for name in left if not name.endswith(".json")) == [
        ".lock",
        "base-1.0.jar",
    ]


def test_a_damaged_record_is_made_anew(repository: Repository, tmp_path: Path) -> None:
    repository.publish("org.example:base:1.0")
    first = library.jars(["org.example:base:1.0"])
    record = tmp_path / "cache" / "maven" / "recorded.json"
    record.write_bytes(record.read_bytes()[:-9])

    assert library.jars(["org.example:base:1.0"]) == first


def test_the_lock_is_made_from_what_the_repository_delivers(repository: Repository) -> None:
    base = repository.publish("org.example:base:1.0")
    top = repository.publish("org.example:top:2.1", "org.example:base:1.0")

    made = make_lock(["org.example:top:2.1", "org.example:base:1.0"])

    assert made.roots == {
        "org.example:base:1.0": {"org.example:base:1.0": base},
        "org.example:top:2.1": {"org.example:top:2.1": top, "org.example:base:1.0": base},
    }


@pytest.mark.parametrize(
    "text",
    [
        "org.example:base",
        "org.example:base:RELEASE",
        "org.example:base:1.0-SNAPSHOT",
        "org.example:..:1.0",
        "org/example:base:1.0",
        "..:base:1.0",
        "org.example:base:1.0:sources:more",
        "",
    ],
)
def test_what_is_no_fixed_coordinate_is_refused(text: str) -> None:
    with pytest.raises(ToolchainError, match=r"coordinate|changes"):
        library.jars([text])


@given(st.text(alphabet=":./\\ab1-_ \0", max_size=20) | st.text(max_size=20))
def test_a_coordinate_never_leads_out_of_the_cache(text: str) -> None:
    try:
        coordinate = Coordinate.parse(text)
    except ToolchainError:
        return
    assert str(coordinate) == text
    assert not coordinate.place.is_absolute()
    assert not {"..", "."} & set(coordinate.place.parts)
