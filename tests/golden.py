"""Golden cases: input and expected output as data, which anyone can add to without writing Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).resolve().parent / "cases"


def cases(folder: str) -> dict[str, Any]:
    """Return the cases of a folder under ``cases``, by name, every value as text."""
    return {
        path.stem: yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # it makes texts only
        for path in sorted((CASES / folder).glob("*.yaml"))
    }
