"""Swedish time: every wording means one last day, or is refused. A case is a file in ``cases/tid``."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from golden import cases
from handlingsplan.plan.load import load
from handlingsplan.plan.terms import MAX_WORDING, MONTHS, SOON, Schedule, Term, TermKind, parse, schedule, swedish_date

ROOT = Path(__file__).resolve().parents[1]
CASES = cases("tid")
READ = {name: case for name, case in CASES.items() if "tid" in case}
REFUSED = [(name, wording) for name, case in CASES.items() for wording in case.get("avvisas", ())]
TODAY = datetime.date(2026, 11, 22)


def wordings(case: dict[str, Any]) -> list[str]:
    return [case["tid"]] if isinstance(case["tid"], str) else case["tid"]


@pytest.mark.parametrize("case", READ.values(), ids=READ)
def test_a_wording_means_a_last_day_and_a_schedule(case: dict[str, Any]) -> None:
    last_day = datetime.date.fromisoformat(case["sista_dag"]) if case["sista_dag"] else None
    for wording in wordings(case):
        term = parse(wording)
        assert term == Term(wording, TermKind(case["slag"]), last_day), wording
        for day, where in case["läge"].items():
            assert schedule(term, datetime.date.fromisoformat(day)) == where, (wording, day)


@pytest.mark.parametrize(("name", "wording"), REFUSED)
def test_what_no_rule_reads_is_refused(name: str, wording: str) -> None:
    assert parse(wording) is None


def test_every_case_says_what_it_expects() -> None:
    assert all(("tid" in case) != ("avvisas" in case) for case in CASES.values())
    assert {case["slag"] for case in READ.values()} == {*TermKind} - {TermKind.FREE}


@pytest.mark.parametrize("path", ["plan.yaml", "tests/plans/exempelkommun.yaml"])
def test_every_wording_of_the_plans_has_a_case(path: str) -> None:
    plan = load(ROOT / path).plan
    assert plan is not None
    known = {wording for case in READ.values() for wording in wordings(case)}
    terms = [activity.term for area in plan.areas for activity in area.activities if activity.term]
    assert {term.wording for term in terms if term.kind is not TermKind.FREE} <= known


def test_what_has_no_day_has_a_schedule_of_its_own() -> None:
    assert schedule(None, TODAY) is Schedule.NO_TERM
    assert schedule(Term("när avtalet är klart", TermKind.FREE), TODAY) is Schedule.FREE


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)))
def test_a_day_in_words_is_that_day(day: datetime.date) -> None:
    for wording in (swedish_date(day), day.isoformat(), f"senast den {swedish_date(day)}"):
        term = parse(wording)
        assert term is not None
        assert term.last_day == day


@given(st.sampled_from([*MONTHS, "våren", "HT", "Q3", "andra halvåret", ""]), st.integers(1900, 2199))
def test_a_period_ends_on_its_last_day(period: str, year: int) -> None:
    term = parse(f"{period} {year}".strip())
    assert term is not None
    assert term.last_day is not None
    assert term.last_day.year == year
    assert (term.last_day + datetime.timedelta(days=1)).day == 1


@given(st.dates(datetime.date(1901, 1, 1), datetime.date(2198, 12, 31)), st.integers(-400, 400))
def test_the_schedule_turns_on_the_last_day_and_ninety_days_before(last: datetime.date, away: int) -> None:
    today = last - datetime.timedelta(days=away)
    expected = Schedule.PASSED if away < 0 else Schedule.SOON if away <= SOON.days else Schedule.COMING
    assert schedule(Term("x", TermKind.DUE, last), today) is expected


@given(st.text(max_size=200) | st.text("0123456789–-/ qvht:.aprilmjtöså", max_size=MAX_WORDING + 5))
@example("2017–" * 4000)
@example("9" * 5000)
def test_no_wording_breaks_it(wording: str) -> None:
    term = parse(wording)
    assert term is None or term.wording == wording
