"""What a built site says of itself, what ``verifiera`` finds wrong, and what is never believed."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from built import Site
from handlingsplan.cli import main
from handlingsplan.plan.words import Audience
from handlingsplan.project import manifest
from handlingsplan.project.manifest import NAME, Manifest
from handlingsplan.text.faults import listing
from projects import DAY, Project

SHA = "0" * 64
FACTS = {"format": 1, "webbplats": "x", "publik": "extern", "dag": "2026-11-22", "filer": {"index.html": SHA}}


def verify(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["verifiera", str(folder), *arguments])


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write files and their manifest."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    manifest.take(folder, "x", Audience.EXTERNAL, DAY).write(folder)
    return folder


def with_version(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts with the version that their files give: nothing else is wrong with them."""
    files, kept = facts["filer"], facts.get("kvar", {})
    return facts | {"version": Manifest("x", Audience.EXTERNAL, DAY, files, kept).version}


# A folder ------------------------------------------------------------------------------------------------------------


def test_a_built_site_is_what_it_says(site: Site) -> None:
    facts = manifest.read(site.folder)
    assert facts is not None
    assert facts.files.keys() == site.files.keys() - {NAME}
    assert (facts.site, facts.day) == (site.name, DAY)
    done = verify(site.folder)
    told = f"Alla {len(facts.files)} filer stämmer: {site.name}, byggd för 2026-11-22, version {facts.version[:12]}\n"
    assert (done.exit_code, done.stdout, done.stderr) == (0, told, "")
    assert json.loads(verify(site.folder, "--format", "json").stdout) == {
        "fel": [],
        "webbplats": site.name,
        "dag": "2026-11-22",
        "version": facts.version,
    }


def test_copies_that_are_compressed_change_no_version(exempelkommun: Project, tmp_path: Path) -> None:
    """A published folder has them, and a manifest of its own."""
    folder = tmp_path / "nu"
    shutil.copytree(exempelkommun.external.folder, folder)
    before = manifest.read(folder)
    assert before is not None
    (folder / "index.html.gz").write_bytes(gzip.compress((folder / "index.html").read_bytes()))
    assert listing(manifest.verify(folder)).startswith("index.html.gz: filen hör inte till webbplatsen – ")
    after = manifest.take(folder, before.site, before.audience, before.day)
    after.write(folder)
    assert verify(folder).stdout.startswith(f"Alla {len(before.files) + 1} filer stämmer: ")
    assert after.version == before.version


def test_each_difference_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path / "site", {"index.html": "a", "b/c.css": "b", "b/d.css": "c"})
    (folder / "index.html").write_text("A", encoding="utf-8")
    (folder / "b" / "c.css").unlink()
    (folder / "b" / "C.css").write_text("b", encoding="utf-8")
    (folder / "b" / "sämre.css").write_text("", encoding="utf-8")
    (folder / "b" / "\u202etxt.exe").write_text("", encoding="utf-8")
    done = verify(folder)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "b/C.css: filen hör inte till webbplatsen – bygg om och publicera igen",
        "b/[U+202E]txt.exe: filen hör inte till webbplatsen – bygg om och publicera igen",
        "b/c.css: filen saknas – bygg om och publicera igen",
        "b/sämre.css: filen hör inte till webbplatsen – bygg om och publicera igen",
        "index.html: filen är ändrad sedan den byggdes – bygg om och publicera igen",
        "",
        "5 fel.",
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need a permission there, and pipes are none of its files")
def test_what_leads_out_of_the_folder_is_no_file_of_it(tmp_path: Path) -> None:
    outside = tmp_path / "utanför"
    outside.mkdir()
    (outside / "index.html").write_text("a", encoding="utf-8")
    folder = written(tmp_path / "site", {"index.html": "a", "b/index.html": "a"})
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(outside / "index.html")
    shutil.rmtree(folder / "b")
    (folder / "b").symlink_to(outside, target_is_directory=True)
    (folder / "borta").symlink_to("ingenstans")
    os.mkfifo(folder / "rör")
    told = [str(fault).partition(" – ")[0] for fault in manifest.verify(folder)]
    assert told == [
        "b: det är ingen vanlig fil, och hör inte till webbplatsen",
        "b/index.html: filen saknas",
        "borta: det är ingen vanlig fil, och hör inte till webbplatsen",
        "index.html: det är ingen vanlig fil, och hör inte till webbplatsen",
        "index.html: filen saknas",
        "rör: det är ingen vanlig fil, och hör inte till webbplatsen",
    ]
    assert manifest.take(folder, "x", Audience.EXTERNAL, DAY).files == {}
    # A link to the whole folder is what a server shows, and the manifest itself must be a file.
    whole = written(tmp_path / "1", {"index.html": "a"})
    (tmp_path / "nu").symlink_to(whole)
    assert manifest.verify(tmp_path / "nu") == []
    (whole / NAME).rename(tmp_path / NAME)
    (whole / NAME).symlink_to(tmp_path / NAME)
    assert manifest.read(whole) is None
    (whole / NAME).unlink()
    os.mkfifo(whole / NAME)
    assert manifest.read(whole) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_hardly_names_are_kept(tmp_path: Path) -> None:
    names = ["en rad\noch en till", "å", "a\u030a", 'citat"', "procent%20", "\U0001f600", os.fsdecode(b"latin-\xe5")]
    folder = written(tmp_path, dict.fromkeys(names, "a"))
    facts = manifest.read(folder)
    assert facts is not None
    assert set(facts.files) == {path.name for path in folder.iterdir()} - {NAME}
    assert manifest.verify(folder) == []
    (folder / names[-1]).unlink()
    assert "latin-[U+DCE5]: filen saknas" in verify(folder).stderr


def test_a_name_that_a_mac_has_spelled_anew(tmp_path: Path) -> None:
    """Where the file system finds it all the same it is the same file; where it does not, a server would not either."""
    folder = written(tmp_path, {"små.txt": "a"})
    (folder / "små.txt").rename(folder / unicodedata.normalize("NFD", "små.txt"))
    assert len(manifest.verify(folder)) == (0 if (folder / "små.txt").exists() else 2)


def test_a_folder_without_a_manifest_and_one_of_sites(timra: Project, tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    assert verify(tmp_path / "tom").stderr.startswith(
        f"{tmp_path / 'tom'}: manifest.json saknas eller går inte att läsa – "
        "ange en mapp som handlingsplan har byggt, eller bygg om\n"
    )
    told = verify(timra.root / "site").stderr
    assert told.endswith(" – ange en mapp i den: timnet, timra.se\n\n1 fel.\n")


# Bytes ---------------------------------------------------------------------------------------------------------------


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    files = dict.fromkeys(("b", "a/c", "å", "a.html", "Z"), SHA)
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    first = Manifest("x", Audience.EXTERNAL, DAY, files)
    second = Manifest("x", Audience.EXTERNAL, DAY, dict(reversed(files.items())))
    first.write(tmp_path / "1")
    second.write(tmp_path / "2")
    assert first.version == second.version
    assert (tmp_path / "1" / NAME).read_bytes() == (tmp_path / "2" / NAME).read_bytes()
    assert b"\r" not in (tmp_path / "1" / NAME).read_bytes()


NAMES = st.text(st.characters(exclude_characters="\0/\\:"), min_size=1).filter(
    lambda name: name not in {".", "..", NAME}
)


@given(
    files=st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.just(SHA), max_size=4),
    site=st.text(),
    day=st.dates(),
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], site: str, day: datetime.date
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    facts = Manifest(site, Audience.INTERNAL, day, files)
    facts.write(folder)
    assert manifest.read(folder) == facts


@given(
    st.binary()
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(
        lambda data: json.dumps(data).encode()
    )
    | st.dictionaries(
        st.sampled_from([*FACTS, "version", "kvar"]),
        st.text() | st.integers() | st.lists(st.text()) | st.none() | st.dictionaries(st.text(), st.text() | st.none()),
    ).map(lambda over: json.dumps(with_version(FACTS) | over).encode())
)
def test_any_bytes_are_a_manifest_or_none(data: bytes) -> None:
    found = manifest.parse(data)
    assert found is None or isinstance(found.version, str)


def test_a_good_manifest_is_believed() -> None:
    """What the next test changes one thing in."""
    assert manifest.parse(json.dumps(with_version(FACTS)).encode()) is not None


@pytest.mark.parametrize(
    "path",
    [
        "../ut", "a/../../ut", "/etc/passwd", "a//b", "./a", "a/.", "a/", "", "..", "C:/a", "C:a",
        "\\\\server\\a", "\\a", "a\\..\\..\\ut", "a\0b", NAME,
    ],
)  # fmt: skip
def test_a_path_out_of_the_folder_is_never_believed(path: str) -> None:
    assert manifest.parse(json.dumps(with_version(FACTS | {"filer": {"index.html": SHA, path: SHA}})).encode()) is None


@pytest.mark.parametrize(
    "over",
    [
        {"format": 2}, {"format": "1"}, {"webbplats": None}, {"webbplats": ["x"]}, {"publik": "alla"}, {"publik": []},
        {"dag": "i dag"}, {"dag": None}, {"filer": []}, {"filer": None}, {"filer": {"a": None}},
        {"filer": {"a": "f" * 63}}, {"filer": {"a": "F" * 64}}, {"filer": {"a": SHA + "\n"}}, {"kvar": 1},
        {"kvar": {"borta": 1}}, {"kvar": []}, {"kvar": {"index.html": "1"}}, {"kvar": {"index.html": None}},
        {"version": SHA},
    ],
)  # fmt: skip
def test_what_is_not_written_by_the_program_is_never_believed(over: dict[str, Any]) -> None:
    try:
        facts = with_version(FACTS | over) | ({"version": over["version"]} if "version" in over else {})
    except (TypeError, AttributeError, ValueError):
        facts = with_version(FACTS) | over
    assert manifest.parse(json.dumps(facts).encode()) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[" * 200_000,
        b'{"format": 1',
        b"\xff\xfe",
        b"1" * 10_000,
    ],
    ids=range(8),
)
def test_what_is_no_manifest_is_none(data: bytes) -> None:
    assert manifest.parse(data) is None


def test_an_absurdly_large_manifest_is_not_even_read(tmp_path: Path) -> None:
    data = json.dumps(with_version(FACTS)).encode()
    (tmp_path / NAME).write_bytes(data.ljust(manifest.MOST))
    assert manifest.read(tmp_path) is not None
    (tmp_path / NAME).write_bytes(data.ljust(manifest.MOST + 1))
    assert manifest.read(tmp_path) is None
    assert manifest.parse(data.ljust(manifest.MOST + 1)) is None
