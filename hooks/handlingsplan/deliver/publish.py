"""``publicera`` and ``backa``: one site, built and checked, to the place that ``publicering.yaml`` names.

The commands call ``prepare``, show ``changes``, ask, and call ``publish``. Nothing is served before the last step.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, NoReturn

from ..output.pages.paths import PIECES
from ..plan.freshness import known
from ..plan.words import Audience
from ..project import manifest
from ..project.site import SERVERS, TARGET, WORK
from ..project.sites import sites
from ..project.sources import read_sources
from ..project.system import reason
from ..project.targets import FILE, NOWHERE, foreign, read_goals, unset
from ..text.faults import Fault, visible
from ..text.reader import place_of
from .build import build, silent
from .compress import compress
from .folder import Target, checked
from .refused import Refused
from .visit import visit, visit_after

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from ..project.manifest import Manifest
    from ..project.site import Site
    from ..project.targets import Goal
    from .folder import Version

IIS = "web.config"
PREPARED = "publicera"
"""The folder below the scratch folder where a site is made ready."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What readers will meet that they do not meet now: a line for each page, and a number for the rest."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    others: tuple[str, ...]
    """Files that are not pages: search index, style, downloads, pieces for other sites."""
    first: bool
    """Whether nothing whole is served there yet."""
    any: bool
    """Whether there is a difference at all: compressed copies count here only."""
    brought: tuple[str, ...] = ()
    """New files that somebody has put among the pages or in ``overrides/``: no program has made them."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A site that can be published: built, checked and compared with what is served."""

    goal: Goal
    target: Target
    folder: Path
    changes: Changes
    state: str | None
    """What was served when the comparison was made."""
    private: bool
    """Whether it may be shown to those only who have logged in."""
    notes: tuple[str, ...] = ()
    """What the person who publishes should know."""


def find(root: Path, name: str) -> tuple[Site, Goal]:
    """Return a site, by a name that exists, and where it is published.

    Raises:
        Refused: its place is not stated or cannot be used.

    """
    found, faults = sites(root)
    goals, more = read_goals(root, found)
    if faults or more:
        raise Refused(*faults, *more)
    if name not in goals:
        raise Refused(unset(name))
    if fault := foreign(goals[name]):
        raise Refused(fault)
    return next(site for site in found if site.name == name), goals[name]


@contextlib.contextmanager
def ready(
    root: Path, name: str, today: datetime.date, *, drafts: bool, on_progress: Callable[[str], None] = silent
) -> Iterator[Ready]:
    """Build a site, check that it may be published, and compare it with what is served.

    Args:
        root: the project folder.
        name: the site's name.
        today: the day to build for.
        drafts: whether the public site may be published with drafts and without required contacts.
        on_progress: called with each step as it begins.

    Raises:
        Refused: with every reason why not.

    """
    from filelock import FileLock, Timeout  # only publishing needs it

    site, goal = find(root, name)
    target = _target(root, goal)
    _usable(target, name)
    private = site.audience is Audience.INTERNAL
    notes = _shut(goal) if private else []
    faults = list(build(root, today, on_progress).faults)
    if not private and not drafts:
        faults += unready(root, site, today)
    if faults:
        raise Refused(*dict.fromkeys(faults))
    lock = FileLock(root / WORK / f"{PREPARED}.las", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        what, remedy = "en annan publicering väntar i det här projektet", "avsluta den först"
        raise Refused(Fault(name, 0, 0, what, remedy)) from None
    folder = root / WORK / PREPARED
    try:
        with _told_faults():
            on_progress(f"Jämför {name} med det som visas nu …")
            served = target.served()
            facts = _prepared(root, goal, folder, served)
            changes = compare(folder, facts, served.folder if served else folder, target.shown(), _own(site))
            yours = Ready(goal, target, folder, changes, target.state(), private, tuple(notes))
        yield yours
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _prepared(root: Path, goal: Goal, folder: Path, served: Version | None) -> Manifest:
    """Copy a built site to where it is made ready, add what its server needs, and return its manifest."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / TARGET / goal.site, folder)
    facts = checked(folder)
    if goal.remote:  # its server makes its own; and MkDocs' copy of the site map would be no file of the site there
        for path in [path for path in folder.rglob("*") if path.name.endswith(manifest.COMPRESSED)]:
            path.unlink()
    if goal.iis:  # it compresses by itself
        shutil.copyfile(root / TARGET / SERVERS / goal.site / IIS, folder / IIS)
    elif not goal.remote:
        compress(folder, served.folder if served else None)
    facts = manifest.take(folder, facts.site, facts.audience, facts.day)
    facts.write(folder)
    return facts


def _shut(goal: Goal) -> list[str]:
    """See that the intranet is not shown without login; return what could not be seen.

    Raises:
        Refused: it is shown.

    """
    if goal.address is None:
        return [f"{goal.site} har adress: {NOWHERE} i {FILE}, så inloggningen är inte kontrollerad."]
    try:
        seen = visit(goal.address, private=True)
    except OSError:
        return [_silent(goal, private=True)]
    if seen.ours:
        raise Refused(_open(goal.address))
    return []


def _look(goal: Goal, version: Manifest, *, private: bool) -> tuple[str | None, str | None]:
    """Look at what readers get after a switch; return what is wrong with it, and what could not be seen.

    Raises:
        Refused: it is the intranet, and it is shown without login.

    """
    if goal.address is None:
        return None, None
    try:
        seen = visit_after(goal.address, version, private=private)
    except OSError:
        return None, _silent(goal, private=private)
    if private and seen.ours:
        raise Refused(_open(goal.address))
    if wrong := seen.wrong(version, private=private):
        return f"{goal.address} {wrong}", None
    unknown = seen.unknown(version, private=private)
    return None, f"{goal.address} {unknown}, så det är inte kontrollerat vad som visas." if unknown else None


def _silent(goal: Goal, *, private: bool) -> str:
    unseen = "inloggningen är inte kontrollerad" if private else "det är inte kontrollerat vad som visas"
    return f"{goal.address} svarade inte, så {unseen}."


def _open(address: str) -> Fault:
    what = f"webbservern visar {address} för den som inte har loggat in"
    return Fault(address, 0, 0, what, "be den som sköter servern att välja inloggning, och publicera sedan")


def unready(root: Path, site: Site, today: datetime.date) -> list[Fault]:
    """Return what keeps a public site from its readers: drafts, and required contacts that nobody has given."""
    sources, faults = read_sources(root, [site], today)
    if sources is None:
        return faults
    trial = "eller publicera på prov med --med-utkast"
    approve = f"läs och godkänn den och skriv dagens datum efter granskad:, {trial}"
    for text in sources.texts[site.name]:
        if text.review.draft:
            faults.append(Fault(text.file, *text.reviewed_at, "sidan är ett utkast", approve))
    plan, tree = known(sources.plans[site.name], sources.today), sources.trees[site.name]
    if plan.guidance.reviewed is None and any(site.audience in each.audiences for each in plan.guidance.situations):
        place = place_of(tree, ("vägledning", "granskad"))
        faults.append(Fault(site.plan.name, *place, "vägledningen är ett utkast", approve))
    for number, contact in enumerate(plan.contacts):
        if contact.missing and contact.required and site.audience in contact.audiences:
            remedy = f"fyll i den under kontakter, {trial}"
            what = f"{contact.name}: uppgiften saknas och behövs för publicering"
            faults.append(Fault(site.plan.name, *place_of(tree, ("kontakter", number, "kontroll")), what, remedy))
    return faults


def _own(site: Site) -> set[str]:
    """Return the files that people have put into a site, by where they land."""
    folders = [site.docs, *([site.overrides] if site.overrides else [])]
    return {path.relative_to(folder).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()}


def compare(folder: Path, facts: Manifest, before: Path, shown: Manifest | None, own: Collection[str] = ()) -> Changes:
    """Return how a site that is ready differs from the one that is shown.

    Args:
        folder: the site that is ready.
        facts: its manifest.
        before: where pages that will be removed can be read, if anywhere.
        shown: the manifest of what readers are shown; None where that is nothing whole.
        own: the files that people have put into the site.

    """
    there = {path: sha for path, sha in shown.files.items() if path not in shown.kept} if shown else {}
    files = facts.files.keys() | there.keys()
    pages = {path for path in files if path.endswith(".html") and not path.startswith(PIECES)}
    altered = {path for path in files if facts.files.get(path) != there.get(path)}
    return Changes(
        tuple(_told(folder, path) for path in sorted(pages & altered - there.keys())),
        tuple(_told(folder, path) for path in sorted(pages & altered & facts.files.keys() & there.keys())),
        tuple(_told(before, path) for path in sorted(pages & altered - facts.files.keys())),
        tuple(sorted(path for path in altered - pages if not path.endswith(manifest.COMPRESSED))),
        shown is None,
        bool(altered),
        tuple(sorted((altered - pages - there.keys()).intersection(own))),
    )


def _told(folder: Path, path: str) -> str:
    """Return a page as a person knows it: its title and its address."""
    address = path.removesuffix("index.html") or "startsidan"
    try:
        title = re.search(r"<title>(.*?)</title>", (folder / path).read_text(encoding="utf-8"), re.DOTALL)
    except (OSError, UnicodeDecodeError):
        title = None
    return visible(f"{' '.join(unescape(title[1]).split())} ({address})" if title else address, 400)


def publish(site: Ready, say: Callable[[str], None] = lambda _: None) -> tuple[Version, list[str]]:
    """Publish what was made ready; return what is served now, and what the person should know.

    Args:
        site: what ``ready`` gave.
        say: is told what is going on where that takes time.

    Raises:
        Refused: what was served before still is.

    """
    target = site.target
    target.say = say
    with _told_faults(), target.locked():
        _usable(target, site.goal.site)
        state = target.state()
        if state != site.state:
            what = "någon annan har publicerat medan du läste"
            raise Refused(Fault(site.goal.site, 0, 0, what, "kör kommandot igen och se vad som ändras nu"))
        version = target.put(site.folder)
        try:
            wrong, unseen = _look(site.goal, version.manifest, private=site.private)
        except Refused:
            target.withdraw()
            raise
        if wrong and state is None:  # the server may not have been told of the folder yet
            target.notes.append(f"{wrong} än. Be den som sköter webbservern att visa mappen {target.now}.")
        elif wrong:
            _undo(target, site.goal, wrong)
        if unseen and unseen not in site.notes:
            target.notes.append(unseen)
        return version, target.notes


def _undo(target: Target, goal: Goal, wrong: str) -> NoReturn:
    """Serve the version before a new one that readers do not get."""
    _usable(target, goal.site)  # asks a remote what it holds now
    before = target.back()
    remedy = f"be den som sköter webbservern att rätta det; brådskar det, skriv adress: {NOWHERE} i {FILE} så länge"
    raise Refused(Fault(goal.site, 0, 0, f"{wrong} efter bytet, så {before} är tillbaka", remedy))


def go_back(root: Path, name: str, say: Callable[[str], None] = lambda _: None) -> tuple[Version, list[str]]:
    """Serve the version before the one that is served; return what is served now, and what the person should know.

    Raises:
        Refused: what was served before still is.

    """
    site, goal = find(root, name)
    target = _target(root, goal)
    target.say = say
    version, notes = turn_back(target, name)
    try:
        told = _look(goal, version.manifest, private=site.audience is Audience.INTERNAL)
    except Refused:
        with _told_faults(), target.locked():
            target.withdraw()
        raise
    return version, [*notes, *(f"{each.rstrip('.')}." for each in told if each)]


def turn_back(target: Target, site: str) -> tuple[Version, list[str]]:
    """Do the same where the target is known."""
    _usable(target, site)
    with _told_faults():
        if target.served() is None:  # then there is no reason to lock it, which would make it
            raise Refused(target.nothing())
        with target.locked():
            return target.back(), target.notes


def _target(root: Path, goal: Goal) -> Target:
    if not goal.remote:
        return Target(goal.folder, goal.way)
    from .elsewhere import Elsewhere  # a folder needs no rclone

    return Elsewhere(root / WORK / "skickat" / goal.site, goal.place)


def _usable(target: Target, site: str) -> None:
    with _told_faults():
        if faults := target.faults(site):
            raise Refused(*faults)


@contextlib.contextmanager
def _told_faults() -> Iterator[None]:
    """Turn what the operating system refuses into a fault."""
    try:
        yield
    except OSError as error:
        where = str(error.filename2 or error.filename or FILE)
        why = "den finns inte längre" if error.errno == errno.ENOENT else reason(error)
        remedy = "det som visades visas fortfarande; kontrollera behörighet, utrymme och anslutning och försök igen"
        raise Refused(Fault(where, 0, 0, f"går inte att skriva ({why})", remedy)) from None
