"""What each audience may see: the public view is another type, without a field for anything internal."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from handlingsplan.plan import freshness
from handlingsplan.plan.assessment import MASK
from handlingsplan.plan.load import load, parse
from handlingsplan.plan.models import Contact, Plan, PublicPlan
from handlingsplan.plan.views import View, external_view, internal_view, view
from handlingsplan.plan.words import Audience

HERE = Path(__file__).parent
EXAMPLE = HERE / "plans" / "exempelkommun.yaml"
MARK = re.compile(r"INTERN[a-zåäö]+\d+")
TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = load(EXAMPLE).plan
    assert found is not None
    return found


@pytest.fixture(scope="module", params=Audience)
def seen(request: pytest.FixtureRequest, plan: Plan) -> View[Any]:
    return view(plan, request.param, TODAY)


def test_what_is_internal_is_in_no_public_view(plan: Plan) -> None:
    """Mypy refuses each of these lines too: it would tell of an ``ignore`` that is not needed."""
    shown = external_view(plan, TODAY).plan
    reads: list[Callable[[], object]] = [
        lambda: shown.exceptions,  # type: ignore[attr-defined]
        lambda: shown.frame.questions,  # type: ignore[attr-defined]
        lambda: shown.areas[0].questions,  # type: ignore[attr-defined]
        lambda: shown.areas[0].follow_ups[0].internal_comment,  # type: ignore[attr-defined]
        lambda: shown.contacts[0].internal_note,  # type: ignore[attr-defined]
        lambda: shown.guidance.situations[0].staff,  # type: ignore[attr-defined]
        lambda: shown.closed_years[0].sha256,  # type: ignore[attr-defined]
        lambda: shown.corrections[0].sha256,  # type: ignore[attr-defined]
    ]
    for read in reads:
        with pytest.raises(AttributeError):
            read()


@pytest.mark.parametrize(("word", "meant"), [("ja", True), ("nej", False)])
def test_a_yes_or_a_no_is_read_as_it_stands(word: str, *, meant: bool) -> None:
    stated = {"id": "a", "namn": "A", "visas": ["intern"], "kontroll": {"läge": "saknas"}, "alltid": word}
    assert Contact.model_validate(stated).always is meant


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)
    for argument in get_args(annotation):
        yield from models_in(argument)


def keys(model: type[BaseModel]) -> set[str]:
    """Return every key of the file that a model, or one within it, reads."""
    fields = (item for found in set(models_in(model)) for item in found.model_fields.items())
    return {field.alias or name for name, field in fields}


def instances(value: object) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from instances(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from instances(item)


def test_the_public_types_have_no_internal_field() -> None:
    internal = keys(Plan) - keys(PublicPlan)
    assert internal == {
        *("format", "frågor", "avgjord", "personal", "intern_anteckning", "intern_kommentar"),
        *("undantag", "skäl", "sha256"),
    }
    assert not [key for key in keys(PublicPlan) if key.startswith("intern") or key in internal]
    # A type that adds something internal to a public one must not be reachable from the public plan.
    adding = {found for found in models_in(Plan) if found.__mro__[1] in set(models_in(PublicPlan))}
    assert len(adding) >= 7
    assert not set(models_in(PublicPlan)) & adding


def test_nothing_internal_is_in_the_external_view(plan: Plan) -> None:
    marks = set(MARK.findall(EXAMPLE.read_text(encoding="utf-8")))
    outside, inside = external_view(plan, TODAY), internal_view(plan, TODAY)
    assert len(marks) > 50
    for text in (repr(outside), repr(outside.plan.model_dump()), outside.plan.model_dump_json(by_alias=True)):
        assert not MARK.search(text)
    assert set(MARK.findall(inside.plan.model_dump_json())) == marks


def test_the_external_view_holds_public_types_only(plan: Plan) -> None:
    allowed = set(models_in(PublicPlan))
    held = {type(value) for value in instances(external_view(plan, TODAY).plan)}
    assert held <= allowed
    # Compared by type, not by isinstance: an ``Area`` is a ``PublicArea`` too.
    assert type(external_view(plan, TODAY).plan) is PublicPlan
    assert type(internal_view(plan, TODAY).plan) is Plan
    assert {type(value) for value in instances(internal_view(plan, TODAY).plan)} - allowed


def test_a_view_is_its_audience_s(plan: Plan) -> None:
    assert [view(plan, audience, TODAY).audience for audience in Audience] == list(Audience)
    assert [view(plan, audience, TODAY).internal for audience in Audience] == [True, False]


def test_a_view_shows_what_is_for_its_audience(seen: View[Any], plan: Plan) -> None:
    shown = {contact.id for contact in plan.contacts if seen.audience in contact.audiences}
    assert set(seen.contacts) == shown
    assert {situation.id for situation in seen.situations} == {
        situation.id for situation in plan.guidance.situations if seen.audience in situation.audiences
    }
    assert [set(situation.contacts) - shown for situation in seen.situations] == [set() for _ in seen.situations]
    for situation in seen.situations:
        before = next(each.contacts for each in plan.guidance.situations if each.id == situation.id)
        assert situation.contacts == tuple(contact for contact in before if contact in shown), "the order stays"
    assert set(seen.responsible) <= set(seen.actors)
    assert set(seen.taking_part) <= set(seen.actors)


def test_hidden_contacts_exist_and_only_their_editors_have_them(plan: Plan) -> None:
    hidden = {contact.id for contact in plan.contacts if not contact.audiences}
    inside_only = {contact.id for contact in plan.contacts if contact.audiences == (Audience.INTERNAL,)}
    used = {contact for situation in plan.guidance.situations for contact in situation.contacts}
    assert hidden
    assert inside_only & used, "the example shows a situation with a contact that the public does not get"
    outside, inside = external_view(plan, TODAY), internal_view(plan, TODAY)
    assert not (hidden | inside_only) & {contact.id for contact in outside.plan.contacts}
    assert hidden <= {contact.id for contact in inside.plan.contacts}
    assert not hidden & set(inside.contacts)


def test_a_contact_that_nobody_sees_leaves_its_situations_on_both_sites() -> None:
    text = (HERE / "plans" / "liten.yaml").read_text(encoding="utf-8")
    at = text.index("  - id: jour\n")
    hidden = parse((text[:at] + text[at:].replace("    visas: [intern, extern]\n", "", 1)).encode(), "plan.yaml").plan
    assert hidden is not None
    for audience in Audience:
        assert [situation.contacts for situation in view(hidden, audience, TODAY).situations] == [("polisen",)]


def test_sensitive_numbers_are_masked_for_both(seen: View[Any], plan: Plan) -> None:
    for before, after in zip(plan.areas, seen.plan.areas, strict=True):
        sensitive = {indicator.id for indicator in before.indicators if indicator.sensitive}
        for given_, shown in zip(before.follow_ups, after.follow_ups, strict=True):
            assert shown.indicators == {
                key: MASK if key in sensitive and int(value) < 5 else value for key, value in given_.indicators.items()
            }
    masked = [value for area in seen.plan.areas for year in area.follow_ups for value in year.indicators.values()]
    assert masked.count(MASK) >= 4
    assert {"0", "2"} <= set(masked), "what is not sensitive keeps its small numbers"


def test_the_plan_itself_is_not_changed(plan: Plan) -> None:
    before = plan.model_dump_json()
    for audience in Audience:
        view(plan, audience, TODAY)
    assert plan.model_dump_json() == before
    with pytest.raises(ValidationError):
        plan.format = "2"  # type: ignore[misc]  # this is what must not work


def test_residents_may_be_told_something_else_where_a_detail_is_missing() -> None:
    text = (HERE / "plans" / "liten.yaml").read_text(encoding="utf-8")
    line = "    tills_vidare: Ring 112 om någon är i fara.\n"
    more = parse(text.replace(line, line + "    tills_vidare_invånare: Vänta inte.\n").encode(), "plan.yaml").plan
    assert more is not None
    assert external_view(more, TODAY).contacts["jour"].meanwhile == "Vänta inte."
    assert internal_view(more, TODAY).contacts["jour"].meanwhile == "Ring 112 om någon är i fara."
    small = parse(text.encode(), "plan.yaml").plan
    assert small is not None
    assert external_view(small, TODAY).contacts["jour"].meanwhile == "Ring 112 om någon är i fara."


def test_what_a_page_asks_of_the_plan(plan: Plan) -> None:
    titles = {area.id: area.title for area in plan.areas}
    assert (titles["granssamverkan"], titles["insatser"]) == ("Samverkan över kommungränsen", "Insatser på tre nivåer")
    assert plan.areas[0].model_copy(update={"name": None, "editorial_heading": None}).title == plan.areas[0].id
    danger = plan.guidance.situations[0]
    assert {danger.answer_at(place.id)[:8] for place in plan.guidance.workplaces} == {"Ring 112"}
    assert danger.answer_at("skola") != danger.answer_at("fritid") == danger.answer_at("socialtjanst")
    missing = {contact.id for contact in plan.contacts if contact.missing}
    assert missing == {"socialjour", "personalstod", "provkommun-samordnare"}


# Freshness: age is shown, and stops nothing.


def test_a_contact_is_due_after_six_months_and_overdue_the_day_after(plan: Plan) -> None:
    contacts = {contact.id: contact for contact in plan.contacts}
    checked = contacts["socialtjanst"]
    assert checked.check.date == datetime.date(2026, 10, 14)
    assert freshness.contact_due(checked) == datetime.date(2027, 4, 14)
    assert not freshness.contact_overdue(checked, datetime.date(2027, 4, 14))
    assert freshness.contact_overdue(checked, datetime.date(2027, 4, 15))
    assert freshness.contact_overdue(contacts["trygghetsvard"], TODAY)
    assert freshness.contact_due(contacts["socialjour"]) is None
    assert not freshness.contact_overdue(contacts["socialjour"], TODAY)


def test_emergency_numbers_never_grow_old(plan: Plan) -> None:
    always = [contact for contact in plan.contacts if contact.always]
    assert {contact.phone for contact in always} == {"112", "114 14", "116 111"}
    assert not any(freshness.contact_overdue(contact, datetime.date(2100, 1, 1)) for contact in always)


def test_a_text_without_a_review_is_a_draft_and_never_overdue() -> None:
    draft = freshness.Review(None, "strateg", 12)
    assert (draft.draft, draft.due, draft.overdue(TODAY)) == (True, None, False)
    reviewed = freshness.Review(datetime.date(2026, 3, 1), "strateg", 12)
    assert (reviewed.draft, reviewed.due) == (False, datetime.date(2027, 3, 1))
    assert not reviewed.overdue(datetime.date(2027, 3, 1))
    assert reviewed.overdue(datetime.date(2027, 3, 2))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"), ("2024-02-29", 12, "2025-02-28"),
     ("2026-12-01", 1, "2027-01-01"), ("2026-11-30", 13, "2027-12-30"), ("2026-01-31", 0, "2026-01-31")],
)  # fmt: skip
def test_months_end_with_the_month(day: str, months: int, later: str) -> None:
    assert freshness.add_months(datetime.date.fromisoformat(day), months).isoformat() == later


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)), st.integers(0, 99 * 12))
def test_every_review_that_a_plan_can_ask_for_has_a_day(day: datetime.date, months: int) -> None:
    later = freshness.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@pytest.mark.parametrize(("words", "months"), [("12 månader", 12), ("1 månad", 1), ("2 år", 24), ("99 år", 1188)])
def test_how_often_a_text_is_reviewed(words: str, months: int) -> None:
    text = (HERE / "plans" / "liten.yaml").read_text(encoding="utf-8").replace("12 månader", words)
    found = parse(text.encode(), "plan.yaml").plan
    assert found is not None
    assert found.guidance.review_within == months


def test_what_the_decision_lacks_is_named() -> None:
    empty = load(HERE.parent / "plan.yaml").plan
    full = load(EXAMPLE).plan
    assert empty is not None
    assert full is not None
    gaps = ["organ", "datum", "diarienummer", "gäller_till", "nästa_revidering"]
    assert freshness.decision_gaps(empty.frame.decision) == gaps
    assert freshness.decision_gaps(full.frame.decision) == []
