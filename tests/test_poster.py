"""The poster: the plan's own numbers and no others, in an order that helps, the day, and a code that leads right."""

from __future__ import annotations

import io
import json
import re
import struct
from contextlib import closing
from pathlib import Path

import pytest
import zxingcpp
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from built import words
from handlingsplan.output.files import card, poster
from handlingsplan.plan.load import load
from handlingsplan.plan.models import Plan
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience, CheckState
from projects import DAY, PLANS, ROOT, Project
from test_report import findings

ADDRESS = "https://www.example.se/"
PLAN_FILES = {"timra": ROOT / "plan.yaml", "exempelkommun": PLANS / "exempelkommun.yaml"}


@pytest.fixture(params=PLAN_FILES)
def plan(request: pytest.FixtureRequest) -> Plan:
    found = load(PLAN_FILES[request.param]).plan
    assert found
    return found


def text_of(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    return words(reader.pages[0].extract_text())


def codes(data: bytes) -> list[str]:
    """Return what the codes on a poster say to a telephone."""
    with closing(PdfDocument(data)) as document:
        picture = document[0].render(scale=2, grayscale=True)
        pixels = memoryview(bytes(picture.buffer)).cast("B", (picture.height, picture.stride))
    return [code.text for code in zxingcpp.read_barcodes(pixels)]


@pytest.mark.parametrize("audience", Audience)
def test_every_number_is_one_that_the_plan_states(plan: Plan, audience: Audience) -> None:
    text = text_of(poster.write(view(plan, audience, DAY)))
    shown = [contact for contact in plan.contacts if audience in contact.audiences]
    stated = [contact for contact in shown if contact.phone and not contact.missing]
    rest = text.replace("22 november 2026", "")
    for contact in stated:
        assert contact.phone
        assert contact.phone in text
    # What stands besides the numbers: words of the plan about whom to call, when, and until what hour.
    known = " ".join(
        words(" ".join(filter(None, (each.name, each.phone, each.when, each.hours, each.meanwhile,
                                     each.meanwhile_residents))))
        for each in shown
    )  # fmt: skip
    assert set(re.findall(r"\d+", rest)) <= set(re.findall(r"\d+", known))
    assert "112" in text
    assert "114 14" in text
    for contact in plan.contacts:
        if contact.missing:
            assert not contact.phone or contact.phone not in text
        if audience not in contact.audiences and contact.phone:
            assert contact.phone not in text
    assert "Gjord 22 november 2026." in text
    assert ("Kommunen har inte kontrollerat alla nummer än." in text) is any(
        contact.check.state is not CheckState.CONFIRMED for contact in stated
    )
    missing = any(contact.required and contact.missing for contact in shown)
    assert ("Utkast: några nummer saknas" in text) is missing


def test_what_is_missing_says_what_to_do(plan: Plan) -> None:
    text = text_of(poster.write(view(plan, Audience.EXTERNAL, DAY)))
    seen = view(plan, Audience.EXTERNAL, DAY).contacts.values()
    for contact in seen:
        wanted = contact.missing and contact.required and contact.meanwhile and len(contact.meanwhile) <= poster.SHORT
        assert (words(contact.name) in text and words(contact.meanwhile or "") in text) or not wanted


def test_a_number_that_should_have_been_checked_again_is_told_of() -> None:
    """Exempelkommun's Trygghetsvärden was checked on 29 February 2024; 112 and 114 14 never grow old."""
    for name, day, told in (
        ("exempelkommun", DAY.replace(2024, 8, 29), False),
        ("exempelkommun", DAY.replace(2024, 8, 30), True),
        ("timra", DAY.replace(2040), False),
    ):
        plan = load(PLAN_FILES[name]).plan
        assert plan
        text = text_of(poster.write(view(plan, Audience.EXTERNAL, day)))
        assert ("Något nummer skulle ha kontrollerats igen." in text) is told, (name, day)


def test_the_children_s_own_line_stands_after_whom_a_grown_up_calls() -> None:
    """The order for who is worried, whether a number is known or not."""
    for name, order in (
        ("timra", ["Utkast:", "112", "114 14", "Socialtjänsten i Timrå", "Kväll eller helg", "116 111", "Gjord"]),
        ("exempelkommun", ["112", "114 14", "Socialtjänsten i Exempelkommun", "Trygghetsvärden", "116 111", "Gjord"]),
    ):
        plan = load(PLAN_FILES[name]).plan
        assert plan
        text = text_of(poster.write(view(plan, Audience.EXTERNAL, DAY)))
        assert sorted(order, key=text.index) == order


@pytest.mark.parametrize("audience", Audience)
def test_the_checkers_find_nothing(plan: Plan, audience: Audience, tmp_path: Path) -> None:
    for address in ("", ADDRESS):
        (tmp_path / "a.pdf").write_bytes(poster.write(view(plan, audience, DAY), address))
        assert findings(tmp_path / "a.pdf") == []


def test_the_code_leads_to_the_public_site_and_to_nothing_while_it_has_no_address(plan: Plan) -> None:
    shown = view(plan, Audience.EXTERNAL, DAY)
    without, with_code = PdfReader(io.BytesIO(poster.write(shown))), PdfReader(io.BytesIO(poster.write(shown, ADDRESS)))
    assert "http" not in without.pages[0].extract_text()
    assert ADDRESS in with_code.pages[0].extract_text()
    assert codes(poster.write(shown)) == []
    assert codes(poster.write(shown, ADDRESS)) == [ADDRESS]


def test_both_sites_have_the_same_bytes_as_the_command(exempelkommun: Project, tmp_path: Path) -> None:
    for site, flag in zip(exempelkommun.sites, (["--intern"], []), strict=True):
        file = tmp_path / f"{site.name}.pdf"
        done = exempelkommun.run("exportera", "affisch", str(file), "--per", DAY.isoformat(), *flag)
        assert (done.returncode, done.stderr) == (0, "")
        assert file.read_bytes() == site.files["affisch.pdf"]
        links = [link.attributes["href"] for link in site.page("kontakter.md").article.all("a")]
        assert "../affisch.pdf" in links
        assert ("Bara för medarbetare" in text_of(file.read_bytes())) is bool(flag)


def test_the_editors_are_told_why_a_poster_has_no_code(timra: Project, exempelkommun: Project) -> None:
    """Nobody has decided where Timrå's site is to stand; Exempelkommun's has an address."""
    for project, missing in ((timra, True), (exempelkommun, False)):
        text = project.internal.page("att-granska.md").text
        assert ("affischen ingen QR-kod" in text) is missing
        assert ("http" not in text_of(project.external.files["affisch.pdf"])) is missing


def test_a_long_front_page_leaves_the_numbers_on_the_picture_of_shared_links() -> None:
    facts = {"width": card.WIDTH, "height": card.HEIGHT, "urgent": [["Fara nu?", "112"]], "municipality": "Kommunen"}
    made = [
        card.draw(json.dumps(facts | {"title": text, "description": text, "municipality": name}).encode())
        for text, name in (("Oro " * 20, "Kommunen"), ("Oro " * 2000, "Kommunen"), ("Oro", "Kommunen " * 200))
    ]
    assert [struct.unpack(">II", picture[16:24]) for picture in made] == [(card.WIDTH, card.HEIGHT)] * 3  # PNG, 4.1.1


def test_an_address_without_its_last_slash_leads_to_the_site(lillby: Project) -> None:
    lillby.replace(
        "mkdocs.yml", "site_name: Lillby", "site_name: Lillby\nsite_url: https://www.lillby.example/trygghet"
    )
    for site in lillby.build().sites:
        assert codes(site.files["affisch.pdf"]) == ["https://www.lillby.example/trygghet/"]
