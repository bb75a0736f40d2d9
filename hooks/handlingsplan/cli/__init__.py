"""The command door: arguments and messages, and nothing else. Exit codes: 0 fine, 1 faults in content, 2 wrong usage.

What a command needs is imported when it runs: checking a plan must not wait for a site generator.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..swedish import click
from . import build, check, export, publish, year
from .options import OPTIONS


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


for command in (
    *(check.kontrollera, build.bygg, check.granska, build.visa, check.verifiera),
    *(publish.publicera, publish.backa, year.avsluta, export.exportera, check.tackning),
):
    main.add_command(command)
