"""A file that a site offers, as its pages tell of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the site offers."""

    path: str
    """From the site's root: ``data/plan.json``."""
    form: str
    """Its format as readers know it: *CSV*."""
    title: str
    """What is in it, as the text of its link."""
    content: bytes
    year: int | None = None
    """The year that it tells of; None where it tells of all."""

    @property
    def size(self) -> str:
        """Its size in words: *12 kB*."""
        return size(len(self.content))


def size(count: int) -> str:
    """Return a number of bytes in words.

    >>> size(640), size(12_345), size(1_250_000)
    ('1 kB', '12 kB', '1,2 MB')
    """
    kilo = f"{count / 1000:.0f} kB"
    if kilo == "0 kB":
        return f"{count} byte"
    return kilo if len(kilo) < len("1000 kB") else f"{count / 1e6:.1f} MB".replace(".", ",")
