"""The handbook's examples show a form and hold no fact: one that is left in ``plan.yaml`` is no report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlingsplan.plan import models
from handlingsplan.plan.load import parse
from handlingsplan.text.reader import GUIDANCE, read
from projects import DAY, ROOT, Project, timra

PLAN = (ROOT / "plan.yaml").read_text(encoding="utf-8")
PAGES = [*sorted((ROOT / "content").rglob("*.md")), ROOT / "README.md"]
EXAMPLES = {
    f"{page.stem}-{number}": block
    for page in PAGES
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL), 1)
}
STARTER = EXAMPLES.pop("sa-borjar-ni-i-en-annan-kommun-1")
"""The one example that is whole: an invented municipality's plan, for another municipality to begin with."""
FORM = re.compile(r"|ÅÅÅÅ(-MM-DD)?|kontrollerad")
"""Nothing, what is no year and no day, and the one word that a step tells to write."""


def leaves(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for below in node:
            yield from leaves(below)
    else:
        yield node


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("block", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_holds_only_what_the_plan_itself_says(block: str) -> None:
    stated = set(leaves(yaml.load(PLAN, yaml.BaseLoader)))  # noqa: S506  # it makes texts only
    told = [leaf for leaf in leaves(yaml.load(block, yaml.BaseLoader)) if not FORM.fullmatch(leaf)]  # noqa: S506
    assert [leaf for leaf in told if leaf not in stated] == []


def test_an_example_of_an_assessment_left_as_it_is_is_told_of() -> None:
    """Where a plan's template and the handbook's stand, uncommented and not filled in."""
    block = next(example for example in EXAMPLES.values() if "underlag" in example)
    template = re.search(r"^#    uppföljning:\n(?:#      .*\n)+", PLAN, re.MULTILINE)
    assert template
    for form in (block, re.sub("^#", "", template[0], flags=re.MULTILINE)):
        second = re.findall(r"^  - id: .*\n    tabell: ", PLAN, re.MULTILINE)[1]
        told = "\n".join(map(str, parse(PLAN.replace(second, form + second).encode(), "plan.yaml").faults))
        assert "”ÅÅÅÅ” är inte ett år" in told
        assert "”ÅÅÅÅ-MM-DD” är mallens ord" in told


def test_guidance_after_an_empty_value_is_known_as_such() -> None:
    """A comment there is taken for a lost value, but for the words that the shipped templates have."""
    shipped = [*PAGES, ROOT / "plan.yaml", ROOT / "publicering.yaml"]
    rows = "".join(path.read_text(encoding="utf-8") for path in shipped)
    assert [words for words in GUIDANCE if f"# {words}\n" not in rows] == []
    templates = re.findall(r"^#( +(?:uppföljning|undantag):\n(?:#  .*\n)+)", PLAN, re.MULTILINE)
    assert len(templates) == 2
    for template in (*EXAMPLES.values(), *(each.replace("\n#", "\n") for each in templates)):
        assert read(template.encode(), "plan.yaml")[1] == []


# Another municipality ------------------------------------------------------------------------------------------------


@pytest.fixture
def granby(tmp_path: Path) -> Project:
    """Return the repository's own project with the starter in place of its plan."""
    project = timra(tmp_path / "granby")
    project.write("plan.yaml", STARTER)
    return project


def test_the_starter_has_what_the_prose_asks_for_and_pages_of_another_municipality_are_told_of(granby: Project) -> None:
    done = granby.run("kontrollera", "--per", DAY.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(
        r"^  - (\S+): här står ”Timrå kommuns?”, men planen är för Granby kommun", done.stdout, re.MULTILINE
    )
    named = {
        path.relative_to(granby.root).as_posix(): re.split("Timrå kommun", path.read_text(encoding="utf-8"))
        for path in granby.root.glob("content/**/*.md")
    }
    first = {path: parts[0].split("\n") for path, parts in named.items() if len(parts) > 1}
    assert len(first) > 1
    assert sorted(told) == sorted(f"{path}:{len(rows)}:{len(rows[-1]) + 1}" for path, rows in first.items())
    assert "här står" not in timra(granby.root.parent / "timra").run("kontrollera").stdout


def test_both_sites_are_built_of_the_starter_under_other_names_as_the_handbook_tells(granby: Project) -> None:
    names = {"timnet": "granbynatet", "timra.se": "granby.example"}
    (granby.root / "mkdocs.timnet.yml").rename(granby.root / "mkdocs.granbynatet.yml")
    for old, new in names.items():
        (granby.root / "content" / old).rename(granby.root / "content" / new)
        config = "mkdocs.granbynatet.yml" if old == "timnet" else "mkdocs.yml"
        granby.replace(config, f"docs_dir: content/{old}\n", f"docs_dir: content/{new}\n")
        granby.replace(config, f"site_dir: .preview/{old}\n", f"site_dir: .preview/{new}\n")
        granby.replace("publicering.yaml", f"\n{old}:\n", f"\n{new}:\n")
    done = granby.run("bygg", "--per", DAY.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (granby.root / "site").iterdir()} == {*names.values(), "servrar"}
    for new in names.values():
        assert "Plan mot våldsbejakande extremism" in granby.read(f"site/{new}/plan/index.html")
    assert granby.run("kontrollera").returncode == 0  # publicering.yaml too


def test_what_the_starter_calls_optional_may_be_left_out() -> None:
    kept = re.sub(r"^.*# frivillig\n", "", STARTER, flags=re.MULTILINE)
    assert STARTER.count("\n") - kept.count("\n") > 5
    assert parse(kept.encode(), "plan.yaml").faults == ()


def test_the_list_of_what_a_plan_must_have_is_the_models_own() -> None:
    page = (ROOT / "content/timnet/handbok/sa-borjar-ni-i-en-annan-kommun.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (`.+`) \|$", page, re.MULTILINE)
    told = [set(re.findall("`([^`]+)`", keys)) for _, keys in rows]
    parts = (
        models.Plan, models.Frame, models.Passage, models.SourceTable, models.Actor, models.Contact, models.Check,
        models.Guidance, models.Workplace, models.Situation, models.WorkplaceAnswer, models.Area,
    )  # fmt: skip
    required = [
        {field.alias or key for key, field in part.model_fields.items() if field.is_required()} for part in parts
    ]
    required[-1].add("namn")  # or rubrik_redaktion, for a row that has none in the source
    assert told == required
