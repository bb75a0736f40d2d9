"""``visa``: all sites on this machine while somebody writes. The last whole version stays, faults above it."""

from __future__ import annotations

import http.server
import shutil
import sys
import threading
import webbrowser
from functools import partial
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

from ..deliver.build import Built, make, own_folder
from ..project import backup
from ..project.site import PREVIEW, WORK
from ..project.sites import sites
from ..project.system import unwritable

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from watchdog.events import FileSystemEvent

    from ..text.faults import Fault

VERSION = "/__version"
"""Where a page asks whether something newer has been built."""
_RELOAD = (
    "<script>(function(v){{setInterval(function(){{fetch('" + VERSION + "').then(r=>r.text())"
    ".then(t=>{{if(t!==v)location.reload()}}).catch(()=>{{}})}},700)}})('{version}')</script>"
)
QUIET = 0.15
"""Seconds without a further change before building: editors write a file in several steps."""


class Preview:
    """What is shown: a folder with the last whole version, and the faults of the newest attempt."""

    def __init__(self, root: Path, work: Path, today: datetime.date, say: Callable[[str], None]) -> None:
        self.root = root
        self.work = work
        self.today = today
        self.say = say
        self.folder: Path | None = None
        self.names: list[str] = []
        # What is wrong and where the last whole plans are: one value, since pages are asked for while it changes.
        self.newest: tuple[Sequence[Fault], Sequence[str]] = ((), ())
        self.version = 0
        self.changed = threading.Event()

    def build(self) -> None:
        """Build once. On faults what was shown stays."""
        folder = self.work / str(self.version + 1)
        try:
            built = make(self.root, folder, self.today)
        except OSError as error:
            built = Built((), (unwritable(error),))
        copies = list(backup.told(self.root, sites(self.root)[0], built.faults)) if built.faults else []
        self.newest = built.faults, copies
        if built.faults:
            self.say(f"{len(built.faults)} fel. Sidan visar dem överst.")
            for fault in built.faults:
                self.say(f"  {fault}")
            for line in copies:
                self.say(line)
            old: Path | None = folder
        else:
            old, self.folder, self.names = self.folder, folder, [site.name for site in built.sites]
            self.say("Sidorna är uppdaterade.")
        # Last: a page that sees a new number loads itself again, and what it loads must be there.
        self.version += 1
        if old:
            shutil.rmtree(old, ignore_errors=True)

    def keep_building(self) -> None:
        """Build again after each change, once it has become quiet."""
        while True:
            self.changed.wait()
            self.changed.clear()
            while self.changed.wait(QUIET):
                self.changed.clear()
            self.build()

    @property
    def banner(self) -> str:
        """The faults as HTML, above the page; empty where there are none."""
        faults, lines = self.newest
        if not faults:
            return ""
        rows = "".join(f"<li>{escape(str(fault))}</li>" for fault in faults)
        note = "Sidan nedanför är den senaste hela versionen." if self.folder else "Det finns ingen hel version än."
        copies = "".join(f"<p>{escape(line)}</p>" for line in lines)
        return (
            '<div role="alert" style="position:relative;z-index:99;background:#fff4f2;color:#1a1a1a;'
            'border-bottom:4px solid #b3261e;padding:1rem;font:1rem/1.5 system-ui,sans-serif">'
            f"<strong>{len(faults)} fel. Inget nytt är byggt.</strong> {note}<ul>{rows}</ul>{copies}</div>"
        )

    def page(self, html: str) -> str:
        """Return a page with the faults above it and a script that reloads it. Only in the preview, never published."""
        reload = _RELOAD.format(version=self.version)
        head, body, rest = html.partition("<body")
        tag, end, rest = rest.partition(">")
        return f"{head}{body}{tag}{end}{self.banner}{reload}{rest}"

    def front(self) -> str:
        """Return the page that leads to the sites."""
        links = "".join(f'<li><a href="/{name}/">{escape(name)}</a></li>' for name in self.names)
        title = "Förhandsvisning"
        head = f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>{title}</title>'
        style = "font:1.1rem/1.6 system-ui,sans-serif;margin:2rem"
        return self.page(f'{head}<body style="{style}"><h1>{title}</h1><ul>{links}</ul></body></html>')


_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
"""The names of this machine. Another site that leads its own name here (DNS rebinding) must not read the intranet."""
_REFUSED = {
    HTTPStatus.BAD_REQUEST: "Adressen går inte att läsa.",
    HTTPStatus.FORBIDDEN: "Förhandsvisningen svarar bara den här datorn.",
    HTTPStatus.NOT_FOUND: "Sidan finns inte.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "Adressen är för lång.",
    HTTPStatus.NOT_IMPLEMENTED: "Förhandsvisningen visar bara sidor.",
}


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the preview's folder, to this machine only."""

    server: http.server.HTTPServer

    def __init__(self, *args: Any, preview: Preview, **rest: Any) -> None:
        self.preview = preview
        super().__init__(*args, directory=str(preview.folder or preview.work), **rest)

    def parse_request(self) -> bool:
        """Read a request's head, and refuse it whatever its method is unless it was meant for this address."""
        if not super().parse_request():
            return False
        hosts = self.headers.get_all("Host", [])
        # A browser leaves out the port that it takes for granted.
        ours = {f"{name}:{self.server.server_port}".removesuffix(":80") for name in _HOSTS}
        if len(hosts) != 1 or hosts[0].casefold() not in ours:
            self.send_error(HTTPStatus.FORBIDDEN)
        elif not self.path.startswith("/") or not unquote(self.path.partition("?")[0]).isprintable():
            self.send_error(HTTPStatus.BAD_REQUEST)
        else:
            return True
        return False

    def do_GET(self) -> None:
        self._answer(super().do_GET)

    def do_HEAD(self) -> None:
        self._answer(super().do_HEAD)

    def _answer(self, send_file: Callable[[], None]) -> None:
        path = self.path.partition("?")[0]
        if path == VERSION:
            self._send(str(self.preview.version))
            return
        if path == "/" or self.preview.folder is None:
            self._send(self.preview.front(), "text/html")
            return
        try:
            file = Path(self.translate_path(self.path))
            if file.is_dir() and path.endswith("/"):
                file /= "index.html"
            site = self.preview.folder / path.split("/")[1]
            status = 200
            if not file.exists() and (site / "404.html").exists():
                file, status = site / "404.html", 404
            html = file.read_text(encoding="utf-8", errors="replace") if file.suffix == ".html" else None
        except (OSError, ValueError):  # no such file, or no name that the disk can have
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if html is None:
            send_file()
        else:
            self._send(self.preview.page(html), "text/html", status)

    def _send(self, text: str, kind: str = "text/plain", status: int = 200) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer with a fault in Swedish; the base class has its own words, in English."""
        said = _REFUSED.get(HTTPStatus(code), "Förfrågan går inte att läsa.")
        self.close_connection = True
        self._send(f"{said} Öppna http://127.0.0.1:{self.server.server_port}/", status=code)

    def list_directory(self, path: Any) -> None:  # noqa: ARG002  # the base class lists its files
        """Answer that a folder without a page is no page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        # Nor may another site's page run or show what is here as a part of itself.
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing of each request."""


class _Server(http.server.ThreadingHTTPServer):
    """Serves on this machine, and says nothing of a reader who goes on to another page before the answer has come."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Show every other fault of the program."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Watcher(FileSystemEventHandler):
    """Wakes the builder when a source changes."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.ignored = tuple(str(preview.root / name) for name in (WORK, PREVIEW, "site", ".git", ".venv", ".nox"))

    def on_any_event(self, event: FileSystemEvent) -> None:
        quiet = event.event_type in {"opened", "closed_no_write"} or "__pycache__" in str(event.src_path)
        if not quiet and not str(event.src_path).startswith(self.ignored):
            self.preview.changed.set()


def serve(root: Path, today: datetime.date, port: int, say: Callable[[str], None], *, opened: bool = False) -> None:
    """Build and show all sites until somebody stops it, ``opened`` in a browser or not.

    Raises:
        OSError: the port is taken.

    """
    with own_folder(root / WORK, "visa") as work:
        _serve(Preview(root, work, today, say), port, opened=opened)


def _serve(preview: Preview, port: int, *, opened: bool) -> None:
    root, say = preview.root, preview.say
    handler = partial(_Handler, preview=preview)
    with _Server(("127.0.0.1", port), handler) as server:
        say("Bygger …")
        preview.build()
        observer = Observer()
        watcher = _Watcher(preview)
        observer.schedule(watcher, str(root), recursive=False)
        for folder in (root / "content", root / "overrides", Path(__file__).parent.parent):
            if folder.is_dir():
                observer.schedule(watcher, str(folder), recursive=True)
        observer.start()
        threading.Thread(target=preview.keep_building, daemon=True).start()
        address = f"http://127.0.0.1:{port}/"
        if opened and webbrowser.open(address):
            say(f"{address} är öppnad i din webbläsare. Stoppa med Ctrl+C.")
        else:
            say(f"Öppna {address} i en webbläsare. Stoppa med Ctrl+C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Stoppat.")
        finally:
            observer.stop()
