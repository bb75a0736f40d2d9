"""Build every site in a process of its own, check it, and only then put all of them in ``site/`` at once."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..kept import forget
from ..plan.words import Audience
from ..project import day, manifest
from ..project.sites import TARGET, WORK, linked, sites
from ..text.decoding import line_and_column
from ..text.faults import Fault
from . import servers

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Sequence

    from ..project.sites import Site
    from ..project.targets import Served

COPIES = f"{WORK}/last"
"""Where the checks keep what PDFs hold. Names in the scratch folder are ASCII, which every system is set up for."""
PATIENCE = 600
"""Seconds that one site may take: past what any real site needs, so that nobody waits for a text that has no end."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: the sites that now stand in ``site/``, or why none of them does."""

    sites: tuple[Site, ...]
    faults: tuple[Fault, ...]


def silent(_: str) -> None:
    """Show nothing of what is going on."""


def build(root: Path, today: datetime.date, on_progress: Callable[[str], None] = silent) -> Built:
    """Build all sites of a project into ``site/``. What stood there stays until every site is whole.

    Args:
        root: the project folder.
        today: the day that schedules and ages are compared with.
        on_progress: called with each step as it begins.

    """
    from filelock import FileLock, Timeout  # only a build needs it

    if faults := linked(root):
        return Built((), tuple(faults))
    work, target = root / WORK, root / TARGET
    places: dict[str, Served] = {}

    def meanwhile(found: Sequence[Site]) -> None:
        from ..project.targets import read_places  # which needs this module's names

        places.update(read_places(root, found))
        servers.templates()

    try:
        work.mkdir(exist_ok=True)
        with FileLock(work / "las", timeout=0), own_folder(work, "ny") as scratch:
            repair(work, target)
            turned = _turned(root, target)
            built = Built((), tuple(turned)) if turned else make(root, scratch, today, meanwhile, on_progress)
            if not built.faults:
                servers.write(scratch, built.sites, places)
                switch(scratch, target, work / "gammal")
            return built
    except Timeout:
        return Built((), (Fault(TARGET, 0, 0, "ett annat bygge pågår", "vänta tills det är klart"),))
    except OSError as error:
        return Built((), (unwritable(error),))


@contextlib.contextmanager
def own_folder(work: Path, name: str) -> Iterator[Path]:
    """Yield a scratch folder that no other run writes in, to be made, and remove those of runs that were killed."""
    from filelock import FileLock, Timeout

    work.mkdir(exist_ok=True)
    for left in {path.with_suffix("") for path in work.glob(f"{name}-*")}:
        # A run's lock is free as soon as its process is gone, however it went.
        with contextlib.suppress(Timeout, OSError), FileLock(left.with_suffix(".las"), timeout=0):
            _clear(left)
    folder = work / f"{name}-{secrets.token_hex(4)}"
    with FileLock(folder.with_suffix(".las"), timeout=0):
        try:
            yield folder
        finally:
            _clear(folder)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # Windows removes it when it is released
        folder.with_suffix(".las").unlink()


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
}


def reason(error: OSError) -> str:
    """Return why the operating system refused, in Swedish; it says so itself in English or in the user's language."""
    return _REASONS.get(error.errno or 0, f"fel {error.errno}")


def unwritable(error: OSError) -> Fault:
    """Return the fault that a folder cannot be written."""
    what = f"mappen går inte att skriva i ({reason(error)})"
    return Fault(str(error.filename or TARGET), 0, 0, what, "kontrollera behörighet, ledigt utrymme och öppna filer")


def make(
    root: Path,
    folder: Path,
    today: datetime.date,
    meanwhile: Callable[[Sequence[Site]], None] | None = None,
    on_progress: Callable[[str], None] = silent,
) -> Built:
    """Build all sites of a project below a folder, side by side, and look the public ones through.

    Args:
        root: the project folder.
        folder: where the sites are put. The preview and the build share this; neither shows it before it is whole.
        today: the day that schedules and ages are compared with.
        meanwhile: what else to do while the sites are being built, besides getting ready to look them through.
        on_progress: called with each step as it begins.

    """
    found, faults = sites(root)
    if faults:
        return Built((), tuple(faults))
    started = time.time()
    # The public ones first: they are looked through while the intranet is still being built.
    builders = [Builder(site, folder / site.name, today) for site in reversed(found)]
    on_progress(f"Bygger {' och '.join(site.name for site in found)} …")
    try:
        from ..check.review import Review  # while they work, as all that is not needed to start them

        review = Review(root, found, today, copies=root / COPIES)
        if meanwhile:
            meanwhile(found)
        for number, builder in enumerate(builders):
            site = builder.site
            if number and builder.process.poll() is None:
                on_progress(f"Väntar på {site.name} …")
            failures = builder.outcome(root / WORK)
            if not failures and site.audience is Audience.EXTERNAL:
                on_progress(f"Granskar {site.name} …")
                failures = review.faults(folder / site.name, site.name)
            faults += failures
    finally:
        for builder in builders:
            builder.end()
    forget(root / COPIES, started)
    return Built((), tuple(dict.fromkeys(faults))) if faults else Built(tuple(found), ())


def _turned(root: Path, target: Path) -> list[Fault]:
    """Return which sites have changed audience: with one word wrong, the intranet would land where the public reads."""
    found, faults = sites(root)
    turned = []
    for site in found:
        known = manifest.read(target / site.name)
        if known and known.audience is not site.audience:
            what = f"audience är {site.audience.value}, men {site.name} var {known.audience.value} i förra bygget"
            remedy = f"ändra tillbaka; är det meningen, ta först bort mappen {TARGET}/{site.name}"
            turned.append(Fault(site.config.name, 0, 0, what, remedy))
    return faults + turned if turned else []


_MKDOCS = """
import os, threading
threading.Thread(target=lambda: os.read(0, 1) or os._exit(1), daemon=True).start()
from mkdocs.__main__ import cli
cli()
"""
"""MkDocs, ended as soon as nobody holds the other end of its standard input: on every system, however that one went."""


class Builder:
    """A process that builds one site."""

    def __init__(self, site: Site, folder: Path, today: datetime.date) -> None:
        """Start MkDocs. Never with ``-q`` or ``-v``: they switch its strict checks off."""
        self.site = site
        self.until = time.monotonic() + PATIENCE
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  # ``end`` closes it
        command = [sys.executable, "-c", _MKDOCS, "build", "--strict", "-f", str(site.config), "-d", str(folder)]
        self.process = subprocess.Popen(  # our own interpreter, no shell
            command,
            cwd=site.config.parent,
            env=day.environment(today) | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )

    def end(self) -> None:
        """End the process, if it has not ended."""
        self.process.kill()
        self.process.communicate()
        self.log.close()

    def outcome(self, work: Path) -> list[Fault]:
        """Wait for the site and return why it failed; nothing if it did not."""
        site = self.site
        try:
            code = self.process.wait(max(0, self.until - time.monotonic()))
        except subprocess.TimeoutExpired:
            what = f"bygget tog mer än {PATIENCE // 60} minuter och avbröts"
            return [
                Fault(site.name, 0, 0, what, "ta bort det som senast lades till i texterna, eller dela långa sidor")
            ]
        if code == 0:
            return []
        self.log.seek(0)
        log = self.log.read().decode(errors="replace").replace("\r\n", "\n")
        faults = list(_told(site, log))
        if not faults and (refused := _REFUSED.search(log)):
            faults.append(unwritable(OSError(int(refused[1]), "", str(work))))
        if not faults:
            file = work / f"{site.name.replace('/', '-')}.log"
            file.write_text(log, encoding="utf-8")
            what = "bygget stannade av ett fel i programmet"
            faults.append(Fault(site.name, 0, 0, what, f"visa filen {file} för den som sköter programmet"))
        return faults


_REFUSED = re.compile(rf"^OSError: \[Errno ({errno.ENOSPC}|{errno.EROFS})\]", re.MULTILINE)
"""The disk gave out within MkDocs' process, and not where this one would have met it."""

# A remedy has no dash of this kind, so the last one in a line stands before it.
_OURS = re.compile(r"(?P<file>[^\s:][^:]*?)(?::(?P<line>\d+):(?P<column>\d+))?: (?P<what>.+) – (?P<remedy>.+)")
_ENTRY = re.compile(r"^(INFO|WARNING|ERROR|Error)\s*[-:] +", re.MULTILINE)
_LINK = re.compile(r"Doc file '(?P<doc>[^']+)' contains .*?link '(?P<link>[^'#]*(?:#(?P<anchor>[^']*))?)'")
_TEMPLATE = re.compile(r'  File "(?P<file>.*overrides.*)", line (?P<line>\d+)')


def _told(site: Site, log: str) -> Iterator[Fault]:
    """Yield the faults in MkDocs' log: our own as they are, its warnings in Swedish."""
    from ..project.sources import address  # only a build that failed needs it

    crashed = "Traceback (most recent call last)" in log
    # A link to a missing anchor is told of by MkDocs, with its source, and by our own check of what was built.
    twice = {
        (f"{site.name}/{address(link['doc'])}", f"#{link['anchor']}”")
        for link in _LINK.finditer(log)
        if link["anchor"] is not None
    }
    for level, text in zip(*[iter(["", *_ENTRY.split(log)])] * 2, strict=True):
        if level == "WARNING" or text.startswith("Config value"):
            yield from _in_swedish(site, text.strip())
            continue
        for match in map(_OURS.fullmatch, text.splitlines() if not crashed else ()):
            if match and not any(match["file"] == page and anchor in match["what"] for page, anchor in twice):
                place = int(match["line"] or 0), int(match["column"] or 0)
                yield Fault(match["file"], *place, match["what"], match["remedy"])
    if crashed and (places := [*_TEMPLATE.finditer(log)]):
        file = Path(places[-1]["file"]).name
        why = log.strip().splitlines()[-1].partition(": ")[2]
        what = f"mallen går inte att läsa ({why})"
        yield Fault(f"overrides/{file}", int(places[-1]["line"]), 1, what, "rätta mallen")


def _in_swedish(site: Site, text: str) -> Iterator[Fault]:
    """Yield a warning of MkDocs as faults. Most are caught by our own checks before MkDocs sees them."""
    config = site.config.name
    docs = Path(os.path.relpath(site.docs, site.config.parent)).as_posix()
    if match := re.match(r"Config value '(\w+)'", text):
        what = f"inställningen ”{match[1]}” går inte att använda"
        yield site.settings.fault((match[1],), what, "jämför med den medföljande filen")
    elif match := _LINK.match(text):
        why = "målet finns inte" if match["anchor"] is None else "ankaret finns inte på sidan"
        place = _place(site.docs / match["doc"], match["link"])
        yield Fault(f"{docs}/{match['doc']}", *place, f"länken ”{match['link']}”: {why}", "rätta länken")
    else:
        yield Fault(config, 0, 0, f"MkDocs varnar: {text.splitlines()[0]}", "se MkDocs dokumentation")


def _place(file: Path, link: str) -> tuple[int, int]:
    """Return where a page of prose has a link first; 0 and 0 where that cannot be told."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return 0, 0
    found = re.search(rf"(?:(?<=\]\()|(?<=\]: ))<?{re.escape(link)}(?=[\s)>]|$)", text)
    return line_and_column(text, found.start()) if found else (0, 0)


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
