"""Arguments and options that several commands take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..swedish import click

OPTIONS = "[FLAGGOR]"
"""What help calls the options of a command."""


class Day(click.ParamType[Any]):
    """A day on the command line: 2026-11-22."""

    name = "datum"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day, or fail in Swedish."""
        from ..plan.words import read_date

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
plan_option = click.option("--plan", metavar="FIL", help="Vilken plan, när webbplatserna visar flera.")
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Svara som text eller JSON."
)
site_argument = click.argument("webbplats", required=False, metavar="WEBBPLATS")
file_argument = click.argument("fil", type=click.Path(dir_okay=False, path_type=Path), metavar="FIL")
built_argument = click.argument("mapp", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="MAPP")
empty_argument = click.argument("mapp", type=click.Path(file_okay=False, path_type=Path), metavar="MAPP")
year_option = click.option(
    "--år", "--ar", "year", type=int, metavar="ÅR", help="Vilket år. Förval: det senast redovisade."
)
internal_option = click.option(
    "--intern", "internal", is_flag=True, help="Med det interna, för medarbetare. Annars bara det som alla får se."
)
