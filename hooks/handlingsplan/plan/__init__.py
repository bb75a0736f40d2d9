"""The plan: text → model, with places and faults; Swedish time; assessment; what each audience may see.

Nothing here knows of MkDocs, of commands or of templates. What is asked for is loaded when it is asked for (PEP 562):
a command that only passes faults on must not wait for the models. ``load`` is the module; its function of that name
is had from there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .faults import Fault, listing
    from .load import Reading, parse
    from .models import Plan, PublicPlan
    from .views import View, external_view, internal_view, view
    from .words import Audience, Status

__all__ = [
    "Audience",
    "Fault",
    "Plan",
    "PublicPlan",
    "Reading",
    "Status",
    "View",
    "external_view",
    "internal_view",
    "listing",
    "parse",
    "view",
]

_HOMES = {
    "faults": ("Fault", "listing"),
    "load": ("Reading", "parse"),
    "models": ("Plan", "PublicPlan"),
    "views": ("View", "external_view", "internal_view", "view"),
    "words": ("Audience", "Status"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(name)
