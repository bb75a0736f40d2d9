"""Nothing internal reaches a public site: what ``secrets`` knows is looked for in everything that was built.

Run by every build before the new sites take the old ones' place, and by ``granska`` on any folder.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import TYPE_CHECKING

from ..plan.words import Audience
from ..project import manifest
from ..text.faults import Fault
from .contents import BREAK, contents, decoded, readings
from .matching import fold, words
from .reference import build_reference
from .secrets import Secrets

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ..project.site import Site
    from .matching import Hit, Secret

OPEN = "gör uppgiften öppen, eller ta bort den ur det som blir öppet"
COPY = "ta bort filen ur den öppna webbplatsens mapp"
UNREADABLE = "ta bort filen, eller spara om den så att den går att läsa"


class Leaks:
    """The search through built folders for what is internal in one project."""

    def __init__(self, root: Path, sites: Sequence[Site], today: datetime.date, copies: Path | None = None) -> None:
        """Read what is internal. This takes a while, and can be done while the sites are being built."""
        self.copies = copies
        self.root = root
        self.sites = sites
        self.today = today
        self.secrets = Secrets(root, sites)

    @cached_property
    def references(self) -> list[Path]:
        """The public sites without anything internal. Made where something is found: it takes as long as a build."""
        return build_reference(self.root, self.sites, self.secrets.trees, self.today)

    def check(self, folder: Path, name: str) -> list[Fault]:
        """Return every leak in a folder, and every file in it that cannot be read.

        Args:
            folder: a public site, or anything else that outsiders will be able to read.
            name: what messages call it.

        """
        found, faults = self._search(folder, name)
        if suspects := {hit for hit in found if hit not in self.secrets.pasted and not getattr(hit, "needed", False)}:
            for hit in self._public({hit: found[hit] for hit in suspects}, folder):
                del found[hit]
        return sorted([*faults, *self._faults(folder, name, found)])

    def pasted(self) -> list[Fault]:
        """Return what is internal and stands in the public site's own pages and files, before anything is built."""
        found = {hit: {path.relative_to(self.root).as_posix(): None} for hit, path in self.secrets.pasted.items()}
        return sorted(self._faults(self.root, "", found))

    def _public(self, found: dict[Hit, dict[str, None]], folder: Path) -> set[Hit]:
        """Return what stands in a reference too: first what is seen to in files that are the same, byte for byte."""
        public = {
            hit
            for hit, files in found.items()
            if any(_same(folder / file, reference / file) for reference in self.references for file in files)
        }
        return public if public == found.keys() else public | (found.keys() & self._in_references)

    @cached_property
    def _in_references(self) -> set[Hit]:
        """What stands somewhere in a reference."""
        return {hit for reference in self.references for hit in self._search(reference, "")[0]}

    def _search(self, folder: Path, name: str) -> tuple[dict[Hit, dict[str, None]], list[Fault]]:
        """Return the files that each hit stands in, in order, and what else is wrong with them."""
        found: dict[Hit, dict[str, None]] = {}
        foreign, faults = _intranets(folder, name)
        # Menus and footers stand on every page: each piece of text is looked through once.
        known: dict[str, list[Hit]] = {}
        for path in sorted(folder.rglob("*")):
            if foreign and any(path.is_relative_to(other) for other in foreign):
                continue
            inside = path.relative_to(folder).as_posix()
            hits = [*self.secrets.index.hits(f"/{inside}{'/' if path.is_dir() else ''}")]
            if path.is_file():
                more, told = self._file(path, inside, _under(name, inside), known)
                hits, faults = hits + more, faults + told
            for hit in hits:
                found.setdefault(hit, {}).setdefault(inside)
        return found, faults

    def _file(self, path: Path, inside: str, shown: str, known: dict[str, list[Hit]]) -> tuple[list[Hit], list[Fault]]:
        """Look through one file: return the secrets in it, and what else is wrong with it.

        Args:
            path: the file.
            inside: its path in the folder.
            shown: what messages call it.
            known: what stands in each piece of text that has been looked through, to be added to.

        """
        try:
            data = path.read_bytes()
        except OSError:
            return [], [Fault(shown, 0, 0, "filen går inte att läsa", "kontrollera behörigheten")]
        if self.secrets.files and (copied := self.secrets.files.get(hashlib.sha256(data).hexdigest())):
            return [], [Fault(shown, 0, 0, f"filen är en kopia av intranätets {copied.place}", COPY)]
        opened = contents(inside, data, self.copies)
        pieces = dict.fromkeys(opened.pieces)
        new = [piece for piece in pieces if piece not in known]
        if any(True for _ in self._hits(new)):
            known |= {piece: list(self._hits([piece])) for piece in new}
        else:
            known |= {piece: [] for piece in new}
        unread = f"filen går inte att granska: {opened.closed}"
        faults = [Fault(shown, 0, 0, unread, UNREADABLE)] if opened.closed else []
        return [hit for piece in pieces for hit in known[piece]], faults

    def _hits(self, pieces: Iterable[str]) -> Iterator[Hit]:
        """Yield the secrets in pieces of text, in every reading."""
        return self.secrets.index.hits(BREAK.join(text for piece in pieces for text in readings(piece)))

    def _faults(self, folder: Path, name: str, found: dict[Hit, dict[str, None]]) -> Iterator[Fault]:
        """Yield a fault for each secret, at its first place."""
        secrets: dict[Secret, tuple[tuple[str, ...], dict[str, None]]] = {}
        for hit, files in found.items():
            secret, row = (self.secrets.index.numbers[hit], ()) if isinstance(hit, str) else (hit.secret, hit.words)
            secrets.setdefault(secret, (row, {}))[1].update(files)
        for secret, (row, where) in secrets.items():
            first, *others = sorted(where)
            line, column = _place(folder / first, row)
            what = f"”{secret.excerpt} …” är internt ({secret.field}, {secret.place})"
            if others:
                what += f" (och {len(others)} {'filer' if others[1:] else 'fil'} till)"
            yield Fault(_under(name, first), line, column, what, OPEN)


def _same(one: Path, other: Path) -> bool:
    """Whether two files, or the names of two folders, are the same."""
    if one.is_dir() or other.is_dir():
        return one.is_dir() and other.is_dir()
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _intranets(folder: Path, name: str) -> tuple[list[Path], list[Fault]]:
    """Return the folders below one that are built for an intranet, each a fault: nothing in them is for others."""
    foreign, faults = [], []
    for path in sorted(folder.rglob(manifest.NAME)):
        known = manifest.read(path.parent)
        if known and known.audience is Audience.INTERNAL:
            foreign.append(path.parent)
            what = f"mappen är byggd för intranätet ({known.site})"
            shown = _under(name, path.parent.relative_to(folder).as_posix())
            faults.append(Fault(shown, 0, 0, what, "visa den bara för medarbetare"))
    return foreign, faults


def _under(name: str, inside: str) -> str:
    return name if inside == "." else f"{name}/{inside}" if name else inside


def _place(path: Path, wanted: tuple[str, ...]) -> tuple[int, int]:
    """Return where words stand in a file as it lies on disk, counted from 1; 0 and 0 where that cannot be told."""
    text = decoded(path.read_bytes()) if wanted and path.is_file() else None
    if text is None:
        return 0, 0
    for read in (text, re.sub(r"<[^<>]*>", lambda tag: re.sub(r"[^\n]", " ", tag[0]), text)):
        spans = [(match.start(), fold(match[0])) for match in re.finditer(r"[^\W_]+", read)]
        if (at := _row([part for _, part in spans], wanted)) is not None:
            start = spans[at][0]
            return read.count("\n", 0, start) + 1, start - read.rfind("\n", 0, start)
    # Written in entities or the like: the line can be told, not where on it.
    for number, line in enumerate(text.split("\n"), 1):
        if any(_row(words(fold(reading)), wanted) is not None for reading in readings(line)):
            return number, 1
    return 0, 0


def _row(parts: list[str], wanted: tuple[str, ...]) -> int | None:
    """Return where words stand in a row among others."""
    for at, part in enumerate(parts):
        if part == wanted[0] and tuple(parts[at : at + len(wanted)]) == wanted:
            return at
    return None
