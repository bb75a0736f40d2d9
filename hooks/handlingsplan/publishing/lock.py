"""One at a time in a folder: a lock for this machine, and a note of who holds it for those that it does not reach."""

from __future__ import annotations

import contextlib
import datetime
import getpass
import json
import os
import socket
from typing import TYPE_CHECKING

from ..plan.faults import Fault
from .disk import write
from .refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".las"
OWNER = ".las.json"
PATIENCE = datetime.timedelta(minutes=30)
"""How long another machine may be publishing before it is taken for dead: its lock may not reach us."""


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
        if elsewhere and since and datetime.datetime.now(datetime.UTC) - since < PATIENCE:
            raise Refused(_busy(folder, before))
        write(note, json.dumps(me, ensure_ascii=False))
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
    since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {"vem": who, "dator": socket.gethostname(), "process": os.getpid(), "sedan": since}


def _owner(path: Path) -> dict[str, object]:
    try:
        facts = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _since(owner: dict[str, object]) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(str(owner.get("sedan"))).astimezone(datetime.UTC)
    except ValueError:
        return None


def _told(owner: dict[str, object]) -> str:
    """Return who holds a lock and since when, as words."""
    if not owner:
        return "någon annan"
    since = _since(owner)
    when = f" sedan {since.astimezone():%Y-%m-%d %H:%M}" if since else ""
    return f"{owner.get('vem')} på {owner.get('dator')} (process {owner.get('process')}){when}"
