"""Who owes what: roles, calendars, drafts of mail, coverage, the plan's own frame. Cases stand as data in ``cases``."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import icalendar
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import projects
from built import Element, Page, Site, words
from examples import TIMES
from golden import cases
from handlingsplan.cli import main
from handlingsplan.followup import decision
from handlingsplan.followup.owes import Due, Kind, Owed, owed
from handlingsplan.output.files import ics, reminders
from handlingsplan.output.files.catalogue import files
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan import assessment, freshness
from handlingsplan.plan.load import parse
from handlingsplan.plan.models import Decision, Plan
from handlingsplan.plan.views import external_view, view
from handlingsplan.plan.words import Audience
from plan_strategy import plans
from projects import DATA, DAY, Project, dumped

LILLBY = yaml.load((DATA / "lillby" / "plan.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506


def changed(case: dict[str, Any]) -> dict[str, Any]:
    """Return Lillby's plan with the parts that a case exchanges."""
    plan = dict(LILLBY)
    for key, value in case.get("plan", {}).items():
        plan[key] = plan[key] | value if isinstance(value, dict) else value
    return plan


def plan_of(data: dict[str, Any]) -> Plan:
    reading = parse(dumped(data).encode(), "plan.yaml")
    assert reading.faults == ()
    assert reading.plan
    return reading.plan


@dataclass(frozen=True)
class Text:
    """A text to review, as a case describes it."""

    title: str
    file: str
    review: freshness.Review


def texts(case: dict[str, Any]) -> list[Text]:
    return [
        Text(
            each["title"],
            each["file"],
            freshness.Review(
                datetime.date.fromisoformat(each["granskad"]) if "granskad" in each else None,
                each["av"],
                int(each["månader"]),
            ),
        )
        for each in case.get("texter", ())
    ]


# Roles ---------------------------------------------------------------------------------------------------------------

ROLES = cases("ansvar")
ON_DAYS = [(name, day, who) for name, case in ROLES.items() for day, people in case["per"].items() for who in people]


@pytest.mark.parametrize(("name", "day", "who"), ON_DAYS)
def test_what_a_role_owes_on_a_day(name: str, day: str, who: str) -> None:
    case = ROLES[name]
    expected = case["per"][day][who]
    audience = Audience.EXTERNAL if who.endswith("öppet") else Audience.INTERNAL
    found = owed(view(plan_of(changed(case)), audience, datetime.date.fromisoformat(day)), texts(case))
    if who.startswith("hela planen"):
        assert told(found.coming) == expected
        return
    role = found.roles[who]
    seen = {
        "äger": [area.id for area in role.own],
        "delar": {area.id: list(parts) for area, parts in role.shared},
        "mening": "".join(text for text, _ in role.activities()),
        "grupper": {when.value: [item.activity.id for item in items] for when, items in role.items.items()},
        "dagar": told(role.dues),
        "kommer": told(role.coming),
        "utkast": list(role.drafts),
        "att_bedöma": [area.id for area in role.to_assess],
        "frågas_om": [
            item.activity.id
            for when, items in role.items.items()
            for item in items
            if when.value == "tider-som-har-passerat" and not item.settled
        ],
    }
    assert expected
    assert {key: seen[key] for key in expected} == expected


def told(dues: tuple[Due, ...]) -> list[str]:
    return [f"{due.day} {due.kind.value} {due.key}" for due in dues]


def test_all_cases_of_roles_are_there() -> None:
    assert len(ON_DAYS) >= 15


def owed_of(project: Project, site: Site, day: datetime.date = DAY) -> Owed:
    """Return what is owed by a project's plan, computed here from its file alone."""
    return owed(view(plan_of(plan_file(project)), audience(project, site), day))


def audience(project: Project, site: Site) -> Audience:
    return Audience.INTERNAL if site.name == project.internal.name else Audience.EXTERNAL


def plan_file(project: Project) -> dict[str, Any]:
    plan: dict[str, Any] = yaml.load(project.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    return plan


def actor_pages(project: Project, site: Site) -> Iterator[tuple[dict[str, Any], Page]]:
    for actor in plan_file(project)["aktörer"]:
        if (site.folder / "ansvar" / actor["id"]).exists():
            yield actor, site.page(f"ansvar/{actor['id']}.md")


def rows_behind(page: Page, anchor: str) -> list[Element]:
    """Return the rows that a number's link leads to: a list's or a definition's."""
    following = page.after(anchor)
    return following.all("a") if following.tag == "dd" else following.all("li")


def test_every_number_on_a_role_s_page_leads_to_exactly_its_rows(project: Project) -> None:
    """Recomputed from the plan's file; and each number that is a link counts what stands behind it."""
    followed = 0
    for site in project.sites:
        for actor, page in actor_pages(project, site):
            for link in page.article.all("a"):
                if re.fullmatch(r"\d+", link.text):
                    anchor = link.attributes["href"]
                    assert anchor.startswith("#")
                    assert int(link.text) == len(rows_behind(page, anchor[1:])) > 0, (actor["id"], anchor)
                    followed += 1
            areas = [area for area in plan_file(project)["områden"] if area["ansvarig"] == actor["id"]]
            table = [row.all("td")[0].text for row in page.article.all("tr") if row.all("td")][: len(areas)]
            own = [area for area in plan_of(plan_file(project)).areas if area.responsible == actor["id"]]
            view = external_view(plan_of(plan_file(project)), DAY)
            assert table == [view.standing(area).words for area in own]
            if own:
                assert words(assessment.sentence(view.totals(own))) in page.text
    assert followed >= 8


def test_groups_of_a_role_s_page_are_all_its_activities_once(project: Project) -> None:
    for site in project.sites:
        for actor, page in actor_pages(project, site):
            listed = [each.all("li") for each in page.article.all("ul", class_="aktiviteter")]
            shown = sorted(row.all("a")[0].attributes["href"].partition("#")[2] for group in listed for row in group)
            areas = [
                area
                for area in plan_file(project)["områden"]
                if actor["id"] in {area["ansvarig"], *(part["id"] for part in area.get("aktörer") or ())}
            ]
            assert shown == sorted(act["id"] for area in areas for act in area.get("aktiviteter") or ())


def test_no_heading_is_empty_and_nothing_leads_from_zero(project: Project) -> None:
    for site in project.sites:
        for actor, page in actor_pages(project, site):
            inside = [each for each in page.article if each.tag in {"h1", "h2", "h3", "p", "ul", "dl", "table", "div"}]
            for heading, following in zip(inside, [*inside[1:], None], strict=True):
                if heading.tag in {"h2", "h3"}:
                    assert following, actor["id"]
                    assert following.tag not in {"h1", "h2"}, heading.text
                    assert following.text
            assert not [link for link in page.article.all("a") if re.match(r"0\b", link.text)]


# Calendars -----------------------------------------------------------------------------------------------------------

CALENDARS = cases("kalender")


@pytest.mark.parametrize("name", CALENDARS)
def test_a_calendar_to_the_byte(name: str) -> None:
    case = CALENDARS[name]
    seen = view(plan_of(changed(case)), Audience(case["sajt"]), datetime.date.fromisoformat(case["per"]))
    made = files(Renderer(seen), address=case.get("adress", ""))
    if "filer" in case:
        assert [path for path in made if path.endswith(".ics")] == case["filer"]
    else:
        assert made[case["fil"]].decode().split("\r\n") == case["innehåll"].split("\n")


def events(data: bytes) -> list[Any]:
    """Read a calendar with a library that is not ours."""
    calendar = icalendar.Calendar.from_ical(data)
    assert not calendar.errors
    found = calendar.walk("VEVENT")
    assert not [error for event in found for error in event.errors]
    return list(found)


def test_a_calendar_of_a_built_site_holds_what_is_to_come(project: Project) -> None:
    read = 0
    for site in project.sites:
        plan = plan_of(plan_file(project))
        prose = owed_of(project, site)
        internal = audience(project, site) is Audience.INTERNAL
        made = {name: data for name, data in site.files.items() if name.endswith(".ics")}
        for name, data in made.items():
            id_ = Path(name).stem
            expected = prose.coming if id_ == "plan" else prose.roles[id_].coming
            found = events(data)
            # Which texts there are is known to the site, not to the plan.
            dated = [(each.decoded("DTSTART"), str(each["UID"])) for each in found if ".text." not in str(each["UID"])]
            wanted = [(due.day, due.key) for due in expected if due.kind is not Kind.TEXT]
            assert [(day, uid.endswith(f".{key}")) for (day, uid), (_, key) in zip(dated, wanted, strict=True)] == [
                (day, True) for day, _ in wanted
            ]
            for event in found:
                assert event.decoded("DTSTART") >= DAY
                assert event.decoded("DTEND") == event.decoded("DTSTART") + datetime.timedelta(days=1)
                assert event["DTSTART"].params["VALUE"] == "DATE"
                assert internal or not re.search(r"\.(text|kontakt)\.", str(event["UID"]))
            read += len(found)
        without = [id_ for id_, role in prose.roles.items() if role.coming and f"data/{id_}.ics" not in made]
        assert without == []
        assert plan.actors
    assert read


def test_the_first_day_has_nothing_to_come_but_checks(timra: Project) -> None:
    assert not [name for name in timra.external.files if name.endswith(".ics")]
    assert [name for name in timra.internal.files if name.endswith(".ics")] == ["data/plan.ics"]
    assert {str(event["CATEGORIES"].to_ical().decode()) for event in events(timra.internal.files["data/plan.ics"])} == {
        "Kontaktuppgift"
    }
    for site in timra.sites:
        for _, page in actor_pages(timra, site):
            assert "kalender" not in page.anchors


def test_every_calendar_is_linked_and_explained(exempelkommun: Project) -> None:
    for site in exempelkommun.sites:
        made = {name for name in site.files if name.endswith(".ics")}
        linked = set()
        for page in (*site.pages.values(),):
            for link in page.article.all("a"):
                if link.attributes.get("href", "").endswith(".ics"):
                    linked.add("data/" + link.attributes["href"].rpartition("/")[2])
                    if link.text == "Hämta kalendern":
                        assert link.parent
                        assert "prenumerera" in link.parent.text
        assert linked == made
        assert len(made) > 10


QUICK = settings(deadline=None, max_examples=60 * TIMES, suppress_health_check=list(HealthCheck))


@QUICK
@given(plans(), st.sampled_from(list(Audience)))
def test_any_plan_s_calendars_can_be_read(data: dict[str, Any], whose: Audience) -> None:
    seen = view(plan_of(data), whose, DAY)
    found = owed(seen)
    made = ics.files(seen, found, "https://www.example.se/")
    assert made == ics.files(view(plan_of(data), whose, DAY), found, "https://www.example.se/")
    assert set(made) == {f"data/{id_}.ics" for id_, role in found.roles.items() if role.coming} | (
        {"data/plan.ics"} if found.coming else set()
    )
    seen_before: dict[str, tuple[Any, ...]] = {}
    for path, content in made.items():
        lines = content.split(b"\r\n")
        assert lines.pop() == b""
        assert not [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line]
        for line in lines:
            line.decode()  # no character is cut in two
        dues = found.coming if path == "data/plan.ics" else found.roles[Path(path).stem].coming
        read = events(content)
        assert len({str(event["UID"]) for event in read}) == len(read) == len(dues)
        for event, due in zip(read, dues, strict=True):
            assert event.decoded("DTSTART") == due.day >= DAY
            assert words(due.what) in words(str(event["DESCRIPTION"]))
            # The same in every calendar, so that a program that has both shows it once.
            same = (str(event["SUMMARY"]), str(event["DESCRIPTION"]), event.decoded("DTSTART"))
            assert seen_before.setdefault(str(event["UID"]), same) == same


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_folding_only_adds_line_breaks(text: str) -> None:
    line = text.replace("\r", "").replace("\n", "")
    pieces = ics.folded(line).split("\r\n")
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    # Not cut before it must be: the longest character has four octets.
    assert all(len(piece.encode()) > 71 for piece in pieces[:-1])


INSIDE = "Hemligheten som ingen utanför kommunhuset får läsa innan beslutet är fattat i nämnden"


@pytest.mark.parametrize(("held", "said"), [(INSIDE, "Hemligheten"), ("19121212-1212", "personnummer")])
def test_the_checks_of_what_is_published_see_through_folding(lillby: Project, held: str, said: str) -> None:
    """What a calendar's line break cuts is still there: nothing internal and nobody's number hides in it."""
    lillby.write("plan.yaml", dumped(changed({"plan": {"plan": {"frågor": [{"id": "O1", "text": INSIDE}]}}})))
    lines = (f"DESCRIPTION:{'y' * length} {held}" for length in range(75))
    folded = next(line for line in map(ics.folded, lines) if held not in line)
    lillby.write("ut/kalender.ics", f"BEGIN:VCALENDAR\r\n{folded}\r\nEND:VCALENDAR\r\n")
    done = lillby.run("granska", str(lillby.root / "ut"), "--per", DAY.isoformat())
    assert done.returncode == 1
    assert "kalender.ics:" in done.stderr
    assert said in done.stderr


# Drafts of mail ------------------------------------------------------------------------------------------------------

MAIL = cases("paminnelser")


@pytest.mark.parametrize("name", MAIL)
def test_drafts_word_for_word(name: str) -> None:
    case = MAIL[name]
    seen = view(plan_of(changed(case)), Audience.INTERNAL, DAY)
    made = reminders.files(seen, owed(seen), case.get("adress", ""))
    assert {name: data.decode() for name, data in made.items()} == {
        name: text.replace("\n", "\r\n") for name, text in case["filer"].items()
    }


def mail(project: Project, target: Path, *arguments: str) -> Result:
    """Run the command that writes drafts."""
    return CliRunner().invoke(
        main, ["--mapp", str(project.root), "exportera", "paminnelser", str(target), "--per", "2026-11-22", *arguments]
    )


def test_drafts_are_written_for_those_who_have_something_to_answer(project: Project, tmp_path: Path) -> None:
    done = mail(project, tmp_path / "mejl")
    assert done.exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "mejl").iterdir()}
    assert done.stdout.splitlines()[1:] == [f"  {name}" for name in sorted(written)]
    assert done.stdout.startswith(f"{len(written)} utkast till mejl ligger i {tmp_path / 'mejl'}:\n")
    comments = {
        follow_up["intern_kommentar"]
        for area in plan_file(project)["områden"]
        for follow_up in area.get("uppföljning") or ()
        if follow_up.get("intern_kommentar")
    }
    for name, data in written.items():
        text = data.decode()
        actor = next(each for each in plan_file(project)["aktörer"] if each["id"] == Path(name).stem)
        assert text.startswith(f"Till: {actor['namn']}")
        assert text.count("\r\n") == text.count("\n")
        assert "SÅ SVARAR DU" in text
        assert not [comment for comment in comments if words(comment) in words(text)]
    again = mail(project, tmp_path / "igen")
    assert again.exit_code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "igen").iterdir()} == written


def test_drafts_are_not_mixed_with_old_ones(lillby: Project, tmp_path: Path) -> None:
    assert mail(lillby, tmp_path / "mejl").exit_code == 0
    done = mail(lillby, tmp_path / "mejl")
    assert done.exit_code == 2
    assert "är inte tom" in done.output


def test_that_nobody_has_anything_to_answer_is_said(lillby: Project, tmp_path: Path) -> None:
    lillby.write("plan.yaml", dumped(changed(MAIL["inget-att-svara-pa"])))
    done = mail(lillby, tmp_path / "mejl")
    assert done.exit_code == 0
    assert done.stdout == "Ingen roll har något att svara på. Inget utkast är skrivet.\n"
    assert not (tmp_path / "mejl").exists()


@pytest.mark.parametrize("command", [["exportera", "paminnelser", "x"], ["tackning"]])
def test_faults_come_first(lillby: Project, command: list[str]) -> None:
    lillby.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), *command])
    assert done.exit_code == 1
    assert done.stderr.startswith("plan.yaml:34:41: anmälan: ”skall” finns inte")
    assert done.stdout == ""


@QUICK
@given(plans())
def test_any_plan_s_drafts_are_lines_of_text(data: dict[str, Any]) -> None:
    seen = view(plan_of(data), Audience.INTERNAL, DAY)
    for name, content in reminders.files(seen, owed(seen)).items():
        lines = content.decode().split("\r\n")
        assert lines.pop() == ""
        assert not [line for line in lines if "\n" in line or "\r" in line]
        assert [line.partition(":")[0] for line in lines[:2]] == ["Till", "Ämne"], name
        headings = [index for index, line in enumerate(lines[:-1]) if line.isupper() and not lines[index - 1]]
        assert all(lines[index + 1] for index in headings)


# Coverage ------------------------------------------------------------------------------------------------------------

COVERAGE = cases("tackning")


def coverage(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--mapp", str(project.root), "tackning", "--per", "2026-11-22", *arguments])


@pytest.mark.parametrize("name", COVERAGE)
def test_what_the_plan_leaves_out(lillby: Project, name: str) -> None:
    case = COVERAGE[name]
    lillby.write("plan.yaml", dumped(changed(case)))
    done = coverage(lillby)
    assert done.stdout.splitlines() == case["visar_rader"]
    assert done.exit_code == int(case["slutkod"])
    answer = json.loads(coverage(lillby, "--format", "json").stdout)
    assert answer["fel"] == []
    rows = []
    for question in answer["täckning"]:
        rows.append(question["svar"])
        rows += [gap["id"] for gap in question["luckor"]]
    assert [re.sub(r"^.*\((.*)\)$|^[^:]+: ", r"\1", row) for row in done.stdout.splitlines()] == rows


def test_the_editors_page_shows_the_same_coverage(project: Project) -> None:
    page = project.internal.page("att-granska.md")
    told_there = coverage(project).stdout.splitlines()
    assert len(told_there) > 6
    for line in told_there:
        text = re.sub(r" \([a-z0-9-]+\)$", "", line.removeprefix("  - "))
        assert words(text.partition(": ")[2] if line[0] != " " else text) in page.text


# The plan's own frame ------------------------------------------------------------------------------------------------

UNTIL = Decision(gäller_till=datetime.date(2027, 12, 31))


@pytest.mark.parametrize(("day", "over"), [("2027-12-30", False), ("2027-12-31", False), ("2028-01-01", True)])
def test_a_plan_is_over_the_day_after_its_last(day: str, *, over: bool) -> None:
    today = datetime.date.fromisoformat(day)
    words_ = decision.expired(UNTIL, today)
    assert words_ == (
        "Planen gällde till 31 december 2027. Här står inte om den är förlängd eller ersatt." if over else None
    )
    facts = {fact.label: fact.value for fact in decision.facts(UNTIL, today)}
    assert facts["Gäller till"] == f"31 december 2027{' (dagen har passerat)' if over else ''}"
    assert facts["Beslutad av"] == facts["Nästa revidering"] == decision.UNKNOWN


def test_nobody_says_that_a_plan_without_an_end_is_over() -> None:
    assert decision.expired(Decision(), datetime.date(2199, 1, 1)) is None


LAW = re.compile(r"2023:196|vartannat år|krav gäller den här planen")


def test_the_law_is_for_editors_only(project: Project) -> None:
    text = project.internal.page("att-granska.md").text
    assert "Lag (2023:196)" in text
    assert "följs upp minst vartannat år" in text
    assert "Om lagens krav gäller den här planen är inte bekräftat." in text
    for name, data in project.external.files.items():
        assert not LAW.search(data.decode("utf-8", errors="replace")), name
    for name, page in project.internal.pages.items():
        assert name == "att-granska/index.html" or not LAW.search(page.text), name


def test_a_plan_whose_time_is_over_says_so_on_both_sites(tmp_path: Path) -> None:
    project = projects.lillby(tmp_path)
    plan = changed({"plan": {"plan": {"beslut": {"gäller_till": "2026-11-21"}}}})
    project.write("plan.yaml", dumped(plan))
    project.build()
    banner = "Planen gällde till 21 november 2026. Här står inte om den är förlängd eller ersatt."
    for site in project.sites:
        for path in ("plan/index.md", "plan/utbildning.md", "uppfoljning/index.md", "ansvar/rad.md"):
            assert site.page(path).text.count(banner) == 1, path
        assert banner in site.fragments["fragment/uppfoljning.html"].tree.text
        assert banner not in site.page("kontakter.md").text
