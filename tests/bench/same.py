"""List the files of built sites that differ between a revision and the working tree. Started by ``nox -s same -- REV``.

Each side builds its own copies of Timrå's plan, Exempelkommun, lillby and a generated plan of 150 activities, with its
own code, for three days. Pages are compared as parsed, packed files by what they hold, PDFs by text and look. The
manifests are left out: they hold the sums of all the others.

Arguments: the revision's tree, and the interpreter of an environment that is made from its lock file.
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from built import Element, parse, words

DAYS = ("2026-11-22", "2027-07-01", "2031-01-15")
HERE = Path(__file__).parents[2]
BUILD = f"""
import datetime, sys
from pathlib import Path
import projects
folder = Path(sys.argv[1])
for name, make in {{
    "timra": projects.timra,
    "exempelkommun": projects.exempelkommun,
    "lillby": projects.lillby,
    "generated": lambda folder: projects.generated(folder, 150),
}}.items():
    for day in {DAYS}:
        print(name, day, file=sys.stderr, flush=True)
        project = make(folder / f"{{name}} {{day}}").build(datetime.date.fromisoformat(day))
"""


def built(tree: Path, python: str, folder: Path) -> dict[str, Path]:
    """Build everything with the code of a tree and return the files, by project, day and path."""
    paths = (tree / "hooks", tree / "tests", tree / "tests/bench")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    subprocess.run([python, "-c", BUILD, folder], env=environment, cwd=tree, check=True)
    found = {}
    for path in sorted(folder.glob("*/site/**/*")):
        if path.is_file() and path.name != "manifest.json":
            project, _, *parts = path.relative_to(folder).parts
            found["/".join((project, *parts))] = path
    return found


def lines(element: Element) -> Iterator[str]:
    """Yield a page as lines: an element with its attributes in order, or a text with its white space as blanks."""
    for child in element.children:
        if isinstance(child, Element):
            attributes = "".join(f' {name}="{value}"' for name, value in sorted(child.attributes.items()))
            yield f"<{child.tag}{attributes}>"
            yield from lines(child)
            yield f"</{child.tag}>"
        elif text := words(child):
            yield text


def content(path: Path) -> list[str]:
    """Return what a file holds, as lines that can be compared."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".html":
        return list(lines(parse(data.decode())))
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return [f"{name}: {packed.read(name)!r}" for name in sorted(packed.namelist())]
    if path.suffix == ".pdf":
        return [
            f"{page.get_textpage().get_text_bounded()!r} {hashlib.sha256(page.render().buffer).hexdigest()}"
            for page in pypdfium2.PdfDocument(data)
        ]
    return data.decode("utf-8", "backslashreplace").splitlines()


def differences(before: dict[str, Path], now: dict[str, Path]) -> Iterator[str]:
    """Yield what differs: a file that one side has alone, or the first lines that differ in a file of both."""
    for name in sorted(before.keys() | now.keys()):
        if name not in now or name not in before:
            yield f"{name}: {'gone' if name in before else 'new'}"
        elif before[name].read_bytes() != now[name].read_bytes():
            changed = [*difflib.unified_diff(content(before[name]), content(now[name]), lineterm="", n=0)][2:]
            if changed:
                yield "\n".join((f"{name}: differs", *(f"    {line[:160]}" for line in changed[:7])))


def main(tree: str, python: str) -> int:
    """Print each difference and their number, and return 1 if there is any."""
    with tempfile.TemporaryDirectory() as before, tempfile.TemporaryDirectory() as now:
        files = built(Path(tree), python, Path(before)), built(HERE, sys.executable, Path(now))
        count = 0
        for difference in differences(*files):
            print(difference, flush=True)
            count += 1
    print(f"{len(files[0])} files before, {len(files[1])} now: {count} differ")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
