"""Building, and showing what was built on this computer: ``bygg`` and ``visa``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..swedish import click
from .answers import answer, progress, stop, typed
from .options import OPTIONS, format_option, per_option

if TYPE_CHECKING:
    import datetime
    from pathlib import Path


@click.command(options_metavar=OPTIONS)
@per_option
@format_option
@click.pass_obj
def bygg(root: Path, per: datetime.date | None, form: str) -> None:
    """Bygg alla webbplatser till mappen site.

    Den gamla versionen ligger kvar tills alla webbplatser är byggda och kontrollerade.
    """
    from ..deliver.build import build
    from ..project import day
    from ..project.site import TARGET

    built = build(root, per or day.today(), progress(form))
    folders = [f"{TARGET}/{site.name}" for site in built.sites]
    if form == "json":
        answer(built.faults, byggda=folders)
    if built.faults:
        stop(built.faults, "Inget är ändrat i mappen site.")
    click.echo("Klart. Webbplatserna ligger i:")
    for folder in folders:
        click.echo(f"  {folder}/")
    click.echo(f"Visa dem i webbläsaren: {typed(root, 'visa')}")


@click.command(options_metavar=OPTIONS)
@per_option
@click.option("--port", type=click.IntRange(1, 65535), default=8000, metavar="TAL", help="Var webbplatserna visas.")
@click.option("--öppna", "--oppna", "opened", is_flag=True, help="Öppna dem i webbläsaren när de är byggda.")
@click.pass_obj
def visa(root: Path, per: datetime.date | None, port: int, *, opened: bool) -> None:
    """Visa webbplatserna på den här datorn medan du skriver.

    Sidan byggs om när du sparar. Blir det fel visas den senaste hela versionen, med felen överst. Stoppa med Ctrl+C.
    """
    from ..project import day
    from ..project.sites import linked
    from ..project.system import reason
    from ..workplace.preview import serve

    if faults := linked(root):
        stop(faults)
    try:
        serve(root, per or day.today(), port, click.echo, opened=opened)
    except OSError as error:
        message = f"Port {port} går inte att använda ({reason(error)}). Välj en annan med --port."
        raise click.UsageError(message) from None
