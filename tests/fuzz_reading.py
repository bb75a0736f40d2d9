"""What is fuzzed: any bytes as a plan and as a page, and what must then hold. The tests replay its corpus."""

from __future__ import annotations

from pathlib import Path

from handlingsplan.plan.load import parse
from handlingsplan.plan.words import Audience
from handlingsplan.prose.texts import parse_page
from handlingsplan.text.decoding import decode
from handlingsplan.text.faults import Fault

PLAN = parse((Path(__file__).resolve().parent / "plans" / "liten.yaml").read_bytes(), "plan.yaml").plan
assert PLAN


def read_anything(data: bytes) -> None:
    """Read bytes as a plan and as a page of prose; raise if that does not end in one of them, or in faults."""
    reading = parse(data, "plan.yaml")
    if (reading.plan is None) != bool(reading.faults):
        raise AssertionError("neither a plan nor a fault, or both")
    text, found = parse_page(data, "sida.md", "content/sida.md", PLAN, Audience.EXTERNAL)
    if text is None and not found:
        raise AssertionError("neither a page nor a fault")
    lines = decode(data, "")[0].split("\n")
    for fault in (*reading.faults, *found):
        check_place(fault, lines)


def check_place(fault: Fault, lines: list[str]) -> None:
    """A fault stands inside the file, or concerns the whole of it, and can be shown on one line."""
    whole = (fault.line, fault.column) == (0, 0)
    if not whole and not (1 <= fault.line <= len(lines) and 1 <= fault.column <= len(lines[fault.line - 1]) + 1):
        raise AssertionError(f"outside the file: {fault}")
    if not str(fault).isprintable() or not fault.what or not fault.remedy:
        raise AssertionError(f"cannot be shown: {fault!r}")
