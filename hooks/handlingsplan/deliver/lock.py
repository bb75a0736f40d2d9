"""One at a time in a folder: a lock for this machine, and a note of who holds it for those that it does not reach."""

from __future__ import annotations

import contextlib
import datetime
import getpass
import json
import os
import socket
from typing import TYPE_CHECKING

from ..text.faults import Fault, visible
from .disk import write
from .refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".las"
OWNER = ".las.json"
PATIENCE = datetime.timedelta(minutes=30)
"""How long another machine may be publishing before it is taken for dead: its lock may not reach us.

Its clock may be ahead of this one's by as much; a note from further ahead says nothing.
"""
_MOST = 10_000
"""Bytes of a note that are read."""
_EARLIEST = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""Before all publishing, and in every time zone's calendar."""


@contextlib.contextmanager
def held(folder: Path) -> Iterator[str]:
    """Keep everyone else out of a folder, on this machine and, where its lock reaches, on others.

    Yields who held it before and was interrupted, and since when; an empty string where nobody was.

    Raises:
        Refused: somebody else holds it.
        OSError: the folder cannot be written.

    """
    from filelock import FileLock, Timeout  # only publishing needs it

    note = folder / OWNER
    for path in (folder / LOCK, note):
        with contextlib.suppress(OSError):
            path.rmdir()  # an empty folder in its place; a file is left alone
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Refused(_busy(folder, _owner(note))) from None
    except NotImplementedError:  # a network disk without locks: the note is all there is
        pass
    me = _me()
    try:
        before = _owner(note)
        since = _since(before)
        elsewhere = before.get("dator") != socket.gethostname()
        if elsewhere and since and _now() - since < PATIENCE:
            raise Refused(_busy(folder, before))
        write(note, json.dumps(me).encode())
        yield _told(before) if before else ""
    finally:
        with contextlib.suppress(OSError):
            if _owner(note) == me:
                note.unlink()
        with contextlib.suppress(OSError):
            lock.release()


def _busy(folder: Path, owner: dict[str, object]) -> Fault:
    remedy = "vänta tills den är klar"
    if owner.get("dator") != socket.gethostname() and (since := _since(owner)):
        remedy += f"; har den brutits går det igen {(since + PATIENCE).astimezone():%H:%M}"
    return Fault(str(folder), 0, 0, f"{_told(owner)} publicerar redan", remedy)


def _me() -> dict[str, object]:
    try:
        who = getpass.getuser()
    except (OSError, KeyError, ImportError):
        who = "okänd"
    since = _now().isoformat(timespec="seconds")
    return {"vem": who, "dator": socket.gethostname(), "process": os.getpid(), "sedan": since}


def _owner(path: Path) -> dict[str, object]:
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return {}
        with path.open("rb") as file:
            facts = json.loads(file.read(_MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _since(owner: dict[str, object]) -> datetime.datetime | None:
    """Return since when a lock is held; None where its note says no time at which that could have begun."""
    try:
        since = datetime.datetime.fromisoformat(str(owner.get("sedan"))).astimezone(datetime.UTC)
    except (ValueError, OverflowError, OSError):  # no time, or none that a calendar or this system has
        return None
    return since if _EARLIEST < since < _now() + PATIENCE else None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _told(owner: dict[str, object]) -> str:
    """Return who holds a lock and since when, as words."""
    if not owner:
        return "någon annan"
    since = _since(owner)
    when = f" sedan {since.astimezone():%Y-%m-%d %H:%M}" if since else ""
    who, machine, process = (visible(str(owner.get(key))) for key in ("vem", "dator", "process"))
    return f"{who} på {machine} (process {process}){when}"
