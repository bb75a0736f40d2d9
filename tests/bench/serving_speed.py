"""How fast nginx hands out the status page, with the configuration that ``bygg`` writes. Part of ``nox -s bench``."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from handlingsplan.deliver.compress import compress
from serving import nginx

PAGE = "uppfoljning/"
CODINGS = {"plain": "identity", "gzip_static": "gzip", "brotli_static": "br"}
SECONDS, ROUNDS, CONNECTIONS = 3, 3, 32


def measure(site: Path, label: str) -> None:
    """Print requests per second, the 99th percentile and the ratio to plain for a built site's status page."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "nu")
        shutil.copytree(site, root)
        compress(root)
        found: dict[str, list[tuple[float, float]]] = {}
        with nginx(root, Path(name, "nginx"), brotli=True) as address:
            for _ in range(ROUNDS):
                for what, coding in CODINGS.items():
                    found.setdefault(what, []).append(_once(f"{address}/{PAGE}", coding))
        sizes = [(root / PAGE / f"index.html{ending}").stat().st_size for ending in ("", ".gz", ".br")]
    print(f"\n{label}: {PAGE} from nginx, {CONNECTIONS} connections, medians of {ROUNDS} × {SECONDS} s")
    print(f"{'':22}{'bytes':>10}{'requests/s':>12}{'p99 ms':>9}{'÷ plain':>9}")
    base = [speed for speed, _ in found["plain"]]
    for (what, rounds), size in zip(found.items(), sizes, strict=True):
        speed, slowest = (statistics.median(column) for column in zip(*rounds, strict=True))
        ratio = statistics.median(mine / other for (mine, _), other in zip(rounds, base, strict=True))
        print(f"{what:22}{size:10}{speed:12,.0f}{slowest:9.2f}{ratio:9.2f}")


def _once(address: str, coding: str) -> tuple[float, float]:
    """Return requests per second and the 99th percentile in milliseconds."""
    load = ("-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-H", f"Accept-Encoding: {coding}")
    ran = subprocess.run(["wrk", *load, address], capture_output=True, check=True, encoding="utf-8").stdout
    if re.search("Non-2xx|Socket errors", ran):
        sys.exit(ran)
    speed, slowest = re.search(r"Requests/sec:\s+([\d.]+)", ran), re.search(r"99%\s+([\d.]+)(us|ms|s)\b", ran)
    if speed is None or slowest is None:
        sys.exit(ran)
    return float(speed[1]), float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]]
