"""What the pages say: every answer, the words of the first day, and plan text that stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from built import Element, Page, parse, words
from golden import cases
from handlingsplan.cli import main
from internal import boundary
from projects import DATA, DAY, HOSTILE, Project, dumped

CASES = cases("sidor/text")

LEGEND = ("Helt uppfyllt", "Delvis uppfyllt", "Ej uppfyllt", "Ingen bedömning redovisad", "Inte aktuellt")


def plan_of(project: Project) -> dict[str, Any]:
    plan: dict[str, Any] = yaml.load(project.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    return plan


# Whom to contact -----------------------------------------------------------------------------------------------------


def test_every_situation_is_answered_at_every_workplace(project: Project) -> None:
    guidance = plan_of(project)["vägledning"]
    for site, audience in zip(project.sites, ("intern", "extern"), strict=True):
        situations = [each for each in guidance["situationer"] if audience in each["visas"]]
        answered = 0
        for situation in situations:
            page = site.page(f"oro/{situation['id']}.md")
            assert words(situation["svar"]) in page.text
            for step in situation["personal" if audience == "intern" else "invånare"]:
                assert words(step) in page.text
            for workplace in guidance["arbetsplatser"]:
                answers = [each for each in situation["arbetsplatser"] if workplace["id"] in each["id"]]
                assert len(answers) == 1
                assert page.anchors[workplace["id"]].text == workplace["namn"]
                assert page.after(workplace["id"]).text == words(answers[0]["text"])
                answered += 1
        assert answered == len(situations) * len(guidance["arbetsplatser"]) >= 36


def test_every_answer_is_one_click_from_where_the_reader_works(project: Project) -> None:
    guidance = plan_of(project)["vägledning"]
    for site, audience in zip(project.sites, ("intern", "extern"), strict=True):
        pages = [page for page in site.pages.values() if page.article.all(class_="arbetsplats")]
        assert pages
        for page in pages:
            links = {link.attributes["href"] for link in page.article.all("a") if "href" in link.attributes}
            for situation in guidance["situationer"]:
                for workplace in guidance["arbetsplatser"]:
                    ways = [link for link in links if link.endswith(f"oro/{situation['id']}/#{workplace['id']}")]
                    assert bool(ways) is (audience in situation["visas"])


def test_who_must_and_who_should_report_is_said_at_each_workplace(project: Project) -> None:
    for site in project.sites:
        sections = [section for page in site.pages.values() for section in page.article.all(class_="arbetsplats")]
        for workplace in plan_of(project)["vägledning"]["arbetsplatser"]:
            own = [section for section in sections if section.all("h3")[0].attributes["id"] == workplace["id"]]
            assert own
            for section in own:
                assert f"Du {workplace['anmälan']} anmäla oro för barn" in section.text
                assert words(workplace["text"]) in section.text


# The first day -------------------------------------------------------------------------------------------------------

FOLLOW_UP = "uppfoljning/index.md"

FIRST_DAY = yaml.safe_load((DATA / "forsta-dagen.yaml").read_text(encoding="utf-8"))


def says(text: str, wanted: str) -> bool:
    """Whether a text holds some words in order, with anything where … stands."""
    at = 0
    for piece in wanted.split(" … "):
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


@pytest.mark.parametrize("expected", FIRST_DAY, ids=lambda expected: f"{expected['sida']} {expected['ord'][:30]}")
def test_the_words_of_the_first_day(timra: Project, expected: dict[str, str]) -> None:
    for site, audience in zip(timra.sites, ("intern", "extern"), strict=True):
        if expected["webbplats"] in {"båda", audience}:
            assert says(site.page(expected["sida"]).text, expected["ord"])


def test_all_words_of_the_first_day_are_there() -> None:
    assert len(FIRST_DAY) >= 17


def shown_statuses(page: Page) -> Iterator[Element]:
    """Yield the traffic lights of a page, but for those of its legend."""
    for light in page.article.all(class_="status"):
        if not any("forklaring" in above.classes for above in light.up()):
            yield light


def test_nothing_is_assessed_on_the_first_day(timra: Project) -> None:
    for site in timra.sites:
        lights = [light for page in site.pages.values() for light in shown_statuses(page)]
        assert len(lights) > 20
        assert {light.text for light in lights} == {"Ingen bedömning redovisad"}
        for name, page in site.pages.items():
            if name.startswith(("sa-raknar-vi/", "handbok/")):
                continue  # they explain the words, with an invented example
            text = page.article.text_without(lambda element: "forklaring" in element.classes).casefold()
            assert not re.search(r"(helt|delvis|ej) uppfyll", text)


def test_the_legend_has_the_words_of_the_source_first_and_ours_apart(project: Project) -> None:
    for site in project.sites:
        lists = site.page(FOLLOW_UP).article.all(class_="forklaring")[0].all("ul")
        labels = [[light.text for light in each.all(class_="status")] for each in lists]
        # Where an older verdict is shown it says what its hollow shape means.
        shown = site.page(FOLLOW_UP).article.all("tbody")[0].all("span", "status--aldre")
        assert labels == [list(LEGEND[:3]), [*LEGEND[3:], *(["Ihålig form och årtal"] if shown else [])]]
        assert lists[1].text.count("ingår inte i planens skala") == 2


def test_no_number_is_shown_that_nobody_has_stated(timra: Project) -> None:
    missing = [each for each in plan_of(timra)["kontakter"] if each["kontroll"]["läge"] == "saknas" and "visas" in each]
    assert len(missing) >= 5
    for site, audience in zip(timra.sites, ("intern", "extern"), strict=True):
        calls = {
            link.attributes["href"]
            for page in site.pages.values()
            for link in page.tree.all("a")
            if link.attributes.get("href", "").startswith("tel:")
        }
        assert calls == {"tel:112", "tel:11414", "tel:116111"}
        page = site.page("kontakter.md")
        for contact in missing:
            if audience in contact["visas"]:
                section = next(page.anchors[contact["id"]].up())
                advice = contact["tills_vidare"] if audience == "intern" else contact.get("tills_vidare_invånare")
                assert words(advice or contact["tills_vidare"]) in section.text
                # Addresses that the plan states, where the advice names them.
                assert {link.attributes["href"] for link in section.all("a")} <= {
                    "https://www.timra.se",
                    "https://cve.se",
                }
                # No digits but 112, which its advice may name.
                assert not re.search(r"\d", section.text.replace("112", "").replace("under 18", ""))


def test_the_municipality_is_never_told_to_be_safe_or_threatened(timra: Project) -> None:
    """No threat level, no percentage: the design forbids both on any page."""
    for site in timra.sites:
        for page in site.pages.values():
            assert not re.search(r"\d ?(%|procent)|hotnivå", page.text, re.IGNORECASE)


def test_no_zero_leads_anywhere_and_every_other_count_does(project: Project) -> None:
    for site in project.sites:
        page = site.page(FOLLOW_UP)
        counts = [link for link in page.article.all("a") if re.fullmatch(r"\d+", link.text)]
        groups = {
            int(match[1]): term
            for term in page.article.all("dt")
            if (match := re.search(r": (\d+) av \d+$", term.text))
        }
        for link in counts:
            if link.attributes["href"].startswith("#status-"):
                target = page.anchors[link.attributes["href"].removeprefix("#")]
                assert int(link.text) > 0
                assert re.search(rf": {link.text} av \d+$", target.text)
        assert 0 not in groups
    assert not [link for page in site.pages.values() for link in page.article.all("a") if re.match(r"0\b", link.text)]


def test_the_first_day_has_no_links_from_counts(timra: Project) -> None:
    for site in timra.sites:
        page = site.page(FOLLOW_UP)
        assert not [link for link in page.article.all("a") if re.fullmatch(r"\d+", link.text)]
        assert not page.article.all(class_="stapel")


def test_the_totals_count_the_rows_behind_them(exempelkommun: Project) -> None:
    for site in exempelkommun.sites:
        page = site.page(FOLLOW_UP)
        rows = [row for row in page.article.all("table")[0].all("tr") if row.all("td")]
        states = [row.all("td")[0].text for row in rows]
        assert len(states) == len(plan_of(exempelkommun)["områden"])
        assessed = sum(state in LEGEND[:3] for state in states)
        old = [row.all("td")[0] for row in rows if row.all("td")[0].text.startswith("Äldre bedömning")]
        silent = states.count("Ingen bedömning redovisad")
        assert states.count("Inte aktuellt") == 1
        assert page.article.all(class_="svar")[0].text == (
            f"2026: {assessed} av {len(states)} områden är bedömda hittills. {len(old)} har en äldre bedömning, från "
            f"2023 och 2025. {silent} saknar bedömning. Ett område är inte aktuellt just nu och räknas inte med."
        )
        for label in LEGEND[:3]:
            assert f"{states.count(label)} {label.lower()}".removesuffix("t") in page.text
        # An older verdict says its year, and is never drawn as one of the period's.
        assert [cell.text for cell in old] == [
            "Äldre bedömning 2023: helt uppfyllt",
            "Äldre bedömning 2025: helt uppfyllt",
        ]
        old += [each for each in page.article.all("dd") if each.text.endswith(": Helt uppfyllt 2025")]
        assert len(old) == 3
        assert all("status--aldre" in cell.all("span", "status")[0].classes for cell in old)


# Plan text stays text ------------------------------------------------------------------------------------------------


def test_hostile_text_is_shown_as_text(hostile: Project) -> None:
    """Every free text of the plan, and the titles of the prose, end with code in four languages."""
    for site in hostile.sites:
        assert len(site.pages) > 30
        for name, page in site.pages.items():
            assert "<script>alert" not in page.html
            assert not [link for link in page.tree.all("a") if "javascript" in link.attributes.get("href", "").lower()]
            assert not [element for element in page.tree if any(key.startswith("on") for key in element.attributes)]
            # Nothing was swallowed by the open comment.
            assert page.tree.all("footer"), name
        for path in ("plan/styrgrupp.md", FOLLOW_UP, "kontakter.md", "oro/akut-fara.md", "ansvar/trygghetsradet.md"):
            assert HOSTILE in site.page(path).text
            assert not [em for em in site.page(path).article.all("em") if em.text == "x"]
        for path in ("plan/styrgrupp.md", "ansvar/trygghetsradet.md", "oro/akut-fara.md", FOLLOW_UP, "index.md"):
            assert HOSTILE in site.page(path).title
            metas = {each.attributes.get("name"): each.attributes for each in site.page(path).tree.all("meta")}
            # The status page is described by its totals.
            assert path == FOLLOW_UP or HOSTILE in metas["description"]["content"]
        # The way back above the page, and the list of headings beside it.
        assert any(HOSTILE in nav.text for nav in site.page("plan/styrgrupp.md").tree.all("nav"))


def hidden_goals(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for area in plan["områden"]:
        for each in area.get("indikatorer") or ():
            if each.get("känslig") == "ja" and int((each.get("mål") or {}).get("värde", 5)) < 5:
                yield each


def test_everything_public_in_the_plan_is_shown(hostile: Project) -> None:
    """No field of the plan is silently dropped: each public text is on both sites, hostile ending and all."""
    limits = boundary(hostile.root, "content/intranat", "content/webb")
    wanted = {text for text in limits.public if text.endswith(HOSTILE)}
    assert len(wanted) > 270
    for site in hostile.sites:
        # Words to search for stand on no page.
        shown = "\n".join([*(page.text for page in site.pages.values()), *(entry["words"] for entry in site.index)])
        plan = plan_of(hostile)
        residents = {step for each in plan["vägledning"]["situationer"] for step in map(words, each["invånare"])}
        residents |= {words(each.get("svar_invånare", "")) for each in plan["vägledning"]["situationer"]}
        instead = [each for each in plan["kontakter"] if "tills_vidare_invånare" in each]
        staff = {words(each["tills_vidare"]) for each in instead}
        residents |= {words(each["tills_vidare_invånare"]) for each in instead}
        lost = {text for text in wanted if text not in shown}
        # A goal under five of a sensitive indicator stands on neither site: it could tell a number that is hidden.
        small = {words(each["mål"]["text"]) for each in hidden_goals(plan)}
        assert instead
        assert small
        assert not any(text in shown for text in small)
        assert lost - small - (residents if site is hostile.internal else staff) == set()


def test_the_search_index_holds_text_as_it_is_written(hostile: Project) -> None:
    """The search page draws it as text, which ``test_browser`` sees."""
    for site in hostile.sites:
        rows = {entry["location"]: entry for entry in site.index}
        assert HOSTILE in rows["plan/styrgrupp/"]["title"]
        assert HOSTILE in rows["plan/styrgrupp/#aktiviteter"]["text"]
        for entry in rows.values():
            for text in (entry["title"], entry["text"]):
                # Beside what the plan itself says there is no code.
                left = re.search(r"<(?!/?b>)[a-z/!]|&lt;|&amp;", text.replace(HOSTILE, ""))
                assert left is None, text[left.start() - 80 : left.end() + 80]


# Golden cases --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_page_says_what_the_case_expects(lillby: Project, tmp_path: Path, name: str) -> None:
    """Each case in ``cases/sidor/text``: parts of Lillby's plan exchanged, and what then stands on which page."""
    assert_case(lillby, tmp_path, CASES[name])


def assert_case(lillby: Project, tmp_path: Path, case: dict[str, Any]) -> None:
    plan = plan_of(lillby)
    for key, value in case.get("plan", {}).items():
        plan[key] = plan[key] | value if isinstance(value, dict) else value
    lillby.write("plan.yaml", dumped(plan))
    for path, text in case.get("skriv", {}).items():
        lillby.write(path, text)
    for path, text in case.get("lägg_till", {}).items():
        lillby.write(path, lillby.read(path) + text)
    seen = 0
    for name in case.get("sajt", "intranat, lillby.example").split(", "):
        target = tmp_path / name
        arguments = ["exportera", "markdown", str(target), "--sajt", name, "--per", case.get("per", DAY.isoformat())]
        done = CliRunner().invoke(main, ["--mapp", str(lillby.root), *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        for path, expected in case["sidor"].items():
            text = parse((target / path).read_text(encoding="utf-8").split("---\n", 2)[2]).text
            for wanted in expected.get("visar", []):
                assert says(text, wanted), (name, path, wanted, text)
                seen += 1
            for unwanted in expected.get("visar_inte", []):
                assert unwanted not in text, (name, path)
                seen += 1
    assert seen


def test_all_cases_are_there() -> None:
    assert len(CASES) >= 25


def test_a_case_that_expects_too_much_fails(lillby: Project, tmp_path: Path) -> None:
    """The runner above looks, and does not only read."""
    case = {"sidor": {"kontakter.md": {"visar": ["Det här står inte på sidan."]}}}
    with pytest.raises(AssertionError):
        assert_case(lillby, tmp_path, case)
