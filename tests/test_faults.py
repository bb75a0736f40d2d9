"""Every fault in a plan gets one clear Swedish message at the right place, all in one run.

A case is a file in ``cases/fel``: a change to ``plans/liten.yaml`` (or a text, or bytes) and exactly what is said.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from examples import TIMES
from golden import SMALL, cases, given_bytes
from handlingsplan.followup import history
from handlingsplan.plan import assessment, terms, words
from handlingsplan.plan.load import load, parse
from handlingsplan.text import faults
from handlingsplan.text.faults import Fault, did_you_mean, listing, quoted, visible
from handlingsplan.text.reader import MAX_BYTES, MAX_SCALAR, decode, read
from handlingsplan.text.syntax import head_of

HERE = Path(__file__).parent
LINES = SMALL.split("\n")
CASES = cases("fel")
NAME = "plan.yaml"


def check_shape(data: bytes) -> None:
    """A plan or faults, never both, never neither; every fault inside the file, with something to do about it."""
    reading = parse(data, NAME)
    assert (reading.plan is None) == bool(reading.faults)
    lines = decode(data, NAME)[0].split("\n")
    for fault in reading.faults:
        assert (fault.line, fault.column) == (0, 0) or (
            1 <= fault.line <= len(lines) and 1 <= fault.column <= len(lines[fault.line - 1]) + 1
        ), fault
        assert fault.what
        assert fault.remedy
        assert "\n" not in str(fault)
        assert str(fault).isprintable()


def test_the_small_plan_is_whole() -> None:
    assert parse(SMALL.encode(), NAME).faults == ()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fault_is_told_exactly(case: dict[str, Any]) -> None:
    data = given_bytes(case)
    assert [str(fault) for fault in parse(data, NAME).faults] == case["fel"]
    check_shape(data)


ENGLISH = re.compile(
    r"\b(alias|anchor|and|block|character|column|context|could|did|document|dict|error|expected|False|field|flow|"
    r"found|indicator|input|invalid|is|key|line|list|mapping|missing|None|not|object|of|parsing|required|scalar|"
    r"scanning|sequence|should|str|string|tag|the|token|True|tuple|type|unexpected|valid|value|while)\b"
)


def test_no_message_speaks_the_parser_s_language() -> None:
    # What is quoted is the writer's own.
    messages = [re.sub(r"”.*?”|\".*\"|'.*'", "", message) for case in CASES.values() for message in case["fel"]]
    assert messages
    assert [message for message in messages if ENGLISH.search(message)] == []


def in_value(put: Callable[[str], str]) -> Callable[[re.Match[str]], str | None]:
    """Return a mistake in the value of a line."""
    return lambda head: head[0][: head.start("value")] + put(head["value"]) if head["value"] else None


MISTAKES: dict[str, Callable[[re.Match[str]], str | None]] = {
    "kolon": lambda head: in_value("Mål: {}".format)(head) if head["value"][:1] not in {"", "[", "{", '"'} else None,
    "snabel-a": in_value("@{}".format),
    "stjärna": in_value("*{}".format),
    "fetstil": in_value("**{}**".format),
    "och-tecken": in_value("&å {}".format),
    "citattecken": in_value(lambda value: '"' + value.replace('"', "")),
    "apostrof": in_value(lambda value: "'" + value.replace("'", "")),
    "klammer": in_value("[{}".format),
    "krullklammer": in_value(lambda value: "{" + value),
    "pil": in_value(">- {}".format),
    "tappad klammer": lambda head: head[0][:-1] if head["value"].endswith(("]", "}", '"')) else None,
    "klammer för mycket": lambda head: head[0] + "]" if head["value"].endswith(("]", "}", '"')) else None,
    "nummertecken": lambda head: head[0] + " #5" if head["value"] and head["value"][-1] not in "]}\"'" else None,
    "inget kolon": lambda head: head[0].replace(head["key"] + ":", head["key"], 1) if head["key"] else None,
    "inget blanksteg": lambda head: head[0].replace("- ", "-", 1) if head["dashes"] else None,
    "tabb": lambda head: "\t" + head[0].lstrip() if head["indent"] else None,
    "ett steg in": lambda head: " " + head[0],
    "ett steg ut": lambda head: head[0][1:] if head["indent"] else None,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_on_any_line_is_one_fault_there(mistake: str) -> None:
    """Nothing is called missing, unknown or unreachable because a line could not be read."""
    moved = mistake.startswith("ett steg")
    tried = 0
    for number, line in enumerate(LINES, 1):
        wrong = MISTAKES[mistake](head_of(line)) if line and not line.startswith("#") else None
        if wrong is None:
            continue
        tried += 1
        text = "\n".join([*LINES[: number - 1], wrong, *LINES[number:]])
        found = parse(text.encode(), NAME).faults
        # The first line of a block may be moved: then it is the next that does not fit, or all is as it should be.
        near = {number, next((below for below, row in enumerate(LINES[number:], number + 1) if row), number)}
        assert len(found) <= 1 if moved else len(found) == 1, (wrong, found)
        assert {fault.line for fault in found} <= (near if moved else {number}), (wrong, found)
    assert tried > 20


def test_many_mistakes_are_all_told_in_one_run() -> None:
    told = [message for name in ("allt-pa-en-gang", "fel-i-skrivsattet-av-alla-slag") for message in CASES[name]["fel"]]
    assert len(told) >= 20
    text = SMALL.replace("namn: ", "namn: Mål: ").replace("    roll:", "    roll: @")
    wanted = {number for number, line in enumerate(LINES, 1) if "namn: " in line}
    assert {fault.line for fault in parse(text.encode(), NAME).faults} == wanted


def test_a_text_that_is_too_long_and_a_file_that_is_too_large() -> None:
    long = SMALL.replace("Planen ska värna demokratin.", "a" * (MAX_SCALAR + 1))
    assert [str(fault) for fault in parse(long.encode(), NAME).faults] == [
        "plan.yaml:9:17: texten har 20001 tecken, gränsen är 20000 – korta eller dela texten"
    ]
    large = SMALL.encode() + b"#" * MAX_BYTES
    assert [str(fault) for fault in parse(large, NAME).faults] == [
        "plan.yaml: filen är 5,0 MB, gränsen är 5 MB – kontrollera att det är rätt fil"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "{[" * 50_000,
        "? " * 50_000,
        "- " * 50_000,
        "".join(f"{' ' * depth}a:\n" for depth in range(2000)),
        "a: " + " " * 200_000 + "b: c",
        "a: " + "x: " * 50_000,
        "".join(f"a{row}: @\n" for row in range(20_000)),
        "".join(f"- &a{row} [*a{row}]\n" for row in range(2000)),
    ],
    ids=lambda text: text[:12],
)
def test_hostile_files_are_refused_soon(text: str) -> None:
    assert parse(text.encode(), NAME).faults


def test_a_file_that_cannot_be_opened_is_a_fault_too(tmp_path: Path) -> None:
    missing = load(tmp_path / NAME)
    folder = load(tmp_path)
    assert [str(fault) for fault in missing.faults] == [
        f"plan.yaml: filen finns inte – den ska ligga i mappen {tmp_path.resolve()}"
    ]
    told = [str(fault) for fault in folder.faults]
    assert told == [f"{tmp_path.name}: här ligger en mapp, inte en fil – flytta mappen"]
    assert (missing.plan, folder.plan) == (None, None)


def test_a_file_that_is_locked_is_a_fault_in_swedish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / NAME).write_bytes(b"")
    monkeypatch.setattr(Path, "open", locked)
    assert [str(fault) for fault in load(tmp_path / NAME).faults] == [
        "plan.yaml: filen går inte att läsa – kontrollera att du får läsa den, och att inget annat program har låst den"
    ]


def test_a_listing_is_in_reading_order_and_says_nothing_twice() -> None:
    later, sooner, whole = Fault(NAME, 10, 1, "a", "b"), Fault(NAME, 9, 20, "a", "b"), Fault(NAME, 0, 0, "a", "b")
    assert listing([later, sooner, whole, later]) == f"{whole}\n{sooner}\n{later}"


@pytest.mark.parametrize("module", [assessment, faults, history, terms, words], ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


def test_guesses_forgive_capitals_and_say_when_there_is_nothing_to_choose() -> None:
    assert did_you_mean("RTH", ["rth", "polisen"], label="Finns") == "menade du ”rth”? Finns: rth, polisen"
    assert did_you_mean("zzz", [f"a{number}" for number in range(20)]).endswith("a11 …")
    assert did_you_mean("zzz", [f"a{number}" for number in range(12)]).endswith("a11")
    assert did_you_mean("zzz", []) == "lägg till den först; det finns ingen att välja än"


def test_what_is_quoted_in_a_message_can_be_seen() -> None:
    assert visible("gr\u200bon\n") == "gr[U+200B]on[U+000A]"
    assert visible("x" * 40) == "x" * 40
    assert visible("x" * 41) == "x" * 40 + " …"


def test_a_suggested_text_is_one_that_can_be_read() -> None:
    for text in ("a: b", 'sa "ja": nu', "it's: x", "C:\\mapp: x", "”a: b”"):
        tree, faults = read(f"a: {quoted(text)}\n".encode(), NAME)
        assert (tree, faults) == ({"a": text.strip("”")}, [])


ODD = [*"\"'[]{}:#-|>&*!%@`,?\t\u00a0\u200b\ufeff\x85\0~é.", ": ", " #", "- ", "<<: ", "---"]


def mutated(draw: st.DrawFn) -> str:
    """Return the small plan with some mistakes such as people and programs make."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, len(lines) - 1))
        line = lines[row]
        at = draw(st.integers(0, len(line)))
        odd = draw(st.sampled_from(ODD))
        lines[row : row + 1] = draw(
            st.sampled_from(
                [
                    [line[:at] + odd + line[at:]],
                    [line[:at] + line[at + 1 :]],
                    [line[:at] + odd + line[at + 1 :]],
                    [line[:at], line[at:]],
                    [],
                    [line, line],
                    [" " * draw(st.integers(0, 12)) + line.lstrip()],
                    [odd + line],
                    [line, odd],
                ]
            )
        )
        if not lines:
            lines = [""]
    return draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)


@settings(max_examples=300 * TIMES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.composite(mutated)())
def test_no_mistake_in_a_plan_breaks_the_reader(text: str) -> None:
    check_shape(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300 * TIMES, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text(list("ab:- \n\t\"'[]{}#&*!|>%@`,?~.\\u0é\u00a0\ufeff"), max_size=80).map(str.encode)
)
@example(b"")
@example(b"\xff\xfe\x00")
@example(b'a: "\\')
@example(b"a: |\n \t\n  b")
@example("\ufeff\ufeff".encode())
def test_no_bytes_break_the_reader(data: bytes) -> None:
    check_shape(data)
