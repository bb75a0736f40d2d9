"""What is wrong, what is left, what may not be shown: ``kontrollera``, ``granska``, ``verifiera``, ``tackning``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ..swedish import click
from .answers import answer, stop
from .choices import project_of_plan
from .options import OPTIONS, built_argument, format_option, per_option, plan_option

if TYPE_CHECKING:
    import datetime
    from pathlib import Path


@click.command(options_metavar=OPTIONS)
@per_option
@format_option
@click.pass_obj
def kontrollera(root: Path, per: datetime.date | None, form: str) -> None:
    """Kontrollera planen och texterna utan att bygga.

    Visar alla fel på en gång, med fil, rad och kolumn. Är allt rätt visas hur programmet har läst varje år, vad
    kommunen har kvar att fylla i, och vilka datum som inte har kommit än.
    """
    from ..check.leaks import Leaks
    from ..project import backup, day
    from ..project.sites import plans, sites
    from ..project.sources import read_sources, understood, unfinished
    from ..project.targets import read_goals

    found, faults = sites(root)
    sources, more = (None, []) if faults else read_sources(root, found, per or day.today())
    faults += more + (read_goals(root, found)[1] if found else [])
    faults += [] if faults else Leaks(root, found, per or day.today()).pasted()
    if sources and not faults:
        backup.keep(root, found, sources.originals)
    known = plans(found, root)
    years = understood(sources, found, known) if sources else []
    waiting = unfinished(sources, found) if sources else []
    ahead = list(map(str, sources.ahead)) if sources else []
    if form == "json":
        told = [
            {"plan": each.plan, "år": each.year, **{str(status): count for status, count in each.counts.items()}}
            | {"senare": each.later}
            for each in years
        ]
        left = [
            {"fil": each.file, "rad": each.line, "kolumn": each.column, "id": each.id, "text": each.text}
            for each in waiting
        ]
        answer(faults, planer=[*known], uppföljning=told, kvar=left, senare=ahead)
    if faults:
        stop(faults)
    click.echo(f"Inga fel i {', '.join(known)} och texterna.")
    for name in known:
        lines = [f"\n  {each}" for each in years if each.plan == name] or [" inget år än"]
        click.echo(f"\nUppföljning i {name}:{''.join(lines)}")
    if ahead:
        click.echo("\nDatum som inte har kommit än. De stoppar inget, men det som de säger räknas inte förrän då:")
        for line in ahead:
            click.echo(f"  - {line}")
    if waiting:
        click.echo("\nKvar för kommunen att fylla i:")
        for each in waiting:
            click.echo(f"  - {each}")


@click.command(options_metavar=OPTIONS)
@built_argument
@per_option
@format_option
@click.pass_obj
def granska(root: Path, mapp: Path, per: datetime.date | None, form: str) -> None:
    """Granska en mapp med färdiga sidor: finns där något internt eller personuppgifter?

    Letar i alla filer och i filernas namn. En fil som inte går att läsa helt är ett fel. ”bygg” gör det alltid; gör
    det själv innan du skickar en mapp någon annanstans.
    """
    from ..check.review import FOREIGN, Review
    from ..plan.load import load
    from ..project import day
    from ..project.sites import sites

    found, faults = sites(root)
    # What is internal is only known from a plan without faults.
    faults += [fault for plan in dict.fromkeys(site.plan for site in found) for fault in load(plan).faults]
    count = sum(path.is_file() for path in mapp.rglob("*"))
    if not count:
        raise click.UsageError(f"Mappen {mapp} är tom.")
    if not faults:
        faults = Review(root, found, per or day.today(), FOREIGN).faults(mapp, str(mapp))
    if form == "json":
        answer(faults, granskade=[str(mapp)])
    if faults:
        stop(faults)
    looked = f"{count} {'filer är granskade' if count > 1 else 'fil är granskad'}"
    click.echo(f"Inget internt och inga personuppgifter hittades. {looked}.")


@click.command(options_metavar=OPTIONS)
@built_argument
@format_option
def verifiera(mapp: Path, form: str) -> None:
    """Jämför en byggd eller publicerad webbplats i MAPP med sin manifest.json.

    Visar vilka filer som saknas, har ändrats eller inte hör dit.
    """
    from ..project.manifest import read, verify

    faults, manifest = verify(mapp), read(mapp)
    if form == "json":
        named = {"webbplats": manifest.site, "dag": str(manifest.day), "version": manifest.version} if manifest else {}
        answer(faults, **named)
    if faults or manifest is None:
        stop(faults)
    click.echo(
        f"Alla {len(manifest.files)} filer stämmer: {manifest.site}, "
        f"byggd för {manifest.day}, version {manifest.version[:12]}"
    )


@click.command(options_metavar=OPTIONS)
@plan_option
@per_option
@format_option
@click.pass_obj
def tackning(root: Path, plan: str | None, per: datetime.date | None, form: str) -> None:
    """Visa vad planen inte säger: aktiviteter utan tid, indikator eller aktör, och det som inte används.

    Luckor är inga fel och stoppar inget bygge. Slutkoden är 1 när det finns luckor, annars 0.
    """
    from ..followup.coverage import coverage, gaps

    project = project_of_plan(root, plan, per)
    reviewers = {text.review.by for text in project.texts if text.review.by}
    questions = coverage(project.internal_view.plan, reviewers)
    if form == "json":
        told = [
            {
                "fråga": question.id,
                "antal": question.whole,
                "svar": question.sentence,
                "luckor": [{"område": gap.area, "id": gap.id, "text": gap.text} for gap in question.gaps],
            }
            for question in questions
        ]
        click.echo(json.dumps({"fel": [], "täckning": told}, ensure_ascii=False, indent=2))
    else:
        for question in questions:
            click.echo(f"{question.heading}: {question.sentence}")
            for gap in question.gaps:
                click.echo(f"  - {f'{gap.area_title}: ' if gap.area_title else ''}{gap.text} ({gap.id})")
    sys.exit(1 if gaps(questions) else 0)
