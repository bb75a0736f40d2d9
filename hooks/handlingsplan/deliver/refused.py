"""That publishing stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..text.faults import Fault


class Refused(Exception):  # noqa: N818  # it is no error of the program
    """Publishing stopped before anything that is served was changed."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults
