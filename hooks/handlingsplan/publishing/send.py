"""Send a site to another machine through rclone: object stores, SFTP, WebDAV, SharePoint and what else it reaches.

Knows rclone and nothing of prompts; ``publish`` calls it. What an object store can promise, and what it cannot:

- Each file is whole. Where an upload that is cut would leave half a file (SFTP, WebDAV), the files are laid in a folder
  beside the site, read back and then renamed into place; rclone does that without a gap from 1.63 on, so an older one
  is refused there. Object stores replace a file whole by themselves, with any rclone.
- Pages are switched one by one: files with a hash in their name first, the others then, the pages last. For
  seconds, or until the next run after a cut, some pages are new while others are old, each with the assets it needs.
- ``manifest.json`` is the pointer: it names the new version only when every file of it has been read back and is right.
  What no longer belongs is removed after that, and only what was ever sent from here.
- ``.handlingsplan/manifest.json`` on the remote is the journal: while it is there a run has begun and not ended, and it
  names all that may lie there. So the next run, from any machine, knows that the folder is ours and what to remove.

Two machines that send at once are not kept apart: none of these stores has a lock.

rclone's own configuration holds addresses and passwords. Its messages can hold them too, so they are never shown: a
known reason is told in our words, and for the rest the person is told which command shows it.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tempfile
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..plan.faults import Fault, did_you_mean
from ..plan.words import Audience
from ..safety import manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..safety.manifest import Manifest

ASIDE = ".handlingsplan"
"""The folder on the remote that is there only while something is being sent."""
JOURNAL = f"{ASIDE}/{manifest.NAME}"
STAGE = f"{ASIDE}/ny"
"""Where files wait until they are renamed into place."""

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

_OFFICE = (".docx", ".xlsx", ".pptx")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did."""

    files: int = 0
    """How many files were sent, the manifest not counted."""
    removed: int = 0
    faults: tuple[Fault, ...] = ()
    """Why the remote does not show the new version. Run again: what is there already is not sent once more."""


class _Stopped(Exception):  # noqa: N818  # not an error of the program: the faults that it carries are for the person
    """Nothing more can be done; the faults say why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults


def remote_manifest(remote: str) -> Manifest | Fault | None:
    """Return what a remote holds.

    Args:
        remote: a remote of rclone's and a folder there: ``timra:webb``.

    Returns:
        Its manifest; one without files where a run was cut, so that nothing whole is there. None where nothing is. A
        fault where files lie that are not ours, and where nothing can be known.

    """
    try:
        place = _Remote(remote)
        begun = place.manifest(JOURNAL)
        found = begun or place.manifest(manifest.NAME)
        others = set() if found else place.top() - {f"{ASIDE}/"}
    except _Stopped as stopped:
        return stopped.faults[0]
    if others:
        what = "där ligger filer som inte kommer härifrån"
        return Fault(remote, 0, 0, what, "ange en tom mapp; webbplatsen behöver en egen")
    return replace(begun, files={}, kept={}) if begun else found


def send(folder: Path, remote: str, before: Manifest | None, say: Callable[[str], None] = lambda _: None) -> Sent:
    """Send a site so that the remote holds exactly it, and read it back. Where nothing differs, nothing is sent.

    Args:
        folder: a whole site that has been checked; its manifest names every file. Precompressed copies are not sent: an
            object store would show them as they are, and a web server on the other side makes its own.
        remote: a remote of rclone's and a folder there: ``timra:webb``.
        before: what ``remote_manifest`` returned.
        say: is told what is going on, a line at a time.

    """
    whole = manifest.read(folder)
    if whole is None:
        return Sent(faults=tuple(manifest.verify(folder)))
    files = _uncompressed(whole.files)
    site = replace(whole, files=files, kept={path: whole.kept[path] for path in whole.kept.keys() & files.keys()})
    try:
        with tempfile.TemporaryDirectory() as own:
            return _Sending(folder, Path(own), _Remote(remote), site, before, say).run()
    except _Stopped as stopped:
        return Sent(faults=stopped.faults)


def withdraw(remote: str, site: Manifest) -> tuple[Fault, ...]:
    """Remove a site from a remote: its pages first, its manifest last; return why that could not be done."""
    try:
        place = _Remote(remote)
        for group in reversed(_in_order(site.files)):
            place.delete(group, ())
        place.delete([manifest.NAME], _folders(site.files))
        if f"{ASIDE}/" in place.top():
            place.purge(ASIDE)
    except _Stopped as stopped:
        return stopped.faults
    return ()


def _uncompressed(files: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is a compressed copy of another file."""
    return {
        path: sha
        for path, sha in files.items()
        if not (path.endswith(manifest.COMPRESSED) and path.rpartition(".")[0] in files)
    }


@dataclass(frozen=True, slots=True)
class _Sending:
    """One run, in the order that keeps its promises."""

    folder: Path
    own: Path
    """A scratch folder for the manifests that are sent."""
    place: _Remote
    site: Manifest
    before: Manifest | None
    say: Callable[[str], None]

    def run(self) -> Sent:
        place, site = self.place, self.site
        begun = place.manifest(JOURNAL)
        self.say(f"Läser vad som finns på {place.name} …")
        differs = self.wrong("", site.files)
        if not differs and not begun and self.before == site:
            return Sent()
        known = dict(site.files)
        for earlier in (begun, self.before):
            known |= earlier.files if earlier else {}  # the journal names what was there before the run that was cut
        self.put(replace(site, files=known), JOURNAL)
        if differs:
            self.say(f"Skickar {len(differs)} av {len(site.files)} filer …")
        if place.staged:
            self.upload(differs, STAGE)
            self.check(STAGE, differs)
        for group in _in_order(differs):
            if place.staged:
                place.move(STAGE, "", group)
            else:
                self.upload(group, "")
            self.check("", group)
        self.put(site, manifest.NAME)
        if place.manifest(manifest.NAME) != site:
            raise _Stopped(self.altered(manifest.NAME))
        gone = sorted(known.keys() - site.files.keys())
        place.delete(gone, _folders(gone) - _folders(site.files))
        place.purge(ASIDE)
        return Sent(len(differs), len(gone))

    def upload(self, paths: Iterable[str], where: str, start: Path | None = None) -> None:
        """Copy files, of the site unless said otherwise, each kind with its own headers where the remote keeps them."""
        for (media, kept), group in itertools.groupby(sorted(paths, key=self.headers), self.headers):
            headers = (f"Content-Type: {media}", f"Cache-Control: {kept}") if media else ()
            self.place.copy(start or self.folder, where, list(group), headers)

    def headers(self, path: str) -> tuple[str, str]:
        """Return a file's media type and how long it is kept; nothing where the remote keeps no such facts."""
        from .servers import BINARY, FOREVER, REVALIDATE, TEXT

        if not self.place.headers:
            return "", ""
        ending = path.rpartition(".")[2].lower()
        media = f"{TEXT[ending]}; charset=utf-8" if ending in TEXT else BINARY.get(ending, "application/octet-stream")
        private = "private, " if self.site.audience is Audience.INTERNAL else ""
        return media, private + (FOREVER if _hashed(path) else REVALIDATE)

    def put(self, facts: Manifest, path: str) -> None:
        """Write a manifest on the remote, whole."""
        file = self.own / path
        file.parent.mkdir(exist_ok=True)
        facts.write(file.parent)
        self.upload([path], STAGE if self.place.staged else "", self.own)
        if self.place.staged:
            self.place.move(STAGE, "", [path])

    def check(self, where: str, paths: Iterable[str]) -> None:
        """Read files back; go no further where one is not what was sent."""
        if wrong := self.wrong(where, paths):
            raise _Stopped(*map(self.altered, wrong))

    def wrong(self, where: str, paths: Iterable[str]) -> list[str]:
        """Return which of the files the remote does not hold as they are here."""
        paths = list(paths)
        held = self.place.hashes(where, paths)
        return [path for path in paths if held.get(path) != self.site.files[path] and not self.same(where, path, held)]

    def same(self, where: str, path: str, held: Mapping[str, str]) -> bool:
        """Tell whether a file differs only as SharePoint makes it differ, which writes its own facts into documents."""
        if path not in held or not path.endswith(_OFFICE):
            return False
        theirs = self.own / "document"
        theirs.write_bytes(self.place.read(where, path))
        return same_document(self.folder / path, theirs)

    def altered(self, path: str) -> Fault:
        what = "filen blev inte likadan på andra sidan"
        remedy = "publicera igen; händer det varje gång ändrar servern filerna, och då behövs en annan"
        return Fault(f"{self.place.name.rstrip('/')}/{path}", 0, 0, what, remedy)


def same_document(one: Path, other: Path) -> bool:
    """Tell whether two Office documents have the same content, whatever is written about them."""
    try:
        with zipfile.ZipFile(one) as ours, zipfile.ZipFile(other) as theirs:
            return theirs.testzip() is None and _parts(ours) == _parts(theirs)
    except (OSError, zipfile.BadZipFile):
        return False


def _parts(document: zipfile.ZipFile) -> dict[str, int]:
    """Return the checksums of what readers see: text, sheets, slides and pictures."""
    return {
        part.filename: part.CRC
        for part in document.infolist()
        if part.filename.startswith(("word/", "xl/", "ppt/")) and not part.filename.endswith(".rels")
    }


def _in_order(paths: Iterable[str]) -> list[list[str]]:
    """Return files in the groups that they are switched in: a page never comes before what it needs."""
    groups: tuple[list[str], ...] = ([], [], [])
    for path in sorted(paths):
        groups[2 if path.endswith(".html") else not _hashed(path)].append(path)
    return [group for group in groups if group]


def _hashed(path: str) -> bool:
    """Tell whether a file's name holds a hash of its content."""
    from .servers import HASHED

    return re.search(f"{HASHED}$", path) is not None


def _folders(paths: Iterable[str]) -> set[str]:
    return {folder.as_posix() for path in paths for folder in PurePosixPath(path).parents} - {"."}


class _Remote:
    """A folder that rclone reaches."""

    def __init__(self, name: str) -> None:
        """Ask rclone what the remote can do. Raises ``_Stopped`` where that is nothing, or too little."""
        if not REMOTE.fullmatch(name):
            # It may hold a password, so it is not repeated.
            what = "målet är inte ett namn ur rclone config"
            raise _Stopped(
                Fault("publicering.yaml", 0, 0, what, "skriv mål: namn:mapp, som namnet står i rclone config")
            )
        self.name = name
        self.answered = False
        facts: dict[str, Any] = json.loads(self._run("backend", "features", name).stdout)
        features = facts["Features"]
        writes_whole = not features["Move"]
        """Object stores cannot rename, and never show a file before it is whole."""
        self.staged = not writes_whole and (
            bool(features.get("PartialUploads")) or str(facts["String"]).startswith("webdav ")
        )
        if not writes_whole and "PartialUploads" not in features:
            what = "den här versionen av rclone kan lämna en halv sida efter ett avbrott"
            raise _Stopped(Fault(name, 0, 0, what, "installera rclone 1.63 eller senare från rclone.org/downloads"))
        self.headers = bool(features["WriteMimeType"])
        self.folders = bool(features["CanHaveEmptyDirectories"])

    def manifest(self, path: str) -> Manifest | None:
        """Return a manifest there; None where there is none, or none of ours."""
        return manifest.parse(self.read("", path))

    def read(self, where: str, path: str) -> bytes:
        """Return a file's bytes; none where it does not exist."""
        return self._run("cat", self._at(where), *_NAMES, names=[path], absent=True).stdout

    def top(self) -> set[str]:
        """Return what lies nearest below, folders with a slash at the end."""
        return set(self._run("lsf", self.name, absent=True).stdout.decode().splitlines())

    def hashes(self, where: str, paths: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of those of the files that are there, by reading them: few backends have it, some lie."""
        asked = ("hashsum", "sha256", "--download", self._at(where), *_NAMES)
        lines = self._run(*asked, names=paths, absent=True).stdout.decode()
        return {path: sha for sha, path in re.findall(r"^([0-9a-f]{64})  (.+)$", lines, re.MULTILINE)}

    def copy(self, folder: Path, where: str, paths: Iterable[str], headers: Iterable[str] = ()) -> None:
        """Send files, also where a file of the same size and time is there; what arrived is read back later."""
        more = ("--ignore-times", "--ignore-size", "--ignore-checksum", *_NAMES)
        told = (f"--header-upload={header}" for header in headers)
        self._run("copy", str(folder), self._at(where), *more, *told, names=paths)

    def move(self, start: str, end: str, paths: Iterable[str]) -> None:
        """Rename files over those that are there. Without the flag rclone would first delete what is in the way."""
        self._run("move", self._at(start), self._at(end), "--no-check-dest", *_NAMES, names=paths)

    def delete(self, paths: Iterable[str], folders: Iterable[str]) -> None:
        """Delete files, and the folders that became empty; where a page was, none may be listed."""
        if paths := list(paths):
            self._run("delete", self.name, *_NAMES, names=paths, absent=True)
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
        self, *arguments: str, names: Iterable[str] = (), absent: bool = False
    ) -> subprocess.CompletedProcess[bytes]:
        """Run rclone, and again for a while where the line breaks. Each command can be given again, half done or whole.

        Args:
            arguments: the command and what it is about.
            names: the files that it is about, with ``_NAMES`` among the arguments.
            absent: whether it is fine that the folder does not exist.

        """
        program = shutil.which("rclone")
        if program is None:
            what = "programmet rclone finns inte på den här datorn"
            raise _Stopped(Fault(self.name, 0, 0, what, "installera det från rclone.org/downloads"))
        given = "".join(f"{name}\n" for name in names).encode()
        broken: float | None = None
        while True:
            done = self._watched([program, *arguments, *_FLAGS], given)
            if not done.returncode or (absent and done.returncode == _NOT_THERE):
                # The first command asks rclone, and most servers nothing.
                self.answered = self.answered or arguments[0] != "backend"
                return done
            fault = _fault(self.name, done.stderr.decode(errors="replace"))
            now = time.monotonic()
            broken = broken or now
            if not self.answered or fault.remedy != _AGAIN or now + PAUSE - broken > HICCUP:
                raise _Stopped(fault)
            time.sleep(PAUSE)

    def _watched(self, command: list[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
        """Run rclone, and end it when nothing moves."""
        with tempfile.TemporaryDirectory() as own:
            log = Path(own) / "log"
            with (
                log.open("wb") as said,
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said) as process,
            ):
                rest: bytes | None = given
                most, since, silent = dict.fromkeys(_MOVED, 0), time.monotonic(), False
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
                        elif now - since > (FAILED if counts.get("errors") else STILL):
                            silent = not counts.get("errors")
                            process.kill()
                except BaseException:
                    process.kill()
                    raise
            if silent:
                raise _Stopped(Fault(self.name, 0, 0, "servern svarar inte", _AGAIN))
            return subprocess.CompletedProcess(command, process.returncode, answer, _log(log)[0].encode())


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


_NAMES = ("--files-from-raw", "-")
"""The files that a command is about, from standard input."""


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


def _fault(remote: str, said: str) -> Fault:
    """Return why rclone failed. What it said itself may hold addresses and passwords, and is not shown."""
    name = remote.partition(":")[0]
    if "didn't find section in config file" in said:
        known = _known()
        remedy = did_you_mean(name, known, label="Finns") if known else "skapa det med rclone config"
        return Fault(remote, 0, 0, f"rclone känner inget mål som heter ”{name}”", remedy)
    for pattern, what, remedy in _REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return Fault(remote, 0, 0, what, remedy)
    what = "rclone kunde inte göra det som behövs"
    return Fault(remote, 0, 0, what, f"kör ”rclone lsd {name}:” i ett terminalfönster och läs varför")


def _known() -> list[str]:
    """Return the remotes that rclone's configuration names."""
    listed = subprocess.run(
        ["rclone", "listremotes", *_FLAGS], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=STILL
    )
    return [line.rstrip(":") for line in listed.stdout.decode(errors="replace").splitlines()]
