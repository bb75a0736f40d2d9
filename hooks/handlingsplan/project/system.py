"""What the operating system refused, in Swedish."""

from __future__ import annotations

import errno

from ..text.faults import Fault
from .site import TARGET

_REASONS = {
    errno.EACCES: "behörighet saknas",
    errno.EPERM: "behörighet saknas",
    errno.EROFS: "disken är skrivskyddad",
    errno.ENOENT: "mappen finns inte",
    errno.ENOSPC: "disken är full",
    errno.EEXIST: "en fil ligger i vägen",
    errno.ENOTDIR: "en fil ligger i vägen",
    errno.EISDIR: "en mapp ligger i vägen",
    errno.EADDRINUSE: "den används redan",
    errno.ESTALE: "kontakten bröts",
    errno.EIO: "kontakten bröts",
    errno.ENOTCONN: "kontakten bröts",
    errno.EHOSTDOWN: "kontakten bröts",
    errno.ETIMEDOUT: "kontakten bröts",
    errno.EDQUOT: "utrymmet är slut",
    errno.EFBIG: "utrymmet är slut",
    errno.EBUSY: "ett annat program har filen öppen",
}


def reason(error: OSError) -> str:
    """Return why the operating system refused, in Swedish; it says so itself in English or in the user's language."""
    return _REASONS.get(error.errno or 0, f"fel {error.errno}")


def unwritable(error: OSError) -> Fault:
    """Return the fault that a folder cannot be written."""
    what = f"mappen går inte att skriva i ({reason(error)})"
    return Fault(str(error.filename or TARGET), 0, 0, what, "kontrollera behörighet, ledigt utrymme och öppna filer")
