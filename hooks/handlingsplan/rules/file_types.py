"""Which types of files the folders of a site may hold: those that are read fully. All else is a fault, by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..text.reader import read_bytes
from . import pictures

if TYPE_CHECKING:
    from pathlib import Path

PROSE = (".md", *pictures.TYPES)
"""What an editor's pages need, in a docs folder."""
SHARED = (".html", ".css", ".js", *pictures.TYPES)
"""What ``overrides/`` may hold (design §4): everything in it lands on every site."""

_REMOVE = "ta bort filen"
_BY_NAME = (
    (
        r"~\$.*",
        "Word, Excel eller PowerPoint har ett dokument öppet här",
        "stäng dokumentet, och lägg det i en annan mapp",
    ),
    (
        r".*~|#.*#|.*\.(?:bak|old|orig|tmp|temp|swp|swo|rej|save|part|gammal|kopia)",
        "filen är en kopia som ett program har lämnat kvar, och den skulle publiceras",
        _REMOVE,
    ),
    (
        r"thumbs\.db|ehthumbs\.db|desktop\.ini",
        "Windows har lagt filen här, och den skulle publiceras",
        "ta bort filen; den är dold, så visa dolda filer först",
    ),
    (
        r"web\.config|\.ht.*|\.user\.ini|php\.ini|.*\.(?:php\d?|phtml|phar|aspx?|ashx|jsp|cgi|shtml)",
        "webbservern kan lyda filen eller köra den som ett program",
        "ta bort filen; webbservern ställs in av den som sköter den",
    ),
    (
        r".*\.(?:gz|br|zst)",
        "webbservern kan visa filen i stället för sidan",
        "ta bort filen; packade kopior gör handlingsplan publicera",
    ),
    (
        r"id_[a-z0-9]+|.*\.(?:pem|key|pfx|p12|ppk|kdbx)",
        "filen ser ut att vara en hemlig nyckel",
        "ta bort filen, och byt nyckeln om den är publicerad",
    ),
    (
        r".*\.(?:gif|bmp|tiff?|heic|heif|avif|ico|jfif|psd)",
        "bilder av den här typen går inte att granska",
        "spara bilden som png eller jpg",
    ),
    (
        r".*\.(?:markdown|mdown|mkdn?|txt)",
        "en sida har ändelsen .md",
        "byt ändelse till .md, eller ta bort filen",
    ),
    (
        r".*\.(?:pdf|doc[xm]?|dot[xm]?|xls[xmb]?|pp[ts][xm]?|od[tsp]|rtf|csv|eml|msg)",
        "dokument bär med sig mer än det som syns, och går inte att granska helt",
        "skriv innehållet som en sida (.md), eller lägg dokumentet där kommunen har sina dokument och länka dit",
    ),
)
"""Patterns of names, what such a file is, and what to do about it; the first that fits is shown."""


def refused(path: Path, allowed: tuple[str, ...]) -> tuple[str, str] | None:
    """Return why a file may not stand in a folder and what to do about it; None where it may.

    Args:
        path: the file.
        allowed: ``PROSE`` or ``SHARED``.

    """
    suffix = path.suffix.lower()
    for pattern, what, remedy in _BY_NAME:
        if re.fullmatch(pattern, path.name, re.IGNORECASE):
            return what, remedy
    if suffix not in allowed:
        kinds = ", ".join(kind[1:] for kind in allowed)
        what = f"filer av typen {suffix} går inte att granska här" if suffix else "filen har ingen ändelse"
        do = "skriv sidan i Markdown, eller flytta filen till overrides/" if suffix in SHARED else "ta bort filen"
        return what, f"{do}; här får {kinds} ligga"
    if suffix not in pictures.TYPES:
        return None if path.suffix == suffix else (f"ändelsen {path.suffix} har stora bokstäver", f"skriv {suffix}")
    data = read_bytes(path)
    what = pictures.fault(path.name, data) if isinstance(data, bytes) else ""
    return (what, pictures.REMEDY) if what else None


def left_out(path: Path, folder: Path) -> bool:
    """Whether a file is none that a site publishes: MkDocs leaves out what begins with a full stop.

    A file for a web server is told of all the same: whoever wrote it believes that it counts.
    """
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return hidden and not path.name.casefold().startswith(".ht")
