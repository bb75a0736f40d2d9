"""The public site as it would be if nothing internal existed: whatever stands in it is public, whoever else says it.

Built from a folder that holds the plan without its internal fields, and only the public site's own files. So the words
of the program, on any day, are known by construction to be nobody's secret.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..kept import program
from ..plan.words import Audience
from ..text.reader import mappings
from .internal import Collector, PlanDivider

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from ..project.site import Site
    from ..text.reader import Mapping

WORK = ".bygg"
"""Scratch folder of a project; ``project.sites`` names it too."""
FOLDER = "utan-internt"
"""The folder below the scratch folder; templates that were compiled stay in it between builds."""


def build_reference(root: Path, sites: Sequence[Site], trees: dict[Path, Mapping], today: datetime.date) -> list[Path]:
    """Return a folder for each public site that could be built without anything internal.

    Args:
        root: the project folder.
        sites: its sites.
        trees: the plans, by their files.
        today: the day to build for.

    """
    from filelock import FileLock  # only where something has been found

    from ..project.mkdocs import Builder

    place = root / WORK / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    project, built = place / "projekt", []
    with FileLock(place / "reference.lock"):
        for site in sites:
            if site.audience is not Audience.EXTERNAL or site.plan not in trees:
                continue
            for old in [path for path in project.glob("*") if path.name != WORK]:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            config = _copied(site, root, project, trees[site.plan])
            folder, stamp = place / "site" / site.name, place / "stamp" / site.name
            wanted = f"{today} {_fingerprint(project)}"
            if config and not (stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted):
                stamp.unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
                builder = Builder(replace(site, config=config), folder, today)
                try:
                    faults = builder.outcome(place)
                finally:
                    builder.end()
                if not faults:
                    stamp.parent.mkdir(parents=True, exist_ok=True)
                    stamp.write_text(wanted, encoding="utf-8")
            built += [folder] if config and stamp.is_file() else []
    return built


def _fingerprint(project: Path) -> str:
    """Return what stands for the files that a reference is made of, and for the program."""
    digest = hashlib.sha256(program())
    for path in sorted(path for path in project.rglob("*") if WORK not in path.parts[len(project.parts) :]):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _copied(site: Site, root: Path, project: Path, tree: Mapping) -> Path | None:
    """Copy what a public site is made of; return its configuration, or None where some of it lies elsewhere."""
    here = _plain(root)
    for path in [*site.chain, site.docs, site.plan, *([site.overrides] if site.overrides else [])]:
        if not _plain(path).is_relative_to(here):
            return None
        copy = project / _plain(path).relative_to(here)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path == site.plan:
            text = json.dumps(without_internal(tree, site.plan.name), ensure_ascii=False, indent=1)
            copy.write_text(text, encoding="utf-8", newline="\n")
        elif path.is_dir():
            shutil.copytree(path, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, copy)
    return project / _plain(site.config).relative_to(here)


def _plain(path: Path) -> Path:
    """Return an absolute path without dots; links stay."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # Path.resolve follows links


def without_internal(tree: Mapping, file: str) -> dict[str, Any]:
    """Return a plan as plain data without anything internal but what the checks of a plan cannot do without.

    These are small sensitive numbers, seals and what looks like personal data and is none: a ``Pattern`` that is
    ``needed`` is one of them, and never excused by a reference.
    """
    divider = PlanDivider(file, Collector())
    plan = divider.divide(tree)
    for values, key, number in divider.hidden:
        values[key] = number
    for key in ("avslutade_år", "rättelser"):
        if key in tree:
            plan[key] = tree[key]
    plan["undantag"] = [{**each, "skäl": "Ett skäl."} for each in mappings(tree.get("undantag"))]
    stated: dict[str, Any] = _stated(plan)
    return stated


def _stated(node: Any) -> Any:
    """Leave out what is empty: JSON has no value that says so as a plan does."""
    if isinstance(node, dict):
        return {key: _stated(value) for key, value in node.items() if value is not None}
    return [_stated(item) for item in node if item is not None] if isinstance(node, list) else node
