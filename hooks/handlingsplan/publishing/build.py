"""Build every site in a process of its own, check it, and only then put all of them in ``site/`` at once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..plan.faults import Fault
from . import day
from .sites import sites

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from .sites import Site

WORK = ".bygg"
"""Scratch folder beside ``site/``: on the same disk, so that a folder can be renamed into place."""
TARGET = "site"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: the sites that now stand in ``site/``, or why none of them does."""

    sites: tuple[Site, ...]
    faults: tuple[Fault, ...]


def build(root: Path, today: datetime.date) -> Built:
    """Build all sites of a project into ``site/``. What stood there stays until every site is whole.

    Args:
        root: the project folder.
        today: the day that schedules and ages are compared with.

    """
    from filelock import FileLock, Timeout  # only a build needs it

    work, target = root / WORK, root / TARGET
    try:
        work.mkdir(exist_ok=True)
        with FileLock(work / "lås", timeout=0):
            repair(work, target)
            scratch = work / "ny"
            shutil.rmtree(scratch, ignore_errors=True)
            built = make(root, scratch, today)
            if not built.faults:
                switch(scratch, target, work / "gammal")
            return built
    except Timeout:
        return Built((), (Fault(TARGET, 0, 0, "ett annat bygge pågår", "vänta tills det är klart"),))
    except OSError as error:
        where = error.filename or TARGET
        what = f"mappen går inte att skriva i ({error.strerror})"
        return Built((), (Fault(str(where), 0, 0, what, "kontrollera behörighet, ledigt utrymme och öppna filer"),))


def make(root: Path, folder: Path, today: datetime.date) -> Built:
    """Build all sites of a project below a folder, side by side; the preview and the build share it."""
    found, faults = sites(root)
    if faults:
        return Built((), tuple(faults))
    processes = [start(site, folder / site.name, today) for site in found]
    for site, process in zip(found, processes, strict=True):
        faults += outcome(site, process, root / WORK)
    return Built((), tuple(dict.fromkeys(faults))) if faults else Built(tuple(found), ())


def start(site: Site, folder: Path, today: datetime.date) -> subprocess.Popen[str]:
    """Start MkDocs on one site. Never with ``-q`` or ``-v``: they switch its strict checks off."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(site.config), "-d", str(folder)]
    environment = day.environment(today) | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    return subprocess.Popen(  # our own interpreter, no shell
        command,
        cwd=site.config.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def outcome(site: Site, process: subprocess.Popen[str], work: Path) -> list[Fault]:
    """Wait for a site and return why it failed; nothing if it did not."""
    _, log = process.communicate()
    if process.returncode == 0:
        return []
    faults = list(_told(site, log))
    if not faults:
        file = work / f"{site.name.replace('/', '-')}.log"
        file.write_text(log, encoding="utf-8")
        what = "bygget stannade av ett fel i programmet"
        faults.append(Fault(site.name, 0, 0, what, f"visa filen {file} för den som sköter programmet"))
    return faults


# A remedy has no dash of this kind, so the last one in a line stands before it.
_OURS = re.compile(r"(?P<file>[^\s:][^:]*?)(?::(?P<line>\d+):(?P<column>\d+))?: (?P<what>.+) – (?P<remedy>.+)")
_WARNING = re.compile(r"WARNING -\s+(?P<text>.*)")
_TEMPLATE = re.compile(r'  File "(?P<file>.*overrides.*)", line (?P<line>\d+)')


def _told(site: Site, log: str) -> Iterator[Fault]:
    """Yield the faults in MkDocs' log: our own as they are, its warnings in Swedish."""
    crashed = "Traceback (most recent call last)" in log
    for raw in log.splitlines():
        line = re.sub(r"^(ERROR|Error)\s*[-:]\s+", "", raw).strip()
        if warning := _WARNING.match(raw):
            yield _in_swedish(site, warning["text"])
        elif not crashed and (match := _OURS.fullmatch(line)):
            place = int(match["line"] or 0), int(match["column"] or 0)
            yield Fault(match["file"], *place, match["what"], match["remedy"])
    if crashed and (places := [*_TEMPLATE.finditer(log)]):
        file = Path(places[-1]["file"]).name
        reason = log.strip().splitlines()[-1].partition(": ")[2]
        what = f"mallen går inte att läsa ({reason})"
        yield Fault(f"overrides/{file}", int(places[-1]["line"]), 1, what, "rätta mallen")


def _in_swedish(site: Site, text: str) -> Fault:
    """Return a warning of MkDocs as a fault. Most are caught by our own checks before MkDocs sees them."""
    docs = site.docs.relative_to(site.config.parent).as_posix()
    file = f"{docs}/{match[1]}" if (match := re.search(r"Doc file '([^']+)'", text)) else site.config.name
    quoted = re.findall(r"'([^']*)'", text)
    if "link" in text and len(quoted) > 1:
        reason = "ankaret finns inte på sidan" if "anchor" in text else "målet finns inte"
        return Fault(file, 0, 0, f"länken ”{quoted[1]}”: {reason}", "rätta länken")
    if "nav" in text and quoted:
        return Fault(site.config.name, 0, 0, f"menyn pekar på ”{quoted[0]}”, som inte finns", "rätta nav")
    return Fault(site.config.name, 0, 0, f"MkDocs varnar: {text}", "se MkDocs dokumentation")


def switch(new: Path, target: Path, old: Path) -> None:
    """Put a new tree in the target's place. Stopped midway, ``repair`` puts things right at the next start."""
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.rename(target, old)  # noqa: PTH104  # fails where Path.replace would overwrite
    os.rename(new, target)  # noqa: PTH104
    shutil.rmtree(old, ignore_errors=True)


def repair(work: Path, target: Path) -> None:
    """Undo a switch that was stopped between its two renames."""
    old = work / "gammal"
    if old.exists() and not target.exists():
        os.rename(old, target)  # noqa: PTH104
