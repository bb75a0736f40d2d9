"""Tiny sites whose every page tells its version and names assets of that version only, and what readers may be given.

For tests of publishing: a page and its style belong together, and a file is whole, or a reader has met a mix.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from handlingsplan.deliver.folder import Version
from handlingsplan.plan.words import Audience
from handlingsplan.project import manifest
from projects import DAY

SITE = "prov.example"
PAGES = ("index.html", "om/index.html", "plan/index.html", "plan/a/index.html", "404.html")
_ASSET = re.compile(r'(?:href|src)="([^"]+\.(?:css|js))"')


def small(folder: Path, number: int, site: str = SITE, size: int = 200) -> Path:
    """Make version ``number`` of a site. Every fourth has a page of its own and lacks another."""
    shutil.rmtree(folder, ignore_errors=True)
    assets = {}
    for name, ending in (("plan", "css"), ("main", "min.css"), ("bundle", "min.js")):
        data = f"/* {name} {number // 2 if name == 'main' else number} */".encode().ljust(size * 10)
        path = f"assets/{name}.{hashlib.sha256(data).hexdigest()[:8]}.{ending}"
        assets[path] = data
    for path, data in assets.items():
        write(folder / path, data)
    pages = [page for page in PAGES if number % 4 or page != "plan/a/index.html"]
    for page in pages + ([] if number % 4 else ["ny/index.html"]):
        up = "../" * page.count("/")
        links = "".join(f'<link rel="stylesheet" href="{up}{path}">' for path in assets)
        text = f"<!doctype html><title>{page} – Prov</title>{links}<p>version={number}</p>"
        write(folder / page, text.encode().ljust(size * 5) + f"slut={number}".encode())
    write(folder / "sok/index.json", f'{{"version": {number}}}'.encode())
    manifest.take(folder, site, Audience.EXTERNAL, DAY).write(folder)
    return folder


def write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def number(page: bytes) -> str:
    """Return the version that a page tells; it is told first and last, so that half a page is seen."""
    first, last = re.findall(rb"version=(\d+)", page), re.findall(rb"slut=(\d+)$", page)
    return first[0].decode() if first and first == last else ""


def assets(page: bytes) -> list[str]:
    """Return what a page asks for."""
    return _ASSET.findall(page.decode())


def problems(now: Path, allowed: dict[str, Path], *, mixed: bool = False) -> list[str]:
    """Return what readers of a folder could meet that no whole version holds.

    Args:
        now: the served folder.
        allowed: the versions that may be served, by their number.
        mixed: whether pages may be of several versions, each with its own assets.

    """
    found = []
    seen = set()
    for file in sorted(now.rglob("*.html")):
        path = file.relative_to(now).as_posix()
        page = file.read_bytes()
        which = number(page)
        seen.add(which)
        if which not in allowed or page != (allowed[which] / path).read_bytes():
            found.append(f"{path}: {which or 'half'}")
            continue
        for asset in assets(page):
            own = (file.parent / asset).resolve()
            theirs = (allowed[which] / path).parent / asset
            if not own.is_file() or own.read_bytes() != theirs.read_bytes():
                found.append(f"{path}: {asset}")
    if not seen or (len(seen) > 1 and not mixed):
        found.append(f"versions {sorted(seen)}")
    if not mixed:
        found += map(str, manifest.verify(now))
    return found


def leftovers(target: Path) -> list[str]:
    """Return what an interrupted publish left in a target."""
    places = [*target.iterdir(), *(target / "versioner").iterdir()]
    return sorted(path.name for path in places if path.name.startswith(".") and path.name not in {".las", ".visas"})


def numbers(versions: list[Version]) -> list[int]:
    return [version.number for version in versions]
