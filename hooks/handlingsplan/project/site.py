"""One site of a project, and the names of the folders that the program keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..plan.words import Audience
from .settings import Settings

PREVIEW = ".preview"
"""Where ``mkdocs build`` by hand writes; a site's name is its folder below it."""
WORK = ".bygg"
"""Scratch folder beside ``site/``: on the same disk, so that a folder can be renamed into place."""
TARGET = "site"
"""Where built sites stand."""
SERVERS = "servrar"
"""Where the servers' configurations lie beside the sites: ``site/servrar/timnet/nginx.conf``."""
OWN = (PREVIEW, WORK, TARGET)
"""The folders that the program empties; it removes nothing elsewhere in the project."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site: its configuration file, its name, whom it is for and what it is made from."""

    config: Path
    name: str
    audience: Audience
    docs: Path
    plan: Path
    menu: tuple[str, ...]
    """The pages that its navigation names."""
    url: str = ""
    """Where it is published, ``site_url``; empty until the municipality has decided."""
    settings: Settings = field(default_factory=lambda: Settings({}, ()))
    """Its configuration, with what it inherits."""
    overrides: Path | None = None
    """The folder of templates and files that it adds to the theme."""

    @property
    def chain(self) -> tuple[Path, ...]:
        """Its configuration file and those that it inherits, the nearest first."""
        return tuple(path for path, _ in self.settings.chain)
