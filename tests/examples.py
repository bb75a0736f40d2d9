"""How many examples a property is tried with: a fixed slice in ``test``, far more in ``nox -s proof -- egenskaper``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("HANDLINGSPLAN_PROOF", "1"))
"""How many times as many examples as in ``test``."""


def examples(count: int) -> settings:
    """Return settings for so many examples in ``test``: the same ones each time, however slow the machine is."""
    return settings(
        max_examples=count * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
