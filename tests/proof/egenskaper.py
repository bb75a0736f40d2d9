"""Every property of ``test`` with many more examples, new ones each time. Started by ``nox -s proof -- egenskaper``.

Arguments: how many times as many (20); what follows goes to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main(times: str = "20", *more: str) -> int:
    """Run the properties, print for each what was tried and for how long, and return pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-m", "hypothesis and not full", "--hypothesis-show-statistics"]
    environment = {**os.environ, "HANDLINGSPLAN_PROOF": times, "CI": ""}
    return subprocess.run([*command, "--durations=0", *more], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
