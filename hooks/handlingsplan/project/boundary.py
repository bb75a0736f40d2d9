"""What keeps the sites apart, looked at before anything is built: folders, configurations, and who each site is for."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..plan.words import Audience
from ..rules.file_types import SHARED, left_out, refused
from ..text.faults import Fault, name_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .site import Site


def crossings(sites: Sequence[Site], root: Path) -> Iterator[Fault]:
    """Yield where one site reaches into what is another's.

    Args:
        sites: the project's sites.
        root: the project folder, which messages count from.

    """
    outside = [site for site in sites if site.audience is Audience.EXTERNAL]
    inside = [site for site in sites if site.audience is Audience.INTERNAL]
    if len(inside) > 1 and not outside:
        names = " och ".join(site.config.name for site in inside)
        what = f"både {names} har audience: intern, så ingen webbplats är öppen"
        yield Fault(inside[-1].config.name, 0, 0, what, "skriv audience: extern för den öppna webbplatsen")
    for site in outside:
        yield from _inherited(site, inside)
        yield from _folders(site, inside, root)
    for folder in dict.fromkeys(site.overrides for site in sites if site.overrides):
        yield from _shared(folder, root)


def _inherited(site: Site, inside: Sequence[Site]) -> Iterator[Fault]:
    """A public site that inherits from the intranet gets every setting that it forgets to set itself."""
    theirs = {path for other in inside for path in other.chain[:1]}
    for path in site.chain[1:]:
        if path in theirs or re.search(
            r"^\s*audience:\s*[\"']?intern\b", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            what = f"en öppen webbplats ärver intranätets {path.name}"
            yield Fault(site.config.name, 0, 0, what, "ärv den öppna webbplatsens fil, eller ta bort INHERIT")


def _folders(site: Site, inside: Sequence[Site], root: Path) -> Iterator[Fault]:
    own = site.docs.resolve()
    for other in inside:
        theirs = other.docs.resolve()
        if own == theirs or own in theirs.parents or theirs in own.parents:
            what = f"docs_dir delar mapp med intranätet ({name_in(other.docs, root)})"
            yield Fault(site.config.name, 0, 0, what, "ge varje webbplats en egen mapp")
            return
    yield from _links(site.docs, inside, root)


def _links(folder: Path, inside: Sequence[Site], root: Path) -> Iterator[Fault]:
    """Yield links on the disk from a public folder into an intranet's."""
    theirs = [other.docs.resolve() for other in inside]
    for path in sorted(folder.rglob("*")):
        # Not Path.resolve: it raises where a link leads to itself, which ``odd_files`` tells of.
        goal = Path(os.path.realpath(path))
        if path.is_symlink() and any(goal.is_relative_to(docs) for docs in theirs):
            what = "filen är en länk in i intranätets mapp"
            yield Fault(name_in(path, root), 0, 0, what, "ta bort länken, och skriv texten för den öppna webbplatsen")


def _shared(folder: Path, root: Path) -> Iterator[Fault]:
    """Yield what does not belong in ``overrides/``, which is the ground of every site."""
    for path in sorted(folder.rglob("*")):
        name = name_in(path, root)
        if path.is_symlink() or getattr(path, "is_junction", bool)():
            what = "det här är en länk till en annan plats, och det som ligger där skulle publiceras"
            yield Fault(name, 0, 0, what, "lägg filen här i stället")
        elif path.is_file() and not left_out(path, folder) and (told := refused(path, SHARED)):
            yield Fault(name, 0, 0, *told)
