"""What ``bygg`` writes for servers, what pages may not hold for its sake, and whether an intranet's door is shut."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from built import Site
from handlingsplan.check.forbidden import check_forbidden
from handlingsplan.check.site_files import SiteFiles
from handlingsplan.deliver import servers
from handlingsplan.deliver.servers import configurations, headers
from handlingsplan.plan.words import Audience
from handlingsplan.project.site import SERVERS
from handlingsplan.project.site import Site as Source
from handlingsplan.project.targets import FRAME_HOST, Served
from projects import Project

HERE = Path()


def source(url: str = "", audience: Audience = Audience.EXTERNAL, name: str = "timra.se") -> Source:
    return Source(HERE, name, audience, HERE, HERE, (), url)


# ---------------------------------------------------------------------------------------------------- the built files


def test_each_site_has_a_file_for_each_server_beside_the_sites(project: Project) -> None:
    folder = project.root / "site" / SERVERS
    built = {site.name for site in project.sites}
    assert {path.name for path in folder.iterdir()} == built
    for name in built:
        assert {path.name for path in (folder / name).iterdir()} == set(servers.NAMES)
        for path in (folder / name).iterdir():
            text = path.read_text(encoding="utf-8")
            assert "\r" not in text
            # The first lines tell those who run the server what to do, in five steps.
            head = text.split("\n\n\n")[0][:2500]
            assert [step for step in "12345" if f" {step}. " not in head] == []
    # Nothing of it lies where readers can fetch it.
    assert not [path for site in project.sites for path in site.folder.rglob("*.conf*")]


def test_the_intranet_is_shut_and_the_public_site_open(timra: Project) -> None:
    folder = timra.root / "site" / SERVERS
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.*")
        if path.is_file()
    }
    assert "\n    deny all;\n" in texts["timnet/nginx.conf"]
    assert "\n        Require all denied\n" in texts["timnet/apache.conf"]
    assert "Require all granted" not in texts["timnet/apache.conf"]
    public = " ".join(texts[f"timra.se/{name}"] for name in servers.NAMES)
    for word in ("deny all", "Require all denied", "authentication", "noindex", "private", "auth_"):
        assert word not in public, word


def test_iis_is_told_everything(timra: Project) -> None:
    """IIS itself cannot be run here: that its file is whole XML with these elements is all that is tried."""
    for site, private in ((timra.internal, True), (timra.external, False)):
        text = (timra.root / "site" / SERVERS / site.name / "web.config").read_bytes()
        tree = ET.fromstring(text)  # noqa: S314  # our own file
        server = tree.find("system.webServer")
        assert server is not None
        login = server.find("security/authentication")
        if private:
            assert login is not None
            assert [(each.tag, each.attrib) for each in login] == [
                ("anonymousAuthentication", {"enabled": "false"}),
                ("windowsAuthentication", {"enabled": "true"}),
            ]
        else:
            assert login is None
        audience = Audience.INTERNAL if private else Audience.EXTERNAL
        custom = server.findall("httpProtocol/customHeaders/*")
        assert {each.get("name"): each.get("value") for each in custom if each.tag == "add"} == headers(audience)
        # A header that the server has already would otherwise make IIS answer 500 to everything; so would a type.
        for parent, key in (("httpProtocol/customHeaders", "name"), ("staticContent", "fileExtension")):
            removed: set[str | None] = set()
            for element in server.findall(f"{parent}/*"):
                if element.tag == "remove":
                    removed.add(element.get(key))
                elif element.get(key):
                    assert element.get(key) in removed
        types = {each.get("fileExtension"): each.get("mimeType") for each in server.findall("staticContent/mimeMap")}
        assert types[".ics"] == "text/calendar; charset=utf-8"
        assert types[".woff2"] == "font/woff2"
        assert set(types) == {f".{ending}" for ending in (*servers.TEXT, *servers.BINARY)}
        missing = server.find("httpErrors/error")
        assert missing is not None
        assert missing.attrib == {"statusCode": "404", "path": "404.html", "responseMode": "File"}
        places = {place.get("path"): place for place in tree.findall("location")}
        hashed = [path for path in site.files if path in places]
        assert len(hashed) >= 2  # the style and the script
        framed = places["fragment"].findall(".//add")
        assert "frame-ancestors 'self'" in str(framed[0].get("value"))


def test_every_kind_of_file_on_the_sites_has_a_media_type(site: Site) -> None:
    """A server with nosniff and no type for a file makes browsers refuse it."""
    endings = {Path(path).suffix.removeprefix(".") for path in site.files}
    assert endings - set(servers.TEXT) - set(servers.BINARY) == set()


# ------------------------------------------------------------------------------------------------ what they are made of


def test_the_path_and_the_host_come_from_the_sites_address() -> None:
    made = configurations(source("https://www.timrå.se/plan/mot-våld/"), [])
    assert "server_name www.xn--timr-toa.se;" in made["nginx.conf"]
    assert "location /plan/mot-våld/ {" in made["nginx.conf"]
    assert "error_page 404 /plan/mot-våld/404.html;" in made["nginx.conf"]
    assert 'Alias "/plan/mot-våld" ' in made["apache.conf"]
    at_root = configurations(source(), [])
    assert "FYLL-I-ADRESSEN" in at_root["nginx.conf"]
    assert "location / {" in at_root["nginx.conf"]
    assert 'DocumentRoot "/FYLL/I/MAPPEN/nu"' in at_root["apache.conf"]


@pytest.mark.parametrize(
    ("root", "shown"),
    [
        ("/srv/webb/timra.se/nu", "/srv/webb/timra.se/nu"),
        ("D:\\webb\\nu", "D:/webb/nu"),
        ("/srv/med blank/nu", "/srv/med blank/nu"),
        ('/srv/"; deny/nu', "/FYLL/I/MAPPEN/nu"),
        ("/srv/$document_root/nu", "/FYLL/I/MAPPEN/nu"),
        ("/srv/a\nb/nu", "/FYLL/I/MAPPEN/nu"),
        ("", "/FYLL/I/MAPPEN/nu"),
    ],
)
def test_the_folder_is_filled_in_where_it_is_known(root: str, shown: str) -> None:
    made = configurations(source(), [], Served(root))
    assert f'root "{shown}";' in made["nginx.conf"]
    assert f'DocumentRoot "{shown}"' in made["apache.conf"]
    assert ("FYLL I, även" in made["nginx.conf"]) is True  # the address is still unknown


def test_only_fragments_may_be_framed_and_only_by_those_listed() -> None:
    frames = ("https://www.timra.se", "https://*.sitevision-cloud.se")
    made = configurations(source(), [], Served(frames=frames))
    listed = "frame-ancestors 'self' https://www.timra.se https://*.sitevision-cloud.se"
    for text in (made["nginx.conf"], made["apache.conf"]):
        assert text.count(listed) == 1
        assert text.count("frame-ancestors 'none'") == 1
    assert '"~^/fragment/" "";' in made["nginx.conf"]
    assert "Header always unset X-Frame-Options" in made["apache.conf"]
    framed = ET.fromstring(made["web.config"]).find("location[@path='fragment']")  # noqa: S314  # our own file
    assert framed is not None
    assert [each.get("name") for each in framed.iter("add")] == ["Content-Security-Policy"]


def test_bygg_takes_the_folder_and_the_frames_from_publicering_yaml(lillby: Project) -> None:
    intranet = "intranat:\n  mål: ../webb/intranat\n  adress: ingen\n"
    lines = intranet + "lillby.example:\n  mål: /srv/webb/lillby\n  ramas_in_av: [{}]\n"
    lillby.write("publicering.yaml", lines.format("https://www.lillby.se, https://cms.lillby.se"))
    assert lillby.run("bygg").returncode == 0
    public = lillby.read("site/servrar/lillby.example/nginx.conf")
    assert 'root "/srv/webb/lillby/nu";' in public
    assert "frame-ancestors 'self' https://www.lillby.se https://cms.lillby.se" in public
    private = lillby.read("site/servrar/intranat/nginx.conf")
    assert 'root "/FYLL/I/MAPPEN/nu";' in private
    assert "lillby.se" not in private
    # What is no host is told of, with its place, and never reaches the policy.
    lillby.write("publicering.yaml", lines.format('https://www.lillby.se, "https://a.se; script-src *"'))
    told = lillby.run("publicera", "lillby.example", "--ja")
    assert told.returncode == 1
    assert "publicering.yaml:6:40: ramas_in_av: ”https://a.se; script-src *” är ingen webbplats" in told.stderr
    assert lillby.run("bygg").returncode == 0
    assert "script-src *" not in lillby.read("site/servrar/lillby.example/nginx.conf")


@pytest.mark.parametrize("host", ["https://www.timra.se", "http://intranat", "https://*.timra.se", "https://a.se:8443"])
def test_hosts_that_may_frame(host: str) -> None:
    assert FRAME_HOST.fullmatch(host)


@pytest.mark.parametrize(
    "host",
    [
        "www.timra.se",
        "https://a.se/",
        "https://a.se; script-src *",
        "*",
        "'self'",
        'https://a.se"',
        "https://a.se\n",
        "https://*",
    ],
)
def test_what_is_no_host_could_change_the_policy(host: str) -> None:
    assert not FRAME_HOST.fullmatch(host)


def test_the_policy_allows_nothing_within_pages_and_nobody_else() -> None:
    for audience in Audience:
        policy = headers(audience)["Content-Security-Policy"]
        for word in ("unsafe", "http", "*", "blob:", "sha256", "upgrade"):
            assert word not in policy
        assert policy.startswith("default-src 'none'; ")
    assert headers(Audience.INTERNAL)["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in headers(Audience.EXTERNAL)


# ------------------------------------------------------------------------------------------ what pages may not hold


ALLOWED = [
    '<script src="a.js"></script>',
    '<script id="x" type="application/json">{"a": "<b style=1>"}</script>',
    "<script type=application/ld+json>{}</script>",
    "<!-- <script>1</script> -->",
    "<p>style=1 och onclick=2 och &lt;script&gt;</p>",
    '<a title="style=1" href="a>b">x</a>',
    '<base target="_top">',
    '<p data-style="a" class="style=b">x</p>',
]
FORBIDDEN = [
    ("<script>1</script>", "ett skript"),
    ("<SCRIPT type=module>1</SCRIPT>", "ett skript"),
    ('<script type="application/json" src="">1</script><script type="">1</script>', "ett skript"),
    ("<style>p{}</style>", "<style>"),
    ('<p style="color: red">x</p>', "attributet style"),
    ("<td\nSTYLE='text-align: right;'>x</td>", "attributet style"),
    ('<p class="a"style=b>x</p>', "attributet style"),
    ('<a href="#" onclick="x()">x</a>', "attributet onclick"),
    ("<svg/onload=x()>", "attributet onload"),
    ('<iframe src="a.html"></iframe>', "<iframe>"),
    ('<video src="a.mp4"></video>', "<video>"),
    ('<object data="a.pdf"></object>', "<object>"),
    ("<svg><title><style>p{}</style></title></svg>", "<style>"),
]


@pytest.mark.parametrize("html", ALLOWED)
def test_what_a_page_may_hold(tmp_path: Path, html: str) -> None:
    (tmp_path / "index.html").write_text(f"<body>{html}</body>", encoding="utf-8")
    assert check_forbidden(SiteFiles(tmp_path), "timra.se") == []


@pytest.mark.parametrize(("html", "what"), FORBIDDEN)
def test_what_a_page_may_not_hold(tmp_path: Path, html: str, what: str) -> None:
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text(f"<body>{html}</body>", encoding="utf-8")
    faults = check_forbidden(SiteFiles(tmp_path), "timra.se")
    assert len(faults) == 1
    assert what in faults[0].what
    assert "(och 1 sidor till)" in faults[0].what
    assert faults[0].file == "timra.se/a.html"


def test_the_theme_is_within_the_policy(site: Site) -> None:
    assert check_forbidden(SiteFiles(site.folder), site.name) == []


def test_a_build_stops_at_what_its_servers_would(lillby: Project) -> None:
    """What an editor's table and a theme's template become."""
    path = next(path for path in sorted((lillby.root / "content").rglob("*.md")))
    name = path.relative_to(lillby.root).as_posix()
    lillby.write(name, lillby.read(name) + "\n\n| A | B |\n|---|--:|\n| 1 | 2 |\n")
    lillby.replace("overrides/404.html", "<p>Adressen", '<p onclick="x()">Adressen')
    lillby.replace("overrides/main.html", "</head>", "<script>x()</script></head>")
    done = lillby.run("bygg")
    assert done.returncode == 1
    for words in ("<p> har attributet onclick", "<th> har attributet style", "ett skript i sig"):
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (lillby.root / "site").exists()
