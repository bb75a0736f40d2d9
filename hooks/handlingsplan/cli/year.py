"""Closing a year's follow-up, and correcting one that is closed: ``avsluta``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..swedish import click
from .answers import stop, yes
from .choices import plan_file
from .options import OPTIONS, Year, per_option, plan_option

if TYPE_CHECKING:
    import datetime
    from pathlib import Path


@click.command(options_metavar=OPTIONS)
@click.argument("year", type=Year(), required=False, metavar="ÅR")
@click.option(
    "--rättelse",
    "why",
    nargs=2,
    metavar="OMRÅDE SKÄL",
    help="Förklara en ändring i ett avslutat år: områdets id, och vad som är ändrat och varför. Skälet visas för alla: "
    "skriv inte ett tal som visas som ”färre än 5”.",
)
@plan_option
@click.option("--av", "by", metavar="AKTÖR", help="Vilken roll som avslutar eller rättar. Förval: planens ansvariga.")
@click.option(
    "--med-obedömda", "--med-obedomda", "gaps", is_flag=True, help="Avsluta utan att fråga, fast områden är obedömda."
)
@per_option
@click.pass_obj
def avsluta(  # noqa: PLR0913  # one for each option
    root: Path,
    *,
    year: int | None,
    why: tuple[str, str] | None,
    plan: str | None,
    by: str | None,
    gaps: bool,
    per: datetime.date | None,
) -> None:
    """Avsluta ett års uppföljning, så att den inte kan ändras obemärkt.

    Visar vad som låses och frågar först. Skriver sedan in året med kontrollsummor i planen. Därefter är varje ändring i
    årets uppföljning ett fel, tills en rättelse förklarar den. Rättelsen visas på webbplatserna.
    """
    from ..editing.close import NO_NUMBER, close, correct
    from ..project import day

    path, today = plan_file(root, plan), per or day.today()
    unchanged = f"Inget är ändrat i {path.name}."
    if year is None and not sys.stdin.isatty():
        raise click.UsageError("Skriv vilket år, med fyra siffror: handlingsplan avsluta 2026")
    year = year or int(click.prompt("Vilket år? Skriv fyra siffror", type=Year()))
    if why:
        done = correct(path, year, today, by, why)
        if done.faults:
            stop(done.faults, unchanged)
        click.echo(f"Rättelsen är införd i {path.name}: {year}, {why[0]}, av {done.by}. Den visas på webbplatserna.")
        return
    closing = close(path, year, today, by)
    if closing.faults:
        stop(closing.faults, unchanged)
    click.echo(f"{year} avslutas i {path.name} av {closing.by}, med det här:")
    for title, status in closing.areas:
        click.echo(f"  {title}: {status.label}")
    click.echo(closing.totals)
    silent = any(status.unassessed for _, status in closing.areas)
    if silent and not gaps and not sys.stdin.isatty():
        raise click.UsageError(f"{unchanged} Ska {year} avslutas ändå? Lägg till --med-obedömda.")
    question = f"Avsluta {year} ändå?" if silent else f"Avsluta {year}?"
    if sys.stdin.isatty() and not gaps and not yes(question):
        click.echo(unchanged)
        return
    if faults := closing.write().faults:
        stop(faults, unchanged)
    click.echo(f"{year} är avslutat.")
    click.echo(f"Var det för tidigt? Ta bort posten för {year} i {path.name} innan någon har publicerat.")
    click.echo(f'Rätta senare med: handlingsplan avsluta {year} --rättelse OMRÅDE "vad och varför"')
    click.echo(f"Rättelsen visas för alla: skriv {NO_NUMBER}.")
