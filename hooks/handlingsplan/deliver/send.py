"""Send a site to another machine through rclone: object stores, SFTP, WebDAV, SharePoint and what else it reaches.

Knows nothing of prompts; ``publish`` calls it. What an object store can promise, and what it cannot:

- Each file is whole. Where an upload that is cut would leave half a file (SFTP, WebDAV), the files are laid in a folder
  beside the site, read back and then renamed into place; rclone does that without a gap from 1.63 on, so an older one
  is refused there. Object stores replace a file whole by themselves, with any rclone.
- Pages are switched one by one: files with a hash in their name first, the others then, the pages last. For
  seconds, or until the next run after a cut, some pages are new while others are old, each with the assets it needs.
- ``manifest.json`` is the pointer: it names the new version only when every file of it has been read back and is right.
  What no longer belongs is removed after that, and only what was ever sent from here.
- ``.handlingsplan/manifest.json`` on the remote is the journal: while it is there a run has begun and not ended, and it
  names all that may lie there. So the next run, from any machine, knows that the folder is ours and what to remove.

Two machines that send at once are not kept apart: none of these stores has a lock.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..plan.words import Audience
from ..project import manifest
from ..text.faults import Fault
from .folder import checked, turn
from .rclone import Remote
from .refused import Refused
from .servers import BINARY, FOREVER, HASHED, REVALIDATE, TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ..project.manifest import Manifest

ASIDE = ".handlingsplan"
"""The folder on the remote that is there only while something is being sent."""
JOURNAL = f"{ASIDE}/{manifest.NAME}"
STAGE = f"{ASIDE}/ny"
"""Where files wait until they are renamed into place."""


def remote_manifest(remote: str) -> Manifest | None:
    """Return what a remote holds.

    Args:
        remote: a remote of rclone's and a folder there: ``timra:webb``.

    Returns:
        Its manifest; one without files where a run was cut, so that nothing whole is there. None where nothing is.

    Raises:
        Refused: files lie there that are not ours, or nothing can be known.

    """
    place = Remote(remote)
    begun = place.manifest(JOURNAL)
    if found := begun or place.manifest(manifest.NAME):
        return replace(found, files={}, kept={}) if begun else found
    others = place.top() - {f"{ASIDE}/"}
    if around := next(filter(_in_use, _above(remote)), None):
        remedy = "rätta mål i publicering.yaml: varje webbplats har en egen mapp, bredvid de andra"
        raise Refused(Fault(remote, 0, 0, f"en annan webbplats ligger runt om, i {around}", remedy))
    if others:
        what = "där ligger filer som inte kommer härifrån"
        raise Refused(Fault(remote, 0, 0, what, "ange en tom mapp; webbplatsen behöver en egen"))
    return None


def _above(remote: str) -> Iterator[str]:
    """Yield the folders that a remote's folder lies in, the nearest first."""
    name, _, folder = remote.partition(":")
    parts = folder.rstrip("/").split("/")
    yield from (f"{name}:{'/'.join(parts[:count])}" for count in range(len(parts) - 1, -1, -1))


def _in_use(remote: str) -> bool:
    """Whether a site lies in a remote's folder, or is on its way there."""
    try:
        place = Remote(remote)
        return any(map(place.manifest, (JOURNAL, manifest.NAME)))
    except Refused:  # it may not be looked into
        return False


def send(
    folder: Path, remote: str, before: Manifest | None, say: Callable[[str], None] = lambda _: None
) -> tuple[int, int]:
    """Send a site so that the remote holds exactly it, and read it back. Where nothing differs, nothing is sent.

    Args:
        folder: a whole site that has been checked; its manifest names every file. It holds no compressed copies: an
            object store would show them as they are, and a web server on the other side makes its own.
        remote: a remote of rclone's and a folder there: ``timra:webb``.
        before: what ``remote_manifest`` returned.
        say: is told what is going on, a line at a time.

    Returns:
        How many files were sent, the manifest not counted, and how many were removed.

    Raises:
        Refused: the remote does not show the new version. What is there already is not sent once more.

    """
    site, place = checked(folder), Remote(remote)
    begun = place.manifest(JOURNAL)
    sending = _Sending(folder, place, site)
    say(f"Läser vad som finns på {place.name} …")
    differs = sending.wrong("", site.files)
    if not differs and not begun and before == site:
        return 0, 0
    known = dict(site.files)
    for earlier in (begun, before):
        known |= earlier.files if earlier else {}  # the journal names what was there before the run that was cut
    sending.put(replace(site, files=known), JOURNAL)
    if differs:
        say(f"Skickar {len(differs)} av {len(site.files)} filer …")
    if place.staged:
        sending.upload(differs, STAGE)
        sending.check(STAGE, differs)
    for group in _groups(differs):
        if place.staged:
            place.move(STAGE, "", group)
        else:
            sending.upload(group, "")
        sending.check("", group)
    sending.put(site, manifest.NAME)
    if place.manifest(manifest.NAME) != site:
        raise Refused(sending.altered(manifest.NAME))
    gone = sorted(known.keys() - site.files.keys())
    place.delete(gone, _folders(gone) - _folders(site.files))
    place.purge(ASIDE)
    return len(differs), len(gone)


def withdraw(remote: str, site: Manifest) -> None:
    """Remove a site from a remote: its pages first, its manifest last. Raises ``Refused`` where that cannot be done."""
    place = Remote(remote)
    for group in reversed(_groups(site.files)):
        place.delete(group, ())
    place.delete([manifest.NAME], _folders(site.files))
    if f"{ASIDE}/" in place.top():
        place.purge(ASIDE)


@dataclass(frozen=True, slots=True)
class _Sending:
    """What is done with the files of a site, one group of them after the other."""

    folder: Path
    place: Remote
    site: Manifest

    def upload(self, paths: Iterable[str], where: str) -> None:
        """Copy files, each kind with its own headers where the remote keeps them."""
        for headers, group in itertools.groupby(sorted(paths, key=self.headers), self.headers):
            self.place.copy(self.folder, where, list(group), headers)

    def headers(self, path: str) -> tuple[str, ...]:
        """Return a file's media type and how long it is kept; nothing where the remote keeps no such facts."""
        if not self.place.headers:
            return ()
        ending = path.rpartition(".")[2].lower()
        media = f"{TEXT[ending]}; charset=utf-8" if ending in TEXT else BINARY.get(ending, "application/octet-stream")
        kept = FOREVER if re.search(f"{HASHED}$", path) else REVALIDATE
        private = "private, " if self.site.audience is Audience.INTERNAL else ""
        return f"Content-Type: {media}", f"Cache-Control: {private}{kept}"

    def put(self, facts: Manifest, path: str) -> None:
        """Write a manifest on the remote, whole."""
        staged = self.place.staged
        self.place.write(f"{STAGE}/{path}" if staged else path, facts.data(), self.headers(path))
        if staged:
            self.place.move(STAGE, "", [path])

    def check(self, where: str, paths: Iterable[str]) -> None:
        """Read files back; go no further where one is not what was sent."""
        if wrong := self.wrong(where, paths):
            raise Refused(*map(self.altered, wrong))

    def wrong(self, where: str, paths: Iterable[str]) -> list[str]:
        """Return which of the files the remote does not hold as they are here."""
        paths = list(paths)
        held = self.place.hashes(where, paths)
        differs = [path for path in paths if held.get(path) != self.site.files[path]]
        # SharePoint writes its own facts into documents.
        documents = [path for path in differs if path in held and path.endswith((".docx", ".xlsx", ".pptx"))]
        same = {path for path in documents if same_document(self.folder / path, self.place.read(where, path))}
        return [path for path in differs if path not in same]

    def altered(self, path: str) -> Fault:
        what = "filen blev inte likadan på andra sidan"
        remedy = "publicera igen; händer det varje gång ändrar servern filerna, och då behövs en annan"
        return Fault(f"{self.place.name.rstrip('/')}/{path}", 0, 0, what, remedy)


def same_document(one: Path, other: bytes) -> bool:
    """Tell whether two Office documents have the same content, whatever is written about them."""
    try:
        with zipfile.ZipFile(one) as ours, zipfile.ZipFile(io.BytesIO(other)) as theirs:
            return theirs.testzip() is None and _parts(ours) == _parts(theirs)
    except (OSError, zipfile.BadZipFile):
        return False


def _parts(document: zipfile.ZipFile) -> dict[str, int]:
    """Return the checksums of what readers see: text, sheets, slides and pictures."""
    return {
        part.filename: part.CRC
        for part in document.infolist()
        if part.filename.startswith(("word/", "xl/", "ppt/")) and not part.filename.endswith(".rels")
    }


def _groups(paths: Iterable[str]) -> list[list[str]]:
    """Return files in the groups that they are switched in: a page never comes before what it needs."""
    return [list(group) for _, group in itertools.groupby(sorted(paths, key=turn), turn)]


def _folders(paths: Iterable[str]) -> set[str]:
    return {folder.as_posix() for path in paths for folder in PurePosixPath(path).parents} - {"."}
