"""Build every site in a process of its own, check it, and only then put all of them in ``site/`` at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..kept import forget
from ..plan.words import Audience
from ..project import manifest
from ..project.mkdocs import Builder
from ..project.site import TARGET, WORK
from ..project.sites import linked, sites
from ..project.system import unwritable
from ..text.faults import Fault
from . import servers

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Sequence

    from ..project.site import Site
    from ..project.targets import Served

COPIES = f"{WORK}/last"
"""Where the checks keep what PDFs hold. Names in the scratch folder are ASCII, which every system is set up for."""


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
