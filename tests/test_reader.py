"""The reader: every scalar as text, every place exact, nothing lost or guessed."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from examples import TIMES
from handlingsplan.text.decoding import FORBIDDEN
from handlingsplan.text.faults import quoted
from handlingsplan.text.reader import Mapping, Sequence, mappings, place_of, read

HERE = Path(__file__).parent
NAME = "plan.yaml"


def tree_of(text: str | bytes) -> Mapping:
    tree, faults = read(text.encode() if isinstance(text, str) else text, NAME)
    assert faults == []
    assert tree.complete
    return tree


PLAIN = r"""
no No NO yes on off y n true False ja nej = 1.10 1_000 0x1F 0o17 1e3 .inf .nan -.INF NaN Null NULL None 0 007 -5
0611234 0701234567 +4660191000 060-191000 85170 08512 2026-11-22 2026-02-30 2026-11 2026-11-22T10:00:00Z
12:30 08:30 12:30:45 1:30:15.5 a:b a#b http://x.se:80/#y 75% C:\mapp it's ä&ö 5<6 (x) åäöÅÄÖ é 日本 😀 …
"""
QUOTED = [
    "x: y",
    "- x",
    "[x]",
    "{x}",
    "#5",
    "a #b",
    '"',
    "'",
    "|",
    ">",
    "*",
    "&",
    "!",
    "@x",
    "`x`",
    "%x",
    "? x",
    ":",
    " x ",
]


@pytest.mark.parametrize("text", [*PLAIN.split(), "114 14", "114\u00a014"])
def test_a_scalar_is_the_text_that_was_written(text: str) -> None:
    single = "'" + text.replace("'", "''") + "'"
    assert tree_of(f"a: {text}\nb: [{text}]\nc: {single}\n") == {"a": text, "b": [text], "c": text}
    if not text.startswith("-"):
        assert tree_of(f"{text}: 1\n") == {text: "1"}


@pytest.mark.parametrize("text", QUOTED)
def test_any_text_can_stand_in_quotes(text: str) -> None:
    assert tree_of(f"a: {quoted(text)}\nb: [{json.dumps(text)}]\n") == {"a": text.strip(), "b": [text]}


@pytest.mark.parametrize("written", ["", "~", "null"])
def test_an_empty_value_is_none(written: str) -> None:
    assert tree_of(f"a: {written}\nb: [x, {written or '~'}]\nc: {{d: {written}}}") == {
        "a": None,
        "b": ["x", None],
        "c": {"d": None},
    }
    assert tree_of(f'a: "{written}"') == {"a": written}


def test_every_way_of_writing_a_text() -> None:
    text = "a: en\n  två\nb: >-\n  en\n  två\n\n  tre\nc: |\n  en\n  två\nd: 'en\n\n  två'\ne: \"en\\\n  två\\u00e5\"\n"
    assert tree_of(text) == {"a": "en två", "b": "en två\ntre", "c": "en\ntvå\n", "d": "en\ntvå", "e": "entvåå"}


def test_letters_in_two_parts_become_one() -> None:
    tree = tree_of("områden: o\u0308ppet\n")
    assert tree == {"områden": "öppet"}
    assert tree.key_places == {"områden": (1, 1)}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", ["\n", ""])
def test_line_ends_and_a_byte_order_mark_change_nothing(end: str, mark: bytes, last: str) -> None:
    text = (HERE / "plans" / "liten.yaml").read_text(encoding="utf-8").removesuffix("\n")
    wanted = tree_of(text + "\n")
    tree = tree_of(mark + (text + last).replace("\n", end).encode())
    assert (tree, tree.key_places, tree.value_places) == (wanted, wanted.key_places, wanted.value_places)


def test_where_a_place_is_looked_up() -> None:
    tree = tree_of("# x\na:\n  - b: 1\n    c:\n  - [d,  e]\n")
    assert tree.place == (2, 1)
    assert place_of(tree, ()) == (2, 1)
    assert place_of(tree, ("a",), key=True) == (2, 1)
    assert place_of(tree, ("a",)) == (3, 3)
    assert place_of(tree, ("a", 0)) == (3, 5)
    assert place_of(tree, ("a", 0, "b")) == (3, 8)
    assert place_of(tree, ("a", 0, "c")) == (4, 5), "an empty value is looked for at its key"
    assert place_of(tree, ("a", 1, 1)) == (5, 10)
    assert place_of(tree, ("a", 0, "x", "y")) == (3, 5), "what is missing is looked for where it should be"
    assert place_of(tree, ("a", 7)) == (3, 3)
    assert list(mappings(tree["a"])) == [{"b": "1", "c": None}]
    assert list(mappings("text")) == []


def test_what_is_open_when_reading_stops_is_not_whole() -> None:
    tree, faults = read(b"a: {b: 1}\nc:\n  d: 1\n   e: 2\nf:\n  g: 1\n", NAME)
    assert [fault.line for fault in faults] == [4]
    assert tree == {"a": {"b": "1"}, "c": {"d": "1"}, "f": {"g": "1"}}
    assert [tree.complete, tree["a"].complete, tree["c"].complete, tree["f"].complete] == [False, True, False, True]


TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\ufffdÃâ"), max_size=20)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: not re.search(FORBIDDEN, text))
)
KEYS = TEXT.filter(lambda text: text not in {"", "<<"} and text[0] != "-" and " " not in text)
NODES = st.recursive(
    TEXT | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def dump(node: Any, indent: int = 0, *, flow: bool) -> str:
    """Write data as YAML: texts as JSON, which is also YAML; block style indented by two."""
    if node is None:
        return "~"
    if isinstance(node, str):
        return json.dumps(node, ensure_ascii=False)
    if isinstance(node, list):
        if flow or not node:
            return "[" + ", ".join(dump(item, flow=True) for item in node) + "]"
        return "".join(f"\n{' ' * indent}- {dump(item, indent + 2, flow=False)}" for item in node)
    pairs = ((json.dumps(key, ensure_ascii=False), value) for key, value in node.items())
    if flow or not node:
        return "{" + ", ".join(f"{key}: {dump(value, flow=True)}" for key, value in pairs) + "}"
    return "".join(f"\n{' ' * indent}{key}: {dump(value, indent + 2, flow=False)}" for key, value in pairs)


def check_places(node: Any, lines: list[str]) -> None:
    """Every reported place is where the thing itself begins in the text."""

    def at(place: tuple[int, int]) -> str:
        return lines[place[0] - 1][place[1] - 1 :]

    if isinstance(node, Mapping):
        assert list(node) == list(node.key_places) == list(node.value_places)
        for key, value in node.items():
            assert at(node.key_places[key]).startswith(json.dumps(key, ensure_ascii=False))
            check_value(value, at(node.value_places[key]))
            check_places(value, lines)
    elif isinstance(node, Sequence):
        assert len(node) == len(node.places)
        for item, place in zip(node, node.places, strict=True):
            check_value(item, at(place))
            check_places(item, lines)


def check_value(value: Any, rest: str) -> None:
    if isinstance(value, Mapping):
        assert rest.startswith(("{", '"'))
    elif isinstance(value, Sequence):
        assert rest.startswith(("[", "- "))
    else:
        assert rest.startswith(dump(value, flow=True))


@settings(max_examples=300 * TIMES, deadline=None)
@given(st.dictionaries(KEYS, NODES, min_size=1, max_size=5))
@example({"a": {"b": ["c", {"d": None}], "e": []}})
def test_what_is_written_is_read_and_every_place_points_at_it(data: dict[str, Any]) -> None:
    for flow in (False, True):
        text = dump(data, flow=flow).lstrip("\n") + "\n"
        tree = tree_of(text)
        assert tree == data
        check_places(tree, text.split("\n"))
