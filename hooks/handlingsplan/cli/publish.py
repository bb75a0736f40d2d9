"""Putting a built site where it is read: ``publicera`` and ``backa``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..swedish import click
from .answers import progress, stop, yes
from .choices import site_name
from .options import OPTIONS, per_option, site_argument

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from ..deliver.publish import Changes


@click.command(options_metavar=OPTIONS)
@site_argument
@per_option
@click.option("--ja", is_flag=True, help="Publicera utan att fråga.")
@click.option("--med-utkast", is_flag=True, help="Publicera på prov, fast sidor är utkast eller uppgifter saknas.")
@click.pass_obj
def publicera(root: Path, webbplats: str | None, per: datetime.date | None, *, ja: bool, med_utkast: bool) -> None:
    """Publicera en webbplats, dit publicering.yaml säger.

    Bygger och kontrollerar först, visar vad som ändras och frågar. Den gamla versionen visas tills den nya är hel.
    """
    from ..deliver.publish import publish, ready
    from ..deliver.refused import Refused
    from ..project import day
    from ..project.targets import NOW

    name = site_name(root, webbplats)
    if not ja and not sys.stdin.isatty():
        raise click.UsageError("Här kan ingen svara på frågan. Lägg till --ja om webbplatsen ska publiceras utan den.")
    try:
        with ready(root, name, per or day.today(), drafts=med_utkast, on_progress=progress()) as site:
            place = site.goal.place if site.goal.remote else site.goal.folder
            click.echo(f"{name} publiceras i {place}")
            for note in site.notes:
                click.echo(note)
            if not site.changes.any:
                click.echo("Inget har ändrats sedan sist. Det som visas är redan den här versionen.")
                return
            for line in _changes(site.changes):
                click.echo(line)
            if not ja and not yes(f"Publicera {name}?"):
                click.echo("Inget är publicerat.")
                return
            progress()(f"Publicerar {name} …")
            version, notes = publish(site, click.echo)
    except Refused as refused:
        stop(refused.faults, "Inget nytt är publicerat.")
    for note in notes:
        click.echo(note)
    click.echo(f"Klart. {name} visar nu {version}.")
    if not site.goal.remote:
        click.echo(f"Webbservern ska visa mappen {site.goal.folder / NOW}")
    if version.number > 1:  # before the first there is nothing
        click.echo(f"Ångra: handlingsplan backa {name}")


@click.command(options_metavar=OPTIONS)
@site_argument
@click.pass_obj
def backa(root: Path, webbplats: str | None) -> None:
    """Gå genast tillbaka till versionen före den som visas.

    Kör en gång till för att gå ett steg längre tillbaka.
    """
    from ..deliver.publish import go_back
    from ..deliver.refused import Refused

    name = site_name(root, webbplats)
    try:
        version, notes = go_back(root, name, click.echo)
    except Refused as refused:
        stop(refused.faults, "Inget är ändrat.")
    for note in notes:
        click.echo(note)
    click.echo(f"Klart. {name} visar nu {version}.")
    click.echo(f"Publicera igen när felet är rättat: handlingsplan publicera {name}")


MAX_PAGES = 20
"""Pages that are listed before a publish, of each kind: more than this nobody reads."""
MAX_FILES = 3
"""Other files that are named there."""


def _changes(changes: Changes) -> Iterator[str]:
    """Yield the lines that tell what readers will meet."""
    if changes.first:
        yield f"Inget helt är publicerat där än. Alla {len(changes.new)} sidor är nya."
    else:
        yield from _altered(changes)
    if changes.brought:
        yield "Nya filer som inte är sidor:"
        yield from (f"  {file}" for file in changes.brought)


def _altered(changes: Changes) -> Iterator[str]:
    for pages, one, many in (
        (changes.new, "ny sida", "nya sidor"),
        (changes.changed, "ändrad sida", "ändrade sidor"),
        (changes.removed, "borttagen sida", "borttagna sidor"),
    ):
        if pages:
            yield f"{len(pages)} {one if len(pages) == 1 else many}:"
            yield from (f"  {page}" for page in pages[:MAX_PAGES])
        if len(pages) > MAX_PAGES:
            yield f"  … och {len(pages) - MAX_PAGES} till"
    if changes.others:
        count, shown = len(changes.others), ", ".join(changes.others[:MAX_FILES])
        more = " …" if count > MAX_FILES else ""
        yield f"{count} {'annan fil' if count == 1 else 'andra filer'}: {shown}{more}"
    elif not (changes.new or changes.changed or changes.removed):
        yield "Bara det som inte syns ändras: filernas komprimerade kopior."
