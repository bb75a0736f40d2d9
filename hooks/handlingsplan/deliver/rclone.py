"""rclone, as this program runs it: what may be asked of a remote, until when it is waited for, and why it failed.

rclone's own configuration holds addresses and passwords. Its messages can hold them too, so they are never shown: a
known reason is told in our words, and for the rest the person is told which command shows it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..project import manifest
from ..text.faults import Fault, did_you_mean
from .refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..project.manifest import Manifest

REMOTE = re.compile(r"[\w.+@][\w.+@ -]+:(?!//)[^\x00\n]*")
"""A remote of rclone's by its name. What rclone also takes, an address with its password in it, is refused."""

SILENCE = 15
"""Seconds that a connection may be silent. rclone then asks again."""
STILL = 20
"""Seconds that nothing may move, however much is left. rclone itself would try each file again, two seconds apart: on a
line that is broken for good that is minutes for ten files, and hours for a site."""
FAILED = 3
"""The same, once a file has failed for good."""
HICCUP = 10
"""Seconds that a line which has answered may fail, before it is held to be broken."""
PAUSE = 2
"""Seconds between the tries."""

_FLAGS = (
    *(f"--contimeout={SILENCE}s", f"--timeout={SILENCE}s", "--retries=1", "--low-level-retries=3"),
    *("--ask-password=false", "--transfers=8", "--checkers=8", "--log-level=NOTICE", "--use-json-log"),
    *("--stats=1s", "--stats-log-level=NOTICE", "--stats-one-line"),
)
_MOVED = ("bytes", "transfers", "checks", "deletes", "deletedDirs", "renames", "listed")
"""What of rclone's counts shows that something moves."""
_NOT_THERE = 3
"""rclone's exit code for a folder that does not exist."""


class Remote:
    """A folder that rclone reaches."""

    def __init__(self, name: str) -> None:
        """Ask rclone what the remote can do. Raises ``Refused`` where that is nothing, or too little."""
        if not REMOTE.fullmatch(name):
            # It may hold a password, so it is not repeated.
            what = "målet är inte ett namn ur rclone config"
            remedy = "skriv mål: namn:mapp, som namnet står i rclone config"
            raise Refused(Fault("publicering.yaml", 0, 0, what, remedy))
        self.name = name
        self.answered = False
        facts: dict[str, Any] = json.loads(self._run("backend", "features", name))
        features = facts["Features"]
        writes_whole = not features["Move"]
        """Object stores cannot rename, and never show a file before it is whole."""
        self.staged = not writes_whole and (
            bool(features.get("PartialUploads")) or str(facts["String"]).startswith("webdav ")
        )
        if not writes_whole and "PartialUploads" not in features:
            what = "den här versionen av rclone kan lämna en halv sida efter ett avbrott"
            raise Refused(Fault(name, 0, 0, what, "installera rclone 1.63 eller senare från rclone.org/downloads"))
        self.headers = bool(features["WriteMimeType"])
        self.folders = bool(features["CanHaveEmptyDirectories"])

    def manifest(self, path: str) -> Manifest | None:
        """Return a manifest there; None where there is none, or none of ours."""
        return manifest.parse(self.read("", path))

    def read(self, where: str, path: str) -> bytes:
        """Return a file's bytes; none where it does not exist."""
        return self._run("cat", self._at(where), names=[path], absent=True)

    def top(self) -> set[str]:
        """Return what lies nearest below, folders with a slash at the end."""
        return set(self._run("lsf", self.name, absent=True).decode().splitlines())

    def hashes(self, where: str, paths: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of those of the files that are there, by reading them: few backends have it, some lie."""
        asked = ("hashsum", "sha256", "--download", self._at(where))
        lines = self._run(*asked, names=paths, absent=True).decode()
        return {path: sha for sha, path in re.findall(r"^([0-9a-f]{64})  (.+)$", lines, re.MULTILINE)}

    def copy(self, folder: Path, where: str, paths: Iterable[str], headers: Iterable[str]) -> None:
        """Send files, also where a file of the same size and time is there; what arrived is read back later."""
        more = ("--ignore-times", "--ignore-size", "--ignore-checksum")
        self._run("copy", str(folder), self._at(where), *more, *_upload(headers), names=paths)

    def write(self, path: str, data: bytes, headers: Iterable[str]) -> None:
        """Send bytes as a file, in one piece however many they are."""
        self._run("rcat", self._at(path), "--streaming-upload-cutoff=64M", *_upload(headers), given=data)

    def move(self, start: str, end: str, paths: Iterable[str]) -> None:
        """Rename files over those that are there. Without the flag rclone would first delete what is in the way."""
        self._run("move", self._at(start), self._at(end), "--no-check-dest", names=paths)

    def delete(self, paths: Iterable[str], folders: Iterable[str]) -> None:
        """Delete files, and the folders that became empty; where a page was, none may be listed."""
        if paths := list(paths):
            self._run("delete", self.name, names=paths, absent=True)
        outermost = sorted(folders) if self.folders else []
        for folder in outermost:
            if not any(folder.startswith(f"{other}/") for other in outermost):
                self._run("rmdirs", self._at(folder), absent=True)

    def purge(self, folder: str) -> None:
        """Delete a folder and all that is in it."""
        self._run("purge", self._at(folder), absent=True)

    def _at(self, folder: str) -> str:
        if not folder or self.name.endswith((":", "/")):
            return f"{self.name}{folder}"
        return f"{self.name}/{folder}"

    def _run(
        self, *arguments: str, names: Iterable[str] | None = None, given: bytes = b"", absent: bool = False
    ) -> bytes:
        """Run rclone, and again for a while where the line breaks. Each command can be given again, half done or whole.

        Args:
            arguments: the command and what it is about.
            names: the only files that it is about.
            given: what it reads.
            absent: whether it is fine that the folder does not exist.

        """
        program = shutil.which("rclone")
        if program is None:
            what = "programmet rclone finns inte på den här datorn"
            raise Refused(Fault(self.name, 0, 0, what, "installera det från rclone.org/downloads"))
        command = [program, *arguments, *_FLAGS]
        if names is not None:
            command.append("--files-from-raw=-")
            given = "".join(f"{name}\n" for name in names).encode()
        broken: float | None = None
        while True:
            code, answer, said = self._watched(command, given)
            if not code or (absent and code == _NOT_THERE):
                # The first command asks rclone, and most servers nothing.
                self.answered = self.answered or arguments[0] != "backend"
                return answer
            fault = self._fault(said)
            now = time.monotonic()
            broken = broken or now
            if not self.answered or fault.remedy != _AGAIN or now + PAUSE - broken > HICCUP:
                raise Refused(fault)
            time.sleep(PAUSE)

    def _watched(self, command: list[str], given: bytes) -> tuple[int, bytes, str]:
        """Run rclone, and end it when nothing moves. Return its exit code, what it answered, and its messages."""
        with tempfile.TemporaryDirectory() as own:
            log = Path(own) / "log"
            with (
                log.open("wb") as said,
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said) as process,
            ):
                rest: bytes | None = given
                most, since = dict.fromkeys(_MOVED, 0), time.monotonic()
                try:
                    while True:
                        try:
                            answer, _ = process.communicate(rest, timeout=1)
                            break
                        except subprocess.TimeoutExpired:
                            rest = None
                        now, (_, counts) = time.monotonic(), _log(log)
                        now_most = {kind: max(counts.get(kind, 0), number) for kind, number in most.items()}
                        if now_most != most:
                            most, since = now_most, now
                        elif counts.get("errors") and now - since > FAILED:
                            process.kill()
                        elif not counts.get("errors") and now - since > STILL:
                            raise Refused(Fault(self.name, 0, 0, "servern svarar inte", _AGAIN))
                finally:
                    process.kill()
            return process.returncode, answer, _log(log)[0]

    def _fault(self, said: str) -> Fault:
        """Return why rclone failed. What it said itself may hold addresses and passwords, and is not shown."""
        name = self.name.partition(":")[0]
        if "didn't find section in config file" in said:
            known = [line.rstrip(":") for line in self._run("listremotes").decode(errors="replace").splitlines()]
            remedy = did_you_mean(name, known, label="Finns") if known else "skapa det med rclone config"
            return Fault(self.name, 0, 0, f"rclone känner inget mål som heter ”{name}”", remedy)
        for pattern, what, remedy in _REASONS:
            if re.search(pattern, said, re.IGNORECASE):
                return Fault(self.name, 0, 0, what, remedy)
        what = "rclone kunde inte göra det som behövs"
        return Fault(self.name, 0, 0, what, f"kör ”rclone lsd {name}:” i ett terminalfönster och läs varför")


def _log(file: Path) -> tuple[str, Mapping[str, Any]]:
    """Return rclone's messages and its latest counts."""
    messages: list[str] = []
    counts: Mapping[str, Any] = {}
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            facts = json.loads(line)
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            messages.append(line)  # what it says before it knows how to say it, or the line that it is writing now
        elif "stats" in facts:
            counts = facts["stats"]
        else:
            messages.append(str(facts.get("msg")))
    return "\n".join(messages), counts


def _upload(headers: Iterable[str]) -> list[str]:
    return [f"--header-upload={header}" for header in headers]


_AGAIN = "kontrollera nätet och att servern är igång, och publicera igen"
_REASONS = (
    (r"x509|certificate", "serverns certifikat går inte att lita på", "be den som sköter servern att rätta det"),
    (r"knownhosts: |key mismatch", "servern är inte den som rclone känner igen", "fråga den som sköter servern först"),
    (r"no such host|connection refused|unreachable|no route", "servern går inte att nå", _AGAIN),
    (r"timeout|timed out|deadline", "servern svarar inte", _AGAIN),
    (
        r"\b40[13]\b|denied|forbidden|unauthori[sz]ed|unable to auth|signaturedoes|invalidaccess|invalid_grant",
        "servern släpper inte in den här datorn, eller låter den inte skriva",
        "kontrollera användare, nyckel och rättigheter i rclone config och hos den som sköter servern",
    ),
    (r"\b507\b|no space|quota|insufficient storage", "utrymmet är slut", "be den som sköter servern om mer"),
    (
        r"config file|decrypt",
        "rclones inställningar går inte att läsa",
        "kör rclone config; är de låsta med lösenord ska RCLONE_CONFIG_PASS finnas",
    ),
    (r"connection (reset|broken|lost)|broken pipe|\beof\b|closed", "förbindelsen bröts", _AGAIN),
)
"""What rclone and the servers say, as patterns, and what it means."""
