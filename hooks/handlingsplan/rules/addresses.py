"""What a web address outside a site may be: nothing that runs, that is fetched unasked, or that others can read."""

from __future__ import annotations

import re
from typing import NamedTuple

_OWN_MACHINE = re.compile(r"http://(localhost|127\.[\d.]+|\[::1\])(:\d+)?(/|$)", re.IGNORECASE)


class Wrong(NamedTuple):
    """What is wrong with an address, and what to do about it."""

    what: str
    remedy: str = "rätta länken, eller ta bort den"
    key: str = ""
    """What two links have in common that are wrong in the same way."""


def outside(address: str, shown: str, *, fetched: bool) -> Wrong | None:
    """Return what is wrong with an address outside the site; None where it is right."""
    scheme = address.partition(":")[0].lower()
    if scheme in {"javascript", "vbscript"} or address.lower().startswith(("data:text", "data:application")):
        return Wrong(f"länken ”{shown}” är kod", key=address)
    if fetched:
        return None if scheme == "data" else Wrong(f"sidan hämtar ”{shown}” från någon annan", key=address)
    if scheme == "http" and not _OWN_MACHINE.match(address):
        # Whoever is on the way would see what a worried person reads.
        return Wrong(f"länken ”{shown}” går utan kryptering", "skriv https:// i stället för http://", address)
    return None
