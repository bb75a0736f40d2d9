"""Writing the plan to files: ``exportera``, with a command for each format."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..plan.words import Audience
from ..swedish import click
from .answers import stop, writing
from .choices import empty, project_of_plan
from .options import OPTIONS, empty_argument, file_argument, internal_option, per_option, plan_option, year_option

if TYPE_CHECKING:
    import datetime

    from ..output.pages.page import Renderer
    from ..project.site import Site


@click.group(options_metavar=OPTIONS, subcommand_metavar="FORMAT …")
def exportera() -> None:
    """Skriv planen till filer."""


@exportera.command(options_metavar=OPTIONS)
@empty_argument
@click.option("--sajt", metavar="NAMN", help="Vilken webbplats. Förval: den öppna.")
@per_option
@click.pass_obj
def markdown(root: Path, mapp: Path, sajt: str | None, per: datetime.date | None) -> None:
    """Skriv alla sidor på en webbplats som Markdown till MAPP.

    Andra webbplatsprogram kan bygga mappen utan tillägget. Mappen ska vara tom eller inte finnas.
    """
    from ..output.files.markdown import export
    from ..project import day
    from ..project.project import Project

    empty(mapp)
    project, faults = Project.open(root, per or day.today())
    if project is None:
        stop(faults)
    site = _site(project.sites, sajt)
    with writing(f"Mappen {mapp} går inte att skriva i"):
        count = export(project.content(site), site.docs, mapp)
    click.echo(f"{count} sidor av {site.name} ligger i {mapp}.")


def _site(found: list[Site], name: str | None) -> Site:
    """Return the site with a name; without one, the only public site."""
    names = [site.name for site in found]
    if name is not None and name not in names:
        raise click.UsageError(f"Webbplatsen {name} finns inte. Välj bland: {', '.join(names)}.")
    outside = [site for site in found if site.audience is Audience.EXTERNAL]
    chosen = [site for site in found if site.name == name] or outside
    if len(chosen) != 1:
        what = "Här finns flera öppna webbplatser" if chosen else "Här finns ingen öppen webbplats"
        raise click.UsageError(f"{what}. Välj bland: {', '.join(names)}, med --sajt.")
    return chosen[0]


@exportera.command(options_metavar=OPTIONS)
@empty_argument
@plan_option
@per_option
@click.pass_obj
def paminnelser(root: Path, mapp: Path, plan: str | None, per: datetime.date | None) -> None:
    """Skriv utkast till mejl, ett för varje roll som har något att svara på, som textfiler i MAPP.

    Inget skickas. Öppna filen, klistra in texten i ett mejl och läs igenom den. Mappen ska vara tom eller inte finnas.
    """
    from ..followup.owes import owed
    from ..output.files.reminders import files

    empty(mapp)
    project = project_of_plan(root, plan, per)
    view = project.internal_view
    # Staff read the intranet; until it has an address, the public pages say the same.
    address = next((site.url for site in project.sites if site.url), "")
    drafts = files(view, owed(view, project.texts), address)
    if not drafts:
        click.echo("Ingen roll har något att svara på. Inget utkast är skrivet.")
        return
    with writing(f"Mappen {mapp} går inte att skriva i"):
        mapp.mkdir(parents=True, exist_ok=True)
        for name, data in drafts.items():
            (mapp / name).write_bytes(data)
    click.echo(f"{len(drafts)} utkast till mejl ligger i {mapp}:")
    for name in sorted(drafts):
        click.echo(f"  {name}")


# One file -------------------------------------------------------------------------------------------------------------


def _csv(renderer: Renderer, *, tabell: str, **_: object) -> bytes:
    from ..documents.table import tables
    from ..output.files.csv import write
    from ..text.faults import did_you_mean

    known = {name: table for table in tables(renderer.view) for name in (table.name, table.key)}
    if tabell not in known:
        choices = [table.name for table in tables(renderer.view)]
        raise click.UsageError(f"Tabellen {tabell} finns inte – {did_you_mean(tabell, choices, label='Finns')}.")
    return write(known[tabell], renderer.view)


def _xlsx(renderer: Renderer, **_: object) -> bytes:
    from ..output.files.xlsx import write

    return write(renderer.view)


def _json(renderer: Renderer, **_: object) -> bytes:
    from ..output.files.json import write

    return write(renderer.view)


def _docx(renderer: Renderer, *, year: int | None, **_: object) -> bytes:
    from ..output.files.docx import write

    return write(renderer, _reported(renderer, year))


def _pdf(renderer: Renderer, *, year: int | None, **_: object) -> bytes:
    from ..output.files.pdf import write

    return write(renderer, _reported(renderer, year))


def _poster(renderer: Renderer, **_: object) -> bytes:
    from ..output.files.poster import write

    return write(renderer.view, renderer.public)


def _reported(renderer: Renderer, year: int | None) -> int | None:
    """Return the reported year that is asked for, else the newest; None where nobody has reported on any."""
    if year is not None and year not in renderer.years:
        reported = ", ".join(map(str, renderer.years)) or "inget"
        raise click.UsageError(f"Inget är redovisat för {year}. Redovisade år: {reported}.")
    return year or next(iter(renderer.years), None)


_TABLE = click.option("--tabell", metavar="NAMN", default="omraden", show_default=True, help="Vilken tabell.")


@dataclass(frozen=True, slots=True)
class Format:
    """A format that ``exportera`` writes one file of."""

    name: str
    ending: str
    write: Callable[..., bytes]
    help: str
    option: Callable[[Any], Any] | None = None
    """The option that only some formats have."""


FORMATS = (
    Format("csv", ".csv", _csv, "Skriv en av tabellerna som CSV.\n\nExcel öppnar FIL med ett dubbelklick.", _TABLE),
    Format("xlsx", ".xlsx", _xlsx, "Skriv alla tabeller som en arbetsbok för Excel."),
    Format("json", ".json", _json, "Skriv alla tabeller som JSON, för program."),
    Format(
        "docx",
        ".docx",
        _docx,
        "Skriv planens egen tabell för ett år som Word.\n\nFIL är färdig att klistra in i årsrapporten.",
        year_option,
    ),
    Format(
        "pdf",
        ".pdf",
        _pdf,
        "Skriv ett års rapport som PDF, byggd för PDF/UA-1 och maskinkontrollerad.\n\n"
        "Är inget år redovisat visar rapporten hur det står. Med --intern har den då också tabeller att fylla i.",
        year_option,
    ),
    Format(
        "affisch",
        ".pdf",
        _poster,
        "Skriv affischen ”Vem kontaktas vid oro?” som PDF, en A4.\n\n"
        "Den har bara nummer som står i planen. QR-koden leder till den öppna webbplatsen när den har en adress.",
    ),
)


def _command(form: Format) -> click.Command:
    """Return the command that writes a format."""

    def run(  # one for each option
        root: Path, fil: Path, plan: str | None, per: datetime.date | None, *, internal: bool, **options: Any
    ) -> None:
        if fil.suffix.lower() != form.ending:  # and so never plan.yaml
            raise click.UsageError(f"Filen {fil.name} ska sluta på {form.ending}.")
        renderer = _renderer(root, plan, per, Audience.INTERNAL if internal else Audience.EXTERNAL)
        _save(fil, form.write(renderer, **options), internal=renderer.view.internal)

    command: Any = click.pass_obj(run)
    for option in (per_option, plan_option, internal_option, form.option, file_argument):
        command = option(command) if option else command
    made: click.Command = click.command(form.name, options_metavar=OPTIONS, help=form.help)(command)
    return made


def _renderer(root: Path, plan: str | None, per: datetime.date | None, audience: Audience) -> Renderer:
    """Return what an audience may see, or leave with the plan's faults."""
    project = project_of_plan(root, plan, per)
    chosen = next((site for site in project.sites if site.audience is audience), None)
    if chosen is None:
        name = project.sites[0].plan.name
        raise click.UsageError(f"Ingen webbplats med audience: {audience.value} visar {name}.")
    return project.renderer(chosen)


def _save(file: Path, content: bytes, *, internal: bool) -> None:
    """Write a file, whole or not at all, and say what was written."""
    known = file.exists()
    with writing(f"Filen {file} går inte att skriva"), tempfile.TemporaryDirectory(dir=file.parent) as folder:
        half = Path(folder, file.name)
        half.write_bytes(content)
        half.replace(file)
    whom = "Den har internt innehåll: visa den bara för medarbetare" if internal else "Alla får se den"
    click.echo(f"{'Ersatte' if known else 'Skrev'} {file}. {whom}.")


for form in FORMATS:
    exportera.add_command(_command(form))
