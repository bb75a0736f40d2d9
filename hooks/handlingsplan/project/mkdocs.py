"""MkDocs, run on one site in a process of its own, and its log in Swedish."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..text.decoding import line_and_column
from ..text.faults import Fault
from . import day
from .system import unwritable

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from .site import Site

PATIENCE = 600
"""Seconds that one site may take: past what any real site needs, so that nobody waits for a text that has no end."""
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
    from .sources import address  # only a build that failed needs it

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
