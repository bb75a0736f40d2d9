"""A visit to a published site: what its address shows to somebody who has not logged in."""

from __future__ import annotations

import hashlib
import re
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from ..project import manifest
from .servers import host

SECONDS = 10
"""How long an answer may take."""
WAITS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each visit after a switch: a server may go on showing for a moment what it showed before."""
_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_BROKEN = 500
_REDIRECTS = range(300, 400)
ELSEWHERE = 302
"""Stands for every redirect to another host."""
_MOST = 10_000_000
_OURS = re.compile(rb"""<link rel="stylesheet" href="[^"]*assets/plan(\.[0-9a-f]{8})?\.css">""")


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address showed."""

    status: int
    """The front page's HTTP status, after redirects within the host; ``ELSEWHERE`` where they lead to another."""
    front: bytes
    """The front page, where it is one of ours."""
    facts: manifest.Manifest | None
    """The manifest that was shown."""

    @property
    def ours(self) -> bool:
        """Whether a page or the manifest of a site of ours was shown."""
        return bool(self.front) or self.facts is not None

    def wrong(self, version: manifest.Manifest, *, private: bool) -> str | None:
        """Return what shows that readers do not get a version, of a public site or of an intranet; None for nothing."""
        if self.status in _ABSENT or self.status >= _BROKEN or (self.status == HTTPStatus.FORBIDDEN and not private):
            return f"svarar {self.status}"
        if private or self.status != HTTPStatus.OK:
            return None
        if not self.ours:
            return "visar en annan sida"
        # The manifest may be kept from readers, and a proxy may write pages anew.
        return "visar en annan version" if self.facts and self.facts.version != version.version else None

    def unknown(self, version: manifest.Manifest, *, private: bool) -> str | None:
        """Return why it cannot be told which version readers get; None where it can, or is nobody's to see."""
        if private:
            return None
        if self.status == ELSEWHERE:
            return "leder till en annan webbplats"
        if self.status != HTTPStatus.OK:
            return f"svarar {self.status}"
        known = self.facts or hashlib.sha256(self.front).hexdigest() == version.files.get("index.html")
        return None if known else "visar inte vilken version det är"


def visit_after(address: str, version: manifest.Manifest, *, private: bool) -> Visit:
    """Visit a site until it shows a version, a few times. Raises ``OSError`` where nothing answers."""
    for wait in WAITS:
        time.sleep(wait)
        seen = visit(address, private=private, past=f"{version.version[:12]}-{time.time_ns()}")
        if not seen.wrong(version, private=private):
            break
    return seen


def visit(address: str, *, private: bool, past: str = "") -> Visit:
    """Visit a site.

    Args:
        address: the site's, ``https://www.timra.se/``.
        private: whether it is an intranet. Then redirects are followed to other hosts too, as a browser does, since a
            page of ours at the end is open to all; and any certificate will do, since many sign their own.
        past: words that no cache has met before, so that the server itself answers.

    Raises:
        OSError: nothing answered, so nothing is known.

    """
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise OSError(f"no address: {error}") from error
    # Names and paths with å, ä and ö as they are sent.
    base = f"{parts.scheme}://{host(parts.hostname or '')}{port}{quote(parts.path.rstrip('/'), safe='/%')}/"
    query = f"?{past}" if past else ""
    status, front = _asked(f"{base}{query}", private=private)
    _, facts = _asked(f"{base}{manifest.NAME}{query}", private=private)
    return Visit(status, front if _OURS.search(front) else b"", manifest.parse(facts))


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect only where it leads to the same host."""

    def redirect_request(self, req: Request, *answer: Any) -> Request | None:
        """Return the next request; None to take the redirect for the answer."""
        same = urlsplit(answer[-1]).hostname == urlsplit(req.full_url).hostname
        return super().redirect_request(req, *answer) if same else None


def _asked(address: str, *, private: bool) -> tuple[int, bytes]:
    context = ssl.create_default_context()
    if private:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    handlers = [HTTPSHandler(context=context), *([] if private else [_SameHost()])]
    told = {"Accept": "text/html,*/*", "User-Agent": "handlingsplan", "Cache-Control": "no-cache", "Pragma": "no-cache"}
    answer: HTTPResponse
    try:
        request = Request(address, headers=told)  # noqa: S310  # http or https, as publicering.yaml is checked
        with build_opener(*handlers).open(request, timeout=SECONDS) as answer:
            return answer.status, _body(answer)
    except HTTPError as refusal:
        refusal.close()
        elsewhere = urlsplit(refusal.url).hostname != urlsplit(address).hostname
        return ELSEWHERE if elsewhere or refusal.code in _REDIRECTS else refusal.code, b""
    except (HTTPException, ValueError) as error:
        raise OSError(f"no answer that can be read: {error}") from error


def _body(answer: HTTPResponse) -> bytes:
    body, until = b"", time.monotonic() + SECONDS
    while (more := answer.read1(65536)) and len(body) < _MOST:
        body += more
        if time.monotonic() > until:
            raise TimeoutError("the answer has no end")
    return body
