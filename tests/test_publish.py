"""Publishing to a folder, as the one who publishes meets it: what is asked, refused, written, kept and gone back to.

What happens when it is interrupted is played by ``killed.py``, in processes of its own.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

import projects
import versions
from built import Site
from handlingsplan.deliver.folder import HASHED, KEPT, Target
from handlingsplan.deliver.lock import LOCK, OWNER, PATIENCE
from handlingsplan.deliver.refused import Refused
from handlingsplan.project import manifest
from handlingsplan.project.sites import sites
from handlingsplan.project.targets import Way, read_goals
from projects import DAY, Project
from terminal import read_until, terminal
from versions import small

SITE = "lillby.example"
FILE = "publicering.yaml"


@pytest.fixture
def publishing(lillby: Project) -> Project:
    """The smallest project, with a folder for each site beside it."""
    (lillby.root.parent / "ut").mkdir()
    lillby.write(FILE, "lillby.example:\n  mål: ../ut/webb\nintranat:\n  mål: ../ut/intranat\n  adress: ingen\n")
    return lillby


@pytest.fixture
def disk() -> Iterator[Path]:
    """A folder in memory where there is one: what is done a thousand times need not wear a disk."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of our own in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(params=list(Way))
def target(request: pytest.FixtureRequest, disk: Path) -> Target:
    """An empty target, of each kind in turn."""
    return Target(disk / "mål", request.param)


def put(target: Target, number: int) -> None:
    with target.locked():
        target.put(small(target.folder.parent / f"ny-{number}", number))


def publish(project: Project, *more: str, site: str = SITE) -> CompletedProcess[str]:
    return project.run("publicera", site, "--per", DAY.isoformat(), *(more or ("--ja",)))


def web(project: Project) -> Path:
    return project.root.parent / "ut" / "webb"


def alter(project: Project, word: str) -> None:
    page = "content/webb/index.md"
    facts = project.read(page).split("---\n")[1]
    # Without its list of situations every page's link to them would change too.
    project.write(page, f"---\n{facts}---\n\n# Start\n\n{word}\n\n{{{{ situationer() }}}}\n")


def served(project: Project) -> str:
    return (web(project) / "nu" / "index.html").read_text(encoding="utf-8")


# What is said ---------------------------------------------------------------------------------------------------------


def test_a_site_is_published_changed_and_gone_back_from(publishing: Project) -> None:
    first = publish(publishing)
    assert first.returncode == 0, first.stderr
    assert "Inget helt är publicerat där än. Alla 13 sidor är nya.\n" in first.stdout
    assert "\nNya filer som inte är sidor:\n  assets/favicon.svg\nKlart" in first.stdout
    assert re.search(r"\nKlart\. lillby\.example visar nu version 1 \([0-9a-f]{12}, 2\d{3}-", first.stdout)
    assert f"Webbservern ska visa mappen {web(publishing) / 'nu'}\n" in first.stdout
    assert manifest.verify(web(publishing) / "nu") == []

    again = publish(publishing)
    assert again.returncode == 0
    assert again.stdout.splitlines()[-1] == "Inget har ändrats sedan sist. Det som visas är redan den här versionen."

    alter(publishing, "andra")
    publishing.write("content/webb/bilder/karta.svg", "<svg/>")
    second = publish(publishing)
    assert "\nNya filer som inte är sidor:\n  bilder/karta.svg\nKlart" in second.stdout
    assert "1 ändrad sida:\n  Start – Lillby (startsidan)\n" in second.stdout
    assert re.search(r"\n(1 annan fil|\d+ andra filer): \S", second.stdout), second.stdout
    assert "visar nu version 2" in second.stdout
    assert "andra" in served(publishing)

    back = publishing.run("backa", SITE)
    assert back.returncode == 0
    assert "visar nu version 1" in back.stdout
    assert "andra" not in served(publishing)
    further = publishing.run("backa", SITE)
    assert further.returncode == 1
    assert "det finns ingen äldre version att gå tillbaka till; version 1 (" in further.stderr
    assert further.stderr.endswith("\n\n1 fel. Inget är ändrat.\n")

    # A fault in the sources: what is served stays, and so does what lies in the target.
    publishing.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    before = projects.snapshot(web(publishing))
    broken = publish(publishing)
    assert broken.returncode == 1
    assert broken.stderr.startswith("plan.yaml:")
    assert broken.stderr.endswith("Inget nytt är publicerat.\n")
    assert projects.snapshot(web(publishing)) == before


def test_it_asks_which_site_and_only_a_yes_is_a_yes(publishing: Project) -> None:
    for answer, published in (("", False), ("jo", False), ("J", True)):
        with terminal(publishing, "publicera", "--per", DAY.isoformat()) as (process, ours):
            assert read_until(ours, "lillby.example:").startswith("Vilken webbplats? intranat eller lillby.e")
            os.write(ours, f"{SITE}\n".encode())
            assert "Alla 13 sidor är nya" in read_until(ours, "[j/N]")
            os.write(ours, f"{answer}\n".encode())
            said = read_until(ours, "\0")
            assert process.wait() == 0, said
        assert ("Inget är publicerat." in said) is not published
        assert (web(publishing) / "nu").exists() is published


def test_nobody_to_ask_is_wrong_usage(lillby: Project) -> None:
    shutil.rmtree(lillby.root / ".bygg", ignore_errors=True)
    for arguments, said in (
        (["publicera"], "Skriv vilken webbplats: intranat, lillby.example."),
        (["backa"], "Skriv vilken webbplats: intranat, lillby.example."),
        (["publicera", SITE], "Lägg till --ja"),
        (["publicera", "lilby.example", "--ja"], "finns inte – menade du ”lillby.example”? Finns: intranat, "),
        (["backa", "lilby.example"], "finns inte – menade du ”lillby.example”? Finns: intranat, "),
    ):
        done = lillby.run(*arguments)
        assert done.returncode == 2
        assert said in done.stderr
        assert not (lillby.root / ".bygg").exists()


def test_timras_own_file_says_that_nothing_is_decided(timra: Project) -> None:
    for command in (["publicera", "timra.se", "--ja"], ["backa", "timnet"]):
        done = timra.run(*command)
        assert done.returncode == 1
        assert done.stderr.splitlines()[0] == (
            f"publicering.yaml: det står inte var {command[1]} ska publiceras – "
            f"skriv mappen efter mål: under {command[1]}: i publicering.yaml; filen berättar hur"
        )


def test_the_public_site_is_refused_with_drafts_and_without_what_it_needs(timra: Project, tmp_path: Path) -> None:
    project = projects.timra(tmp_path / "timra")
    project.write(FILE, "timra.se: {mål: ../ut}\ntimnet: {mål: ../in, adress: ingen}\n")
    done = publish(project, site="timra.se")
    assert done.returncode == 1
    told = done.stderr.split("\n\n")[0].splitlines()
    assert (
        "content/timra.se/index.md:9:1: sidan är ett utkast – läs och godkänn den och skriv dagens datum efter "
        in "\n".join(told)
    )
    assert {line.partition(":")[0] for line in told} == {
        *(
            f"content/timra.se/{page}.md"
            for page in (
                "en/index",
                "index",
                "lattlast",
                "moter-du-manniskor-i-ditt-arbete",
                "om-webbplatsen",
                "sa-raknar-vi",
                "stod",
                "tillganglighet",
            )
        ),
        "plan.yaml",
    }
    needed = [line for line in told if line.startswith("plan.yaml")]
    rows = project.read("plan.yaml").splitlines()
    for line in needed:
        place = int(line.split(":")[1]) - 1
        assert re.match(r" +(läge: saknas|granskad:)", rows[place]), line
    assert [line for line in needed if "Socialtjänsten i Timrå, mottagning: uppgiften saknas och behövs" in line]
    assert [line for line in needed if "vägledningen är ett utkast" in line]
    assert all(line.endswith("eller publicera på prov med --med-utkast") for line in told)
    assert not (tmp_path / "ut").exists()
    # With whatever else is wrong, in one run.
    start = project.read("content/timra.se/index.md")
    project.write("content/timra.se/index.md", f"{start}\n[Borta](borta.md)\n")
    told = publish(project, site="timra.se").stderr.splitlines()
    assert [line for line in told if "länken ”borta.md” leder ingenstans" in line]
    project.write("content/timra.se/index.md", start)
    # For a trial it may be published; and the intranet may be whatever its texts' state.
    for site, more in (("timra.se", ("--ja", "--med-utkast")), ("timnet", ("--ja",))):
        done = publish(project, *more, site=site)
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def answering(folder: Path | None) -> Iterator[str]:
    """A web server for the intranet that asks nobody who they are or, without a folder, turns everybody away."""

    class Door(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            super().do_GET() if folder else self.send_error(401)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing of each request."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Door, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def test_an_intranet_that_is_shown_without_login_is_not_published(publishing: Project) -> None:
    now = publishing.root.parent / "ut" / "intranat" / "nu"
    unasked = publishing.read(FILE)
    plain = unasked.replace("  adress: ingen\n", "")
    with answering(now) as address:
        publishing.write(FILE, f"{plain}  adress: {address}\n")
        # Nothing is there that could be answered, until it is published: then it is taken away at once.
        done = publish(publishing, site="intranat")
        assert done.returncode == 1
        assert f"{address}: webbservern visar {address} för den som inte har loggat in – be den som " in done.stderr
        assert not now.exists()
        publishing.write(FILE, unasked)
        done = publish(publishing, site="intranat")
        assert "intranat har adress: ingen i publicering.yaml, så inloggningen är inte kontrollerad." in done.stdout
        publishing.write(FILE, f"{plain}  adress: {address}\n")
        done = publish(publishing, site="intranat")
        assert (done.returncode, "loggat in" in done.stderr) == (1, True)
    with answering(None) as address:
        publishing.write(FILE, f"{plain}  adress: {address}\n")
        done = publish(publishing, site="intranat")
        assert (done.returncode, "inloggningen" in done.stdout) == (0, False), done.stderr
    done = publish(publishing, site="intranat")
    assert f"{address} svarade inte, så inloggningen är inte kontrollerad." in done.stdout


def test_what_the_server_needs_is_published_too(publishing: Project) -> None:
    assert publish(publishing).returncode == 0
    files = manifest.read(web(publishing) / "nu").files  # type: ignore[union-attr]
    assert {"index.html.gz", "index.html.br"} <= files.keys()
    assert "web.config" not in files
    publishing.write(FILE, publishing.read(FILE).replace("../ut/webb\n", "../ut/webb\n  server: iis\n"))
    done = publish(publishing)
    assert "\n1 annan fil: web.config\n" in done.stdout
    files = manifest.read(web(publishing) / "nu").files  # type: ignore[union-attr]
    assert "web.config" in files
    assert not [path for path in files if path.endswith(".br")]
    assert "Inget har ändrats" in publish(publishing).stdout


def test_what_the_server_itself_keeps_in_a_copy_is_left_alone(disk: Path) -> None:
    target = Target(disk / "mål", Way.COPY)
    put(target, 1)
    (target.now / "web.config").write_text("<configuration/>", encoding="utf-8")
    assert target.whole()
    put(target, 2)
    with target.locked():
        target.back()
    assert target.whole()
    assert (target.now / "web.config").read_text(encoding="utf-8") == "<configuration/>"


SHORT = "2:8: mål har en förkortning, och den läses som ett mappnamn – skriv hela sökvägen, till exempel D:"


# publicering.yaml -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lillby.exampel:\n  mål: x\n", "1:1: webbplatsen ”lillby.exampel” finns inte – menade du ”lillby.example”?"),
        ("intranat: /srv/x\n", "1:11: intranat ska vara en post med nycklar – skriv mål: på en egen rad"),
        ("intranat:\n  mal: x\n", "2:3: okänd nyckel ”mal” – menade du ”mål”? Tillåtna: mål, sätt, adress, server"),
        ("intranat:\n  mål: x\n  lösenord: x\n", "3:3: ”lösenord” hör inte hemma här – filen får inte innehålla löse"),
        ("intranat:\n  mål: x\n  sätt: kopior\n", "3:9: sätt: ”kopior” finns inte – menade du ”kopia”? Tillåtna: v"),
        ("intranat:\n  mål: x\n  server: apache\n", "3:11: server: ”apache” finns inte – tillåtna: iis"),
        ("intranat:\n  mål: x\n  adress: timnet\n", "3:11: adress: ”timnet” är inte en webbadress – skriv en hel"),
        ("intranat:\n  mål: x\n  adress: https://a:b@timnet/\n", "3:11: adress: ”https://a:b@timnet/” är inte en web"),
        ("intranat:\n  mål: ':sftp,host=x,pass=y:z'\n", "2:8: mål innehåller uppgifter om anslutningen – lägg uppgi"),
        ("intranat:\n  mål: 'namn,pass=y:z'\n", "2:8: mål innehåller uppgifter om anslutningen – lägg uppgifterna"),
        ("intranat:\n  mål: sftp://anna:hemligt@x/y\n", "2:8: mål är en webbadress – lägg uppgifterna i rclone con"),
        ("intranat:\n  mål: webb:x\n  sätt: kopia\n", "3:3: sätt gäller bara mappar – ta bort raden"),
        ("intranat:\n  mål: site/intranat\n", "2:8: målet ligger där projektets egna filer ligger – välj en mapp"),
        ("intranat:\n  mål: content/intranat/x\n", "2:8: målet ligger där projektets egna filer ligger – välj en"),
        ("intranat:\n  mål: ..\n", "2:8: målet ligger där projektets egna filer ligger – välj en mapp"),
        (
            "intranat:\n  mål: ../ut\nlillby.example:\n  mål: ../ut/webb\n",
            "4:8: målet och målet för intranat ligger i varandra – ge varje webbplats en egen mapp",
        ),
        (
            "intranat:\n  mål: moln:webb\nlillby.example:\n  mål: moln:webb\n",
            "2:8: målet och målet för lillby.example är detsamma eller ligger i varandra – ge varje webbplats en egen",
        ),
        (
            "intranat:\n  mål: moln:webb//a/\nlillby.example:\n  mål: moln:/webb/\n",
            "2:8: målet och målet för lillby.example är detsamma eller ligger i varandra – ge varje webbplats en egen",
        ),
        ("intranat:\n  mål: /srv/x\n", "2:3: adressen till intranat saknas, och då kan inloggningen inte kontrollera"),
        ("intranat:\n  mål: ~/webb\n", SHORT),
        ("intranat:\n  mål: ~anna/webb\n", SHORT),
        ("intranat:\n  mål: $HOME/webb\n", SHORT),
        ("intranat:\n  mål: /srv/${SITE}\n", SHORT),
        ("intranat:\n  mål: '%USERPROFILE%\\webb'\n", SHORT),
        ("intranat:\n  mål: moln:~/webb\n", SHORT),
        ("intranat:\n  mål: D:webb\n", "2:8: mål saknar snedstreck efter enhetens kolon – skriv hela sökvägen, till"),
        ("intranat:\n  mål: 'D:'\n", "2:8: mål saknar snedstreck efter enhetens kolon – skriv hela sökvägen, till"),
        ("intranat:\n  mål: content\n", "2:8: målet ligger där projektets egna filer ligger – välj en mapp"),
        ("intranat:\n  mål: anna:hemligt@server:/x\n", "2:8: mål innehåller uppgifter om anslutningen – lägg uppg"),
        ("intranat:\n  mål: smb:\\\\server\\x\n", "2:8: mål är en webbadress – lägg uppgifterna i rclone config"),
        ("intranat:\n  mål: www.lillby.example\n", "2:8: mål är en webbadress – skriv mappen efter mål: och webb"),
        ("intranat:\n  mål: x`pwd`/webb\n", "2:8: mål har tecken som inte kan stå i en sökväg – ta bort citatt"),
        ("intranat:\n  mål: file:///srv/webb\n", "2:8: mål är en webbadress till en fil – skriv hela sökvägen, till"),
        ("intranat:\n  mål: https://a:hemligt@x/\n", "2:8: mål är en webbadress – skriv mappen efter mål: och webb"),
        ("intranat:\n  mål: http:/x\n", "2:8: mål är en webbadress – skriv mappen efter mål: och webbadressen efter"),
        ("intranat:\n  mål: '\"/srv/webb\"'\n", "2:8: mål har tecken som inte kan stå i en sökväg – ta bort citatt"),
        ("intranat:\n  mål: \"'/srv/webb'\"\n", "2:8: mål har tecken som inte kan stå i en sökväg – ta bort citatt"),
        ("intranat:\n  mål: /srv/*/webb\n", "2:8: mål har tecken som inte kan stå i en sökväg – ta bort citattecken"),
        ('intranat:\n  mål: "/srv/webb\\nx"\n', "2:8: mål har tecken som inte syns – skriv sökvägen för hand, på e"),
        ("intranat:\n  mål: /srv/webb /x\n", "2:8: mål har ett blanksteg före eller efter ett snedstreck – ta bort b"),
    ],
)
def test_each_mistake_in_the_file_is_told_with_its_place(lillby: Project, text: str, told: str) -> None:
    lillby.write(FILE, text)
    faults = [str(fault) for fault in read_goals(lillby.root, sites(lillby.root)[0])[1]]
    assert [fault for fault in faults if fault.startswith(f"publicering.yaml:{told}")], faults
    assert "hemligt" not in "".join(faults)


def test_checking_reads_the_file_too(lillby: Project) -> None:
    lillby.write(FILE, "intranat:\n  mol: x\nlillby.example:\n  mål: y\n  sätt: x\n")
    done = lillby.run("kontrollera", "--per", DAY.isoformat())
    assert done.returncode == 1
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()[:2]] == [
        "publicering.yaml:2:3",
        "publicering.yaml:5:9",
    ]


def test_what_a_place_means(lillby: Project) -> None:
    lillby.write(
        FILE, "intranat:\n  mål: ../a/../ut\n  adress: ingen\nlillby.example:\n  mål: 'moln:webb/x'\n  server: iis\n"
    )
    goals, faults = read_goals(lillby.root, sites(lillby.root)[0])
    assert faults == []
    intranet, public = goals["intranat"], goals[SITE]
    assert (intranet.folder, intranet.remote, intranet.iis) == (lillby.root.parent / "ut", False, False)
    assert (public.place, public.remote, public.iis) == ("moln:webb/x", True, True)
    for place in (r"D:\webb", r"\\server\d$\webb", "/srv/webb", "/srv/Anna's webb/100 %/a~b ", "D:/webb", "../webb"):
        lillby.write(FILE, f'{SITE}:\n  mål: "{place}"\n'.replace("\\", "\\\\"))
        goals, faults = read_goals(lillby.root, sites(lillby.root)[0])
        assert faults == []
        assert (goals[SITE].place, goals[SITE].remote) == (place.strip(), False)


@pytest.mark.skipif(sys.platform == "win32", reason="there they are folders")
@pytest.mark.parametrize("place", [r"D:\webb", "D:/webb", r"\\server\webb", "//server/webb", r"webb\timnet"])
def test_a_folder_on_windows_is_no_folder_here(lillby: Project, place: str) -> None:
    lillby.write(FILE, f"{SITE}:\n  mål: {place}\n")
    assert lillby.run("kontrollera", "--per", DAY.isoformat()).returncode == 0
    before = {*lillby.root.iterdir()}
    for command in (["publicera", SITE, "--ja"], ["backa", SITE]):
        done = lillby.run(*command)
        assert done.returncode == 1
        told = (
            f"publicering.yaml: {SITE}: mål är skrivet som i Windows – publicera från en dator som har mappen, eller "
        )
        assert done.stderr.startswith(told)
    assert {*lillby.root.iterdir()} == before


# The target -----------------------------------------------------------------------------------------------------------


def test_a_target_of_another_site_is_refused(publishing: Project) -> None:
    target = Target(web(publishing), Way.LINK)
    with target.locked():
        target.put(small(publishing.root.parent / "annan", 1, "intranat"))
    before = projects.snapshot(web(publishing))
    for command in (["publicera", SITE, "--ja"], ["backa", SITE]):
        done = publishing.run(*command)
        assert done.returncode == 1
        assert "här ligger webbplatsen intranat, inte lillby.example – rätta mål i publicering.yaml" in done.stderr
    assert projects.snapshot(web(publishing)) == before


@pytest.mark.parametrize("inner", ["intranat", "nu/intranat", "nu", "versioner", "a/b/c"])
@pytest.mark.parametrize("linked", [False, True])
def test_no_site_is_published_inside_another_whoever_has_published_it(
    target: Target, inner: str, *, linked: bool
) -> None:
    """As from another copy of the project, which knows nothing of this one's publicering.yaml."""
    put(target, 1)
    (target.folder / "a" / "b").mkdir(parents=True)
    place = target.folder / inner
    if linked:
        place = target.folder.with_name("genväg")
        place.symlink_to((target.folder / inner).parent)
        place /= Path(inner).name
    for site in ("intranat", "prov.example"):
        told = str(Target(place, Way.LINK).faults(site))
        assert "ligger i varandra" in told or (inner == "nu" and "här ligger webbplatsen prov.example" in told), told
    # And the other way about: what lies there already, by hand or from before this was looked for.
    assert target.faults("prov.example") == []
    if inner not in {"nu", "versioner"}:
        inside = Target(target.folder / inner, Way.LINK)
        with inside.locked():
            inside.put(small(target.folder.with_name("ny"), 1))
        told = str(target.faults("prov.example"))
        assert (
            inside.folder.resolve() == Path(re.findall(r"ligger i varandra, den andra i ([^']+)'", told)[0]).resolve()
        )


@pytest.mark.parametrize("sign", [".las", ".las.json", ".visas", "versioner/0001-0123456789ab/", "manifest.json"])
def test_whatever_shows_that_something_is_published_above_stops_it(tmp_path: Path, sign: str) -> None:
    above = tmp_path / "webb"
    if sign.endswith("/"):
        (above / sign).mkdir(parents=True)
    else:
        made = small(tmp_path / "annan", 1)
        versions.write(above / sign, (made / "manifest.json").read_bytes())
    (above / "a").mkdir()
    for folder in (above / "timnet", above / "a" / "timnet"):
        assert "ligger i varandra" in str(Target(folder, Way.LINK).faults("timnet"))
    # What another program calls so is none.
    versions.write(tmp_path / "egen" / "manifest.json", b'{"name": "app"}')
    (tmp_path / "egen" / "versioner" / "1.0").mkdir(parents=True)
    assert Target(tmp_path / "egen" / "timnet", Way.LINK).faults("timnet") == []


def test_a_link_in_a_target_that_leads_to_another_is_found(target: Target) -> None:
    other = Target(target.folder.with_name("intranat"), Way.LINK)
    put(target, 1)
    put(other, 1)
    (target.folder / "genväg").symlink_to(other.folder)
    assert f"den andra i {target.folder / 'genväg'}" in str(target.faults("prov.example"))


def test_the_intranet_cannot_be_published_in_the_public_sites_folder_from_another_copy(publishing: Project) -> None:
    assert publish(publishing).returncode == 0
    before = projects.snapshot(web(publishing))
    other = projects.lillby(publishing.root.parent / "kopia")
    other.write(FILE, f"intranat:\n  mål: {web(publishing)}/nu/intern\n  adress: ingen\n")
    done = publish(other, site="intranat")
    assert done.returncode == 1
    assert "målet och en annan publicering ligger i varandra, den andra i " in done.stderr
    assert projects.snapshot(web(publishing)) == before


@pytest.mark.parametrize("way", Way)
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, way: Way) -> None:
    def told(name: str) -> str:
        return "\n".join(map(str, Target(tmp_path / name, way).faults("prov.example")))

    assert "mappen finns inte – skapa den, anslut den" in told("saknas/mål")
    assert told("mål") == ""
    (tmp_path / "fil").write_bytes(b"")
    assert "här ligger en fil, inte en mapp" in told("fil")
    for number, name in enumerate(("index.html", "nu/index.html")):
        versions.write(tmp_path / str(number) / name, b"")
        assert "mappen är inte tom och handlingsplan har inte publicerat i den" in told(str(number))
    # A site copied there by hand is somebody's too.
    small(tmp_path / "egen", 1)
    assert "mappen är inte tom" in told("egen")
    small(tmp_path / "annans", 1, "timnet")
    assert "här ligger webbplatsen timnet, inte prov.example" in told("annans")
    # What a disk has of its own is nobody's.
    for name in ("lost+found", ".snapshot"):
        (tmp_path / "disk" / name).mkdir(parents=True)
    assert told("disk") == ""


def test_a_link_and_a_copy_do_not_take_each_others_place(disk: Path) -> None:
    said_of = {Way.LINK: "här ligger en länk", Way.COPY: "här ligger en vanlig mapp"}
    for way, other in ((Way.LINK, Way.COPY), (Way.COPY, Way.LINK)):
        target = Target(disk / way, way)
        with target.locked():
            target.put(small(disk / "ny", 1))
        assert said_of[way] in str(Target(target.folder, other).faults("prov.example")[0])


def test_the_last_five_versions_are_kept_and_gone_back_through(target: Target) -> None:
    for number in range(1, 9):
        put(target, number)
    assert versions.numbers(target.versions()) == [4, 5, 6, 7, 8]
    assert len(target.versions()) == KEPT
    for number in (7, 6):
        with target.locked():
            assert target.back().number == number
        assert target.whole()
        assert versions.number((target.now / "index.html").read_bytes()) == str(number)
    # What was gone back from is given up: from the next one, the way back leads to what was served before it.
    put(target, 9)
    assert versions.numbers(target.versions()) == [4, 5, 6, 9]
    with target.locked():
        assert target.back().number == 6
        assert target.back().number == 5
        assert target.back().number == 4
        with pytest.raises(Refused, match="ingen äldre version"):
            target.back()
    assert versions.leftovers(target.folder) == []


def test_a_damaged_version_is_not_gone_back_to(target: Target) -> None:
    for number in (1, 2, 3):
        put(target, number)
    with (target.versions()[1].folder / "index.html").open("ab") as page:
        page.write(b"!")
    with target.locked():
        assert target.back().number == 1
    assert re.fullmatch(r"Version 2 \(.*\) är skadad och hoppades över\.", target.notes[0])


def test_what_is_written_wrong_is_never_served(target: Target) -> None:
    put(target, 1)
    source = small(target.folder.parent / "fel", 2)
    (source / "index.html").write_bytes(b"something else")
    with target.locked(), pytest.raises(Refused, match="filen är ändrad sedan den byggdes"):
        target.put(source)
    assert versions.number((target.now / "index.html").read_bytes()) == "1"
    assert versions.leftovers(target.folder) == []


def test_pages_that_are_open_find_their_assets_after_a_switch_and_after_going_back(target: Target) -> None:
    def found(number: int) -> bool:
        page = (target.folder.parent / f"ny-{number}" / "om" / "index.html").read_bytes()
        return all((target.now / "om" / asset).resolve().is_file() for asset in versions.assets(page))

    for number in range(1, 8):
        put(target, number)
        assert all(map(found, range(max(1, number - KEPT), number + 1)))
        assert target.whole()
    # They do not stay for ever, and they are no part of what the version is.
    assert not found(1)
    assert target.versions()[-1].manifest.version == manifest.read(target.folder.parent / "ny-7").version  # type: ignore[union-attr]
    with target.locked():
        target.back()
    assert found(7)
    assert found(6)
    assert target.whole()
    # What was gone back from is removed by the next, and its assets stay as long as any others.
    for number in range(8, 8 + KEPT + 1):
        assert found(7), number
        put(target, number)
        assert target.whole()
    assert not found(7)


def test_every_style_and_script_has_the_hash_of_its_content_in_its_name(site: Site) -> None:
    named = {file for file in site.files if re.search(r"^assets/.*\.(css|js)$", file)}
    for file in named:
        assert hashlib.sha256(site.files[file]).hexdigest()[:8] in file
    assert {Path(file).suffix for file in named} == {".css", ".js"}
    asked = {
        element.attributes.get("href") or element.attributes["src"]
        for page in site.pages.values()
        for element in page.tree
        if (element.tag == "script" and "src" in element.attributes) or element.attributes.get("rel") == "stylesheet"
    }
    assert asked
    assert [address for address in asked if not HASHED.search(address)] == []


# Who is publishing ----------------------------------------------------------------------------------------------------


def owner(minutes: int, machine: str) -> str:
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)
    return json.dumps({"vem": "anna", "dator": machine, "process": 4711, "sedan": since.isoformat()})


def test_a_second_publish_is_told_who_is_first_and_since_when(publishing: Project) -> None:
    target = Target(web(publishing), Way.LINK)
    with target.locked():
        target.put(small(publishing.root.parent / "ny", 1, SITE))
        now = datetime.datetime.now().astimezone()
        done = publishing.run("backa", SITE)
    assert done.returncode == 1
    who = f"på {socket.gethostname()} (process {os.getpid()}) sedan {now:%Y-%m-%d}"
    assert who in done.stderr
    assert " publicerar redan – vänta tills den är klar" in done.stderr


def test_another_machines_lock_holds_for_half_an_hour(target: Target) -> None:
    put(target, 1)
    (target.folder / OWNER).write_text(owner(29, "annan-dator"), encoding="utf-8")
    with pytest.raises(Refused, match=r"anna på annan-dator .* publicerar redan.*har den brutits går det igen"):
        put(target, 2)
    assert (target.folder / OWNER).exists()
    (target.folder / OWNER).write_text(owner(31, "annan-dator"), encoding="utf-8")
    put(target, 2)
    assert len(target.notes) == 1
    assert target.notes[0].startswith("En publicering av anna på annan-dator (process 4711) sedan ")
    assert not (target.folder / OWNER).exists()


def next_year() -> str:
    return f'{{"dator": "annan", "sedan": "{datetime.datetime.now(datetime.UTC).year + 1}-01-01"}}'


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(lambda: owner(0, socket.gethostname()), id="this machine"),
        pytest.param(lambda: owner(-31, "klockan-går-före"), id="clock ahead"),
        pytest.param(next_year, id="next year"),
        *(
            pytest.param(lambda text=text: text, id=name)
            for name, text in {
                "empty": "",
                "list": "[]",
                "object": "{}",
                "number": '{"sedan": 1}',
                "deep": "[" * 100_000,
                "long": "9" * 5000,
                "last day": '{"dator": "annan", "sedan": "9999-12-31T23:59:59-12:00"}',
                "first day": '{"dator": "annan", "sedan": "0001-01-01T00:00:00+14:00"}',
            }.items()
        ),
    ],
)
def test_a_dead_process_of_this_machine_holds_nothing(target: Target, note: Callable[[], str]) -> None:
    target.folder.mkdir()
    (target.folder / LOCK).touch()
    # Written now, not when the tests are collected: half an hour later the clock would no longer be ahead.
    (target.folder / OWNER).write_text(note(), encoding="utf-8")
    put(target, 1)
    assert target.whole()
    assert not (target.folder / OWNER).exists()


def test_a_machine_whose_clock_is_ahead_holds_for_an_hour_at_most_and_says_so_in_plain_signs(target: Target) -> None:
    put(target, 1)
    since = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=29)
    note = {"vem": "\x1b[2J\x1b]0;anna\x07", "dator": "\u202eannan", "process": "\n1", "sedan": since.isoformat()}
    (target.folder / OWNER).write_text(json.dumps(note), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        put(target, 2)
    told = str(refused.value.faults[0])
    assert told.isprintable()
    assert "[U+001B][2J" in told
    assert f"har den brutits går det igen {(since + PATIENCE).astimezone():%H:%M}" in told


@pytest.mark.parametrize("name", [LOCK, OWNER])
@pytest.mark.parametrize("kind", ["mapp", *(["rör"] if hasattr(os, "mkfifo") else [])])
def test_what_lies_in_the_place_of_a_lock_is_no_lock(target: Target, name: str, kind: str) -> None:
    put(target, 1)
    path = target.folder / name
    path.unlink(missing_ok=True)
    path.mkdir() if kind == "mapp" else os.mkfifo(path)
    put(target, 2)
    assert target.whole()
    assert not path.is_dir()


# When it is interrupted -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="plays with fork and signals")
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("what", ["dödas", "dödas-bakåt", "borta", "ändras", "fullt", "samtidigt", "förbjudet"])
def test_what_is_served_is_one_whole_version_whatever_happens(disk: Path, way: Way, what: str) -> None:
    script = Path(__file__).with_name("killed.py")
    environment = projects.clean_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), str(disk), way, what]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["found"] == [], done.stderr
    assert told["steps"] >= 4


def test_a_file_that_another_program_holds_is_waited_for_and_then_told(disk: Path) -> None:
    """Windows refuses to rename over a file that is open; here a hook does, for files that really are open."""
    code = """
import os, sys, threading, time
from pathlib import Path
import versions
from handlingsplan.deliver import disk
from handlingsplan.deliver.folder import Target
from handlingsplan.project.targets import Way
from handlingsplan.deliver.refused import Refused

def is_open(path):
    return any(os.path.realpath(f"/proc/self/fd/{n}") == path for n in os.listdir("/proc/self/fd"))

def windows(event, arguments):
    if event in ("os.rename", "os.remove"):
        path = os.path.realpath(str(arguments[1 if event == "os.rename" else 0]))
        if not busy[0] and is_open(path):
            busy[0] = True
            print("refused", os.path.basename(path), flush=True)
            busy[0] = False
            raise PermissionError(13, "in use", path)

busy = [False]
work, seconds = Path(sys.argv[1]), float(sys.argv[2])
target = Target(work / "mål", Way.COPY)
for number in (1, 2):
    with target.locked():
        target.put(versions.small(work / str(number), number))
disk.WAITS = (0.1, 0.1, 0.1)
sys.addaudithook(windows)
held = open(target.now / "om" / "index.html", "rb")
threading.Timer(seconds, held.close).start()
try:
    with target.locked():
        target.put(versions.small(work / "3", 3))
except OSError as error:
    print("stopped", error.errno, os.path.basename(error.filename))
allowed = {str(n): work / str(n) for n in (1, 2, 3)}
print("wrong", versions.problems(target.now, allowed))
print("served", versions.number((target.now / "index.html").read_bytes()))
"""

    def play(seconds: float) -> list[str]:
        with tempfile.TemporaryDirectory(dir=disk) as work:
            done = subprocess.run(
                [sys.executable, "-c", code, work, str(seconds)],
                env=projects.clean_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                check=False,
                encoding="utf-8",
            )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    waited = play(0.15)
    assert waited[0] == "refused index.html"
    assert waited[-2:] == ["wrong []", "served 3"]
    held = play(3)
    assert held[:4] == ["refused index.html"] * 4
    assert held[-3:] == ["stopped 16 index.html", "wrong []", "served 2"]


def test_somebody_who_published_while_the_question_stood_is_not_overrun(publishing: Project) -> None:
    with terminal(publishing, "publicera", SITE, "--per", DAY.isoformat()) as (process, ours):
        read_until(ours, "[j/N]")
        target = Target(web(publishing), Way.LINK)
        with target.locked():
            target.put(small(publishing.root.parent / "ny", 7, SITE))
        os.write(ours, b"j\n")
        said = read_until(ours, "\0")
        assert process.wait() == 1
    assert "någon annan har publicerat medan du läste – kör kommandot igen och se vad som ändras nu" in said
    assert versions.number((web(publishing) / "nu" / "index.html").read_bytes()) == "7"
