"""The names in a plan that has faults: enough to compare prose with it in the same run. Imported only then."""

from typing import Any, cast

from pydantic import ConfigDict, Field

from ..text.reader import Mapping, Sequence
from .load import validate
from .models import AudienceWord, Day, Frozen, Id, Plan, Several, Year


def outline(tree: Mapping) -> Plan | None:
    """Return what decides which pages a plan makes and what prose may ask of it; None where not all can be read.

    What the reader set aside may have held any name, and every use of it would be called unknown.
    """
    # It has the fields of a plan that the pages' paths and prose ask for, and no others.
    return cast("Plan | None", validate(_Outline, tree, "")[0]) if _whole(tree) else None


def _whole(node: object) -> bool:
    """Whether a tree was read to its end everywhere."""
    if isinstance(node, Mapping | Sequence):
        return node.complete and all(_whole(value) for value in (node.values() if isinstance(node, dict) else node))
    return True


class _Outlined(Frozen):
    """Part of a plan; what stands beside it is passed over."""

    model_config = ConfigDict(extra="ignore")


class _OutlinedEntry(_Outlined):
    id: Id
    audiences: Several[AudienceWord] = Field((), alias="visas")


class _OutlinedActor(_OutlinedEntry):
    name: Any = Field(None, alias="namn")
    short_name: Any = Field(None, alias="kortnamn")


class _OutlinedGuidance(_Outlined):
    situations: tuple[_OutlinedEntry, ...] = Field(alias="situationer")


class _OutlinedFollowUp(_Outlined):
    year: Year = Field(alias="år")
    date: Day | None = Field(None, alias="datum")


class _OutlinedArea(_Outlined):
    id: Id
    responsible: Id = Field(alias="ansvarig")
    actors: Several[_OutlinedEntry] = Field((), alias="aktörer")
    activities: Several[_OutlinedEntry] = Field((), alias="aktiviteter")
    follow_ups: Several[_OutlinedFollowUp] = Field((), alias="uppföljning")


class _Outline(_Outlined):
    """The names in a plan, with the same fields as ``Plan`` has for them."""

    actors: tuple[_OutlinedActor, ...] = Field(alias="aktörer")
    contacts: tuple[_OutlinedEntry, ...] = Field(alias="kontakter")
    guidance: _OutlinedGuidance = Field(alias="vägledning")
    areas: tuple[_OutlinedArea, ...] = Field(alias="områden")
