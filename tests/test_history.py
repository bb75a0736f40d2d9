"""History: what the years say, what changed, and what was known on a day. A case is a file in ``cases/historik``."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import projects
from built import Element
from golden import cases
from handlingsplan.followup import history
from handlingsplan.followup.history import Change
from handlingsplan.plan import assessment, freshness
from handlingsplan.plan.assessment import Track
from handlingsplan.plan.freshness import known_area
from handlingsplan.plan.load import load
from handlingsplan.plan.models import Area
from handlingsplan.plan.scale import SCALE
from projects import DAY, PLANS, Project

CASES = cases("historik")
DAYS = [(name, day, case, wanted) for name, case in CASES.items() for day, wanted in case["per"].items()]


def area(follow_ups: list[dict[str, Any]], id_: str = "a") -> Area:
    row = {"id": id_, "tabell": "1", "namn": "x", "ansvarig": "rad", "uppföljning": follow_ups}
    return Area.model_validate(row | {"aktiviteter": [{"id": "b", "text": "y", "tid": "våren 2017"}]})


def known(follow_ups: list[dict[str, Any]], today: datetime.date, id_: str = "a") -> Area:
    """Return an area as a view of a day has it."""
    return known_area(area(follow_ups, id_), today)


@pytest.mark.parametrize(("name", "day", "case", "wanted"), DAYS, ids=[f"{name}-{day}" for name, day, _, _ in DAYS])
def test_what_the_years_say(name: str, day: str, case: dict[str, Any], wanted: list[str]) -> None:
    today = datetime.date.fromisoformat(day)
    assert history.findings(assessment.area_track(known(case["uppföljning"], today)), today) == wanted
    # Of an activity the same is said.
    with_activity = [{**each, "status": "ej", "aktiviteter": {"b": each["status"]}} for each in case["uppföljning"]]
    assert history.findings(assessment.activity_track(known(with_activity, today), "b"), today) == wanted


def test_a_year_that_was_not_reported_has_no_verdict_of_its_own() -> None:
    reported = assessment.area_track(known([{"år": "2023", "status": "ej", "datum": "2023-11-01"}], DAY))
    track = history.up_to(reported, 2025, SCALE)
    assert [(each.year, each.status) for each in track.entries] == [(2023, SCALE.below[0]), (2025, SCALE.unassessed)]
    assert history.findings(track, DAY) == ["Senaste bedömningen, 2023: ej uppfyllt"]
    assert history.up_to(reported, 2023, SCALE) == reported
    assert history.up_to(reported, 2022, SCALE) == Track()


DATES = st.dates(datetime.date(2018, 1, 1), datetime.date(2030, 12, 31))


@st.composite
def reports(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Make an area's follow-up: a year is not assessed before it begins, and a verdict has a day."""
    rows = []
    years = st.dictionaries(st.integers(2018, 2029), st.sampled_from(SCALE.statuses), max_size=8)
    for year, status in draw(years).items():
        day = draw(st.dates(datetime.date(year, 1, 1), datetime.date(2030, 12, 31)))
        dated = {"datum": str(day)} if status.assessed or draw(st.booleans()) else {}
        rows.append({"år": str(year), "status": status.word, "resultat": f"R{year}", **dated})
    return rows


@given(reports(), DATES, st.randoms(use_true_random=False))
def test_the_order_in_the_file_never_matters(rows: list[dict[str, Any]], today: datetime.date, random: Any) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    one, other = known(rows, today), known(shuffled, today)
    assert assessment.area_track(one) == assessment.area_track(other)
    for year in range(2018, 2030):
        kinds = [
            [(kind, [(each.before, each.now, each.why) for each in rows]) for kind, rows in made]
            for made in (history.changes([one], year, today), history.changes([other], year, today))
        ]
        assert kinds[0] == kinds[1]


@given(reports(), DATES)
def test_nothing_is_said_of_a_year_that_was_not_known(rows: list[dict[str, Any]], today: datetime.date) -> None:
    row = known(rows, today)
    years = {each.year for each in row.follow_ups}
    track = assessment.area_track(row)
    said = " ".join(history.findings(track, today))
    assert {int(year) for year in re.findall(r"\b20\d\d\b", said)} <= years
    assert "förra året" not in said or today.year - 1 in years
    # As if what came later did not stand in the file at all.
    then = known([each for each in rows if int(each["år"]) in years], today)
    assert history.findings(assessment.area_track(then), today) == history.findings(track, today)
    assert [each for each, status in track.strip(range(2018, 2030)) if status] == sorted(years)


@given(reports(), DATES)
def test_findings_are_facts_about_reports(rows: list[dict[str, Any]], today: datetime.date) -> None:
    """Never from terms, activities or indicators, and never a word that the status does not have."""
    row = known(rows, today)
    track = assessment.area_track(row)
    found = history.findings(track, today)
    other = row.model_copy(update={"activities": (), "indicators": ()})
    assert history.findings(assessment.area_track(other), today) == found
    for status in SCALE.statuses:
        if any(words.startswith(status.label) for words in found):
            assert track.entries[-1].status is status
    assert not [words for words in found if words.endswith(".") or "%" in words]


@given(st.lists(reports(), max_size=5), DATES, st.integers(2018, 2029))
def test_each_area_changes_in_one_way_at_most(rows: list[Any], today: datetime.date, year: int) -> None:
    areas = [known(each, today, f"a{index}") for index, each in enumerate(rows)]
    kinds = history.changes(areas, year, today)
    found = [changed.area.id for _, group in kinds for changed in group]
    assert len(found) == len(set(found))
    for kind, group in kinds:
        for changed in group:
            assert (changed.before is None) is (kind is Change.FIRST)
            if kind in {Change.BETTER, Change.WORSE, Change.SAME}:
                assert changed.before
                assert changed.now
                assert changed.before.year < changed.now.year == year
                assert history.compare(changed.before.status, changed.now.status) is kind
    assessed = {each.id for each in areas if (now := assessment.area_track(each).at(year)) and now.status.assessed}
    told = {changed.area.id for _, group in kinds for changed in group if changed.now and changed.now.status.assessed}
    assert told == assessed


def test_an_ordinal_is_written_as_it_is_said() -> None:
    said = {
        count: history.in_a_row(SCALE.below[0], count).split()[2] for count in (2, 3, 12, 13, 20, 21, 22, 23, 31, 111)
    }
    assert said == {
        2: "andra", 3: "tredje", 12: "tolfte", 13: "13:e", 20: "20:e", 21: "21:a", 22: "22:a", 23: "23:e", 31: "31:a",
        111: "111:e",
    }  # fmt: skip


def test_timra_has_no_history() -> None:
    plan = load(projects.ROOT / "plan.yaml").plan
    assert plan
    assert history.years(plan) == []
    assert history.changes(plan.areas, 2026, DAY) == []
    assert {assessment.area_track(each) for each in plan.areas} == {Track()}


# A day in the past ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spring_of_2025(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Exempelkommun as it stood after 2024 was closed and before it was corrected."""
    return projects.exempelkommun(tmp_path_factory.mktemp("per")).build(datetime.date(2025, 2, 1))


def stated_by_the_plan(element: Element) -> bool:
    return "uppgifter" in element.classes or element.attributes.get("data-rubrik") == "Tid"


def test_a_day_in_the_past_shows_what_was_known_then(spring_of_2025: Project) -> None:
    later = ("2025-", "2026", "3 mars 2025", "Ett möte räknades", "Arbetsordningen finns som utkast")
    for site in spring_of_2025.sites:
        years = [name for name in site.pages if re.match(r"uppfoljning/\d", name)]
        # What has no day, as one area's 2025, is known from its year's first day.
        assert years == [f"uppfoljning/{year}/index.html" for year in (2023, 2024, 2025)]
        for path in ("uppfoljning/index.md", "uppfoljning/2024.md", "plan/styrgrupp.md"):
            # So does the plan's decision.
            text = site.page(path).article.text_without(stated_by_the_plan)
            assert "Delvis uppfyllt" in text
            # The plan's own note and its terms name years that come.
            text = re.sub(r"Handlingsplanen reviderades .*? gjort\.|december 2026|\([^)]*\)", "", text)
            assert [words for words in later if words in text] == [], path
        # A year that has only begun has not left anybody out.
        assert "Bedömda 2024 men inte 2025" not in site.page("uppfoljning/2025.md").text
        assert "Det här ändrades 2024, jämfört med 2023" in site.page("uppfoljning/index.md").text
        text = site.page("uppfoljning/2024.md").text
        assert "Avslutat 20 januari 2025 av Utvecklingsstrateg." in text
        assert (
            "Styrgrupp & samordning: Uppgifterna för 2024 är rättade efter den 1 februari 2025. "
            "Det är de rättade som visas." in text
        )
        assert "Avslutat 20 januari 2025" in site.page("plan/styrgrupp.md").text


def test_a_day_in_the_past_knows_no_later_review_and_no_later_check(spring_of_2025: Project) -> None:
    """Exempelkommun's texts and contacts were reviewed and checked in 2026, but for some in 2024."""
    for site in spring_of_2025.sites:
        everything = " ".join(page.text for page in site.pages.values())
        assert set(re.findall(r"(?:[Gg]ranskad|Kontrollerad) \d+ \w+ (\d{4})", everything)) == {"2024"}
        assert "Utkast." in site.page("index.md").text
        assert "Beslutad av Uppgift saknas" in site.page("plan/index.md").text


def test_a_year_is_not_closed_before_its_closing(tmp_path: Path) -> None:
    project = projects.exempelkommun(tmp_path / "ar").build(datetime.date(2025, 1, 19))
    for site in project.sites:
        assert "Avslutat 15 januari 2024" in site.page("uppfoljning/2023.md").text
        assert "Avslutat" not in site.page("uppfoljning/2024.md").text


def test_a_correction_shows_its_day_role_and_words(exempelkommun: Project) -> None:
    for site in exempelkommun.sites:
        for path in ("uppfoljning/2024.md", "plan/styrgrupp.md"):
            text = site.page(path).text
            assert re.search(
                r"Rättat 3 mars 2025(, Styrgrupp & samordning)?: Antalet möten var för högt\. "
                r"Ett möte hade räknats två gånger\. \(Utvecklingsstrateg\)",
                text,
            )
        assert "Rättat" not in site.page("plan/insatser.md").text


def test_every_state_of_history_is_in_the_example() -> None:
    stated = load(PLANS / "exempelkommun.yaml").plan
    assert stated
    plan = freshness.known(stated, DAY)
    kinds = {kind for year in (2024, 2025, 2026) for kind, _ in history.changes(plan.areas, year, DAY)}
    assert kinds == set(Change)
    said = " ".join(words for each in plan.areas for words in history.findings(assessment.area_track(each), DAY))
    for words in ("i rad", "utan ny bedömning", "Bättre än förra", "Sämre än förra", "Första bedömningen sedan"):
        assert words in said
