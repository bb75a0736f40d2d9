"""The plan: text → model, with places and faults; Swedish time; assessment; what each audience may see.

Nothing here knows of MkDocs, of commands or of templates.
"""

from .faults import Fault, listing
from .load import Reading, load, parse
from .models import Audience, Plan, PublicPlan, Status
from .views import View, external_view, internal_view, view

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
    "load",
    "parse",
    "view",
]
