"""A folder that sites are published to: whole versions side by side, and which of them is served.

::

    mål/
      nu                            what the web server shows: a link to a version, or a copy of one
      versioner/0007-1a2b3c4d5e6f/  each version whole, the last five
      .visas                        which version ``nu`` is a copy of, where it is one
      .las, .las.json               who is publishing right now

Nothing here knows how a site is made: ``put`` takes a folder with a manifest. What can go wrong in a target is an
``OSError`` or ``Refused``; both leave what is served as it was.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import filecmp
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..project import manifest
from ..project.targets import NOW, Way
from ..text.faults import Fault, visible
from . import servers
from .disk import copy, copy_tree, entries, intact, patiently, settle, write
from .lock import LOCK, OWNER, held
from .refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..project.manifest import Manifest

VERSIONS = "versioner"
SERVED = ".visas"
READABLE = 0o055
"""What everyone may do with what is published, whatever this user's other files allow: read it and enter folders. A web
server is another user."""
KEPT = 5
"""Versions in a target: the one that is served and those to go back to."""
HASHED = re.compile(rf"assets/.+{servers.HASHED}(\.map)?(\.gz|\.br)?")
"""Assets with their content's hash in their name. A page loaded before a switch asks for them after it."""
_NAME = re.compile(r"([0-9]{4,})-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Version:
    """One version in a target."""

    folder: Path
    manifest: Manifest

    @property
    def number(self) -> int:
        """Counts up; never used again."""
        return _number(self.folder)

    @property
    def published(self) -> datetime.datetime:
        """When it was written, local time."""
        return datetime.datetime.fromtimestamp((self.folder / manifest.NAME).stat().st_mtime).astimezone()

    def __str__(self) -> str:
        return f"version {self.number} ({self.manifest.version[:12]}, {self.published:%Y-%m-%d %H:%M})"


def _number(folder: Path) -> int:
    match = _NAME.fullmatch(folder.name)
    return int(match[1]) if match else 0


def checked(folder: Path) -> Manifest:
    """Return a folder's manifest, or raise ``Refused`` with every difference between the two."""
    faults, facts = manifest.verify(folder), manifest.read(folder)
    if faults or facts is None:
        raise Refused(*faults)
    return facts


class Target:
    """A folder that one site is published to."""

    def __init__(self, folder: Path, way: Way) -> None:
        self.folder = folder
        self.way = way
        self.now = folder / NOW
        self.versions_folder = folder / VERSIONS
        self.say: Callable[[str], None] = lambda _: None
        """Is told what is going on where that takes time."""
        self.notes: list[str] = []
        """What the person who publishes should know, though nothing stopped it."""

    # What stands there --------------------------------------------------------------------------------------------

    def versions(self) -> list[Version]:
        """Return the versions that can be read, oldest first."""
        found = sorted((path for path in entries(self.versions_folder) if _NAME.fullmatch(path.name)), key=_number)
        read = [(path, manifest.read(path)) for path in found]
        return [Version(path, facts) for path, facts in read if facts]

    def served(self) -> Version | None:
        """Return the version that is served; None where none is."""
        try:
            link = self.way is Way.LINK
            name = self.now.readlink().name if link else (self.folder / SERVED).read_text(encoding="utf-8")
        except OSError:  # nothing there, or no link
            return None
        return next((version for version in self.versions() if version.folder.name == name), None)

    def whole(self) -> bool:
        """Whether what is served is what its manifest says, file by file."""
        served = self.served()
        if served is None or manifest.read(self.now) != served.manifest:
            return False
        if self.way is Way.LINK:
            return not manifest.verify(self.now)
        # In a copy there may be files of the server's own, such as IIS's web.config.
        return all(intact(self.now / path, sha) for path, sha in served.manifest.files.items())

    def shown(self) -> Manifest | None:
        """Return the manifest of what readers are shown; None where that is nothing whole."""
        served = self.served()
        return served.manifest if served and self.whole() else None

    def state(self) -> str | None:
        """Return a word for what is served, which is another as soon as something else is; None for nothing."""
        served = self.served()
        return served.folder.name if served else None

    def nothing(self) -> Fault:
        """Return the fault that there is nothing to go back from."""
        return Fault(str(self.folder), 0, 0, "inget är publicerat här", "publicera först")

    def faults(self, site: str) -> list[Fault]:
        """Return why the site may not be published here."""
        place = str(self.folder)
        if not self.folder.parent.is_dir():
            remedy = "skapa den, anslut den, eller rätta mål i publicering.yaml"
            return [Fault(str(self.folder.parent), 0, 0, "mappen finns inte", remedy)]
        if self.folder.exists() and not self.folder.is_dir():
            return [Fault(place, 0, 0, "här ligger en fil, inte en mapp", "rätta mål i publicering.yaml")]
        theirs = {version.manifest.site for version in self.versions()}
        theirs |= {found.site for path in (self.folder, self.now) if (found := manifest.read(path))}
        if other := sorted(theirs - {site}):
            what = f"här ligger webbplatsen {visible(other[0])}, inte {site}"
            return [Fault(place, 0, 0, what, "rätta mål i publicering.yaml: varje webbplats har en egen mapp")]
        if near := next(self._others(), None):
            what = f"målet och en annan publicering ligger i varandra, den andra i {visible(str(near), 400)}"
            remedy = "rätta mål i publicering.yaml: varje webbplats har en egen mapp, bredvid de andra"
            return [Fault(place, 0, 0, what, remedy)]
        if not self.versions_folder.is_dir() and any(map(_counts, entries(self.folder))):
            remedy = "ange en tom mapp, eller flytta undan det som ligger där"
            return [Fault(place, 0, 0, "mappen är inte tom och handlingsplan har inte publicerat i den", remedy)]
        link = self.now.is_symlink()
        if self.way is Way.COPY and link:
            remedy = "skriv sätt: versioner, eller ta bort länken"
            return [Fault(str(self.now), 0, 0, "här ligger en länk, och sätt är kopia", remedy)]
        if self.way is Way.LINK and not link and self.now.exists():
            remedy = "skriv sätt: kopia, eller flytta undan mappen"
            return [Fault(str(self.now), 0, 0, "här ligger en vanlig mapp, och sätt är versioner", remedy)]
        return []

    def _others(self) -> Iterator[Path]:
        """Yield the folders above and below this one that something is published in, also where links lead."""
        yield from filter(_in_use, dict.fromkeys([*self.folder.parents, *self.folder.resolve().parents]))
        for where, folders, files in os.walk(self.folder):
            here = Path(where)
            if here not in {self.folder, self.now} and here.parent != self.versions_folder:
                yield from [here] if {*folders, *files} & _SIGNS and _in_use(here) else ()
            links = (here / name for name in folders if (here / name).is_symlink())
            yield from (link for link in links if link != self.now and _in_use(link))

    # Changing it --------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep everyone else out, and put right what a publish that was interrupted left.

        Raises:
            Refused: somebody else is publishing here.
            OSError: the folder cannot be written.

        """
        before = os.umask(0)
        os.umask(before & ~READABLE)
        try:
            self.folder.mkdir(exist_ok=True)
            with held(self.folder) as interrupted:
                if interrupted:
                    self.notes.append(f"En publicering av {interrupted} blev inte klar. Resterna är borttagna.")
                self._tidy()
                yield
        finally:
            os.umask(before)

    def _tidy(self) -> None:
        """Remove what an interrupted publish left, and make a copy whole that was left half done."""
        self._sweep()
        served = self.served()
        if self.way is Way.COPY and served and not self.whole() and not manifest.verify(served.folder):
            self._copy_over(served)

    def _sweep(self) -> None:
        for path in entries(self.versions_folder):
            if path.name.startswith("."):
                shutil.rmtree(path, ignore_errors=True)
        for path in entries(self.folder):
            if path.name.startswith((".nu-", ".fil-")):
                path.unlink(missing_ok=True)

    def put(self, source: Path) -> Version:
        """Write a version, check it where it lies, serve it, and keep the last five. Only with the target locked.

        Args:
            source: a built site with its manifest.

        Raises:
            Refused: what was written is not what was built.
            OSError: something could not be written.

        """
        facts, there = checked(source), self.versions()
        self.versions_folder.mkdir(exist_ok=True)
        number = max(map(_number, entries(self.versions_folder)), default=0) + 1
        scratch = self.versions_folder / f".ny-{os.getpid()}"
        try:
            copy_tree(source, scratch)
            facts = self._lend(scratch, facts, reversed(there))
            checked(scratch)
            folder = self.versions_folder / f"{number:04}-{facts.version[:12]}"
            scratch.rename(folder)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        settle(self.versions_folder)
        version = Version(folder, facts)
        self._serve(version)
        return version

    def _lend(self, folder: Path, facts: Manifest, versions: Iterable[Version]) -> Manifest:
        """Let pages that readers have open find their assets: add those of other versions, and say so in the manifest.

        An asset stays for ``KEPT`` versions after the last that asks for it, also where that one was gone back from and
        is removed: what a version was lent it lends on.

        Args:
            folder: a version that is not served.
            facts: its manifest.
            versions: those whose pages readers may have open, the newest first.

        """
        files, kept = dict(facts.files), dict(facts.kept)
        _strip(folder, facts)
        try:
            for age, version in enumerate(versions):
                theirs = version.manifest
                for path in sorted(filter(HASHED.fullmatch, theirs.files)):
                    more = theirs.kept.get(path, KEPT + 1) - 1 - age
                    own = _plain(path) in facts.files.keys() - facts.kept.keys()
                    if own or more <= kept.get(path, 0) or not intact(version.folder / path, theirs.files[path]):
                        continue
                    if path not in files:
                        (folder / path).parent.mkdir(parents=True, exist_ok=True)
                        copy(version.folder / path, folder / path)
                        files[path] = theirs.files[path]
                    kept[path] = more
            lent = replace(facts, files=files, kept=kept)
            if lent != facts:
                write(folder / manifest.NAME, lent.data())
        except OSError:
            _strip(folder, facts)
            raise
        return lent

    def back(self) -> Version:
        """Serve the version before the one that is served. To be called with the target locked.

        Raises:
            Refused: there is none to go back to.
            OSError: something could not be written.

        """
        served = self.served()
        if served is None:
            raise Refused(self.nothing())
        for version in reversed(self.versions()):
            if version.number >= served.number:
                continue
            if _damaged(version):
                self.notes.append(f"V{str(version)[1:]} är skadad och hoppades över.")
                continue
            # A full disk must not keep anyone from going back; pages just opened may then lack their style.
            with contextlib.suppress(OSError):
                version = replace(version, manifest=self._lend(version.folder, version.manifest, [served]))  # noqa: PLW2901
            self._serve(version)
            return version
        what = f"det finns ingen äldre version att gå tillbaka till; {served} visas"
        raise Refused(Fault(str(self.folder), 0, 0, what, "rätta innehållet och publicera igen"))

    def withdraw(self) -> None:
        """Serve nothing. The versions stay."""
        if self.way is Way.LINK:
            self.now.unlink()
            return
        (self.folder / SERVED).unlink(missing_ok=True)
        for path in {manifest.NAME, *(path for each in self.versions() for path in each.manifest.files)}:
            (self.now / path).unlink(missing_ok=True)

    def _serve(self, version: Version) -> None:
        """Make a version the one that is served, and remove those that nobody will go back to."""
        before = self.served()
        self._switch(version)
        older = [each for each in self.versions() if each.number < version.number]
        # What was gone back from is no version to go back to.
        given_up = [each for each in older if before and each.number > before.number]
        kept = [each for each in older if each not in given_up][1 - KEPT :]
        self._remove(each for each in older if each not in kept)

    def _switch(self, version: Version) -> None:
        if self.way is Way.LINK:
            self._link(version)
            return
        before = self.served()
        try:
            self._copy_over(version)
        except OSError:
            # A file that another program holds is still the old one: the others can be the old ones again, too.
            if before and before != version:
                with contextlib.suppress(OSError):
                    self._copy_over(before)
            raise

    def _link(self, version: Version) -> None:
        link = self.folder / f".nu-{os.getpid()}"
        try:
            link.symlink_to(f"{VERSIONS}/{version.folder.name}", target_is_directory=True)
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}:
                raise
            remedy = "skriv sätt: kopia i publicering.yaml"
            raise Refused(Fault(str(self.folder), 0, 0, "här går det inte att göra länkar", remedy)) from None
        link.replace(self.now)
        settle(self.folder)

    def _copy_over(self, version: Version) -> None:
        """Make ``nu`` the same as a version: assets first, pages last, then the manifest; then the old is removed."""
        self.now.mkdir(exist_ok=True)
        there = {path.relative_to(self.now).as_posix() for path in self.now.rglob("*") if path.is_file()}
        ours = {path for each in self.versions() for path in each.manifest.files}
        for path in sorted(version.manifest.files, key=turn):
            if path not in there or not filecmp.cmp(version.folder / path, self.now / path, shallow=False):
                self._replace(version.folder / path, self.now / path)
        self._replace(version.folder / manifest.NAME, self.now / manifest.NAME)
        for path in sorted(there & ours - version.manifest.files.keys()):
            patiently(self.now / path, lambda file: file.unlink(missing_ok=True))
        for folder in sorted((path for path in self.now.rglob("*") if path.is_dir()), reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only where it is empty
        settle(self.now)
        write(self.folder / SERVED, version.folder.name.encode())

    def _replace(self, source: Path, target: Path) -> None:
        for above in reversed(target.relative_to(self.now).parents[:-1]):
            if (self.now / above).is_file():  # what was a page is now a folder
                (self.now / above).unlink()
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.folder / f".fil-{os.getpid()}"
        try:
            copy(source, scratch)
            patiently(target, scratch.replace)
        finally:
            scratch.unlink(missing_ok=True)

    def _remove(self, versions: Iterable[Version]) -> None:
        """Remove versions. The new one is served already, so what is in the way is told and left."""
        for version in versions:
            # Hidden first: stopped midway, half a version must not be taken for one.
            hidden = version.folder.with_name(f".{version.folder.name}")
            try:
                version.folder.rename(hidden)
                shutil.rmtree(hidden)
            except OSError:
                self.notes.append(f"Version {version.number} skulle tas bort men gick inte att ta bort.")


_SIGNS = {manifest.NAME, VERSIONS, SERVED, LOCK, OWNER}
"""What is found where something is published, whoever did it."""


def _in_use(folder: Path) -> bool:
    """Whether something is published in a folder, or is just about to be."""
    try:
        own = any((folder / name).exists() for name in (SERVED, LOCK, OWNER))
        numbered = any(map(_number, entries(folder / VERSIONS)))
        return own or numbered or manifest.read(folder) is not None
    except OSError:  # it may not be looked into
        return False


def _damaged(version: Version) -> bool:
    """Whether a file of a version is not what it was. What was on its way to be lent to it does not count."""
    return any(fault.file in version.manifest.files for fault in manifest.verify(version.folder))


def _strip(folder: Path, facts: Manifest) -> None:
    """Remove what a version's manifest does not name: what was being lent to it when that was interrupted."""
    for path in list(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in {*facts.files, manifest.NAME}:
            path.unlink()


def turn(path: str) -> tuple[bool, bool]:
    """Sort pages after what they need, and what has a hash in its name first of all."""
    return _plain(path).endswith(".html"), not HASHED.fullmatch(path)


def _plain(path: str) -> str:
    """Return the file that a compressed copy is made from."""
    return path.removesuffix(".gz").removesuffix(".br")


def _counts(path: Path) -> bool:
    """Whether a file in a folder is somebody's. A disk's own folders and hidden files are nobody's."""
    return not path.name.startswith(".") and path.name not in {"lost+found", "System Volume Information"}
