"""Which files a docs folder may hold: MkDocs publishes all that lies there, and what links lead to."""

from __future__ import annotations

import re
import stat
import unicodedata
from typing import TYPE_CHECKING

from ..plan.checks import RESERVED_IDS
from ..rules.file_types import PROSE, left_out, refused
from ..text.faults import Fault, name_in, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DEVICES = RESERVED_IDS - {"index"}
_IMPOSSIBLE = re.compile(r'[<>:"|?*\\]|[. ]$|^ ')
"""What a name on Windows cannot hold; it drops dots and blanks at the end, so that two names become one."""


def odd_files(folder: Path, root: Path) -> Iterator[Fault]:
    """Yield what cannot be published as it is: links and devices, what cannot be checked, impossible names.

    Args:
        folder: the docs folder.
        root: the project folder, which messages count from.

    """
    for path in sorted(folder.rglob("*")):
        file = name_in(path, root)
        mode, name = path.lstat().st_mode, path.name
        link = stat.S_ISLNK(mode) or getattr(path, "is_junction", bool)()  # a junction is Windows' link to a folder
        if link:
            what = "det här är en länk till en annan plats, och det som ligger där skulle publiceras"
            yield Fault(file, 0, 0, what, "lägg filen här i stället")
        elif not stat.S_ISREG(mode) and not stat.S_ISDIR(mode) and path.suffix != ".md":  # a page is told of when read
            yield Fault(file, 0, 0, "det här är ingen vanlig fil", "ta bort den")
        if not name.isprintable():
            yield Fault(file, 0, 0, f"namnet ”{visible(name)}” har tecken som inte syns", "byt namn på filen")
        elif name.partition(".")[0].casefold() in _DEVICES or _IMPOSSIBLE.search(name):
            yield Fault(file, 0, 0, f"namnet ”{visible(name)}” kan inte användas i Windows", "byt namn på filen")
        elif not unicodedata.is_normalized("NFC", name):
            what = f"namnet ”{visible(name)}” har bokstäver skrivna i två delar, och länkar dit kan brista"
            yield Fault(file, 0, 0, what, "skriv namnet för hand, med vanliga å, ä och ö")
        elif stat.S_ISREG(mode) and not link and not left_out(path, folder) and (told := refused(path, PROSE)):
            yield Fault(file, 0, 0, *told)
