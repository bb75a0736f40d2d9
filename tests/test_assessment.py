"""Assessment: statuses in, words out, and no verdict that nobody has given. A case is a file in ``cases/bedomning``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden import cases
from handlingsplan.plan import assessment
from handlingsplan.plan.freshness import known_area
from handlingsplan.plan.load import load
from handlingsplan.plan.models import Activity, Area, ClosedYear, FollowUp, Plan
from handlingsplan.plan.scale import SCALE, Status
from handlingsplan.plan.views import View, external_view
from handlingsplan.plan.words import Audience

HERE = Path(__file__).parent
CASES = cases("bedomning")
DAYS = [
    (name, day, case["områden"], wanted) for name, case in CASES.items() for day, wanted in case.get("per", {}).items()
]


def area(follow_ups: list[dict[str, Any]]) -> Area:
    activity = {"id": "a", "text": "x", "tid": "våren 2017"}
    row = {
        "id": "a",
        "tabell": "1",
        "namn": "x",
        "ansvarig": "rad",
        "aktiviteter": [activity],
        "uppföljning": follow_ups,
    }
    return Area.model_validate(row)


def seen(areas: list[Area], today: datetime.date, closed: Sequence[str] = ()) -> View[Plan]:
    """Return a view of nothing but areas, and of the years that were closed before."""
    years = [ClosedYear.model_validate({"år": year, "datum": "2000-01-01", "av": "rth"}) for year in closed]
    plan = load(HERE.parent / "plan.yaml").plan
    assert plan
    return View(
        plan.model_copy(update={"areas": tuple(known_area(each, today) for each in areas), "closed_years": years}),
        Audience.INTERNAL,
        today,
    )


def older(standing: assessment.Standing) -> str:
    """Return an older verdict as a case writes it: ``2023 helt``."""
    return f"{standing.older.year} {standing.older.status}" if standing.older else ""


@pytest.mark.parametrize(("name", "day", "rows", "wanted"), DAYS, ids=[f"{name}-{day}" for name, day, _, _ in DAYS])
def test_words_of_a_case(name: str, day: str, rows: list[list[dict[str, Any]]], wanted: dict[str, Any]) -> None:
    today = datetime.date.fromisoformat(day)
    view = seen([area(follow_ups) for follow_ups in rows], today, CASES[name].get("avslutade", ()))
    areas = view.plan.areas
    standings = [view.standing(row) for row in areas]
    assert [str(each.status) for each in standings] == wanted["status"]
    assert assessment.sentence(view.totals(), owner="planens") == wanted["mening"]
    assert [older(each) for each in standings] == wanted.get("äldre", [""] * len(areas))
    assert wanted.get("period", view.period) in {view.period, str(view.period)}
    for year, sentence in wanted.get("rapporter", {}).items():
        assert assessment.sentence(view.totals(year=int(year)), owner="planens") == sentence
    if "aktivitetssumma" in wanted:
        counted = view.activity_totals(areas)
        assert assessment.sentence(counted, assessment.ACTIVITY) == wanted["aktivitetssumma"]
    if "aktiviteter" in wanted:
        found = [assessment.report(row, view.period) for row in areas]
        assert [(each and assessment.activity_sentence(each, SCALE)) or "" for each in found] == wanted["aktiviteter"]
    if "gammal" in wanted:
        last = [assessment.area_track(row).last for row in areas]
        assert ["ja" if each and assessment.is_stale(each, today) else "nej" for each in last] == wanted["gammal"]


@pytest.mark.parametrize(("number", "shown"), CASES["kansliga-tal"]["visas"].items())
def test_a_sensitive_number_is_masked(number: str, shown: str) -> None:
    assert assessment.masked(number) == shown


STATUSES = st.lists(st.sampled_from(SCALE.statuses), max_size=30)


@given(STATUSES)
def test_the_parts_are_the_whole(statuses: list[Status]) -> None:
    counted = assessment.of_states(statuses, SCALE)
    assert counted.whole == len(statuses) == sum(counted[state] for state in SCALE.statuses)
    assert counted.whole == counted.assessed + counted[SCALE.unassessed] + counted[SCALE.outside]
    assert counted.assessed == sum(count for _, count, _ in assessment.verdicts(counted))
    assert list(counted.counts) == [state for state in SCALE.groups if counted[state]]


@given(STATUSES)
def test_every_number_in_the_sentence_leads_to_its_group(statuses: list[Status]) -> None:
    counted = assessment.of_states(statuses, SCALE)
    parts = assessment.parts(counted, owner="planens")
    assert "".join(text for text, _ in parts) == assessment.sentence(counted, owner="planens")
    assert "%" not in assessment.sentence(counted)
    for text, group in parts:
        if group:
            number = counted.assessed if isinstance(group, str) else counted[group]
            assert text == ("Ett" if number == 1 and group is SCALE.outside else str(number))
        else:
            assert set(re.findall(r"\d+", text)) <= {str(counted.whole)}


YEARS = st.dictionaries(st.integers(2020, 2030), st.sampled_from(SCALE.statuses), max_size=5)
ACTIVITIES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(SCALE.statuses))


@given(YEARS, ACTIVITIES, st.dictionaries(st.just("i"), st.just("7")), st.sampled_from(["2016", "löpande", None]))
def test_no_status_is_derived(
    years: dict[int, Status], activities: dict[str, Status], indicators: dict[str, str], term: str | None
) -> None:
    """Whatever becomes of activities, indicators and terms, an area's status is what somebody has said of the area."""
    today = datetime.date(2026, 11, 22)
    row = area([{"år": str(year), "status": status.word} for year, status in years.items()])
    known = {year: status for year, status in years.items() if year <= today.year}
    verdicts = [year for year, status in known.items() if status.assessed]
    wanted = known.get(max(verdicts or known, default=0), SCALE.unassessed)
    changed = {"activities": activities, "indicators": indicators}
    other = row.model_copy(
        update={
            "follow_ups": tuple(follow_up.model_copy(update=changed) for follow_up in row.follow_ups),
            "activities": (Activity.model_validate({"id": "b", "text": "y", "tid": term}),),
        }
    )
    views = [seen([each], today) for each in (row, other)]
    standings = [each.standing(each.plan.areas[0]).status for each in views]
    # Where no area has ever had a verdict, activities tell which year is shown, but never a verdict on the area.
    assert standings[0] == wanted or (not verdicts and not standings[0].assessed)
    assert standings[1] == standings[0] or not (verdicts or standings[1].assessed)


def test_timra_has_assessed_nothing() -> None:
    """The source holds no assessment, so none is shown (design: nothing is invented)."""
    plan = load(HERE.parent / "plan.yaml").plan
    assert plan is not None
    today = datetime.date(2026, 11, 22)
    counted = external_view(plan, today).totals()
    assert counted.counts == {SCALE.unassessed: 8}
    assert assessment.sentence(counted, owner="planens") == "Inget av planens 8 områden har en redovisad bedömning."


def test_what_has_no_date_is_not_called_old() -> None:
    assert not assessment.is_stale(FollowUp.model_validate({"år": "2020", "status": "helt"}), datetime.date(2026, 1, 1))


def test_every_status_has_the_words_that_people_use() -> None:
    for status in SCALE.statuses:
        for word in (status.word, status.label, status.label.upper(), status.word.capitalize()):
            assert FollowUp.model_validate({"år": "2026", "status": word}).status is status
