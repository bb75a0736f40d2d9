"""A small number that is hidden in a table is not told by a text: in whatever spelling, year, key or page."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from click.testing import CliRunner
from pydantic import BaseModel

import plan_fields
from golden import cases
from handlingsplan.cli import main
from handlingsplan.plan.models import Area, Plan, Term
from handlingsplan.rules.counts import in_plan, in_prose
from handlingsplan.rules.personal import Allowed
from handlingsplan.text.reader import read
from projects import DAY, Project

CASES = cases("smatal")
INDICATOR = {"id": "antal-insatser", "text": "Antal genomförda insatser", "känslig": "ja"}


def rows(outcome: str) -> list[tuple[str, str, str]]:
    """Return where a text stands, the hidden number and the text, of all cases with an outcome."""
    return [
        (case["var"], number, text)
        for case in CASES.values()
        for number, texts in case[outcome].items()
        for text in texts
    ]


def plan(number: str, **more: Any) -> dict[str, Any]:
    """Return a plan that hides a number."""
    follow_ups = [{"år": "2024", "indikatorer": {"antal-insatser": number}}]
    return {"områden": [{"id": "a", "indikatorer": [INDICATOR], "uppföljning": follow_ups}], **more}


def faults(data: dict[str, Any]) -> list[str]:
    tree, wrong = read(yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode(), "plan.yaml")
    assert not wrong
    return [fault.what for fault in in_plan(tree, "plan.yaml", Allowed(tree))]


def told(where: str, number: str, text: str, folder: Path) -> int:
    """Return how often a text is found to give a number away."""
    if where == "prosa":
        data = plan(number)
        (folder / "sida.md").write_text(f"---\ntitle: x\n---\n\n{text}\n", encoding="utf-8")
        tree, _ = read(yaml.safe_dump(data, allow_unicode=True).encode(), "plan.yaml")
        return len(list(in_prose(folder, folder, tree, Allowed(tree))))
    data = plan(number, rättelser=[{"område": "a", "text": text}] if where == "uppföljning" else [])
    area = data["områden"][0]
    if where == "uppföljning":
        area["uppföljning"].append({"år": "2026", "motivering": text})
    else:
        area["anmärkning"] = text
        area["indikatorer"].append({"id": "b", "text": "x", "mål": {"text": text}})
    return len(faults(data))


@pytest.mark.parametrize(("where", "number", "text"), rows("hittas"))
def test_a_spelling_of_the_hidden_number_is_found(where: str, number: str, text: str, tmp_path: Path) -> None:
    assert told(where, number, text, tmp_path) == (1 if where == "prosa" else 2)


@pytest.mark.parametrize(("where", "number", "text"), rows("hittas_inte"))
def test_another_number_stops_nothing(where: str, number: str, text: str, tmp_path: Path) -> None:
    assert told(where, number, text, tmp_path) == 0


@pytest.mark.parametrize("text", ["3 insatser. " * 1_000, "3 " * 5_000, "\n \n" * 5_000, "tre " * 2_000, "3." * 5_000])
def test_a_long_page_is_read_to_its_end(text: str, tmp_path: Path) -> None:
    assert told("prosa", "4", text, tmp_path) == 0
    assert told("prosa", "4", text + "\n\n4 insatser", tmp_path) == 1


def test_the_table_is_large_and_covers_each_number() -> None:
    assert {where for where, _, _ in rows("hittas")} == {where for where, _, _ in rows("hittas_inte")}
    assert {number for _, number, _ in rows("hittas")} == {"0", "1", "2", "3", "4"}
    assert len(rows("hittas")) + len(rows("hittas_inte")) > 150


# Every text ----------------------------------------------------------------------------------------------------------

NUMBERS = {"tabell"}
"""A text of the models that holds a number of its own: the name of the source's table."""


def filled(model: type[BaseModel]) -> dict[str, Any]:
    """Return an entry in which every text of a model stands, and nothing else but ids."""
    entry: dict[str, Any] = {}
    for field in plan_fields.fields(model):
        below = next(plan_fields.models(field.hint), None)
        if field.key in {"id", "område"}:
            entry[field.key] = "a"
        elif below:
            one = filled(below)
            entry[field.key] = [one] if "tuple" in str(field.hint) else one
        elif field.hint is Term or Term in get_args(field.hint):
            entry[field.key] = {"fritext": "text"}
        elif plan_fields.holds_text(field.hint) and field.key not in NUMBERS:
            entry[field.key] = {"x": "text"} if "dict" in str(field.hint) else "text"
    return entry


def places(node: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where the texts of ``filled`` stand."""
    if node == "text":
        yield way
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(value, (*way, key))


def with_text(data: dict[str, Any], way: tuple[str | int, ...], text: str) -> dict[str, Any]:
    data = copy.deepcopy(data)
    node: Any = data
    for step in way[:-1]:
        node = node[step]
    node[way[-1]] = text
    return data


def test_every_text_of_the_models_is_looked_through() -> None:
    """Walked from the models, not from a list: a key that they get later is in the test the day it is written."""
    data = plan(
        "3", **{key: value for key, value in filled(Plan).items() if key not in {"områden", "undantag", "format"}}
    )
    area = filled(Area)
    area["indikatorer"] += [INDICATOR]
    area["uppföljning"] += data["områden"][0]["uppföljning"]
    data["områden"] = [area]
    ways = list(places(data))
    assert faults(data) == []
    assert len(ways) > 75
    reached = {str(way[-1]) for way in ways}
    assert {"motivering", "uppgifter_från", "fritext", "intern_kommentar", "plankommentar", "x"} <= reached
    for way in ways:
        found = faults(with_text(data, way, "Det blev 3 insatser."))
        assert len(found) == 1, way
        assert found[0].endswith("texten säger talet som döljs för ”antal-insatser” 2024")


def test_another_year_and_another_indicator_hide_nothing_of_their_own() -> None:
    """A value of another indicator, the goal's number and the table's stand for themselves."""
    data = plan("3")
    area = data["områden"][0]
    area |= {"tabell": "3"}
    area["indikatorer"] += [{"id": "b", "text": "x", "mål": {"värde": "3", "text": "många"}}]
    area["uppföljning"] += [{"år": "2025", "indikatorer": {"antal-insatser": "7", "b": "3", "c": "3 rutiner"}}]
    assert faults(data) == []


def test_what_describes_the_indicator_needs_no_word_of_it() -> None:
    """A goal that is not shown, because it is small or has no number, says nothing to anybody."""
    said = {"text": "Antal genomförda insatser – 3 år 2024", "uppgifter_från": "Tre handläggare", "enhet": "av 3"}
    for key, text in said.items():
        data = plan("3")
        data["områden"][0]["indikatorer"] = [INDICATOR | {key: text}]
        assert len(faults(data)) == 1
    for value, seen in (("10", 1), ("5,5", 1), ("3", 0), (None, 0)):
        data = plan("3")
        data["områden"][0]["indikatorer"] = [INDICATOR | {"mål": {"text": "minst tio, 3 år 2024", "värde": value}}]
        assert len(faults(data)) == seen, value


def test_a_person_can_allow_a_number_that_counts_something_else() -> None:
    data = plan("3", rättelser=[{"område": "a", "text": "Tre skolor var med."}])
    assert len(faults(data)) == 1
    assert faults(data | {"undantag": [{"värde": "tre skolor"}]}) == []


def test_of_an_indicator_that_counts_municipalities_they_are_counted() -> None:
    data = plan("3", rättelser=[{"område": "a", "text": "Tre kommuner var med."}])
    assert faults(data) == []
    data["områden"][0]["indikatorer"] = [INDICATOR | {"text": "Antal deltagande kommuner per år"}]
    assert len(faults(data)) == 1


def test_prose_is_told_at_its_row_and_stops_a_check(lillby: Project) -> None:
    follow_up = "    uppföljning: [{år: 2026, indikatorer: {utbildade: 3}}]\n"
    lillby.replace("plan.yaml", "text: Antal utbildade}", "text: Antal utbildade, känslig: ja}")
    lillby.write("plan.yaml", lillby.read("plan.yaml") + follow_up)
    lillby.write("content/webb/index.md", lillby.read("content/webb/index.md") + "\nHittills är 3 utbildade.\n")
    row = lillby.read("content/webb/index.md").count("\n")
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "kontrollera", "--per", DAY.isoformat()])
    assert done.stderr.startswith(
        f"content/webb/index.md:{row}:13: texten säger talet som döljs för ”utbildade” 2026 – skriv ”färre än 5”"
    )
