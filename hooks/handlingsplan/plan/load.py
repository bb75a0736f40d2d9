"""``plan.yaml`` → ``Plan``, or every fault in it. The one way in for all doors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from .advice import dead_ends
from .checks import check
from .closing import check as check_closing
from .faults import MAX_FAULTS, QUOTE, Fault, did_you_mean, first_of, quoted, suggested_id, visible
from .models import Plan
from .reader import Mapping, place_of, read, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan, or the faults that keep it from being one: exactly one of the two; and the tree that was read."""

    plan: Plan | None
    faults: tuple[Fault, ...]
    tree: Mapping
    """What could be read, with its places, for checks that look at a plan with faults too."""
    data: bytes = b""
    """The very bytes that were read."""


def load(path: Path) -> Reading:
    """Read a plan from disk. A file that cannot be read is a fault like any other."""
    data = read_bytes(path)
    return Reading(None, (data,), Mapping((1, 1))) if isinstance(data, Fault) else parse(data, path.name)


def parse(data: bytes, file: str, *, sealed: bool = True) -> Reading:
    """Read a plan from bytes. Faults of reading, of what crosses entries and of each entry come together.

    Args:
        data: the file's bytes.
        file: its name, as messages show it.
        sealed: whether closed years must be as they were closed; the command that corrects them looks itself.

    """
    tree, faults = read(data, file, plan_keys())
    faults += check(tree, file)
    plan, model_faults = validate(Plan, tree, file)
    if sealed:
        faults += check_closing(tree, file, [*faults, *model_faults])
    # Where a reference leads nowhere, what the model says of the same place is only an echo.
    said = {(fault.line, fault.column) for fault in faults}
    faults += [fault for fault in model_faults if (fault.line, fault.column) not in said]
    if plan and not faults:
        faults += dead_ends(plan, tree, file)
    return Reading(None if faults else plan, first_of(faults, file), tree, data)


def validate(model: type[M], tree: Mapping, file: str) -> tuple[M | None, list[Fault]]:
    """Return a model made of a tree, or None and its faults with their places.

    Nothing is said of what could not be read: that is one fault already, and the reader's.
    """
    try:
        return model.model_validate(tree), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)[: MAX_FAULTS + 1]
        faults = [fault for detail in details for fault in _fault(model, tree, file, detail)]
        return None, [fault for fault in faults if (fault.line, fault.column) not in tree.unread]


def _fault(model: type[BaseModel], tree: Mapping, file: str, detail: ErrorDetails) -> Iterator[Fault]:
    kind, path, value = detail["type"], detail["loc"], detail["input"]
    name = str(next((step for step in reversed(path) if isinstance(step, str)), ""))
    if kind == "missing":
        if not _complete(tree, path[:-1]):
            return
        yield Fault(file, *place_of(tree, path[:-1]), f"”{name}” saknas", f"lägg till ”{name}: …”")
        return
    place = place_of(tree, path, key=kind == "extra_forbidden")
    if kind == "extra_forbidden":
        remedy = did_you_mean(name, _keys(model, path[:-1]))
        if model is Plan and len(path) == 1 and not remedy.startswith("menade"):
            remedy = f"hör raden till posten ovanför: dra in den; {remedy}"
        yield Fault(file, *place, f"okänd nyckel ”{visible(name)}”", remedy)
        return
    if isinstance(path[-1], int) and isinstance(value, dict) and kind == "string_type" and len(value) == 1:
        text = ": ".join(str(part) for part in next(iter(value.items())))
        yield Fault(file, *place, f"{name}: kolon inne i en text: ”{visible(text)}”", f"{QUOTE}: {quoted(text)}")
        return
    what, remedy = _wording(kind, value, detail.get("ctx", {}))
    yield Fault(file, *place, f"{name}: {what}" if name else what, remedy)


def _wording(kind: str, value: object, context: dict[str, Any]) -> tuple[str, str]:
    """Return what is wrong and what to do, for one of pydantic's stable error types."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "är tomt", "skriv ja eller nej, eller ta bort raden" if kind == "bool_type" else "fyll i ett värde"
    if kind == "swedish":
        return context["what"], context["remedy"]
    if kind == "string_pattern_mismatch":
        return f"”{visible(str(value))}” kan inte vara ett id", (
            f"använd a–z, 0–9 och bindestreck, till exempel {suggested_id(str(value))}"
        )
    if kind == "string_too_long":
        return f"{len(str(value))} tecken är för långt", f"högst {context['max_length']} tecken"
    if kind in {"too_short", "too_long"}:
        wanted = context.get("min_length", context.get("max_length"))
        remedy = f"det ska vara {wanted}; en text med komma ska stå inom citattecken"
        return f"{context['actual_length']} poster", remedy
    if kind in {"tuple_type", "list_type"}:
        return "ska vara en lista", "börja varje rad med ”- ”, eller skriv [ett, två]"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        if isinstance(value, str) and (glued := re.match(r"([\w-]+):(\S.*)", value)):
            return "blanksteg saknas efter kolonet", f"skriv ”{visible(f'{glued[1]}: {glued[2]}')}”"
        return "ska vara en post med nycklar", "skriv ”nyckel: värde” på egna rader, indragna"
    if isinstance(value, dict | list):
        return "ska vara en text", f"skriv den på samma rad; börjar den med en klammer: {QUOTE}"
    return "har fel form", "jämför med hur andra poster är skrivna"


def _complete(tree: Mapping, path: tuple[str | int, ...]) -> bool:
    """Whether the container at a path was read to its end."""
    node: Any = tree
    for step in path:
        node = node[step]
    return bool(getattr(node, "complete", True))


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are allowed at a path of the file."""
    for step in path:
        if isinstance(step, str):
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = next(_models_in(fields[step]))
    return [field.alias or name for name, field in model.model_fields.items()]


@cache
def plan_keys() -> frozenset[str]:
    """Return every key that a plan may have, wherever it stands."""

    def within(model: type[BaseModel]) -> Iterator[str]:
        for name, field in model.model_fields.items():
            yield field.alias or name
            for inner in _models_in(field.annotation):
                yield from within(inner)

    return frozenset(within(Plan))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
