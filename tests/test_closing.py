"""Closed years: what may not change without a word, and what may. A case is a file in ``cases/avslut``.

The plan is ``plans/liten.yaml`` with ``plans/avslut.yaml`` after it. ``cases/avsluta`` holds ends of files as the
command finds them and as it leaves them.
"""

from __future__ import annotations

import datetime
import os
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from golden import SMALL, cases
from handlingsplan.cli import main
from handlingsplan.editing import splice
from handlingsplan.plan import closing
from handlingsplan.plan.load import parse
from handlingsplan.plan.models import ClosedYear, Correction, FollowUp, PublicClosedYear, PublicFollowUp
from handlingsplan.plan.scale import SCALE
from handlingsplan.plan.views import external_view
from handlingsplan.text.syntax import head_of
from plan_fields import all_models, fields
from projects import DAY, PLANS, Project
from terminal import read_until, terminal
from test_faults import MISTAKES

NAME = "plan.yaml"
SEALED = SMALL + (PLANS / "avslut.yaml").read_text(encoding="utf-8")
CASES = cases("avslut")
ENDS = cases("avsluta")
SIGNS = re.compile(r"\b[0-9a-f]{64}\b")


def changed(case: dict[str, Any]) -> str:
    text = SEALED
    for edit in case["ersätt"]:
        assert text.count(edit["från"]) == 1, edit
        text = text.replace(edit["från"], edit["till"])
    return text


def test_a_closed_year_that_nobody_has_changed_is_fine() -> None:
    assert parse(SEALED.encode(), NAME).faults == ()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_of_a_closed_year_is_told_exactly(case: dict[str, Any]) -> None:
    assert [str(fault) for fault in parse(changed(case).encode(), NAME).faults] == case["fel"]


def test_some_changes_pass_and_most_do_not() -> None:
    passing = [name for name, case in CASES.items() if not case["fel"]]
    assert len(CASES) >= 20
    assert len(passing) >= 4


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_line_that_cannot_be_read_breaks_no_seal(mistake: str) -> None:
    """One mistake is one fault, in what is sealed and in the seal."""
    lines = SEALED.split("\n")
    begin = lines.index("avslutade_år:")
    follow_up = range(lines.index("      - år: 2025"), lines.index("      - år: 2026"))
    for number in (*follow_up, *range(begin, len(lines))):
        wrong = MISTAKES[mistake](head_of(lines[number])) if lines[number] else None
        if wrong is not None:
            text = "\n".join([*lines[:number], wrong, *lines[number + 1 :]])
            found = parse(text.encode(), NAME).faults
            assert len(found) <= 1 if mistake.startswith("ett steg") else len(found) == 1, (wrong, found)


# The seal ------------------------------------------------------------------------------------------------------------


def follow_up(**more: Any) -> FollowUp:
    return FollowUp.model_validate({"år": "2025", "status": "delvis", **more})


def test_the_sealed_bytes_are_the_stated_ones() -> None:
    """An anchor for ten years: another program in another language must come to the same."""
    report = follow_up(
        datum="2025-11-24", underlag="A\u030ar", aktiviteter={"b": "ej", "a": "helt"}, intern_kommentar="x"
    )
    assert closing.canonical("styrgrupp", 2025, report).decode() == (
        '{"format":1,"område":"styrgrupp","uppföljning":{"aktiviteter":{"a":"helt","b":"ej"},"datum":"2025-11-24",'
        '"status":"delvis","underlag":"År","år":2025},"år":2025}'
    )
    assert closing.canonical("styrgrupp", 2025, None).decode() == (
        '{"format":1,"område":"styrgrupp","uppföljning":null,"år":2025}'
    )
    assert closing.digest("styrgrupp", 2025, None) == (
        "74e3408167d99d98f3b69ba9a11644906a39c983c69c7604491193d06b3137db"
    )


def test_every_public_field_of_a_follow_up_is_sealed() -> None:
    assert set(closing.FIELDS) == set(PublicFollowUp.model_fields)


VALUES = st.fixed_dictionaries(
    {"status": st.sampled_from(SCALE.statuses).map(str)},
    optional={
        "datum": st.dates(datetime.date(2025, 1, 1), datetime.date(2026, 1, 1)).map(str),
        "underlag": st.sampled_from(["a", "b", "Årsrapport"]),
        "resultat": st.sampled_from(["a", "b"]),
        "motivering": st.sampled_from(["a", "b"]),
        "bedömd_av": st.sampled_from(["rad", "strateg"]),
        "aktiviteter": st.dictionaries(st.sampled_from("ab"), st.sampled_from(SCALE.statuses).map(str)),
        "indikatorer": st.dictionaries(st.sampled_from("ab"), st.sampled_from(["0", "1", "ja"])),
    },
)


@given(VALUES, VALUES, st.randoms(use_true_random=False))
def test_the_seal_is_the_same_just_where_the_follow_up_is(
    one: dict[str, Any], other: dict[str, Any], random: Any
) -> None:
    keys = list(one)
    random.shuffle(keys)
    again = follow_up(**{key: one[key] for key in keys}, intern_kommentar="något annat")
    assert closing.digest("a", 2025, again) == closing.digest("a", 2025, follow_up(**one))
    public = {name: getattr(follow_up(**one), name) for name in closing.FIELDS}
    same = public == {name: getattr(follow_up(**other), name) for name in closing.FIELDS}
    assert (closing.digest("a", 2025, follow_up(**one)) == closing.digest("a", 2025, follow_up(**other))) is same
    assert closing.digest("b", 2025, again) != closing.digest("a", 2025, again)


def test_a_seal_is_made_of_the_real_number_and_stays_inside() -> None:
    """With the seal, a masked number could be guessed: five tries are enough."""
    plan = parse(SEALED.encode(), NAME).plan
    assert plan
    assert "sha256" not in external_view(plan, DAY).plan.model_dump_json(by_alias=True)
    assert not SIGNS.search(external_view(plan, DAY).plan.model_dump_json())
    holding = {model for model in all_models() if any(field.key == "sha256" for field in fields(model))}
    assert holding == {ClosedYear, Correction}
    assert not any(field.key == "sha256" for field in fields(PublicClosedYear))


def test_no_seal_is_on_any_page(project: Project) -> None:
    seals = set(SIGNS.findall(project.read("plan.yaml")))
    assert bool(seals) is (project.read("plan.yaml").find("avslutade_år:\n  -") > 0)
    for site in project.sites:
        for name, data in site.files.items():
            if name != "manifest.json":
                assert not seals & set(SIGNS.findall(data.decode("utf-8", "replace"))), name


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(lillby: Project) -> Project:
    """A project with the small plan."""
    lillby.write("plan.yaml", SMALL)
    return lillby


def avsluta(project: Project, *arguments: str, per: datetime.date = DAY) -> Result:
    return CliRunner().invoke(main, ["--mapp", str(project.root), "avsluta", *arguments, "--per", per.isoformat()])


@pytest.mark.parametrize("case", ENDS.values(), ids=ENDS)
def test_the_file_is_left_as_it_was_but_for_the_new_entry(small: Project, case: dict[str, Any]) -> None:
    before, after = SMALL + case["före"], SMALL + case["efter"]
    for end in ("\n", "\r\n"):
        for mark in (b"", splice.BOM):
            path = small.root / "plan.yaml"
            path.write_bytes(mark + before.replace("\n", end).encode())
            for arguments in case["kör"]:
                if "--rättelse" in arguments:
                    changed = path.read_bytes().replace("Årsrapport 2025".encode(), "Årsrapporten 2025".encode())
                    path.write_bytes(changed)
                done = avsluta(small, *arguments, "--med-obedömda")
                assert done.exit_code == 0, done.stderr
            wanted = after.replace("\n", end).encode()
            if any("--rättelse" in arguments for arguments in case["kör"]):
                wanted = wanted.replace("Årsrapport 2025".encode(), "Årsrapporten 2025".encode())
            written = path.read_bytes()
            assert SIGNS.sub("…", written.decode()) == SIGNS.sub("…", (mark + wanted).decode())
            assert parse(written, NAME).faults == ()
            assert [each.name for each in small.root.iterdir() if each.name.startswith(".plan")] == []


def test_closing_and_correcting_as_an_editor_does_it(small: Project) -> None:
    done = avsluta(small, "2025", "--med-obedömda", per=datetime.date(2026, 1, 15))
    assert done.stdout == HALF + (
        "2025 är avslutat.\n"
        "Var det för tidigt? Ta bort posten för 2025 i plan.yaml innan någon har publicerat.\n"
        'Rätta senare med: handlingsplan avsluta 2025 --rättelse OMRÅDE "vad och varför"\n'
        "Rättelsen visas för alla: skriv inte ett tal som visas som ”färre än 5”.\n"
    )
    small.replace("plan.yaml", "underlag: Årsrapport 2025", "underlag: Årsrapporten 2025")
    check = ["--mapp", str(small.root), "kontrollera", "--per", DAY.isoformat()]
    assert "är ändrad efteråt" in CliRunner().invoke(main, check).stderr
    done = avsluta(small, "2025", "--rättelse", "styrgrupp", "Rapporten heter så.", "--av", "strateg")
    assert done.stdout == (
        "Rättelsen är införd i plan.yaml: 2025, styrgrupp, av Utvecklingsstrateg. Den visas på webbplatserna.\n"
    )
    plan = parse((small.root / "plan.yaml").read_bytes(), NAME).plan
    assert plan
    assert [(each.year, each.area, each.date, each.by, each.text) for each in plan.corrections] == [
        (2025, "styrgrupp", DAY, "strateg", "Rapporten heter så.")
    ]


HALF = (
    "2025 avslutas i plan.yaml av Rådet för trygghet, med det här:\n"
    "  Styrgrupp: Delvis uppfyllt\n"
    "  Insatser: Ingen bedömning redovisad\n"
    "2025: 1 av 2 områden är bedömt. 1 saknar bedömning.\n"
)
WHOLE = (
    "2025 avslutas i plan.yaml av Rådet för trygghet, med det här:\n"
    "  Styrgrupp: Delvis uppfyllt\n"
    "  Insatser: Inte aktuellt\n"
    "2025: 1 av 2 områden är bedömt. Ett område var inte aktuellt och räknas inte med.\n"
)


def test_a_year_that_is_not_assessed_everywhere_is_closed_only_on_purpose(small: Project) -> None:
    done = avsluta(small, "2025")
    assert (done.exit_code, done.stdout) == (2, HALF)
    assert "Inget är ändrat i plan.yaml. Ska 2025 avslutas ändå? Lägg till --med-obedömda." in done.stderr
    assert small.read("plan.yaml") == SMALL
    assessed(small)
    done = avsluta(small, "2025")
    assert done.stdout.startswith(f"{WHOLE}2025 är avslutat.\n"), done.stderr


def assessed(small: Project) -> None:
    row = "        indikatorer: {antal: 3}\n"
    small.replace("plan.yaml", row, f"{row}      - {{år: 2025, status: inte_aktuellt}}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("answer", "closed"), [("", False), ("nej", False), ("ja", True)])
def test_somebody_who_sits_there_sees_what_is_sealed_and_is_asked(
    small: Project, answer: str, *, closed: bool, whole: bool
) -> None:
    if whole:
        assessed(small)
    before = small.read("plan.yaml")
    question = f"{WHOLE}Avsluta 2025? [j/N]" if whole else f"{HALF}Avsluta 2025 ändå? [j/N]"
    with terminal(small, "avsluta", "2025", "--per", DAY.isoformat()) as (process, ours):
        assert read_until(ours, "[j/N]").startswith(question)
        assert small.read("plan.yaml") == before
        os.write(ours, f"{answer}\n".encode())
        said = read_until(ours, "\0")
        assert process.wait() == 0, said
    assert ("Inget är ändrat i plan.yaml." in said) is not closed
    assert (small.read("plan.yaml") == before) is not closed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_the_year_is_asked_for_in_digits(small: Project) -> None:
    with terminal(small, "avsluta", "--per", DAY.isoformat()) as (process, ours):
        assert read_until(ours, ":") == "Vilket år? Skriv fyra siffror: "
        for wrong in ("25", "i fjol", "2025-12-31"):
            os.write(ours, f"{wrong}\n".encode())
            told = f"Fel: ”{wrong}” är inte ett år. Skriv fyra siffror, till exempel 2026.\n"
            assert told in read_until(ours, "siffror: ")
        os.write(ours, b"2025\n")
        assert HALF in read_until(ours, "[j/N]")
        # Somebody saves the file before the answer: what was shown is not what would be sealed.
        small.replace("plan.yaml", "underlag: Årsrapport 2025", "underlag: Årsrapporten 2025")
        changed = small.read("plan.yaml")
        os.write(ours, b"ja\n")
        said = read_until(ours, "\0")
        assert process.wait() == 1, said
    assert "plan.yaml: filen ändrades just nu av ett annat program – spara den där och kör kommandot igen" in said
    assert small.read("plan.yaml") == changed


def test_a_year_closed_too_early_is_opened_again_as_the_handbook_says(small: Project) -> None:
    avsluta(small, "2025", "--med-obedömda")
    closed = small.read("plan.yaml")
    small.write("plan.yaml", closed[: closed.index("  - år: 2025\n    datum")])
    small.replace("plan.yaml", "underlag: Årsrapport 2025", "underlag: Årsrapporten 2025")
    assert parse((small.root / "plan.yaml").read_bytes(), NAME).faults == ()
    assert avsluta(small, "2025", "--med-obedömda").exit_code == 0


@pytest.mark.parametrize(
    ("text", "arguments", "told"),
    [
        (SMALL, ["2024"], "inget är redovisat för 2024 – skriv uppföljningen först"),
        (SMALL, ["2027"], "2027 har inte börjat – rätta året"),
        (SEALED, ["2025"], '2025 är redan avslutat – rätta med: handlingsplan avsluta 2025 --rättelse OMRÅDE "skäl"'),
        (SMALL, ["2025", "--av", "strateger"], "--av: ”strateger” finns inte – menade du ”strateg”?"),
        (SMALL, ["2025", "--rättelse", "styrgrupp", "x"], "2025 är inte avslutat – ändra uppföljningen direkt i filen"),
        (
            SEALED,
            ["2025", "--rättelse", "styrgrupp", "x"],
            "uppföljningen av ”styrgrupp” för 2025 är inte ändrad – ändra den först i filen, och kör sedan",
        ),
        (SEALED, ["2025", "--rättelse", "styrgrup", "x"], "området ”styrgrup” finns inte – menade du ”styrgrupp”?"),
        (
            SEALED,
            ["2025", "--rättelse", "styrgrupp", " "],
            "rättelsen säger inte vad som ändrades – skriv vad och varför, men inte ett tal som visas som ”färre än 5”",
        ),
        (
            SEALED.replace("underlag: Årsrapport 2025", "underlag: Årsrapporten 2025"),
            ["2025", "--rättelse", "styrgrupp", "Ring 070-174 06 05."],
            "plan.yaml: rättelsen: text: mobilnummer (07*-*** ** **)",
        ),
        (
            SMALL.replace("antal: 3}", "antal: 3}\n        motivering: Tre insatser gjordes."),
            ["2025"],
            "plan.yaml:107:21: motivering: texten säger talet som döljs för ”antal” 2026 – skriv ”färre än 5”",
        ),
        (SMALL.replace("status: helt", "status: heltt"), ["2025"], "plan.yaml:89:17: status: ”heltt” finns inte"),
        (
            SMALL.replace("datum: 2025-11-24", "datum: 2026-12-24"),
            ["2025"],
            "plan.yaml:85:16: uppföljning: 2026-12-24 är efter dagen då 2025 avslutas, 2026-11-22 – rätta datumet",
        ),
        (
            SEALED.replace("underlag: Årsrapport 2025", "underlag: x"),
            ["2026"],
            "plan.yaml:83:9: uppföljning: 2025 är avslutat, men uppföljningen av ”styrgrupp” är ändrad efteråt",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_closed_is_said_and_nothing_is_written(
    small: Project, text: str, arguments: list[str], told: str
) -> None:
    small.write("plan.yaml", text)
    done = avsluta(small, *arguments)
    assert done.exit_code == 1
    assert told in done.stderr
    assert done.stderr.endswith("Inget är ändrat i plan.yaml.\n")
    assert small.read("plan.yaml") == text


def test_no_correction_is_written_that_tells_the_hidden_number(small: Project) -> None:
    assert avsluta(small, "2026", "--med-obedömda").exit_code == 0
    small.replace("plan.yaml", "antal: 3", "antal: 2")
    before = small.read("plan.yaml")
    for why in ("Antal genomförda insatser var 2, inte 3. Två insatser räknades om.", "Två, inte tre.", "1–2 insatser"):
        done = avsluta(small, "2026", "--rättelse", "insatser", why)
        assert done.exit_code == 1
        assert done.stderr.startswith("plan.yaml: rättelsen: text: texten säger talet som döljs för ”antal” 2026")
        assert small.read("plan.yaml") == before
    done = avsluta(small, "2026", "--rättelse", "insatser", "Antalet insatser är rättat.")
    assert done.exit_code == 0, done.stderr


def test_a_file_written_in_a_way_that_is_not_foreseen_is_left_alone(small: Project) -> None:
    text = SMALL + "avslutade_år: ~\n"
    small.write("plan.yaml", text)
    done = avsluta(small, "2025", "--med-obedömda")
    assert done.exit_code == 1
    assert "posten går inte att lägga till så som filen är skriven" in done.stderr
    assert small.read("plan.yaml") == text


def test_a_file_that_changes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"nyare")
    assert not splice.replace_file(path, b"gammal", b"ny")
    assert path.read_bytes() == b"nyare"
    assert [each.name for each in tmp_path.iterdir()] == ["plan.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes, and links need a right of their own")
def test_a_link_stays_a_link_and_a_file_keeps_its_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "delad.yaml", tmp_path / "plan.yaml"
    path.write_bytes(b"gammal")
    path.chmod(0o640)
    link.symlink_to(path)
    assert splice.replace_file(link, b"gammal", b"ny")
    assert link.is_symlink()
    assert path.read_bytes() == b"ny"
    assert path.stat().st_mode & 0o777 == 0o640


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Cf", "Zl", "Zp"]), min_size=1, max_size=40)


@given(TEXTS.filter(str.strip), st.sampled_from(["", "# kommentar\n", "\n\n", "undantag: []\n"]))
def test_any_text_of_a_correction_comes_back_as_it_was_written(text: str, ending: str) -> None:
    data = (SMALL + ending).encode()
    entry: dict[str, Any] = {"år": 2025, "text": text, "sha256": {"a": "0" * 64}}
    new = splice.append(data, parse(data, NAME).tree, "rättelser", entry, "x")
    assert new.startswith(data)
    tree = parse(new, NAME, sealed=False).tree
    assert tree["rättelser"] == [{"år": "2025", "text": unicodedata.normalize("NFC", text), "sha256": {"a": "0" * 64}}]
