"""The command door: arguments and messages, and nothing else. Exit codes: 0 fine, 1 faults in content, 2 wrong usage.

What a command needs is imported when it runs: checking a plan must not wait for a site generator.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .plan.faults import listing
from .swedish import click

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Sequence

    from .pages.page import Renderer
    from .pages.prose import Prose
    from .plan.faults import Fault
    from .plan.models import Plan
    from .plan.views import View
    from .publishing.publish import Changes
    from .publishing.sites import Site

OPTIONS = "[FLAGGOR]"


class Day(click.ParamType[Any]):
    """A day on the command line: 2026-11-22."""

    name = "datum"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day, or fail in Swedish."""
        from .plan.words import read_date

        if not isinstance(value, str):
            return value
        return read_date(value) or self.fail(f"”{value}” är inte ett datum. Skriv till exempel 2026-11-22.", param, ctx)


class Year(click.ParamType[Any]):
    """A year on the command line: 2026."""

    name = "år"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the year, or fail in Swedish."""
        if re.fullmatch(r"(19|20|21)[0-9]{2}", str(value).strip()):
            return int(value)
        return self.fail(f"”{value}” är inte ett år. Skriv fyra siffror, till exempel 2026.", param, ctx)


per_option = click.option("--per", type=Day(), metavar="DATUM", help="Räkna som om det vore den här dagen.")
plan_option = click.option(
    "--plan",
    metavar="FIL",
    help="Vilken plan, när webbplatserna visar flera.",
    expose_value=False,  # it is found by ``_showing``, which every command that takes it calls
    callback=lambda context, option, value: context.meta.update({option.name: value}),
)
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Svara som text eller JSON."
)


@click.group(options_metavar=OPTIONS, subcommand_metavar="KOMMANDO …")
@click.option(
    "--mapp",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    metavar="MAPP",
    help="Projektets mapp, där plan.yaml och mkdocs.yml ligger.",
)
@click.version_option(package_name="handlingsplan", message="handlingsplan %(version)s")
@click.pass_context
def main(context: click.Context, mapp: Path) -> None:
    """Gör webbplatser av kommunens plan."""
    if sys.getfilesystemencoding() != "utf-8":  # LC_ALL=C: a name with å could not be one of a file
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  # ourselves
    for stream in (sys.stdout, sys.stderr):
        # An older Windows console cannot show every character; a question mark is better than a crash.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        context.obj = mapp.resolve()
    except FileNotFoundError:
        raise click.UsageError(
            "Mappen som du står i finns inte längre. Gå till projektets mapp, eller ange den med --mapp."
        ) from None
    try:
        Path.cwd()
    except FileNotFoundError:  # --mapp is a whole path, and the folder that the command was typed in is gone
        os.chdir(context.obj)


@main.command(options_metavar=OPTIONS)
@per_option
@format_option
@click.pass_obj
def kontrollera(root: Path, per: datetime.date | None, form: str) -> None:
    """Kontrollera planen och texterna utan att bygga.

    Visar alla fel på en gång, med fil, rad och kolumn. Är allt rätt visas hur programmet har läst varje år, vad
    kommunen har kvar att fylla i, och vilka datum som inte har kommit än.
    """
    from .publishing import backup, day
    from .publishing.sites import plans, sites
    from .publishing.sources import read_sources, understood, unfinished
    from .publishing.targets import read_goals
    from .safety.leaks import Leaks

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
        told = [{"plan": each.plan, "år": each.year, **each.counts, "senare": each.later} for each in years]
        left = [
            {"fil": each.file, "rad": each.line, "kolumn": each.column, "id": each.id, "text": each.text}
            for each in waiting
        ]
        _json(faults, planer=[*known], uppföljning=told, kvar=left, senare=ahead)
    if faults:
        _stop(faults)
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


@main.command(options_metavar=OPTIONS)
@per_option
@format_option
@click.pass_obj
def bygg(root: Path, per: datetime.date | None, form: str) -> None:
    """Bygg alla webbplatser till mappen site.

    Den gamla versionen ligger kvar tills alla webbplatser är byggda och kontrollerade.
    """
    from .publishing import day
    from .publishing.build import build
    from .publishing.sites import TARGET

    built = build(root, per or day.today(), _progress(form))
    folders = [f"{TARGET}/{site.name}" for site in built.sites]
    if form == "json":
        _json(built.faults, byggda=folders)
    if built.faults:
        _stop(built.faults, "Inget är ändrat i mappen site.")
    click.echo("Klart. Webbplatserna ligger i:")
    for folder in folders:
        click.echo(f"  {folder}/")
    click.echo(f"Visa dem i webbläsaren: {_typed(root, 'visa')}")


@main.command(options_metavar=OPTIONS)
@click.argument("mapp", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="MAPP")
@per_option
@format_option
@click.pass_obj
def granska(root: Path, mapp: Path, per: datetime.date | None, form: str) -> None:
    """Granska en mapp med färdiga sidor: finns där något internt eller personuppgifter?

    Letar i alla filer och i filernas namn. En fil som inte går att läsa helt är ett fel. ”bygg” gör det alltid; gör
    det själv innan du skickar en mapp någon annanstans.
    """
    from .plan.load import load
    from .publishing import day
    from .publishing.sites import sites
    from .safety.review import FOREIGN, Review

    found, faults = sites(root)
    # What is internal is only known from a plan without faults.
    faults += [fault for plan in dict.fromkeys(site.plan for site in found) for fault in load(plan).faults]
    count = sum(path.is_file() for path in mapp.rglob("*"))
    if not count:
        raise click.UsageError(f"Mappen {mapp} är tom.")
    if not faults:
        faults = Review(root, found, per or day.today(), FOREIGN).faults(mapp, str(mapp))
    if form == "json":
        _json(faults, granskade=[str(mapp)])
    if faults:
        _stop(faults)
    looked = f"{count} {'filer är granskade' if count > 1 else 'fil är granskad'}"
    click.echo(f"Inget internt och inga personuppgifter hittades. {looked}.")


@main.command(options_metavar=OPTIONS)
@per_option
@click.option("--port", type=click.IntRange(1, 65535), default=8000, metavar="TAL", help="Var webbplatserna visas.")
@click.option("--öppna", "--oppna", "opened", is_flag=True, help="Öppna dem i webbläsaren när de är byggda.")
@click.pass_obj
def visa(root: Path, per: datetime.date | None, port: int, *, opened: bool) -> None:
    """Visa webbplatserna på den här datorn medan du skriver.

    Sidan byggs om när du sparar. Blir det fel visas den senaste hela versionen, med felen överst. Stoppa med Ctrl+C.
    """
    from .publishing import day
    from .publishing.build import reason
    from .publishing.preview import serve
    from .publishing.sites import linked

    if faults := linked(root):
        _stop(faults)
    try:
        serve(root, per or day.today(), port, click.echo, opened=opened)
    except OSError as error:
        message = f"Port {port} går inte att använda ({reason(error)}). Välj en annan med --port."
        raise click.UsageError(message) from None


@main.command(options_metavar=OPTIONS)
@click.argument("mapp", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="MAPP")
@format_option
def verifiera(mapp: Path, form: str) -> None:
    """Jämför en byggd eller publicerad webbplats i MAPP med sin manifest.json.

    Visar vilka filer som saknas, har ändrats eller inte hör dit.
    """
    from .safety.manifest import read, verify

    faults, manifest = verify(mapp), read(mapp)
    if form == "json":
        named = {"webbplats": manifest.site, "dag": str(manifest.day), "version": manifest.version} if manifest else {}
        _json(faults, **named)
    if faults or manifest is None:
        _stop(faults)
    click.echo(
        f"Alla {len(manifest.files)} filer stämmer: {manifest.site}, "
        f"byggd för {manifest.day}, version {manifest.version[:12]}"
    )


site_argument = click.argument("webbplats", required=False, metavar="WEBBPLATS")


@main.command(options_metavar=OPTIONS)
@site_argument
@per_option
@click.option("--ja", is_flag=True, help="Publicera utan att fråga.")
@click.option("--med-utkast", is_flag=True, help="Publicera på prov, fast sidor är utkast eller uppgifter saknas.")
@click.pass_obj
def publicera(root: Path, webbplats: str | None, per: datetime.date | None, *, ja: bool, med_utkast: bool) -> None:
    """Publicera en webbplats, dit publicering.yaml säger.

    Bygger och kontrollerar först, visar vad som ändras och frågar. Den gamla versionen visas tills den nya är hel.
    """
    from .publishing import day
    from .publishing.folder import NOW
    from .publishing.publish import publish, ready
    from .publishing.refused import Refused

    name = _site(root, webbplats)
    if not ja and not sys.stdin.isatty():
        raise click.UsageError("Här kan ingen svara på frågan. Lägg till --ja om webbplatsen ska publiceras utan den.")
    try:
        with ready(root, name, per or day.today(), drafts=med_utkast, on_progress=_progress()) as site:
            place = site.goal.place if site.goal.remote else site.goal.folder
            click.echo(f"{name} publiceras i {place}")
            for note in site.notes:
                click.echo(note)
            if not site.changes.any:
                click.echo("Inget har ändrats sedan sist. Det som visas är redan den här versionen.")
                return
            for line in _changes(site.changes):
                click.echo(line)
            if not ja and not _yes(f"Publicera {name}?"):
                click.echo("Inget är publicerat.")
                return
            _progress()(f"Publicerar {name} …")
            version, notes = publish(site, click.echo)
    except Refused as refused:
        _stop(refused.faults, "Inget nytt är publicerat.")
    for note in notes:
        click.echo(note)
    click.echo(f"Klart. {name} visar nu {version}.")
    if not site.goal.remote:
        click.echo(f"Webbservern ska visa mappen {site.goal.folder / NOW}")
    if version.number > 1:  # before the first there is nothing
        click.echo(f"Ångra: handlingsplan backa {name}")


@main.command(options_metavar=OPTIONS)
@site_argument
@click.pass_obj
def backa(root: Path, webbplats: str | None) -> None:
    """Gå genast tillbaka till versionen före den som visas.

    Kör en gång till för att gå ett steg längre tillbaka.
    """
    from .publishing.publish import go_back
    from .publishing.refused import Refused

    name = _site(root, webbplats)
    try:
        version, notes = go_back(root, name, click.echo)
    except Refused as refused:
        _stop(refused.faults, "Inget är ändrat.")
    for note in notes:
        click.echo(note)
    click.echo(f"Klart. {name} visar nu {version}.")
    click.echo(f"Publicera igen när felet är rättat: handlingsplan publicera {name}")


@main.command(options_metavar=OPTIONS)
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
    root: Path, year: int | None, why: tuple[str, str] | None, by: str | None, per: datetime.date | None, *, gaps: bool
) -> None:
    """Avsluta ett års uppföljning, så att den inte kan ändras obemärkt.

    Visar vad som låses och frågar först. Skriver sedan in året med kontrollsummor i planen. Därefter är varje ändring i
    årets uppföljning ett fel, tills en rättelse förklarar den. Rättelsen visas på webbplatserna.
    """
    from .editing.close import NO_NUMBER, close, correct
    from .plan.words import Status
    from .publishing import day

    path, today = _showing(root)[0].plan, per or day.today()
    unchanged = f"Inget är ändrat i {path.name}."
    if year is None and not sys.stdin.isatty():
        raise click.UsageError("Skriv vilket år, med fyra siffror: handlingsplan avsluta 2026")
    year = year or int(click.prompt("Vilket år? Skriv fyra siffror", type=Year()))
    if why:
        done = correct(path, year, today, by, why)
        if done.faults:
            _stop(done.faults, unchanged)
        click.echo(f"Rättelsen är införd i {path.name}: {year}, {why[0]}, av {done.by}. Den visas på webbplatserna.")
        return
    closing = close(path, year, today, by)
    if closing.faults:
        _stop(closing.faults, unchanged)
    click.echo(f"{year} avslutas i {path.name} av {closing.by}, med det här:")
    for title, status in closing.areas:
        click.echo(f"  {title}: {status.label}")
    click.echo(closing.totals)
    silent = any(status is Status.NOT_ASSESSED for _, status in closing.areas)
    if silent and not gaps and not sys.stdin.isatty():
        raise click.UsageError(f"{unchanged} Ska {year} avslutas ändå? Lägg till --med-obedömda.")
    question = f"Avsluta {year} ändå?" if silent else f"Avsluta {year}?"
    if sys.stdin.isatty() and not gaps and not _yes(question):
        click.echo(unchanged)
        return
    if faults := closing.write().faults:
        _stop(faults, unchanged)
    click.echo(f"{year} är avslutat.")
    click.echo(f"Var det för tidigt? Ta bort posten för {year} i {path.name} innan någon har publicerat.")
    click.echo(f'Rätta senare med: handlingsplan avsluta {year} --rättelse OMRÅDE "vad och varför"')
    click.echo(f"Rättelsen visas för alla: skriv {NO_NUMBER}.")


@main.group(options_metavar=OPTIONS, subcommand_metavar="FORMAT …")
def exportera() -> None:
    """Skriv planen till filer."""


@exportera.command(options_metavar=OPTIONS)
@click.argument("mapp", type=click.Path(file_okay=False, path_type=Path), metavar="MAPP")
@click.option("--sajt", metavar="NAMN", help="Vilken webbplats. Förval: den öppna.")
@per_option
@click.pass_obj
def markdown(root: Path, mapp: Path, sajt: str | None, per: datetime.date | None) -> None:
    """Skriv alla sidor på en webbplats som Markdown till MAPP.

    Andra webbplatsprogram kan bygga mappen utan tillägget. Mappen ska vara tom eller inte finnas.
    """
    from .downloads.markdown import export
    from .pages.page import Renderer
    from .plan.views import view
    from .plan.words import Audience
    from .publishing import day
    from .publishing.build import reason
    from .publishing.sites import public, sites
    from .publishing.sources import read_sources

    if mapp.exists() and any(mapp.iterdir()):
        raise click.UsageError(f"Mappen {mapp} är inte tom.")
    found, faults = sites(root)
    if faults:
        _stop(faults)
    names = [site.name for site in found]
    if sajt is not None and sajt not in names:
        raise click.UsageError(f"Webbplatsen {sajt} finns inte. Välj bland: {', '.join(names)}.")
    chosen = [site for site in found if site.name == sajt] or [
        site for site in found if site.audience is Audience.EXTERNAL
    ]
    if len(chosen) != 1:
        what = "Här finns flera öppna webbplatser" if chosen else "Här finns ingen öppen webbplats"
        raise click.UsageError(f"{what}. Välj bland: {', '.join(names)}, med --sajt.")
    site, today = chosen[0], per or day.today()
    sources, faults = read_sources(root, found, today)
    if sources is None:
        _stop(faults)
    room = Renderer(view(sources.plans[site.name], site.audience, today), public=public(found, site))
    everything = [text for texts in sources.texts.values() for text in texts]
    try:
        count = export(room, sources.texts[site.name], everything, site.docs, mapp, address=site.url)
    except OSError as error:
        raise click.UsageError(f"Mappen {mapp} går inte att skriva i ({reason(error)}).") from None
    click.echo(f"{count} sidor av {site.name} ligger i {mapp}.")


@exportera.command(options_metavar=OPTIONS)
@click.argument("mapp", type=click.Path(file_okay=False, path_type=Path), metavar="MAPP")
@plan_option
@per_option
@click.pass_obj
def paminnelser(root: Path, mapp: Path, per: datetime.date | None) -> None:
    """Skriv utkast till mejl, ett för varje roll som har något att svara på, som textfiler i MAPP.

    Inget skickas. Öppna filen, klistra in texten i ett mejl och läs igenom den. Mappen ska vara tom eller inte finnas.
    """
    from .downloads.reminders import files
    from .plan.owes import owed
    from .publishing.build import reason

    if mapp.exists() and any(mapp.iterdir()):
        raise click.UsageError(f"Mappen {mapp} är inte tom.")
    view, texts, found = _inside(root, per)
    # Staff read the intranet; until it has an address, the public pages say the same.
    drafts = files(view, owed(view, texts), next((site.url for site in found if site.url), ""))
    if not drafts:
        click.echo("Ingen roll har något att svara på. Inget utkast är skrivet.")
        return
    try:
        mapp.mkdir(parents=True, exist_ok=True)
        for name, data in drafts.items():
            (mapp / name).write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"Mappen {mapp} går inte att skriva i ({reason(error)}).") from None
    count = len(drafts)
    click.echo(f"{count} utkast till mejl ligger i {mapp}:")
    for name in sorted(drafts):
        click.echo(f"  {name}")


@main.command(options_metavar=OPTIONS)
@plan_option
@per_option
@format_option
@click.pass_obj
def tackning(root: Path, per: datetime.date | None, form: str) -> None:
    """Visa vad planen inte säger: aktiviteter utan tid, indikator eller aktör, och det som inte används.

    Luckor är inga fel och stoppar inget bygge. Slutkoden är 1 när det finns luckor, annars 0.
    """
    from .plan.coverage import coverage, gaps

    view, texts, _ = _inside(root, per)
    questions = coverage(view.plan, {text.review.by for text in texts if text.review.by})
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


def _inside(root: Path, per: datetime.date | None) -> tuple[View[Plan], list[Prose], list[Site]]:
    """Return staff's view of a plan, the sites that show it and their prose; stop at any fault."""
    from .plan.views import internal_view
    from .publishing import day
    from .publishing.sources import read_sources

    found, today = _showing(root), per or day.today()
    sources, faults = read_sources(root, found, today)
    if sources is None:
        _stop(faults)
    texts = [text for site in found for text in sources.texts[site.name]]
    return internal_view(sources.plans[found[0].name], today), texts, found


def _showing(root: Path) -> list[Site]:
    """Return the sites that show one plan: the only one, or the one that is named or answered; stop at any fault."""
    from .plan.faults import did_you_mean
    from .publishing.sites import plans, sites

    found, faults = sites(root)
    if faults:
        _stop(faults)
    known = plans(found, root)
    names, plan = list(known), click.get_current_context().meta["plan"]
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


file_argument = click.argument("fil", type=click.Path(dir_okay=False, path_type=Path), metavar="FIL")
year_option = click.option(
    "--år", "--ar", "year", type=int, metavar="ÅR", help="Vilket år. Förval: det senast redovisade."
)
internal_option = click.option(
    "--intern", "internal", is_flag=True, help="Med det interna, för medarbetare. Annars bara det som alla får se."
)


@exportera.command(options_metavar=OPTIONS)
@file_argument
@click.option("--tabell", metavar="NAMN", default="omraden", show_default=True, help="Vilken tabell.")
@internal_option
@plan_option
@per_option
@click.pass_obj
def csv(root: Path, fil: Path, tabell: str, per: datetime.date | None, *, internal: bool) -> None:
    """Skriv en av tabellerna som CSV.

    Excel öppnar FIL med ett dubbelklick.
    """
    from .downloads.csv import write
    from .downloads.table import tables
    from .plan.faults import did_you_mean

    room = _room(root, fil, ".csv", per, internal=internal)
    known = {name: table for table in tables(room.view) for name in (table.name, table.key)}
    if tabell not in known:
        choices = [table.name for table in tables(room.view)]
        raise click.UsageError(f"Tabellen {tabell} finns inte – {did_you_mean(tabell, choices, label='Finns')}.")
    _save(fil, write(known[tabell], room.view), room)


@exportera.command(options_metavar=OPTIONS)
@file_argument
@internal_option
@plan_option
@per_option
@click.pass_obj
def xlsx(root: Path, fil: Path, per: datetime.date | None, *, internal: bool) -> None:
    """Skriv alla tabeller som en arbetsbok för Excel."""
    from .downloads.xlsx import write

    room = _room(root, fil, ".xlsx", per, internal=internal)
    _save(fil, write(room.view), room)


@exportera.command("json", options_metavar=OPTIONS)
@file_argument
@internal_option
@plan_option
@per_option
@click.pass_obj
def json_(root: Path, fil: Path, per: datetime.date | None, *, internal: bool) -> None:
    """Skriv alla tabeller som JSON, för program."""
    from .downloads.json import write

    room = _room(root, fil, ".json", per, internal=internal)
    _save(fil, write(room.view), room)


@exportera.command(options_metavar=OPTIONS)
@file_argument
@year_option
@internal_option
@plan_option
@per_option
@click.pass_obj
def docx(root: Path, fil: Path, year: int | None, per: datetime.date | None, *, internal: bool) -> None:
    """Skriv planens egen tabell för ett år som Word.

    FIL är färdig att klistra in i årsrapporten.
    """
    from .downloads.docx import write

    room = _room(root, fil, ".docx", per, internal=internal)
    _save(fil, write(room, _year(room, year)), room)


@exportera.command(options_metavar=OPTIONS)
@file_argument
@year_option
@internal_option
@plan_option
@per_option
@click.pass_obj
def pdf(root: Path, fil: Path, year: int | None, per: datetime.date | None, *, internal: bool) -> None:
    """Skriv ett års rapport som PDF, byggd för PDF/UA-1 och maskinkontrollerad.

    Är inget år redovisat visar rapporten hur det står. Med --intern har den då också tabeller att fylla i.
    """
    from .downloads.pdf import write

    room = _room(root, fil, ".pdf", per, internal=internal)
    _save(fil, write(room, _year(room, year)), room)


@exportera.command(options_metavar=OPTIONS)
@file_argument
@internal_option
@plan_option
@per_option
@click.pass_obj
def affisch(root: Path, fil: Path, per: datetime.date | None, *, internal: bool) -> None:
    """Skriv affischen ”Vem kontaktas vid oro?” som PDF, en A4.

    Den har bara nummer som står i planen. QR-koden leder till den öppna webbplatsen när den har en adress.
    """
    from .downloads.poster import write

    room = _room(root, fil, ".pdf", per, internal=internal)
    _save(fil, write(room.view, room.public), room)


def _year(room: Renderer, year: int | None) -> int | None:
    """Return the reported year that is asked for, else the newest; None where nobody has reported on any."""
    if year is not None and year not in room.years:
        reported = ", ".join(map(str, room.years)) or "inget"
        raise click.UsageError(f"Inget är redovisat för {year}. Redovisade år: {reported}.")
    return year or next(iter(room.years), None)


def _room(root: Path, file: Path, ending: str, per: datetime.date | None, *, internal: bool) -> Renderer:
    """Return what an audience may see, or leave with the plan's faults."""
    from .pages.page import Renderer
    from .plan.views import view
    from .plan.words import Audience
    from .publishing import day
    from .publishing.sites import public
    from .publishing.sources import read_sources

    if file.suffix.lower() != ending:  # and so never plan.yaml
        raise click.UsageError(f"Filen {file.name} ska sluta på {ending}.")
    audience = Audience.INTERNAL if internal else Audience.EXTERNAL
    found = _showing(root)
    sources, faults = read_sources(root, found, per or day.today())
    if sources is None:
        _stop(faults)
    chosen = next((site for site in found if site.audience is audience), None)
    if chosen is None:
        raise click.UsageError(f"Ingen webbplats med audience: {audience.value} visar {found[0].plan.name}.")
    shown = view(sources.plans[chosen.name], audience, per or day.today())
    return Renderer(shown, public=public(found, chosen))


def _save(file: Path, content: bytes, room: Renderer) -> None:
    """Write a file, whole or not at all, and tell what was written."""
    import tempfile

    from .publishing.build import reason

    known = file.exists()
    try:
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            half = Path(folder, file.name)
            half.write_bytes(content)
            half.replace(file)
    except OSError as error:
        raise click.UsageError(f"Filen {file} går inte att skriva ({reason(error)}).") from None
    done = "Ersatte" if known else "Skrev"
    whom = "Den har internt innehåll: visa den bara för medarbetare" if room.view.internal else "Alla får se den"
    click.echo(f"{done} {file}. {whom}.")


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


def _site(root: Path, name: str | None) -> str:
    """Return a site's name as it was given or, after a double-click, as it is answered."""
    from .plan.faults import did_you_mean
    from .publishing.sites import sites

    found, faults = sites(root)
    if faults:
        _stop(faults)
    names = [site.name for site in found]
    if name is None and sys.stdin.isatty():
        name = str(click.prompt(f"Vilken webbplats? {' eller '.join(names)}")).strip()
    if name is None:
        raise click.UsageError(f"Skriv vilken webbplats: {', '.join(names)}.")
    if name not in names:
        raise click.UsageError(f"Webbplatsen {name} finns inte – {did_you_mean(name, names, label='Finns')}.")
    return name


def _progress(form: str = "text") -> Callable[[str], None]:
    """Return what shows on a terminal how far the work has come, and shows nothing to a program."""
    from .publishing.build import silent

    return partial(click.echo, err=True) if form == "text" and sys.stderr.isatty() else silent


def _typed(root: Path, command: str) -> str:
    """Return a command of ours as it is typed here: with the folder of a program that is not on the system's path."""
    program, name = Path(sys.argv[0]), "handlingsplan"
    known = shutil.which(name)
    if program.stem == name and not (known and program.exists() and Path(known).samefile(program)):
        name = os.path.relpath(program.with_name(name)) if program.is_relative_to(Path.cwd()) else str(program)
    here = [] if root == Path.cwd() else ["--mapp", os.path.relpath(root)]
    return " ".join(f'"{word}"' if " " in word else word for word in [name, *here, command])


def _yes(question: str) -> bool:
    """Ask a question that only an outspoken yes answers with yes."""
    answer = str(click.prompt(f"{question} [j/N]", default="", show_default=False, prompt_suffix=" "))
    return answer.strip().casefold() in {"j", "ja"}


def _stop(faults: Sequence[Fault], ending: str = "") -> NoReturn:
    """Show every fault, and where the last whole version of a plan that has some is; leave with exit code 1."""
    from .publishing import backup
    from .publishing.sites import sites

    count, root = len(set(faults)), click.get_current_context().obj
    click.echo(listing(faults), err=True)
    if copies := [*backup.told(root, sites(root)[0], faults)]:
        click.echo("\n" + "\n".join(copies), err=True)
    click.echo(f"\n{count} fel. {ending}".rstrip(), err=True)
    sys.exit(1)


def _json(faults: Sequence[Fault], **more: Any) -> None:
    """Answer as JSON and leave."""
    told = [
        {"fil": f.file, "rad": f.line, "kolumn": f.column, "fel": f.what, "gör": f.remedy} for f in sorted(set(faults))
    ]
    click.echo(json.dumps({"fel": told, **more}, ensure_ascii=False, indent=2))
    sys.exit(1 if faults else 0)
