"""How a command answers: with faults, as JSON, step by step, with a question or with a written file."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..swedish import click
from ..text.faults import listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..text.faults import Fault


def stop(faults: Sequence[Fault], ending: str = "") -> NoReturn:
    """Show every fault, and where the last whole version of a plan that has some is; leave with exit code 1."""
    from ..project import backup
    from ..project.sites import sites

    count, root = len(set(faults)), click.get_current_context().obj
    click.echo(listing(faults), err=True)
    if copies := [*backup.told(root, sites(root)[0], faults)]:
        click.echo("\n" + "\n".join(copies), err=True)
    click.echo(f"\n{count} fel. {ending}".rstrip(), err=True)
    sys.exit(1)


def answer(faults: Sequence[Fault], **more: Any) -> NoReturn:
    """Answer as JSON and leave."""
    told = [
        {"fil": f.file, "rad": f.line, "kolumn": f.column, "fel": f.what, "gör": f.remedy} for f in sorted(set(faults))
    ]
    click.echo(json.dumps({"fel": told, **more}, ensure_ascii=False, indent=2))
    sys.exit(1 if faults else 0)


def progress(form: str = "text") -> Callable[[str], None]:
    """Return what shows on a terminal how far the work has come, and shows nothing to a program."""
    from ..deliver.build import silent

    return partial(click.echo, err=True) if form == "text" and sys.stderr.isatty() else silent


def typed(root: Path, command: str) -> str:
    """Return a command of ours as it is typed here: with the folder of a program that is not on the system's path."""
    program, name = Path(sys.argv[0]), "handlingsplan"
    known = shutil.which(name)
    if program.stem == name and not (known and program.exists() and Path(known).samefile(program)):
        name = os.path.relpath(program.with_name(name)) if program.is_relative_to(Path.cwd()) else str(program)
    here = [] if root == Path.cwd() else ["--mapp", os.path.relpath(root)]
    return " ".join(f'"{word}"' if " " in word else word for word in [name, *here, command])


def yes(question: str) -> bool:
    """Ask a question that only an outspoken yes answers with yes."""
    answer = str(click.prompt(f"{question} [j/N]", default="", show_default=False, prompt_suffix=" "))
    return answer.strip().casefold() in {"j", "ja"}


@contextlib.contextmanager
def writing(what: str) -> Iterator[None]:
    """Turn the system's refusal to write into wrong usage.

    Args:
        what: what was to be written, and what it cannot: ``Filen plan.csv går inte att skriva``.

    """
    from ..project.system import reason

    try:
        yield
    except OSError as error:
        raise click.UsageError(f"{what} ({reason(error)}).") from None
