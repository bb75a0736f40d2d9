"""The fields of a plan as its models declare them, so that what tests say of "every text" cannot forget one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from handlingsplan.plan.models import Plan, Text


class Field(NamedTuple):
    """A field of a model."""

    model: type[BaseModel]
    key: str
    """As the file names it."""
    hint: Any
    """Its annotation."""
    required: bool


def fields(model: type[BaseModel]) -> list[Field]:
    """Return the fields of a model, in its order."""
    hints = get_type_hints(model, include_extras=True)
    return [
        Field(model, info.alias or name, hints[name], info.is_required()) for name, info in model.model_fields.items()
    ]


def models(hint: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation names."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for part in get_args(hint):
        yield from models(part)


def all_models(model: type[BaseModel] = Plan) -> set[type[BaseModel]]:
    """Return a model and all that it is made of."""
    return {model}.union(*(all_models(below) for field in fields(model) for below in models(field.hint)))


def holds_text(hint: Any) -> bool:
    """Whether an annotation is free text, or a list or a mapping of it."""
    return hint == Text or any(holds_text(part) for part in get_args(hint) if get_origin(hint) is not None)


KEPT = {"format"}
"""A text that is no free text."""


def with_each_text(plan: dict[str, Any], change: Callable[[Field, str], str]) -> dict[str, Any]:
    """Return plain data with every free text changed, wherever the models have one."""
    return _changed(plan, Plan, change)


def _changed(entry: Mapping[str, Any], model: type[BaseModel], change: Callable[[Field, str], str]) -> dict[str, Any]:
    known = {field.key: field for field in fields(model)}
    masked = {each["id"] for each in entry.get("indikatorer") or () if isinstance(each, dict) and each.get("känslig")}
    changed: dict[str, Any] = {}
    for key, value in entry.items():
        field = known[key]
        below = next(models(field.hint), None)

        def text(value: Any, field: Field = field) -> Any:
            # Empty is not stated.
            return change(field, value) if isinstance(value, str) and value else value

        if key == "tid" and isinstance(value, dict):
            changed[key] = {"fritext": text(value["fritext"])}
        elif below and isinstance(value, dict):
            changed[key] = _changed(value, below, change)
        elif below and isinstance(value, list):
            changed[key] = [_changed(item, below, change) for item in value]
        elif not holds_text(field.hint) or key in KEPT:
            changed[key] = value
        elif isinstance(value, dict):
            changed[key] = {name: text(item) for name, item in value.items()}
        else:
            changed[key] = [text(item) for item in value] if isinstance(value, list) else text(value)
    for follow_up in changed.get("uppföljning") or ():
        # A sensitive indicator is a number.
        for name in masked & (follow_up.get("indikatorer") or {}).keys():
            original = next(each for each in entry["uppföljning"] if each["år"] == follow_up["år"])
            follow_up["indikatorer"][name] = original["indikatorer"][name]
    return changed
