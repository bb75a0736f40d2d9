"""The rooms of the program stand in the order that data flows, and each imports only from those before it."""

from __future__ import annotations

from pathlib import Path

import sizes

from projects import ROOT

PACKAGE = ROOT / "hooks" / "handlingsplan"
IMPORTS = sizes.imports(PACKAGE)

ROOMS = (
    *(
        "kept",
        "swedish",
        "text",
        "plan",
        "followup",
        "prose",
        "rules",
        "editing",
        "documents",
        "output",
        "project",
        "check",
    ),
    *("deliver", "workplace", "theme", "plugin", "cli"),
)
"""From bytes to what is published; the first two know nothing of plans."""


def room(module: str) -> str:
    return module.partition(".")[0]


def test_every_module_stands_in_a_room() -> None:
    assert {room(name) for name in IMPORTS} - {"__init__", "__main__"} == set(ROOMS)


def test_a_room_imports_only_from_those_before_it() -> None:
    climbs = {
        (name, other)
        for name, others in IMPORTS.items()
        for other in others
        if room(name) in ROOMS and other != "__init__" and ROOMS.index(room(other)) > ROOMS.index(room(name))
    }
    assert climbs == set()


def test_no_modules_need_each_other() -> None:
    assert sizes.circles(IMPORTS) == []


def test_only_the_door_of_mkdocs_knows_its_events() -> None:
    assert len((PACKAGE / "plugin.py").read_text(encoding="utf-8").splitlines()) < 150


def test_an_import_is_found_wherever_it_stands(tmp_path: Path) -> None:
    for path, text in {
        "a/x.py": "def f():\n    from ..b.c import y\n",
        "a/z.py": "from ..b import c\n",
        "b/c.py": "from . import other\n",
        "b/other.py": "from .c import y\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = sizes.imports(tmp_path)
    assert found == {"a.x": {"b.c"}, "a.z": {"b.c"}, "b.c": {"b.other"}, "b.other": {"b.c"}}
    assert sizes.circles(found) == [{"b.c", "b.other"}]
