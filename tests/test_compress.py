"""Compressed copies: the same bytes when opened, made once, and no trace left of what is no longer there."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import brotli
import pytest

from built import Site
from handlingsplan.deliver import compress as module
from handlingsplan.deliver.compress import compress
from handlingsplan.project import manifest

OPEN = {".gz": gzip.decompress, ".br": brotli.decompress}


@pytest.fixture
def version(site: Site, tmp_path: Path) -> Path:
    """A built site as it lies before it is published."""
    folder = tmp_path / "version"
    shutil.copytree(site.folder, folder)
    return folder


def copies(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.suffix in OPEN}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder where each file shows one rule."""
    folder = tmp_path / "liten"
    (folder / "a").mkdir(parents=True)
    text = "Vem kontaktas vid oro? " * 100
    for name in ("index.html", "a/index.html", "a.css", "a.js", "a.json", "a.svg", "a.csv", "a.js.map", "a.png"):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "kort.html").write_text("Kort", encoding="utf-8")
    (folder / manifest.NAME).write_text(text, encoding="utf-8")
    return folder


def test_copies_open_to_the_file_itself(version: Path) -> None:
    before = manifest.read(version)
    assert compress(version) > 100
    made = copies(version)
    style = next(version.glob("assets/plan.*.css")).relative_to(version).as_posix()
    for path in ("index.html", style, "sok/index.json", "404.html"):
        assert {f"{path}.gz", f"{path}.br"} <= made.keys()
    for path, data in made.items():
        original = version / Path(path).with_suffix("")
        assert OPEN[Path(path).suffix](data) == original.read_bytes()
        if path != "sitemap.xml.gz":  # MkDocs' own
            assert len(data) < original.stat().st_size
            assert (version / path).stat().st_mtime_ns == original.stat().st_mtime_ns
    # What readers are shown is the same version, compressed or not.
    assert before
    assert manifest.take(version, before.site, before.audience, before.day).version == before.version


def test_what_is_compressed(small: Path) -> None:
    compress(small)
    packed = {path.removesuffix(".gz") for path in copies(small) if path.endswith(".gz")}
    assert packed == {"index.html", "a/index.html", "a.css", "a.js", "a.json", "a.svg", "a.csv"}


def served(small: Path, folder: Path) -> Path:
    """Return a folder as it is served when it has been compressed, and leave it as it was before that."""
    compress(small)
    shutil.copytree(small, folder)
    for path in copies(small):
        (small / path).unlink()
    return folder


def test_the_second_time_nothing_is_compressed(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = served(small, tmp_path / "före")

    def never(*_: object) -> bytes:
        raise AssertionError("compressed again")

    monkeypatch.setattr(module, "_methods", lambda: {ending: (never, unpack) for ending, unpack in OPEN.items()})
    compress(small, before)
    assert copies(small) == copies(before)
    (small / "index.html").write_text("Ett nytt telefonnummer. " * 100, encoding="utf-8")
    (small / "index.html.gz").unlink()
    with pytest.raises(AssertionError, match="compressed again"):
        compress(small, before)


@pytest.mark.parametrize("spoilt", [b"", b"inte komprimerat", None])
def test_a_spoilt_copy_is_made_again(small: Path, tmp_path: Path, spoilt: bytes | None) -> None:
    before = served(small, tmp_path / "före")
    right = copies(before)
    for path in right:
        # None: a whole copy, but of something else.
        other = gzip.compress(b"annat") if path.endswith(".gz") else brotli.compress(b"annat")
        (before / path).write_bytes(other if spoilt is None else spoilt)
    compress(small, before)
    assert copies(small) == right
