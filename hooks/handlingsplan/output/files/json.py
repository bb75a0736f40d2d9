"""The plan's tables as JSON, and the JSON Schema that describes them. Anyone can recompute every total from it."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ...documents.table import FORMAT, Kind, facts, tables

if TYPE_CHECKING:
    from ...documents.table import Cell, Column
    from ...plan.scale import Scale
    from ...plan.views import PublicView

SCHEMA = "plan.schema.json"


def write(view: PublicView) -> bytes:
    """Return the file: the plan's facts under ``plan``, then each table as a list of objects."""
    content: dict[str, Any] = {"$schema": SCHEMA, "format": FORMAT}
    content["plan"] = {column.key: _value(cell) for column, cell in facts(view)}
    for table in tables(view):
        keys = [column.key for column in table.columns(view)]
        content[table.key] = [dict(zip(keys, map(_value, row), strict=True)) for row in table.cells(view)]
    return _text(content)


def schema(view: PublicView) -> bytes:
    """Return the description of ``write``'s file for the same audience, as JSON Schema 2020-12."""
    properties: dict[str, Any] = {
        "$schema": {"const": SCHEMA},
        "format": {"const": FORMAT, "description": "Höjs när ett fält tas bort eller får en annan betydelse."},
        "plan": {
            "description": "Det som gäller hela planen.",
            **_object([column for column, _ in facts(view)], view.scale),
        },
    }
    for table in tables(view):
        properties[table.key] = {
            "description": table.row,
            "type": "array",
            "items": _object(table.columns(view), view.scale),
        }
    return _text(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Uppföljningen av en kommuns plan",
            "description": (
                "Summorna på sidorna räknar de rader där gäller_nu är true, efter status. Rader som också har "
                "äldre_bedömning_från räknas för sig, som äldre bedömningar. En årsrapport räknar på samma sätt "
                "raderna med sitt år. Äldre är då det senaste före året som inte är Ingen bedömning redovisad, om det "
                "är en bedömning."
            ),
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    )


def _object(columns: list[Column], scale: Scale) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {column.key: _type(column, scale) for column in columns},
        "required": [column.key for column in columns],
        "additionalProperties": False,
    }


_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string", "minLength": 1},
    Kind.NUMBER: {"type": "number"},
    Kind.YEAR: {"type": "integer", "minimum": 1900, "maximum": 2199},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.YES_NO: {"type": "boolean"},
    Kind.STATUS: {"type": "string"},
}


def _type(column: Column, scale: Scale) -> dict[str, Any]:
    described = {"title": column.heading, "description": column.description, **_TYPES[column.kind]}
    if column.kind is Kind.STATUS:
        described["enum"] = [status.label for status in scale.statuses]
    return described if column.always else described | {"type": [described["type"], "null"]}


def _value(cell: Cell) -> str | float | bool | None:
    if isinstance(cell, Decimal):
        return int(cell) if cell == int(cell) else float(cell)
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def _text(content: dict[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()
