"""Nothing internal reaches a public site: what ``secrets`` knows is looked for in everything that was built.

Run by every build before the new sites take the old ones' place, and by ``granska`` on any folder.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..plan.faults import Fault
from ..plan.words import Audience
from . import manifest
from .contents import BREAK, contents, decoded, readings
from .matching import Public, fold, words
from .secrets import Secrets, read_all, theme

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from ..publishing.sites import Site
    from .matching import Secret

OPEN = "gör uppgiften öppen, eller ta bort den ur det som blir öppet"
COPY = "ta bort filen ur den öppna webbplatsens mapp"
UNREADABLE = "ta bort filen, eller spara om den så att den går att läsa"


@dataclass(slots=True)
class _Found:
    """Where one secret stands."""

    words: tuple[str, ...]
    files: dict[str, None] = field(default_factory=dict)


class Leaks:
    """The search through built folders for what is internal in one project."""

    def __init__(self, root: Path, sites: Sequence[Site], today: datetime.date, copies: Path | None = None) -> None:
        """Read what is internal. This takes a while, and can be done while the sites are being built."""
        self.copies = copies
        self.root = root
        self.sites = sites
        self.today = today
        self.secrets = Secrets(root, sites)
        self.theme = theme()
        self.rendered = False

    def check(self, folder: Path, name: str) -> list[Fault]:
        """Return every leak in a folder, and every file in it that cannot be opened.

        Args:
            folder: a public site, or anything else that outsiders will be able to read.
            name: what messages call it.

        """
        found, faults = self._search(folder, name)
        if found and not self.rendered:
            # An intranet's page may say what the program itself writes on a public one: with names and numbers put in,
            # that stands in no source. Only now, for it takes as long as a small build.
            self.rendered = True
            self._make_rendered_public()
            found, faults = self._search(folder, name)
        return sorted([*faults, *(self._fault(folder, name, secret, where) for secret, where in found.items())])

    def _search(self, folder: Path, name: str) -> tuple[dict[Secret, _Found], list[Fault]]:
        found: dict[Secret, _Found] = {}
        foreign, faults = _intranets(folder, name)
        # Menus and footers stand on every page: each piece of text is looked through once, unless something is in it.
        clean: set[str] = set()
        for path in sorted(folder.rglob("*")):
            if foreign and any(path.is_relative_to(other) for other in foreign):
                continue
            inside = path.relative_to(folder).as_posix()
            self._note(found, f"/{inside}{'/' if path.is_dir() else ''}", inside)
            if path.is_file():
                faults += self._file(path, inside, _under(name, inside), found, clean)
        return found, faults

    def _file(
        self, path: Path, inside: str, shown: str, found: dict[Secret, _Found], clean: set[str]
    ) -> Iterator[Fault]:
        """Look through one file: note the secrets in it, and yield what else is wrong with it."""
        try:
            data = path.read_bytes()
        except OSError:
            yield Fault(shown, 0, 0, "filen går inte att läsa", "kontrollera behörigheten")
            return
        if self._is_theme(inside, data):
            return
        if self.secrets.files and (copied := self.secrets.files.get(hashlib.sha256(data).hexdigest())):
            yield Fault(shown, 0, 0, f"filen är en kopia av intranätets {copied.place}", COPY)
            return
        opened = contents(inside, data, self.copies)
        new = [piece for piece in dict.fromkeys(opened.pieces) if piece not in clean]
        if new and not self._note(found, BREAK.join(text for piece in new for text in readings(piece)), inside):
            clean.update(new)
        if opened.closed:
            yield Fault(shown, 0, 0, f"filen går inte att granska: {opened.closed}", UNREADABLE)

    def _note(self, found: dict[Secret, _Found], text: str, file: str) -> bool:
        """Note the secrets in a text; return whether there were any."""
        index = self.secrets.index
        seen = {pattern.secret: pattern.words for pattern in index.search(text)}
        seen |= {index.numbers[number]: () for number in index.search_numbers(text)}
        for secret, row in seen.items():
            found.setdefault(secret, _Found(row)).files.setdefault(file)
        return bool(seen)

    def _is_theme(self, inside: str, data: bytes) -> bool:
        """Whether a file is the theme's own, byte for byte."""
        if self.theme is None:
            return False
        own = self.theme / inside
        return own.is_file() and own.stat().st_size == len(data) and own.read_bytes() == data

    def _make_rendered_public(self) -> None:
        """Let public what the program writes of a plan that nothing internal is left in: no view can leak from it."""
        from ..pages.catalogue import pages
        from ..pages.inserts import fill
        from ..pages.page import Renderer
        from ..pages.prose import read_folder
        from ..plan.models import Plan
        from ..plan.views import external_view

        for site in self.sites:
            public = self.secrets.public_plans.get(site.plan)
            if site.audience is not Audience.EXTERNAL or public is None:
                continue
            plan = Plan.model_validate(public)
            room = Renderer(external_view(plan, self.today))
            stated = [page.html for page in pages(room, [])]
            stated += [BREAK.join(contents(each.path, each.content).pieces) for each in room.downloads]
            texts, _ = read_folder(site.docs, self.root, plan, site.audience)
            prose = [fill(escape(text.body), text, room) for text in texts]
            for kind, made in ((Public.STATED, stated), (Public.PROSE, prose)):
                self.secrets.index.make_public(map(read_all, made), kind)

    def _fault(self, folder: Path, name: str, secret: Secret, where: _Found) -> Fault:
        first, *others = where.files
        line, column = _place(folder / first, where.words)
        what = f"”{secret.excerpt} …” är internt ({secret.field}, {secret.place})"
        if others:
            what += f" (och {len(others)} {'filer' if others[1:] else 'fil'} till)"
        return Fault(_under(name, first), line, column, what, OPEN)


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
    return name if inside == "." else f"{name}/{inside}"


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
