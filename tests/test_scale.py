"""A plan's scale drives everything that shows a status: one that is added to it is met everywhere."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import docx
import openpyxl
import pypdfium2
import pytest

import projects
from built import parse
from handlingsplan.output.files.catalogue import downloads
from handlingsplan.output.pages import paths, report
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.inserts import rules
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import load
from handlingsplan.plan.models import Plan, PublicPlan
from handlingsplan.plan.scale import SCALE, Light, Status
from handlingsplan.plan.views import external_view
from projects import DAY

STARTED = Status("påbörjat", "Påbörjat", Light.PARTIAL, "Påbörjat", "påbörjat", "påbörjade", 1)
"""A word of another plan, between *ej* and *delvis*."""


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Timrå's plan with a scale of four words, where one area is assessed with the new one."""
    full, partial, worst = SCALE.verdicts
    scale = replace(SCALE, verdicts=(replace(full, rank=3), replace(partial, rank=2), STARTED, worst))
    monkeypatch.setattr(PublicPlan, "scale", property(lambda _: scale))
    found = load(projects.ROOT / "plan.yaml").plan
    assert found
    other = load(projects.PLANS / "exempelkommun.yaml").plan
    assert other
    given = next(each for area in other.areas for each in area.follow_ups if each.status.assessed)
    first, *rest = found.areas
    assessed = first.model_copy(
        update={"follow_ups": (given.model_copy(update={"status": STARTED, "activities": {}, "indicators": {}}),)}
    )
    return found.model_copy(update={"areas": (assessed, *rest), "actors": (*found.actors, *other.actors)})


def test_a_status_added_to_the_scale_is_met_everywhere(plan: Plan) -> None:
    renderer = Renderer(external_view(plan, DAY), downloads=downloads)
    made = {page.path: parse(str(page.html)).text for page in pages(renderer)}
    year = renderer.view.period
    for path in (paths.FOLLOW_UP, report.path(year), paths.area(plan.areas[0].id)):
        assert "Påbörjat" in made[path], path
    files = {each.path.rpartition("/")[2]: each.content for each in renderer.downloads}
    words = [status.label for status in renderer.view.scale.statuses]
    assert words[1:4] == ["Delvis uppfyllt", "Påbörjat", "Ej uppfyllt"]
    schema = json.loads(files["plan.schema.json"])
    assert schema["properties"]["områden"]["items"]["properties"]["status"]["enum"] == words
    sheet = openpyxl.load_workbook(io.BytesIO(files["uppfoljning.xlsx"]))["Områden"]
    assert [each.formula1 for each in sheet.data_validations.dataValidation] == [f'"{",".join(words)}"']
    document = docx.Document(io.BytesIO(files[f"uppfoljning-{year}.docx"]))
    assert "Påbörjat" in " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    with pypdfium2.PdfDocument(files[f"arsrapport-{year}.pdf"]) as pdf:
        assert "Påbörjat: 1 av 8" in " ".join(page.get_textpage().get_text_range() for page in pdf)
    assert json.loads(files["plan.json"])["områden"][0]["status"] == "Påbörjat"


def test_the_rules_explain_the_scale_that_the_plan_has(plan: Plan) -> None:
    text = parse(rules(Renderer(external_view(plan, DAY)), "sa-raknar-vi.md")).text
    assert "en egen skala med fyra ord" in text
    assert "1 är helt uppfyllt, 1 är delvis uppfyllt, 1 är påbörjat och 1 är ej uppfyllt." in text
