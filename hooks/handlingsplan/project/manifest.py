"""``manifest.json`` in each built site: whose site it is, for which day it was made, and the SHA-256 of each file.

A build writes it last; publishing reads it on both sides, and ``verifiera`` holds a folder against it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from ..plan.words import Audience
from ..text.faults import Fault, visible

NAME = "manifest.json"
FORMAT = 1
COMPRESSED = (".gz", ".br")
"""Endings of the copies that publishing makes beside a file; they say nothing that the file does not."""
MOST = 64 * 2**20
"""Bytes in the largest manifest that is read: half a million files."""


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
    kept: dict[str, int] = field(default_factory=dict)
    """Those of the files that no page of this version asks for, and in how many versions more they stay.

    They are assets of versions that readers have met, for pages that are still open.
    """

    @property
    def version(self) -> str:
        """What readers are shown, as 64 hexadecimal digits: the same for the same content, whatever was compressed."""
        digest = hashlib.sha256()
        for path, sha in sorted(self.files.items()):
            if not path.endswith(COMPRESSED) and path not in self.kept:
                digest.update(f"{sha} {path}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def data(self) -> bytes:
        """Return the manifest as a file's bytes, the same for the same content."""
        facts: dict[str, object] = {
            "format": FORMAT,
            "webbplats": self.site,
            "publik": self.audience.value,
            "dag": self.day.isoformat(),
            "version": self.version,
            "filer": dict(sorted(self.files.items())),
        }
        if self.kept:
            facts["kvar"] = dict(sorted(self.kept.items()))
        text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
        # Linux lets a file's name be bytes that are no text; surrogates stand for them, here and when it is read.
        return text.encode("utf-8", "surrogatepass")

    def write(self, folder: Path) -> None:
        """Write the manifest into the site's folder."""
        (folder / NAME).write_bytes(self.data())


def take(folder: Path, site: str, audience: Audience, day: datetime.date) -> Manifest:
    """Return the manifest of a folder as it is now. What is no file of its own, as a link, is not in it."""
    files, _ = _there(folder)
    return Manifest(site, audience, day, {path: sha256(folder / path) for path in sorted(files)})


def read(folder: Path) -> Manifest | None:
    """Return a folder's manifest; None where there is none, or none that this program has written."""
    path = folder / NAME
    try:
        # A pipe of that name would be waited for, and a link may lead anywhere.
        return parse(path.read_bytes()) if path.is_file() and not path.is_symlink() and _size(path) <= MOST else None
    except OSError:
        return None


def parse(data: bytes) -> Manifest | None:
    """Return a manifest from bytes; None where they are none that this program has written.

    Its paths are all below the site's folder, on every system, so that a reader may open or remove what they name.
    """
    if len(data) > MOST:
        return None
    try:
        facts = json.loads(data)
        files, kept = facts["filer"], facts.get("kvar", {})
        day = datetime.date.fromisoformat(facts["dag"])
        manifest = Manifest(facts["webbplats"], Audience(facts["publik"]), day, files, kept)
        whole = (
            facts["format"] == FORMAT
            and isinstance(manifest.site, str)
            and all(map(_is_safe, files))
            and all(map(_SHA.fullmatch, files.values()))
            and kept.keys() <= files.keys()
            and all(isinstance(more, int) for more in kept.values())
            and facts["version"] == manifest.version
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return manifest if whole else None


_SHA = re.compile("[0-9a-f]{64}")


def _is_safe(path: str) -> bool:
    r"""Whether a path leads to a file below the folder that it counts from, also where \ and C: mean something."""
    parts = path.split("/")
    windows = PureWindowsPath(path)
    return not ({"", ".", ".."} & set(parts) or "\0" in path or ".." in windows.parts or windows.anchor or path == NAME)


def _size(path: Path) -> int:
    return path.stat().st_size


def verify(folder: Path) -> list[Fault]:
    """Return how a folder differs from its manifest: what is missing, what has changed, what does not belong there."""
    manifest = read(folder)
    if manifest is None:
        what = "manifest.json saknas eller går inte att läsa"
        below = ", ".join(path.parent.name for path in sorted(folder.glob(f"*/{NAME}")))
        remedy = f"ange en mapp i den: {below}" if below else "ange en mapp som handlingsplan har byggt, eller bygg om"
        return [Fault(str(folder), 0, 0, what, remedy)]
    files, others = _there(folder)
    # A name with å moved by a Mac may come back in other characters; its file system finds it by both.
    spelled = {_composed(path): path for path in files}
    found = {
        path: spelled.get(_composed(path), path) if path not in files and (folder / path).is_file() else path
        for path in manifest.files
    }
    wrong = [(path, "filen hör inte till webbplatsen") for path in files - set(found.values())]
    wrong += [(path, "det är ingen vanlig fil, och hör inte till webbplatsen") for path in others]
    for path, sha in manifest.files.items():
        if found[path] not in files:
            wrong.append((path, "filen saknas"))
        elif change := _changed(folder / path, sha):
            wrong.append((path, change))
    return sorted(Fault(visible(path, 200), 0, 0, what, "bygg om och publicera igen") for path, what in wrong)


def _changed(path: Path, sha: str) -> str | None:
    try:
        return None if sha256(path) == sha else "filen är ändrad sedan den byggdes"
    except OSError:
        return "filen går inte att läsa"


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _there(folder: Path) -> tuple[set[str], set[str]]:
    """Return the files in a folder but its manifest, and what is neither file nor folder: links, pipes, devices."""
    files, others = set(), set()
    for where, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(where, name)
            short = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                others.add(short)
            elif path.is_file() and short != NAME:
                files.add(short)
    return files, others


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
