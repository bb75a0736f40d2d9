"""Ready configuration for the server a site stands on: nginx, Apache and IIS, from one table of headers.

``bygg`` writes it beside the sites, for those who run the servers to copy; the templates lie beside this module.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..plan.words import Audience
from ..project.site import SERVERS
from ..project.targets import Served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

    from ..project.site import Site

NAMES = ("nginx.conf", "apache.conf", "web.config")

FRAGMENTS = "fragment/"
"""The pages that others may frame."""

POLICY = {
    "default-src": "'none'",  # what is not named below is neither fetched nor run
    "script-src": "'self'",  # files only: check/forbidden.py keeps code out of the pages, so no hashes are needed
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",  # the search's index
    "base-uri": "'none'",
    "form-action": "'self'",  # the search
}
"""The Content-Security-Policy, but for who may frame a page. The same for every build, so that a server's copy does not
age. Without ``upgrade-insecure-requests``, which would break an intranet on plain HTTP: all addresses are our own.
"""


HEADERS = {
    # No browser may take a file for anything but what the server calls it.
    "X-Content-Type-Options": "nosniff",
    # An address such as oro/under-18/ says what someone worries about: it is told to nobody else.
    "Referrer-Policy": "same-origin",
    # The pages use none of it, so nothing that finds its way into them may.
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Windows and pages of other sites get no hold of ours.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer has, errors too."""
INTERNAL_HEADERS = {"X-Robots-Tag": "noindex"}
"""And on an intranet: on every file, for a calendar or a spreadsheet has no <meta name="robots">."""

HSTS = "max-age=31536000"
"""A year, for this host only, not its subdomains. Whether at all is for those who run the server to say."""

REVALIDATE, FOREVER = "no-cache", "max-age=31536000, immutable"
"""What is kept: everything is asked for anew, so that a corrected phone number shows at once, but what has a hash of
its content in its name, which can never change."""
HASHED = r"\.[0-9a-f]{8}(\.min)?\.(css|js)"
"""How such a name ends."""

TEXT = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "map": "application/json",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "txt": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "webmanifest": "application/manifest+json",
}
"""Media types of text, all of it UTF-8, by the ending of the name."""
BINARY = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "woff2": "font/woff2",
    "zip": "application/zip",
    "gz": "application/gzip",
}


def headers(audience: Audience, frames: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of every answer but ``Cache-Control``, by name.

    Args:
        audience: whose site it is.
        frames: who may show the page in a frame: ``'self'``, ``https://www.timra.se``. Nobody when empty.

    """
    policy = {**POLICY, "frame-ancestors": " ".join(frames) or "'none'"}
    told = {"Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in policy.items())}
    # For browsers that do not know frame-ancestors. It cannot name a host, so where there are any it is left out.
    if set(frames) <= {"'self'"}:
        told["X-Frame-Options"] = "SAMEORIGIN" if frames else "DENY"
    return told | HEADERS | (INTERNAL_HEADERS if audience is Audience.INTERNAL else {})


def configurations(site: Site, hashed: Sequence[str], place: Served | None = None) -> dict[str, str]:
    """Return a site's configuration for each kind of server, by the name of its file.

    Args:
        site: the site; its ``url`` says under which name and path it is served.
        hashed: the files with a hash in their names, which IIS has to be told one by one.
        place: where the site is served.

    """
    place = place or Served()
    parts = urlsplit(site.url)
    # A folder that cannot stand within quotes in any of the files is left to be filled in.
    root = "" if re.search(r'["$%\x00-\x1f]', place.root) else place.root.replace("\\", "/")
    private = site.audience is Audience.INTERNAL
    # A file that is kept by a proxy between server and reader would be shown to the next reader, login or not.
    kept = "private, " if private else ""
    facts = {
        "site": site.name,
        "private": private,
        "host": host(parts.hostname or ""),
        "base": parts.path.rstrip("/") + "/",
        "root": root or "/FYLL/I/MAPPEN/nu",
        "known_root": bool(root),
        "variable": re.sub(r"\W", "_", site.name),
        "headers": headers(site.audience),
        "fragment_headers": headers(site.audience, ("'self'", *place.frames)),
        "fragments": FRAGMENTS,
        "hsts": HSTS,
        "revalidate": kept + REVALIDATE,
        "forever": kept + FOREVER,
        "hashed": HASHED,
        "hashed_files": sorted(hashed),
        "text": TEXT,
        "binary": BINARY,
        "media": {**TEXT, **BINARY},
    }
    return {name: template.render(facts) for name, template in templates().items()}


@cache
def templates() -> dict[str, Template]:
    """Return the template of each kind of configuration, by the name of its file."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only a build writes these

    room = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        # The values are ours or have been checked; only XML has to have its quotes written out.
        autoescape=lambda name: name == "web.config",  # noqa: S701  # the others are not markup
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    room.filters["re_escape"] = re.escape
    return {name: room.get_template(name) for name in NAMES}


def write(built: Path, sites: Sequence[Site], places: dict[str, Served] | None = None) -> None:
    """Write the configurations of sites that have just been built.

    Args:
        built: the folder that holds the built sites, side by side.
        sites: the sites.
        places: where each is served, by its name, where that is known.

    """
    for site in sites:
        folder = built / site.name
        hashed = [
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if re.search(HASHED + "$", path.name)
        ]
        target = built / SERVERS / site.name
        target.mkdir(parents=True)
        for name, text in configurations(site, hashed, (places or {}).get(site.name)).items():
            (target / name).write_text(text, encoding="utf-8", newline="\n")


def host(name: str) -> str:
    """Return a host's name as servers know it, ``timrå.se`` as ``xn--timr-roa.se``; empty when it is not one."""
    try:
        ascii_name = name.encode("idna").decode()
    except UnicodeError:
        return ""
    return ascii_name if re.fullmatch(r"[a-z0-9.-]+", ascii_name) else ""
