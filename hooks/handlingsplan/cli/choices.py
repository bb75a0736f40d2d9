"""Which site, plan, year and folder a command is for: as it was said, or as somebody who sits there answers."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..swedish import click
from .answers import stop

if TYPE_CHECKING:
    import datetime

    from ..project.project import Project
    from ..project.site import Site


def site_name(root: Path, name: str | None) -> str:
    """Return a site's name as it was given or, after a double-click, as it is answered."""
    from ..project.sites import sites
    from ..text.faults import did_you_mean

    found, faults = sites(root)
    if faults:
        stop(faults)
    names = [site.name for site in found]
    if name is None and sys.stdin.isatty():
        name = str(click.prompt(f"Vilken webbplats? {' eller '.join(names)}")).strip()
    if name is None:
        raise click.UsageError(f"Skriv vilken webbplats: {', '.join(names)}.")
    if name not in names:
        raise click.UsageError(f"Webbplatsen {name} finns inte – {did_you_mean(name, names, label='Finns')}.")
    return name


def sites_of_plan(root: Path, plan: str | None, found: list[Site]) -> list[Site]:
    """Return the sites that show one plan: the only one, or the one that is named or answered."""
    from ..project.sites import plans
    from ..text.faults import did_you_mean

    known = plans(found, root)
    names = list(known)
    if plan is None and len(names) > 1 and sys.stdin.isatty():
        plan = str(click.prompt(f"Vilken plan? {' eller '.join(names)}")).strip()
    if plan is None and len(names) > 1:
        raise click.UsageError(f"Webbplatserna visar flera planer. Skriv vilken med --plan: {', '.join(names)}.")
    # From the project folder, as messages name it, or from where the command is given.
    name = next((each for each, path in known.items() if plan and path.resolve() == Path(plan).resolve()), plan)
    if name is not None and name not in known:
        raise click.UsageError(f"Ingen webbplats visar planen {name} – {did_you_mean(name, names, label='Finns')}.")
    chosen = known[name or names[0]].resolve()
    return [site for site in found if site.plan.resolve() == chosen]


def plan_file(root: Path, plan: str | None) -> Path:
    """Return the file of one plan; stop at any fault of the sites' configurations."""
    from ..project.sites import sites

    found, faults = sites(root)
    if faults:
        stop(faults)
    return sites_of_plan(root, plan, found)[0].plan


def project_of_plan(root: Path, plan: str | None, per: datetime.date | None) -> Project:
    """Return the project with the sites that show one plan; stop at any fault."""
    from ..project import day
    from ..project.project import Project

    project, faults = Project.open(root, per or day.today(), partial(sites_of_plan, root, plan))
    return project or stop(faults)


def empty(folder: Path) -> Path:
    """Return a folder that holds nothing: no file is written over."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"Mappen {folder} är inte tom.")
    return folder
