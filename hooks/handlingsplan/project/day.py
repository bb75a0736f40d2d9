"""Which day a build is made for: the one it is told, else the machine's."""

from __future__ import annotations

import datetime
import os

EPOCH = "SOURCE_DATE_EPOCH"
"""The standard of reproducible-builds.org; MkDocs follows it too."""


def today() -> datetime.date:
    """Return the day in ``SOURCE_DATE_EPOCH`` (seconds, UTC), else today's date here."""
    try:
        return datetime.datetime.fromtimestamp(int(os.environ[EPOCH]), datetime.UTC).date()
    except (KeyError, ValueError, OverflowError, OSError):  # not set, or no moment that a calendar has
        return datetime.date.today()  # noqa: DTZ011  # the municipality's own calendar day


def environment(day: datetime.date) -> dict[str, str]:
    """Return the environment for a process that is to build for a day."""
    noon = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    return {**os.environ, EPOCH: str(int(noon.timestamp()))}
