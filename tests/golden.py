"""Golden cases: input and expected output as data, which anyone can add to without writing Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).resolve().parent / "cases"


def cases(folder: str) -> dict[str, Any]:
    """Return the cases of a folder under ``cases``, by name, every value as text."""
    return {
        path.stem: yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506  # it makes texts only
        for path in sorted((CASES / folder).glob("*.yaml"))
    }


SMALL = (CASES.parent / "plans" / "liten.yaml").read_text(encoding="utf-8")
"""The plan that the cases in ``fel`` change."""


def given_bytes(case: dict[str, Any]) -> bytes:
    """Return the file that a case in ``fel`` describes."""
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    text = case.get("text", SMALL)
    for edit in case.get("ersätt", ()):
        assert text.count(edit["från"]) == 1, edit
        text = text.replace(edit["från"], edit["till"])
    return bytes(text.encode(case.get("koda", "utf-8")))
