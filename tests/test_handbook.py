"""The handbook's examples show a form and hold no fact: one that is left in ``plan.yaml`` is no report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from handlingsplan.plan.load import parse
from projects import ROOT

PLAN = (ROOT / "plan.yaml").read_text(encoding="utf-8")
PAGES = [*sorted((ROOT / "content").rglob("*.md")), ROOT / "README.md"]
EXAMPLES = {
    f"{page.stem}-{number}": block
    for page in PAGES
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL), 1)
}
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
    for form in (block.split("\n", 1)[1], re.sub("^#", "", template[0], flags=re.MULTILINE)):
        second = re.findall(r"^  - id: .*\n    tabell: ", PLAN, re.MULTILINE)[1]
        told = "\n".join(map(str, parse(PLAN.replace(second, form + second).encode(), "plan.yaml").faults))
        assert "”ÅÅÅÅ” är inte ett år" in told
        assert "”ÅÅÅÅ-MM-DD” är inte ett datum" in told
