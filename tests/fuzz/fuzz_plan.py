"""Coverage-guided fuzzing of everything that reads what editors write: ``nox -s fuzz``. Linux and Python 3.11 only.

A crash, a fault without a place, or an input that takes long for its length stops the run; libFuzzer leaves the input
in the working folder. Made smaller, it belongs in ``tests/cases/fuzz``, which the ordinary tests replay.
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "hooks")]

atheris = importlib.import_module("atheris")  # it is in the environment of the session only

with atheris.instrument_imports(include=["handlingsplan"]):
    from fuzz_reading import read_anything

SLOW = 1.0
"""Seconds for an input of at most some kilobytes, instrumented: what takes longer grows faster than its length."""


def one_input(data: bytes) -> None:
    """Read one input as a plan and as a page."""
    begun = time.process_time()
    read_anything(data)
    if (taken := time.process_time() - begun) > SLOW:
        raise TimeoutError(f"{taken:.1f} s for {len(data)} bytes")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
