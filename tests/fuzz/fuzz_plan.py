"""Coverage-guided fuzzing of everything that reads what editors write: ``nox -s fuzz``. Linux only.

The first argument is the folder of the corpus; what follows is libFuzzer's. A crash, a fault without a place, or an
input that takes long for its length stops the run; libFuzzer leaves the input behind. Made smaller, it belongs in
``tests/cases/fuzz``, which the ordinary tests replay.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "hooks")]

atheris = importlib.import_module("atheris")  # it is in the environment of the session only

with atheris.instrument_imports(include=["handlingsplan"]):
    from fuzz_reading import read_anything
    from golden import cases, given_bytes

SLOW = 1.0
"""Seconds for an input of at most some kilobytes, instrumented: what takes longer grows faster than its length."""


def one_input(data: bytes) -> None:
    """Read one input as a plan and as a page."""
    begun = time.process_time()
    read_anything(data)
    if (taken := time.process_time() - begun) > SLOW:
        raise TimeoutError(f"{taken:.1f} s for {len(data)} bytes")


def sow(folder: Path) -> None:
    """Begin with the golden cases, the kept inputs and the repository's own pages."""
    folder.mkdir(parents=True, exist_ok=True)
    root = HERE.parents[1]
    kept = [*(HERE.parent / "cases" / "fuzz").iterdir(), *root.glob("content/**/*.md")]
    seeds = [given_bytes(case) for case in cases("fel").values()] + [path.read_bytes() for path in kept]
    for seed in seeds:
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    sow(Path(sys.argv[1]))
    atheris.Setup([*sys.argv, f"-dict={HERE / 'words.dict'}", "-max_len=4096", "-timeout=60"], one_input)
    atheris.Fuzz()
