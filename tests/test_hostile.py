"""Hostile and broken input: one clear message each, soon, in little memory, and nothing already built is lost.

What an attacker, another program or a tired person may put in the files. Where it matters the real command runs in a
process of its own, with bounds on its memory and its processor time, which a busy machine does not change.
"""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

import projects
from fuzz_reading import check_place, read_anything
from golden import CASES
from handlingsplan.plan.load import parse
from handlingsplan.project.files import odd_files
from handlingsplan.text.decoding import decode
from handlingsplan.text.faults import quoted
from projects import DAY, Project, snapshot

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits, pipes or permissions")

NAME = "plan.yaml"
SMALL = (Path(__file__).parent / "plans" / "liten.yaml").read_text(encoding="utf-8")
PLACE = "underlag: Årsrapport 2025"
"""Where a value is put in the small plan."""

Done: TypeAlias = "subprocess.CompletedProcess[str]"

MEMORY = 512 * 1024 * 1024
"""Bytes of address space that checking may ask for; a plan of 10,000 activities needs half of it."""
SECONDS = 10
"""Of processor time: start, reading and all messages."""


def kontrollera(project: Project, *, command: str = "kontrollera", through: tuple[str, ...] = ()) -> Done:
    """Run a command as people do, within bounds; ``through`` is another that starts it."""

    def bounds() -> None:
        if command == "kontrollera":
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    day = ("--per", DAY.isoformat())
    return subprocess.run(
        [*through, sys.executable, "-m", "handlingsplan", "--mapp", str(project.root), command, *day],
        env=projects.clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
        preexec_fn=bounds,
    )


def told(done: Done) -> list[str]:
    """Return the messages of a command that found faults, after seeing that it ended as it should."""
    assert done.returncode == 1, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.replace("\n", "").isprintable()
    faults, _, count = done.stderr.partition("\n\n")
    lines = faults.splitlines()
    assert count.startswith(f"{len(lines)} fel.")
    return lines


def old_site(project: Project) -> dict[str, tuple[bytes, int]]:
    project.write("site/lillby.example/index.html", "den gamla")
    return snapshot(project.root / "site")


# What would fill a memory, a stack or an afternoon ------------------------------------------------------------------


def bomb(levels: int) -> str:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels + 1)]
    return "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]", *rows, ""])


HEAVY: dict[str, tuple[Callable[[], str | bytes], int, str]] = {
    "en miljard skratt": (lambda: bomb(9), 120, "1:5: text får inte börja med &"),
    "bomb i sammanslagning": (
        lambda: "x0: &x0 {k: 1}\n" + "".join(f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}]}}\n" for n in range(1, 23)),
        130,
        "1:5: text får inte börja med &",
    ),
    "alias till sig själv": (lambda: "a: &a [1, *a]\n", 12, "1:4: text får inte börja med &"),
    "en miljon [": (lambda: "[" * 1_000_000, 1, "1:21: fler än 20 nivåer i varandra"),
    "en miljon {": (lambda: "{" * 1_000_000, 2, "1:1: klamrar läses som kod"),
    "en miljon {[": (lambda: "a: " + "{x: [" * 500_000, 2, "1:53: fler än 20 nivåer i varandra"),
    "en miljon ?": (lambda: "? " * 1_000_000, 2, "1:3: klamrar läses som kod"),
    "en miljon -": (lambda: "- " * 1_000_000, 1, "1:41: fler än 20 nivåer i varandra"),
    "nivåer i block": (
        lambda: "".join(f"{' ' * n}a:\n" for n in range(3000)) + " " * 3000 + "- " * 200_000,
        2,
        "21:21: fler än 20 nivåer i varandra",
    ),
    "50 MB": (lambda: b"a: " + b"x" * 50_000_000, 1, " filen är 50,0 MB, gränsen är 5 MB"),
    "1 MB text": (lambda: SMALL.replace(PLACE, "underlag: " + "x" * 1_000_000), 20, "87:19: texten har 1000000 tecken"),
    "1 MB text i koder": (
        lambda: SMALL.replace(PLACE, 'underlag: "' + "\\x41" * 250_000 + '"'),
        20,
        "87:19: texten har 250000 tecken",
    ),
    "1 MB nyckel": (lambda: "x" * 1_000_000 + ": 1\n", 10, "1:1: nyckeln ”xxx"),
    "1 MB nyckel i citattecken": (lambda: '"' + "x" * 1_000_000 + '": 1\n', 10, '1:1: nyckeln ”"xxx'),
    "5 MB nycklar": (
        lambda: "".join(f"k{n}: {n}\n" for n in range(310_000)),
        202,
        "2001:1: fler än 2000 nycklar på samma nivå",
    ),
    "en miljon nycklar": (lambda: "".join(f"k{n}: {n}\n" for n in range(1_000_000)), 1, " filen är 15,8 MB"),
    "5 MB av samma nyckel": (lambda: "k: 1\n" * 980_000, 201, "2:1: nyckeln ”k” finns redan på rad 1"),
    "hänvisningar som inte finns": (
        lambda: SMALL.replace("[polisen, jour]", "[" + ", ".join(f"k{n}" for n in range(400_000)) + "]"),
        230,
        " fler än 200 fel; bara de första visas",
    ),
    "en miljon fel": (lambda: "a: @\n" * 900_000, 12, "1:4: text får inte börja med @"),
    "tecken som inte syns": (lambda: "a: " + "\u200b" * 1_000_000, 30, "1:4: osynligt tecken U+200B"),
    "bara NUL": (lambda: b"\0" * 4_000_000, 1, " filen är ingen textfil"),
    "bara citattecken": (lambda: "a: " + '"' * 1_000_000, 12, "1:6: mer text efter citattecknet"),
    "bara kolon": (lambda: "a: " + "x: " * 1_000_000, 12, "1:5: kolon inne i en text"),
    "bara blanksteg": (lambda: " " * 4_900_000, 1, "1:1: filen är tom"),
    "bara radslut": (lambda: "\n" * 4_900_000, 1, "1:1: filen är tom"),
    "bara tabbar": (lambda: "\t" * 4_900_000, 1, "1:1: filen är tom"),
    "kombinerande tecken": (lambda: "a: x" + "\u0301" * 1_000_000, 12, "1:4: texten har 1000001 tecken"),
    "ett arkiv": (lambda: b"PK\x03\x04" + b"\0" * 100_000, 1, " filen är ett Word- eller Exceldokument"),
}
"""Content, how many faults at most (prose is compared with the small plan too), and how one of them begins."""


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_heavy_is_refused_soon_and_in_little_memory(lillby: Project, name: str) -> None:
    content, most, first = HEAVY[name]
    made = content()
    before = old_site(lillby)
    (lillby.root / NAME).write_bytes(made.encode() if isinstance(made, str) else made)
    lines = told(kontrollera(lillby))
    assert any(line.startswith(f"{NAME}:{first}") for line in lines), lines[:3]
    assert len(lines) <= most, lines[:20]
    assert max(map(len, lines)) < 400
    assert snapshot(lillby.root / "site") == before


# What means something else to a program than to a person ------------------------------------------------------------

AS_WRITTEN = [
    "no", "NO", "Nej", "ja", "on", "off", "y", "yes", "true", "060-19 10 00", "060191000", "060191008", "08512",
    "85170", "0123", "0701234567", "060123456", "01234", "+4660191000", "212000-2411", "19121212", "12:30", "08:30",
    "12:30:45", "1_000", "1e3", "1.5e3", "0x1F", "0o17", "1.10", "3,5", "1 000", "75 %", "2026-11-22", "2026-02-30",
    "2026-13-01",
    "2026-11-22 10:00:00+01:00", "2026-11", "22/11 2026", "Q4 2026", ".nan", ".inf", "🟢", "a:b", "9" * 5000,
    "0000-00-00", "9999-12-31", "<script>alert(1)</script>", "<!--", "A | B", "=", "{{ config }}", "{% for x in y %}",
    "[x](javascript:alert(1))", "a # b", "it's", '"', "~", "null", "- x", "<<", "*x*", "&x", "!x", "%x", "@x", "`x`",
]  # fmt: skip
"""Texts that stay what they are; where YAML means something by them, in the quotes that the messages ask for."""

MORE = {"a # b", "{% for x in y %}", "[x](javascript:alert(1))", '"', "null", "<<", "*x*", "&x", "!x", "%x", "@x"}
"""Those of them that YAML means something by, and that need quotes."""

REFUSED = {
    "%75": "text får inte börja med %",
    "@kommun": "text får inte börja med @",
    "`x`": "text får inte börja med `",
    "*fet text*": "text får inte börja med *",
    "*x": "text får inte börja med *",
    "&B C": "text får inte börja med &",
    "!viktigt text": "text får inte börja med !",
    "!!python/object/apply:os.system ['id']": "text får inte börja med !",
    "!!binary aGVq": "text får inte börja med !",
    "!!set {x, y}": "text får inte börja med !",
    "{{ config }}": "klamrar läses som kod",
    "Mål: bättre": "kolon inne i en text: ”Mål: bättre”",
    "- x": "”- ” börjar en lista, men står på samma rad som nyckeln",
    "'it's'": "mer text efter citattecknet",
    "Nr #5": "allt efter # läses som en kommentar",
    "[x]": "ska vara ett värde, inte en lista",
    "{x: y}": "ska vara en text",
    "x\u202etxt.exe": "osynligt tecken U+202E",
    "gr\u200bon": "osynligt tecken U+200B",
    "x\ufeffy": "osynligt tecken U+FEFF",
    "x\0y": "osynligt tecken U+0000",
    "x\x07": "osynligt tecken U+0007",
    "x\u0085b: 2": "osynligt tecken U+0085",
    "x\u2028y": "osynligt tecken U+2028",
    "Ã¥": "är en bokstav som har sparats i fel kodning",
    '"\\0"': "osynligt tecken U+0000, skrivet med en kod",
    '"\\ud800"': "omvänt snedstreck",
    '"\\u202e"': "osynligt tecken U+202E, skrivet med en kod",
    "\ud800": "tecknet är inte sparat som UTF-8",
    "~": "kräver ”underlag”",
    "": "kräver ”underlag”",
}
"""What somebody types, and what is said of it."""

FILES: dict[str, tuple[bytes, str]] = {
    "tom": (b"", "1:1: filen är tom"),
    "bara en kommentar": (b"# x\n", "1:1: filen är tom"),
    "en lista": (b"- a\n", "1:1: filen börjar inte med"),
    "en text": (b"hej\n", "1:1: "),
    "dubbel nyckel": (b"status: gron\nstatus: rod\n", "2:1: nyckeln ”status” finns redan på rad 1"),
    "dubbelt id": (b"akt\xc3\xb6rer:\n- {id: a1, namn: A}\n- {id: a1, namn: B}\n", "3:8: id ”a1” finns redan på rad 2"),
    "siffror som nycklar": (b"1: a\n'1': b\n", "2:1: nyckeln ”1” finns redan på rad 1"),
    "on som nyckel": (b"on: 2026\nno: x\n", "1:1: okänd nyckel ”on”"),
    "sammanslagning": (b"d: &d {status: gul}\na:\n  <<: *d\n  status: rod\n", "3:3: ”<<” slår ihop poster"),
    "lista som nyckel": (b"? [a, b]\n: 1\n", "1:3: "),
    "post som nyckel": (b"{a: 1}: x\n", "1:1: "),
    "tabb i indrag": (b"a:\n\tb: 1\n", "2:1: tabb i radens indrag"),
    "tv\u00e5 dokument": (b"a: 1\n---\nb: 2\n", "2:1: ”---” delar filen i två"),
    "direktiv": (b"%YAML 1.2\n---\na: no\n", "3:1: okänd nyckel ”a”"),
    "eget direktiv": (b"%TAG ! tag:x,2000:\n---\na: !b c\n", "3:4: text får inte börja med !"),
    "UTF-16 LE": ("a: å\n".encode("utf-16"), "1:1: filen är sparad som UTF-16"),
    "UTF-16 BE": (b"\xfe\xff" + "a: å\n".encode("utf-16-be"), "1:1: filen är sparad som UTF-16"),
    "Windows-1252": ("a: åäö – “x”\n".encode("cp1252"), "1:4: tecknet är inte sparat som UTF-8 (troligen ”å”"),
    "ett tankstreck ur Windows": ("a: – x\n".encode("cp1252"), "1:4: tecknet är inte sparat som UTF-8 (troligen ”–”"),
    "Latin-1": ("a: å\n".encode("latin-1"), "1:4: tecknet är inte sparat som UTF-8 (troligen ”å”"),
    "UTF-8 märkt, och mitt i": (b"\xef\xbb\xbfa: 1\n\xef\xbb\xbfb: 2\n", "2:1: osynligt tecken U+FEFF"),
    "blandade radslut": (b"a: 1\r\nb: 2\rc: 3\nd: @x\r\n", "4:4: text får inte börja med @"),
    "bara CR": (b"a: 1\rb: @x\r", "2:4: text får inte börja med @"),
    "NEL är inget radslut": ("a: 1\u0085b: 2\n".encode(), "1:5: osynligt tecken U+0085"),
    "hårt blanksteg som indrag": ("a:\n\u00a0\u00a0b: 1\n".encode(), "2:1: hårt blanksteg U+00A0"),
}
"""A whole file, and one of the messages about it."""


@pytest.mark.parametrize("text", AS_WRITTEN, ids=lambda text: ascii(text)[:30])
def test_a_text_is_what_was_written(text: str) -> None:
    means_more = text in REFUSED or text in MORE
    for value in [quoted(text)] if means_more else [text] if len(text) > 60 else [text, quoted(text)]:
        reading = parse(in_plan(value), NAME)
        assert reading.plan, (value, reading.faults)
        assert reading.plan.areas[0].follow_ups[0].evidence == text


@pytest.mark.parametrize("value", REFUSED, ids=ascii)
def test_a_value_that_cannot_stand_is_told_where_it_stands(value: str) -> None:
    check(in_plan(value), REFUSED[value], line=87)
    check(f"a: {value}\n".encode("utf-8", "surrogatepass"), "", line=1)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_told_where(name: str) -> None:
    data, first = FILES[name]
    faults = check(data, "")
    assert any(str(fault).startswith(f"{NAME}:{first}") for fault in faults), faults


def in_plan(value: str) -> bytes:
    """Return the small plan with a value in it, as somebody types it."""
    return SMALL.replace(PLACE, f"underlag: {value}").encode("utf-8", "surrogatepass")


def check(data: bytes, words: str, line: int = 0) -> list[str]:
    """Read bytes as a plan that cannot be one, in a blink; return the messages."""
    begun = time.process_time()
    reading = parse(data, NAME)
    assert time.process_time() - begun < SECONDS
    assert reading.plan is None
    for fault in reading.faults:
        check_place(fault, decode(data, NAME)[0].split("\n"))
    messages = [str(fault) for fault in reading.faults]
    at = f"{NAME}:{line}:" if line else NAME
    assert any(words in message and message.startswith(at) for message in messages), messages
    return messages


def test_letters_in_two_parts_are_put_together() -> None:
    plan = parse(in_plan("a\u030arsrapport"), NAME).plan
    assert plan
    assert plan.areas[0].follow_ups[0].evidence == "\u00e5rsrapport"


KEPT = sorted((CASES / "fuzz").iterdir())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_fuzzing_found_stays_solved(path: Path) -> None:
    begun = time.process_time()
    read_anything(path.read_bytes())
    assert time.process_time() - begun < SECONDS


# What is no file, or must not be followed --------------------------------------------------------------------------


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def listening(path: Path) -> None:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
        made.bind(path.name)  # such a name may have a hundred characters


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def linked(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "rör": (fifo, "det här är ingen vanlig fil – byt den mot en fil med text"),
    "sockel": (listening, "det här är ingen vanlig fil – byt den mot en fil med text"),
    "oändlig enhet": (
        lambda path: linked(path, "/dev/zero"),
        "det här är ingen vanlig fil – byt den mot en fil med text",
    ),
    "länk till inget": (lambda path: linked(path, "borta"), "filen finns inte – den ska ligga i mappen MAPP"),
    "länk till sig själv": (lambda path: linked(path, path.name), "filen går inte att läsa – kontrollera"),
    "mapp": (folder, "här ligger en mapp, inte en fil – flytta mappen"),
}


@pytest.mark.parametrize("file", ["plan.yaml", "mkdocs.yml", "content/webb/index.md"])
@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_file_is_told_and_never_waited_for(lillby: Project, name: str, file: str) -> None:
    before = old_site(lillby)
    make, expected = NO_FILES[name]
    make(lillby.root / file)
    lines = told(kontrollera(lillby))
    folder = str((lillby.root / file).parent.resolve())
    # A page in a docs folder may be no link at all; the file that cannot be read is told of as well.
    assert any(expected in line.replace(folder, "MAPP") for line in lines), lines
    assert snapshot(lillby.root / "site") == before


def test_a_file_that_may_not_be_read_is_told(lillby: Project) -> None:
    """Permissions mean nothing to root, unless it has laid down that power."""
    (lillby.root / NAME).chmod(0)
    without = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    assert told(kontrollera(lillby, through=without)) == [
        "plan.yaml: filen går inte att läsa – kontrollera att du får läsa den, och att inget annat program har låst den"
    ]


LINK = "det här är en länk till en annan plats, och det som ligger där skulle publiceras – lägg filen här i stället"
WINDOWS = "kan inte användas i Windows – byt namn på filen"
NAMES = {
    "con.md": f"namnet ”con.md” {WINDOWS}",
    "AUX.png": f"namnet ”AUX.png” {WINDOWS}",
    "nul": f"namnet ”nul” {WINDOWS}",
    "com1.tar.gz": f"namnet ”com1.tar.gz” {WINDOWS}",
    "lpt9": f"namnet ”lpt9” {WINDOWS}",
    "a.md.": f"namnet ”a.md.” {WINDOWS}",
    "a ": f"namnet ”a ” {WINDOWS}",
    "a:b.md": f"namnet ”a:b.md” {WINDOWS}",
    "fil\u202egnp.md": "namnet ”fil[U+202E]gnp.md” har tecken som inte syns – byt namn på filen",
    "rad\nbrytning": "namnet ”rad[U+000A]brytning” har tecken som inte syns – byt namn på filen",
    "a\u030a.md": "har bokstäver skrivna i två delar, och länkar dit kan brista – skriv namnet för hand",
    "åäö 1.md": "",
    "icon.svg": "",
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_that_not_every_system_can_hold(lillby: Project, name: str) -> None:
    folder = lillby.root / "content" / "webb"
    (folder / name).write_bytes(b"<svg/>")
    found = [str(fault) for fault in odd_files(folder, lillby.root)]
    assert len(found) == bool(NAMES[name])
    assert all(NAMES[name] in message and message.isprintable() for message in found), found


def test_nothing_outside_a_docs_folder_is_published_through_a_link(lillby: Project) -> None:
    """MkDocs follows links: one to any folder would publish what is in it."""
    folder = lillby.root / "content" / "webb"
    lillby.write("annat/lista.md", "# Namn")
    (folder / "mer").symlink_to("../../annat")
    (folder / "runt").symlink_to(".")
    (folder / "plan.txt").symlink_to("../../plan.yaml")
    os.mkfifo(folder / "bild.png")
    before = old_site(lillby)
    for command in ("kontrollera", "bygg"):
        assert told(kontrollera(lillby, command=command)) == [
            "content/webb/bild.png: det här är ingen vanlig fil – ta bort den",
            f"content/webb/mer: {LINK}",
            f"content/webb/plan.txt: {LINK}",
            f"content/webb/runt: {LINK}",
        ]
    assert snapshot(lillby.root / "site") == before


@pytest.mark.parametrize(
    ("path", "text"),
    [("index.MD", "x"), ("Index.md", "x"), ("kontakter.MD", "x"), ("Kontakter.md", "x")],
)
def test_pages_whose_names_differ_in_case_only_collide(lillby: Project, path: str, text: str) -> None:
    page = lillby.read("content/webb/index.md")
    lillby.write(f"content/webb/{path}", page if path.endswith(".md") else text)
    lines = told(kontrollera(lillby)) if path.endswith(".md") else ["sidan får samma adress som"]
    assert any("sidan får samma adress som" in line for line in lines), lines


CONFIGS = {
    "djup": "site_name: " + "[" * 100_000,
    "bomb": bomb(9),
    "alias till sig själv": "nav: &a [*a]\n",
    "50 MB": "#" * 50_000_000,
    "tagg": "site_name: !!python/object/apply:os.system ['touch hej']\n",
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_hostile_configuration_is_refused(lillby: Project, name: str) -> None:
    before = old_site(lillby)
    lillby.write("mkdocs.yml", CONFIGS[name])
    lines = told(kontrollera(lillby))
    assert lines[0].startswith("mkdocs.yml:"), lines
    assert not (lillby.root / "hej").exists()
    assert snapshot(lillby.root / "site") == before


# Where nothing can be written -----------------------------------------------------------------------------------------


def mounted(target: Path, *options: str) -> bool:
    return subprocess.run(["mount", *options, str(target)], capture_output=True, check=False).returncode == 0


@pytest.mark.full
@pytest.mark.parametrize("how", ["full", "skrivskyddad"])
def test_a_disk_that_is_full_or_read_only_keeps_the_old_site(lillby: Project, how: str) -> None:
    """A real small disk: only root may mount one, as in the container that the full tests run in."""
    before = old_site(lillby)
    work = lillby.root / ".bygg"
    work.mkdir(exist_ok=True)
    options = ["-t", "tmpfs", "-o", "size=256k" if how == "full" else "ro", "tmpfs"]
    if not mounted(work, *options):
        pytest.fail("only root may mount a disk")
    try:
        lines = told(kontrollera(lillby, command="bygg"))
    finally:
        subprocess.run(["umount", str(work)], check=True)
    assert any(("disken är full" if how == "full" else "disken är skrivskyddad") in line for line in lines), lines
    assert snapshot(lillby.root / "site") == before
