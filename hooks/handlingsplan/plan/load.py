"""``plan.yaml`` → ``Plan``, or every fault in it. The one way in for all doors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ..text.faults import MAX_FAULTS, QUOTE, Fault, did_you_mean, first_of, quoted, suggested_id, visible
from ..text.reader import Mapping, Sequence, place_of, read, read_bytes
from .advice import dead_ends
from .checks import REQUIRED, check
from .closing import check as check_closing
from .models import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from ..text.reader import Place

M = TypeVar("M", bound=BaseModel)
LIST = "ska vara en lista"
POST = "ska vara en post med nycklar"


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
        foreign = dict(_foreign(model, tree, file, details))
        details = [
            detail for detail in details if not any(detail["loc"][:end] in foreign for end in range(len(detail["loc"])))
        ]
        # A list is not missing where its entries are: below another key.
        there = " ".join(fault.remedy for fault in foreign.values() if fault)
        details = [each for each in details if each["type"] != "missing" or f"”{each['loc'][-1]}:”" not in there]
        faults = [fault for detail in details for fault in _fault(model, tree, file, detail)]
        faults += filter(None, foreign.values())
        return None, [fault for fault in faults if (fault.line, fault.column) not in tree.unread]


def _foreign(
    model: type[BaseModel], tree: Mapping, file: str, details: list[ErrorDetails]
) -> Iterator[tuple[tuple[str | int, ...], Fault | None]]:
    """Yield the paths of entries that are of another list beside theirs, as where its key was left out.

    One fault for all of them in a list, in place of one for each of their keys.
    """
    told: dict[tuple[str | int, ...], str] = {}
    for path in dict.fromkeys(detail["loc"][:-1] for detail in details if detail["type"] == "extra_forbidden"):
        if len(path) < 2 or not isinstance(path[-1], int):  # noqa: PLR2004  # a list's key, and which entry
            continue
        above, key = path[:-2], str(path[-2])
        entry, parent = _at(tree, path), _at(tree, above)
        fitting = [other for other, keys in _lists(model, above) if other != key and entry.keys() <= keys.keys()]
        fitting = [other for other in fitting if other in REQUIRED and other not in parent] or fitting
        if not fitting and path[-1] and (found := _of_entry_before(model, tree, path)):
            what = f"posten hör till ”{found[0]}”, men står under ”{key}”"
            yield path, Fault(file, *place_of(tree, path), what, found[1])
            continue
        if path[:-1] in told and told[path[:-1]] in fitting:
            yield path, None
        if len(fitting) != 1 or path[:-1] in told:
            continue
        other, column = fitting[0], parent.key_places[key][1] - 1
        row = parent.key_places.get(other, (0, 0))[0]
        remedy = f"skriv ”{other}:” på en egen rad ovanför, med {column} blanksteg först"
        if row:
            remedy = f"flytta posten till ”{other}” på rad {row}"
            if parent[other] is None:
                remedy = f"flytta raden ”{other}:” från rad {row} till en egen rad ovanför"
        what = f"posten hör till ”{other}”, men står under ”{key}”"
        # Where a row of the list could not be read, that one said where the entry belongs.
        yield path, Fault(file, *place_of(tree, path), what, remedy) if _complete(tree, path[:-1]) else None
        told[path[:-1]] = other


def _of_entry_before(model: type[BaseModel], tree: Mapping, path: tuple[str | int, ...]) -> tuple[str, str] | None:
    """Return the list of the entry before this one that it is of, and what to do: it stands too far out."""
    entry, before = _at(tree, path), _at(tree, (*path[:-1], int(path[-1]) - 1))
    fitting = [other for other, keys in _lists(model, path) if entry.keys() <= keys.keys()]
    if len(fitting) != 1 or not isinstance(before, Mapping):
        return None
    blanks = before.place[1] - 1
    remedy = f"låt raderna börja med {blanks + 2} blanksteg"
    if fitting[0] in before:
        return fitting[0], f"{remedy}, under ”{fitting[0]}” på rad {before.key_places[fitting[0]][0]}"
    return fitting[0], f"skriv ”{fitting[0]}:” på en egen rad ovanför, med {blanks} blanksteg först, och {remedy}"


def _too_far_in(model: type[BaseModel], tree: Mapping, path: tuple[str | int, ...]) -> tuple[Place, str, str] | None:
    """Return the place, the fault and the remedy of keys or entries below a key that takes a text."""
    value = _at(tree, path)
    entry = value[0] if isinstance(value, Sequence) and value else value
    if not isinstance(entry, Mapping) or not entry:
        return None
    key = next(iter(entry))
    for end in range(len(path) - 1, -1, -1):
        around = _at(tree, path[:end])
        if not isinstance(around, Mapping):
            continue
        blanks = around.place[1] - 1
        if value is entry and key not in around and key in _keys(model, path[:end]):
            return (
                entry.key_places[key],
                f"”{key}” står under ”{path[-1]}”",
                f"låt raderna börja med {blanks} blanksteg",
            )
        for other, keys in _lists(model, path[:end]) if value is not entry else ():
            if other not in around and entry.keys() <= keys.keys():
                remedy = f"skriv ”{other}:” på en egen rad ovanför, med {blanks} blanksteg först"
                return entry.place, f"posten hör till ”{other}”, men står under ”{path[-1]}”", remedy
    return None


def _lists(model: type[BaseModel], path: tuple[str | int, ...]) -> Iterator[tuple[str, dict[str, None]]]:
    """Yield the lists of entries that a mapping may have, and the keys of their entries in order."""
    for name, field in _model_at(model, path).model_fields.items():
        for inner in _models_in(field.annotation) if "tuple" in str(field.annotation) else ():
            yield field.alias or name, dict.fromkeys(each.alias or key for key, each in inner.model_fields.items())


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
        remedy = _unknown_key(model, tree, path)
        yield Fault(file, *place, f"okänd nyckel ”{visible(name)}”", remedy)
        return
    if isinstance(path[-1], int) and isinstance(value, dict) and kind == "string_type" and len(value) == 1:
        text = ": ".join(str(part) for part in next(iter(value.items())))
        yield Fault(file, *place, f"{name}: kolon inne i en text: ”{visible(text)}”", f"{QUOTE}: {quoted(text)}")
        return
    if kind == "string_type" and (found := _too_far_in(model, tree, path)):
        yield Fault(file, *found[0], *found[1:])
        return
    what, remedy = _wording(kind, value, detail.get("ctx", {}))
    if kind == "model_type" and what == POST:
        remedy = f"skriv ”{_keys(model, path)[0]}: …” och de andra nycklarna på egna rader, indragna"
    if kind == "tuple_type" and name in (lists := dict(_lists(model, path[:-1]))) and what == LIST:
        first = next(iter(lists[name]))
        remedy = f"skriv varje post för sig, som ”- {first}: …”, med nycklarna {', '.join(lists[name])}"
    yield Fault(file, *place, f"{name}: {what}" if name else what, remedy)


def _unknown_key(model: type[BaseModel], tree: Mapping, path: tuple[str | int, ...]) -> str:
    """Return what to do with a key that its entry cannot have: where it belongs, or what it could be."""
    own, name = _at(tree, path[:-1]), str(path[-1])
    allowed = _keys(model, path[:-1])
    remedy = did_you_mean(name, allowed)
    guess = re.match("menade du ”(.+?)”", remedy)
    if guess and guess[1] in own:
        return f"”{guess[1]}” finns redan på rad {own.key_places[guess[1]][0]}: ta bort raden"
    free = [key for key in allowed if key not in own]
    remedy = did_you_mean(name, free) if free else "ta bort raden"
    if not guess and free:
        remedy += "; eller ta bort raden"
    if model is Plan and len(path) == 1 and not guess:
        parts = [own[key] for key in list(own)[: list(own).index(name)] if isinstance(own[key], Sequence)]
        last = parts[-1][-1] if parts and parts[-1] else None
        column = f"börja med {last.place[1] - 1} blanksteg" if isinstance(last, Mapping) else "vara längre indragen"
        return f"hör raden till posten ovanför: låt den {column}; {remedy}"
    for end in range(len(path) - 2, -1, -1):
        around = _at(tree, path[:end])
        if isinstance(around, Mapping) and name not in around and name in _keys(model, path[:end]):
            return f"låt raden börja med {around.place[1] - 1} blanksteg, om den hör dit; annars {remedy}"
    return remedy


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
        return (
            f"{len(str(value))} tecken är för långt",
            f"högst {context['max_length']} tecken, lika överallt där id används",
        )
    if kind in {"too_short", "too_long"}:
        wanted = context.get("min_length", context.get("max_length"))
        remedy = f"det ska vara {wanted}; en text med komma ska stå inom citattecken"
        return f"{context['actual_length']} poster", remedy
    if kind in {"tuple_type", "list_type"}:
        return LIST, "börja varje rad med ”- ”, eller skriv [ett, två]"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        if isinstance(value, str) and (glued := re.match(r"([\w-]+):(\S.*)", value)):
            return "blanksteg saknas efter kolonet", f"skriv ”{visible(f'{glued[1]}: {glued[2]}')}”"
        return POST, "skriv ”nyckel: värde” på egna rader, indragna"
    if isinstance(value, dict | list):
        what, remedy = "ska vara en text", "skriv den på samma rad"
        if isinstance(value, list) and value and isinstance(value[0], str):
            what, remedy = "ska vara ett värde, inte en lista", f"skriv bara ett: {visible(value[0])}"
        return what, f"{remedy}; är det en text som börjar med en klammer: {QUOTE}"
    return "har fel form", "jämför med hur andra poster är skrivna"


def _complete(tree: Mapping, path: tuple[str | int, ...]) -> bool:
    """Whether the container at a path was read to its end."""
    return bool(getattr(_at(tree, path), "complete", True))


def _at(tree: Mapping, path: tuple[str | int, ...]) -> Any:
    """Return what stands at a path."""
    node: Any = tree
    for step in path:
        node = node[step]
    return node


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are allowed at a path of the file."""
    return [field.alias or name for name, field in _model_at(model, path).model_fields.items()]


def _model_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model of what stands at a path of the file."""
    for step in path:
        if isinstance(step, str):
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = next(_models_in(fields[step]), BaseModel)  # which has no keys, where ids are the keys
    return model


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
