"""Both sites behind a real nginx and a real Apache, with the configuration that ``bygg`` wrote for them.

What each answer says, who is let in, that a browser can do everything, and what Mozilla's grader gives. Run by
``nox -s full``.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import http.client
import http.server
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from built import Site
from handlingsplan.deliver import servers
from handlingsplan.deliver.compress import compress
from handlingsplan.deliver.visit import visit
from handlingsplan.plan.words import Audience
from handlingsplan.project.site import SERVERS
from handlingsplan.project.sites import sites
from projects import Project
from serving import apache_config, faults_of, filled, free_port, nginx_config, running
from test_browser import KINDS

pytestmark = pytest.mark.full

PROGRAMS = {"nginx": "nginx.conf", "apache2": "apache.conf"}
USER, PASSWORD = "prov", "provlösenord"
LOGIN = {"Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
SHUT = {"nginx": "deny all;", "apache2": "Require all denied"}
MEDIA = {
    "prov/a.ics": "text/calendar; charset=utf-8",
    "prov/a.csv": "text/csv; charset=utf-8",
    "prov/a.json": "application/json; charset=utf-8",
    "prov/a.txt": "text/plain; charset=utf-8",
    "prov/a.webmanifest": "application/manifest+json; charset=utf-8",
    "prov/a.woff2": "font/woff2",
    "prov/a.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "prov/a.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "prov/a.pdf": "application/pdf",
    "prov/a.png": "image/png",
    "assets/favicon.svg": "image/svg+xml; charset=utf-8",
    "assets/plan.*.css": "text/css; charset=utf-8",
    "assets/tables.*.js": "text/javascript; charset=utf-8",
    "sok/index.json": "application/json; charset=utf-8",
    "sitemap.xml": "application/xml; charset=utf-8",
    "kontakter/": "text/html; charset=utf-8",
}


@dataclass
class Answer:
    """What a server answered, as it came: not unpacked, no redirect followed."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Served:
    """A built and compressed site in a folder that servers may read, and what ``bygg`` wrote for servers."""

    site: Site
    audience: Audience
    base: str
    root: Path
    texts: dict[str, str]
    work: Path
    port: int = field(default_factory=free_port)

    @property
    def private(self) -> bool:
        """Whether it is the intranet."""
        return self.audience is Audience.INTERNAL

    def named(self, pattern: str) -> str:
        """The one file that a pattern fits, where there is a star in it."""
        return next(self.root.glob(pattern)).relative_to(self.root).as_posix() if "*" in pattern else pattern

    def filled(self, program: str, *labels: str, **more: str) -> str:
        """The configuration with this machine's folder and port in it."""
        text = self.texts[PROGRAMS[program]]
        listen = {
            "nginx": ("listen 80;", "listen 127.0.0.1:{};"),
            "apache2": ("<VirtualHost *:80>", "<VirtualHost *:{}>"),
        }
        old, new = listen[program]
        changes = {"/FYLL/I/MAPPEN/nu": str(self.root), old: new.format(self.port), **more}
        return filled(text, changes, *labels)

    @contextlib.contextmanager
    def behind(self, program: str, text: str, *modules: str) -> Iterator[Served]:
        """Serve it with a configuration that has been filled in."""
        work = Path(tempfile.mkdtemp(dir=self.work))
        if program == "nginx":
            config = nginx_config(work, text)
        else:
            config = apache_config(work, text, self.port, modules=modules)
        with running(program, config, self.port):
            yield self

    @contextlib.contextmanager
    def open(self, program: str) -> Iterator[Served]:
        """Serve it to everyone who may read it: the public site as it is, the intranet with a password."""
        with self.behind(program, self.let_in(program)):
            yield self

    def let_in(self, program: str) -> str:
        """The configuration as it is for the public site; with passwords chosen for the intranet."""
        brotli_on = ["brotli"] if program == "nginx" else []
        if not self.private:
            return self.filled(program, *brotli_on)
        return self.filled(program, "lösenord", *brotli_on, **passwords(self.work), **{SHUT[program]: ""})

    def ask(self, path: str, method: str = "GET", port: int = 0, **headers: str) -> Answer:
        """Ask for a path below the site's base, with a login where there is one."""
        login = LOGIN if self.private else {}
        return self.ask_anonymously(path, method, port, **login, **headers)

    def ask_anonymously(self, path: str, method: str = "GET", port: int = 0, **headers: str) -> Answer:
        """Ask as someone who has not logged in."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        try:
            connection.request(
                method, f"{self.base}{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
            )
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def passwords(work: Path) -> dict[str, str]:
    """Write a file with one user, and return the change that names it."""
    file = work / "lösenord"
    hashed = subprocess.run(
        ["openssl", "passwd", "-apr1", PASSWORD], capture_output=True, check=True, encoding="utf-8"
    ).stdout.strip()
    file.write_text(f"{USER}:{hashed}\n", encoding="utf-8")
    file.chmod(0o644)
    return {"/FYLL/I/LÖSENORDSFIL": str(file)}


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[dict[tuple[str, str], Served]]:
    """Both sites of both projects as ``publicera`` leaves them, where Apache's own user may read them."""
    room = Path(tempfile.mkdtemp())
    room.chmod(0o755)
    found = {}
    for name in ("timra", "exempelkommun"):
        project: Project = request.getfixturevalue(name)
        for site in sites(project.root)[0]:
            root = room / name / site.name / "nu"
            shutil.copytree(project.root / "site" / site.name, root)
            for path, text in {
                **{path: "prov" for path in MEDIA if path.startswith("prov/")},
                ".hemlig": "prov",
                ".git/config": "prov",
                ".well-known/security.txt": "prov",
                "fragment/prov/index.html": "<!doctype html><title>Prov</title>",
            }.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            compress(root)
            folder = project.root / "site" / SERVERS / site.name
            texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
            built = project.internal if site.audience is Audience.INTERNAL else project.external
            work = room / name / site.name / "arbete"
            work.mkdir()
            found[name, site.audience.value] = Served(built, site.audience, built.base, root, texts, work)
    yield found
    shutil.rmtree(room)


@pytest.fixture(params=["timra", "exempelkommun"])
def of(request: pytest.FixtureRequest) -> str:
    """Whose sites: at the root of their host, or (Exempelkommun's public one) below a path."""
    name: str = request.param
    return name


@pytest.fixture(params=[audience.value for audience in Audience])
def served(request: pytest.FixtureRequest, made: dict[tuple[str, str], Served], of: str) -> Served:
    """Each site of each project in turn."""
    return made[of, request.param]


@pytest.fixture
def timnet(made: dict[tuple[str, str], Served], of: str) -> Served:
    """Each project's intranet."""
    return made[of, Audience.INTERNAL.value]


@pytest.fixture(params=list(PROGRAMS))
def program(request: pytest.FixtureRequest) -> str:
    """Each server that can be had from Debian."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody vouches for, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


# ------------------------------------------------------------------------------------------- what the servers accept


def test_the_servers_own_checks_accept_what_is_written(served: Served, program: str) -> None:
    """As it is, nothing filled in but the folder and the port."""
    text = served.filled(program)
    work = Path(tempfile.mkdtemp(dir=served.work))
    config = nginx_config(work, text) if program == "nginx" else apache_config(work, text, served.port)
    assert faults_of(program, config) == ""
    broken = text.replace("TraceEnable Off", "TraceEnable Kanske").replace("index index.html;", "indx index.html;")
    assert broken != text
    config = nginx_config(work, broken) if program == "nginx" else apache_config(work, broken, served.port)
    assert faults_of(program, config) != ""


CHOICES = [
    ("extern", "nginx", ""),
    ("extern", "apache2", ""),
    ("intern", "nginx", "lösenord"),
    ("intern", "nginx", "inloggningstjänst"),
    ("intern", "apache2", "lösenord"),
    ("intern", "apache2", "windows"),
]


@pytest.mark.parametrize(("audience", "program", "login"), CHOICES)
def test_every_choice_in_them_is_accepted_too(
    made: dict[tuple[str, str], Served],
    of: str,
    audience: str,
    program: str,
    login: str,
    *,
    certificate: tuple[Path, Path],
) -> None:
    """Encryption and HSTS on, together with each way to log in."""
    served = made[of, audience]
    cert, key = certificate
    changes = {"/FYLL/I/CERTIFIKAT.pem": str(cert), "/FYLL/I/NYCKEL.pem": str(key)}
    if login:
        changes |= {SHUT[program]: ""}
    if login == "lösenord":
        changes |= passwords(served.work)
    labels = ["https", "hsts", *([login] if login else []), *(["brotli"] if program == "nginx" else [])]
    text = served.filled(program, *labels, **changes)
    work = Path(tempfile.mkdtemp(dir=served.work))
    if program == "nginx":
        config = nginx_config(work, filled(text, {"listen 443": f"listen 127.0.0.1:{free_port()}"}))
    else:
        config = apache_config(work, text, served.port, modules=("socache_shmcb", "ssl", "auth_gssapi"))
    assert faults_of(program, config) == ""


# ------------------------------------------------------------------------------------------------ what answers say


def check_headers(answer: Answer, served: Served, *, fragment: bool = False, kept: bool = False) -> None:
    """Hold an answer against the table, each header once and none besides."""
    wanted = servers.headers(served.audience, ("'self'",) if fragment else ())
    wanted["Cache-Control"] = ("private, " if served.private else "") + (servers.FOREVER if kept else "no-cache")
    assert {name: answer.headers.get_all(name) for name in wanted} == {name: [value] for name, value in wanted.items()}
    if not served.private:
        assert "X-Robots-Tag" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


def test_every_answer_has_every_header(served: Served, program: str) -> None:
    hashed = next(path for path in served.site.files if re.search(servers.HASHED + "$", path))
    with served.open(program):
        page = served.ask("kontakter/")
        assert page.status == 200
        assert page.body == served.site.files["kontakter/index.html"]
        check_headers(page, served)
        assert re.fullmatch("nginx|Apache.*", page.headers["Server"])

        missing = served.ask("finns/inte/")
        assert missing.status == 404
        assert missing.body == served.site.files["404.html"]
        assert missing.headers["Content-Type"] == "text/html; charset=utf-8"
        check_headers(missing, served)

        gone = served.ask(hashed.replace("assets/", "assets/gammal/"))
        assert gone.status == 404
        check_headers(gone, served)

        asset = served.ask(hashed)
        assert asset.status == 200
        check_headers(asset, served, kept=True)

        fragment = served.ask("fragment/prov/")
        assert fragment.status == 200
        check_headers(fragment, served, fragment=True)
        check_headers(served.ask("fragment/finns-inte/"), served)

        for packed in ("gzip", "br"):
            check_headers(served.ask("kontakter/", Accept_Encoding=packed), served)
            check_headers(served.ask(hashed, Accept_Encoding=packed), served, kept=True)

        for path, is_kept in (("kontakter/", False), (hashed, True)):
            first = served.ask(path)
            same = served.ask(path, If_None_Match=first.headers["ETag"])
            assert (same.status, same.body) == (304, b"")
            if program == "nginx":
                check_headers(same, served, kept=is_kept)
            else:
                # Apache leaves all but the cache's headers out of a 304; the browser keeps those it got with the page.
                assert same.headers["Cache-Control"] == first.headers["Cache-Control"]
                assert same.headers["ETag"] == first.headers["ETag"]


def test_precompressed_copies_are_what_the_file_is(served: Served, program: str) -> None:
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
    with served.open(program):
        for path in ("", "kontakter/", served.named("assets/plan.*.css"), "sok/index.json", "uppfoljning/"):
            plain = served.ask(path)
            assert "Content-Encoding" not in plain.headers
            assert "Accept-Encoding" in (plain.headers["Vary"] or ""), path
            for coding, way in unpack.items():
                packed = served.ask(path, Accept_Encoding=coding)
                assert packed.headers["Content-Encoding"] == coding, path
                assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
                assert "Content-Language" not in packed.headers
                assert "Accept-Encoding" in packed.headers["Vary"]
                assert way(packed.body) == plain.body
                assert len(packed.body) < len(plain.body)
                assert packed.headers["ETag"] != plain.headers["ETag"]
            both = served.ask(path, Accept_Encoding="gzip, deflate, br, zstd")
            assert both.headers["Content-Encoding"] == "br"


def test_files_are_called_what_they_are(served: Served, program: str) -> None:
    with served.open(program):
        for pattern, kind in MEDIA.items():
            path = served.named(pattern)
            answer = served.ask(path)
            assert (path, answer.status, answer.headers["Content-Type"]) == (path, 200, kind)
        assert gzip.decompress(served.ask("sitemap.xml.gz").body) == served.site.files["sitemap.xml"]


def test_nothing_but_reading_and_nothing_hidden(served: Served, program: str) -> None:
    with served.open(program):
        head = served.ask("kontakter/", "HEAD")
        assert (head.status, head.body) == (200, b"")
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            assert (method, served.ask("kontakter/", method).status) == (method, 405)
        for path in (".hemlig", ".git/config", "kontakter/.htaccess", ".well-known/../.hemlig"):
            hidden = served.ask(path)
            assert (path, hidden.status) == (path, 404)
            assert b"prov" not in hidden.body.replace(served.site.files["404.html"], b"")
        assert served.ask(".well-known/security.txt").body == b"prov"
        # A folder is not listed, and its address gets its slash without naming a host that only the server knows.
        assert served.ask("assets/").status in {403, 404}
        moved = served.ask("kontakter")
        assert moved.status == 301
        assert urlsplit(moved.headers["Location"]).path == f"{served.base}kontakter/"


def test_every_page_is_served(served: Served, program: str) -> None:
    with served.open(program):
        for file in [*served.site.pages, *served.site.fragments, "fragment/index.html"]:
            if file != "404.html":
                answer = served.ask(file.removesuffix("index.html"))
                assert (file, answer.status) == (file, 200)
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
                assert answer.body == served.site.files[file]


# ------------------------------------------------------------------------------------------------- who is let in

WANTED = [
    "",
    "kontakter/",
    "404.html",
    "manifest.json",
    "sok/index.json",
    "sitemap.xml",
    "finns/inte/",
    ".git/config",
]


def shows_nothing(served: Served, *statuses: int) -> None:
    """Ask for all sorts of things without a login."""
    for path in [
        *WANTED,
        served.named("assets/plan.*.css"),
        "index.html.gz",
        "index.html.br",
        "fragment/prov/",
        "kontakter",
    ]:
        for packed in ("identity", "br"):
            answer = served.ask_anonymously(path, Accept_Encoding=packed)
            assert answer.status in statuses, (path, answer.status)
            assert b"<article" not in answer.body
            assert len(answer.body) < 1000
    assert served.ask_anonymously("", "POST").status in {405, *statuses}


def test_copied_as_it_is_the_intranet_stays_shut(timnet: Served, program: str) -> None:
    with timnet.behind(program, timnet.filled(program)):
        shows_nothing(timnet, 403, 404) if program == "apache2" else shows_nothing(timnet, 403)
        assert timnet.ask("").status == 403
        # A refusal is not kept either, also where the file itself would be kept for a year.
        for path in ("", timnet.named("assets/plan.*.css")):
            check_headers(timnet.ask_anonymously(path), timnet)
        assert not visit(f"http://127.0.0.1:{timnet.port}{timnet.base}", private=True).ours


def test_copied_as_it_is_the_public_site_is_open(made: dict[tuple[str, str], Served], of: str, program: str) -> None:
    public = made[of, Audience.EXTERNAL.value]
    with public.behind(program, public.filled(program)):
        assert public.ask_anonymously("").body == public.site.files["index.html"]


def test_with_passwords_only_those_who_have_one_are_let_in(timnet: Served, program: str) -> None:
    with timnet.open(program):
        shows_nothing(timnet, 401)
        assert timnet.ask("").body == timnet.site.files["index.html"]
        wrong = base64.b64encode(f"{USER}:fel".encode()).decode()
        assert timnet.ask_anonymously("", Authorization=f"Basic {wrong}").status == 401
        assert not visit(f"http://127.0.0.1:{timnet.port}{timnet.base}", private=True).ours


def test_forgetting_to_open_keeps_it_shut(timnet: Served, program: str) -> None:
    """The login's lines switched on, and the line that denies left."""
    with timnet.behind(program, timnet.filled(program, "lösenord", **passwords(timnet.work))):
        shows_nothing(timnet, 401, 403)


class _LoginService(http.server.BaseHTTPRequestHandler):
    """What nginx asks whether a reader has logged in, as oauth2-proxy answers."""

    def do_GET(self) -> None:
        if self.path.startswith("/oauth2/auth"):
            self.send_response(202 if "inloggad=ja" in (self.headers["Cookie"] or "") else 401)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<form method=post>Logga in</form>")

    def do_POST(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class names it so
        """Say nothing of each request."""


def test_with_a_login_service_the_rest_are_sent_to_it(timnet: Served) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _LoginService) as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.05,))
        thread.start()
        try:
            where = {"127.0.0.1:4180": f"127.0.0.1:{service.server_address[1]}", SHUT["nginx"]: ""}
            with timnet.behind("nginx", timnet.filled("nginx", "inloggningstjänst", **where)):
                shows_nothing(timnet, 302, 401)
                assert timnet.ask_anonymously("kontakter/").headers["Location"].startswith("/oauth2/sign_in?rd=")
                page = timnet.ask_anonymously("kontakter/", Cookie="inloggad=ja")
                assert page.body == timnet.site.files["kontakter/index.html"]
                check_headers(page, timnet)
                # The service's own pages need their forms.
                form = timnet.ask_anonymously("oauth2/sign_in")
                assert b"Logga in" in form.body
                assert "Content-Security-Policy" not in form.headers
                assert timnet.ask_anonymously("oauth2/sign_in", "POST").status == 204
                # Asked without a login, a browser ends at the login page, which is 200 and none of ours.
                assert not visit(f"http://127.0.0.1:{timnet.port}{timnet.base}", private=True).ours
        finally:
            service.shutdown()
            thread.join()


def test_an_intranet_left_open_is_found_out(timnet: Served, program: str) -> None:
    opened = timnet.filled(program, **{SHUT[program]: {"nginx": "", "apache2": "Require all granted"}[program]})
    with timnet.behind(program, opened):
        assert visit(f"http://127.0.0.1:{timnet.port}{timnet.base}", private=True).ours


# ------------------------------------------------------------------------------------------------ a real browser

VIOLATIONS = """
window.brott = []
addEventListener("securitypolicyviolation", event => brott.push(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))
"""


def wandered(browser: Browser, served: Served, address: str) -> tuple[list[str], int]:
    """Visit a page of every kind, use the search and the menu; return what the browser complained of and found."""
    context = browser.new_context(
        locale="sv-SE",
        ignore_https_errors=True,
        http_credentials={"username": USER, "password": PASSWORD} if served.private else None,
    )
    complaints: list[str] = []
    try:
        context.add_init_script(VIOLATIONS)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        files = [re.sub(r"(index)?\.md$", "", path) for path in KINDS]
        kinds = [f"{path}/".lstrip("/").replace("//", "/") for path in files]
        kinds = [path for path in kinds if (served.root / path / "index.html").exists()]
        kinds += [path.relative_to(served.root).as_posix() for path in sorted(served.root.glob("fragment/*.html"))]
        assert len(kinds) >= 12
        for path in [*kinds, "plan/finns/inte/"]:
            tab.goto(f"{address}{path}")
            complaints += [f"{path}: {each}" for each in tab.evaluate("brott")]
        results = _use(tab, address)
        complaints += tab.evaluate("brott")
    finally:
        context.close()
    return [each for each in complaints if "the server responded with a status of 404" not in each], results


def _use(tab: Page, address: str) -> int:
    """Search, press Enter in an empty search, and open the menu as on a phone; return how many results there were."""
    tab.goto(address)
    tab.get_by_role("searchbox").focus()
    # The keyboard's own key: the box's waits for a page that a policy against forms keeps from coming.
    tab.keyboard.press("Enter")
    try:
        tab.wait_for_url("**/sok/?q=", timeout=10_000)
    except NotInTime:
        return 0
    tab.get_by_role("searchbox").press_sequentially("kontakt")
    found = tab.locator(".sok__traffar a")
    with contextlib.suppress(AssertionError):
        expect(found.first).to_be_visible(timeout=10_000)
    results = found.count()
    tab.set_viewport_size({"width": 360, "height": 640})
    tab.goto(address)
    tab.locator("summary", has_text="Meny").click()
    tab.locator("nav a", has_text="Kontakter").locator("visible=true").first.click()
    tab.wait_for_url("**/kontakter/")
    # The look comes from a file: were it stopped, the page would be bare.
    assert tab.evaluate("getComputedStyle(document.querySelector('.huvud')).display") != "block"
    return results


@pytest.mark.browser
@pytest.mark.parametrize(
    ("of", "program"), [("timra", "nginx"), ("timra", "apache2"), ("exempelkommun", "nginx")], indirect=True
)
def test_a_browser_has_nothing_to_object_and_can_do_everything(served: Served, program: str, browser: Browser) -> None:
    with served.open(program):
        complaints, results = wandered(browser, served, f"http://127.0.0.1:{served.port}{served.base}")
    assert complaints == []
    assert results > 0


@pytest.mark.browser
@pytest.mark.parametrize("directive", ["form-action 'self'", "connect-src 'self'; "])
def test_a_policy_that_breaks_the_site_is_noticed(
    made: dict[tuple[str, str], Served], browser: Browser, directive: str
) -> None:
    """So that the test above is known to see: without form-action forms lead anywhere, so it is set to none."""
    public = made["timra", Audience.EXTERNAL.value]
    instead = "form-action 'none'" if directive.startswith("form") else ""
    text = filled(public.let_in("nginx"), {directive: instead})
    with public.behind("nginx", text):
        complaints, results = wandered(browser, public, f"http://127.0.0.1:{public.port}/")
    assert any(directive.partition(" ")[0] in each for each in complaints)
    assert results == 0


@pytest.mark.browser
def test_encrypted_too(made: dict[tuple[str, str], Served], browser: Browser, certificate: tuple[Path, Path]) -> None:
    public = made["timra", Audience.EXTERNAL.value]
    with encrypted(public, certificate) as port:
        complaints, results = wandered(browser, public, f"https://localhost:{port}/")
        plain = public.ask_anonymously("kontakter/")
        assert (plain.status, plain.headers["Location"]) == (301, "https://127.0.0.1/kontakter/")
    assert complaints == []
    assert results > 0


@contextlib.contextmanager
def encrypted(served: Served, certificate: tuple[Path, Path]) -> Iterator[int]:
    """Serve a site with HTTPS and HSTS as those who run the server switch them on, and give the port."""
    port = free_port()
    cert, key = certificate
    changes = {"/FYLL/I/CERTIFIKAT.pem": str(cert), "/FYLL/I/NYCKEL.pem": str(key)}
    text = served.filled("nginx", "https", "hsts", "brotli", **changes)
    with served.behind("nginx", filled(text, {"listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;"})):
        yield port


# --------------------------------------------------------------------------------------------- Mozilla's own grader

GRADER = """
import { retrieve } from "HOME/src/retriever/retriever.js";
import { ALL_TESTS } from "HOME/src/constants.js";
import { getGradeForScore, getScoreModifier } from "HOME/src/grader/grader.js";
const [httpPort, httpsPort] = process.argv.slice(2).map(Number);
const asked = await retrieve("localhost", { httpPort, httpsPort });
let full = 100, penalties = 100;
const tests = {};
for (const test of ALL_TESTS) {
  const { result, constructor } = test(asked);
  if (!result) continue;
  const points = getScoreModifier(result);
  full += points;
  if (points < 0) penalties += points;
  tests[result] = points;
}
// Extra points count from 90 on.
const score = penalties >= 90 ? full : penalties;
console.log(JSON.stringify({ score, grade: getGradeForScore(score).grade, tests }));
"""


def graded(served: Served, https: int, certificate: Path, tmp_path: Path) -> dict[str, object]:
    """Return what Mozilla's HTTP Observatory gives a server on this machine."""
    home = Path(os.environ["HANDLINGSPLAN_NPM"]) / "node_modules" / "@mdn" / "mdn-http-observatory"
    script = tmp_path / "grader.mjs"
    script.write_text(GRADER.replace("HOME", home.as_uri()), encoding="utf-8")
    ran = subprocess.run(
        ["node", str(script), str(served.port), str(https)],
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(certificate)},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, object] = json.loads(ran.stdout)
    return told


def test_mozillas_grader_gives_its_highest_grade(
    made: dict[tuple[str, str], Served], certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    public = made["timra", Audience.EXTERNAL.value]
    with encrypted(public, certificate) as port:
        told = graded(public, port, certificate[0], tmp_path)
    assert (told["grade"], told["score"]) == ("A+", 130), told
