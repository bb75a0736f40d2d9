"""``manifest.json`` in each built site: whose site it is, for which day it was made, and the SHA-256 of each file.

A build writes it last; publishing reads it on both sides, and ``verifiera`` holds a folder against it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.faults import Fault
from ..plan.words import Audience

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "manifest.json"
FORMAT = 1
COMPRESSED = (".gz", ".br")
"""Endings of the copies that publishing makes beside a file; they say nothing that the file does not."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site's folder holds."""

    site: str
    """The site's name: ``timra.se``."""
    audience: Audience
    day: datetime.date
    """The day that the build was made for."""
    files: dict[str, str]
    """SHA-256 in hexadecimal by path with slashes, every file but the manifest."""
    kept: frozenset[str] = frozenset()
    """Those of the files that no page of this version asks for: assets of versions before, for pages still open."""

    @property
    def version(self) -> str:
        """What readers are shown, as 64 hexadecimal digits: the same for the same content, whatever was compressed."""
        digest = hashlib.sha256()
        for path, sha in sorted(self.files.items()):
            if not path.endswith(COMPRESSED) and path not in self.kept:
                digest.update(f"{sha} {path}\n".encode())
        return digest.hexdigest()

    def write(self, folder: Path) -> None:
        """Write the manifest into the site's folder, the same bytes for the same content."""
        facts: dict[str, object] = {
            "format": FORMAT,
            "webbplats": self.site,
            "publik": self.audience.value,
            "dag": self.day.isoformat(),
            "version": self.version,
            "filer": dict(sorted(self.files.items())),
        }
        if self.kept:
            facts["kvar"] = sorted(self.kept)
        text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
        (folder / NAME).write_text(text, encoding="utf-8", newline="\n")


def take(folder: Path, site: str, audience: Audience, day: datetime.date) -> Manifest:
    """Return the manifest of a folder as it is now."""
    return Manifest(site, audience, day, {path: sha256(folder / path) for path in sorted(_paths(folder))})


def read(folder: Path) -> Manifest | None:
    """Return a folder's manifest; None where there is none, or none that this program has written."""
    try:
        return parse((folder / NAME).read_bytes())
    except OSError:
        return None


def parse(data: bytes) -> Manifest | None:
    """Return a manifest from bytes; None where they are none that this program has written."""
    try:
        facts = json.loads(data)
        if facts["format"] != FORMAT:
            return None
        files = {str(path): str(sha) for path, sha in facts["filer"].items()}
        day = datetime.date.fromisoformat(facts["dag"])
        kept = frozenset(map(str, facts.get("kvar", ())))
        return Manifest(str(facts["webbplats"]), Audience(facts["publik"]), day, files, kept)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def verify(folder: Path) -> list[Fault]:
    """Return how a folder differs from its manifest: what is missing, what has changed, what does not belong there."""
    manifest = read(folder)
    if manifest is None:
        what = "manifest.json saknas eller går inte att läsa"
        return [Fault(str(folder), 0, 0, what, "ange en mapp som handlingsplan har byggt, eller bygg om")]
    there = set(_paths(folder))
    remedy = "bygg om och publicera igen"
    faults = [Fault(path, 0, 0, "filen saknas", remedy) for path in manifest.files.keys() - there]
    faults += [Fault(path, 0, 0, "filen hör inte till webbplatsen", remedy) for path in there - manifest.files.keys()]
    for path in there & manifest.files.keys():
        if sha256(folder / path) != manifest.files[path]:
            faults.append(Fault(path, 0, 0, "filen är ändrad sedan den byggdes", remedy))
    return sorted(faults)


def _paths(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and (name := path.relative_to(folder).as_posix()) != NAME:
            yield name


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
