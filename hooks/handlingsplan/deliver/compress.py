"""Compressed copies beside a site's text files, which servers hand out as they are: ``index.html.gz`` and ``.br``.

``publicera`` makes them in the version that it is about to publish, never ``bygg``: brotli at its best takes seconds.
"""

from __future__ import annotations

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ..project.manifest import NAME as MANIFEST
from .servers import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALLEST = 1024
"""A file with fewer bytes is sent in one packet anyhow."""
SAVES = 0.9
"""A copy is kept when it is smaller than this share of its file."""
LEFT_OUT = {".map"}
"""What only a developer's tools ask for: large, and seldom fetched."""


def compress(folder: Path, before: Path | None = None) -> int:
    """Put compressed copies beside the text files of a folder, and return how many.

    Args:
        folder: a site's version, not yet served, its manifest not yet taken.
        before: the version that is served: its copies of the same files are taken over.

    """
    texts = [path for path in folder.rglob("*") if _compressible(path)]
    # zlib and brotli work without the interpreter's lock. The largest first, so that none is left to the end.
    texts.sort(key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return sum(workers.map(lambda path: _beside(path, (before or folder) / path.relative_to(folder)), texts))


def _compressible(path: Path) -> bool:
    ending = path.suffix
    if ending.removeprefix(".") not in TEXT or ending in LEFT_OUT or path.name == MANIFEST:
        return False
    return path.is_file() and path.stat().st_size >= SMALLEST


def _beside(path: Path, before: Path) -> int:
    """Put the copies beside one file; return how many."""
    data = path.read_bytes()
    made = 0
    for ending, (pack, unpack) in _methods().items():
        copy = path.with_name(path.name + ending)
        if copy.exists():
            continue  # MkDocs makes a sitemap.xml.gz itself
        packed = _kept(before.with_name(copy.name), data, unpack) or pack(data)
        if len(packed) < SAVES * len(data):
            copy.write_bytes(packed)
            # Servers tell a file's age: both must be of one version.
            os.utime(copy, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
            made += 1
    return made


def _methods() -> dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]]:
    import brotli  # only publishing needs it

    return {
        ".gz": (lambda data: gzip.compress(data, 9, mtime=0), gzip.decompress),
        ".br": (lambda data: brotli.compress(data, quality=11), brotli.decompress),
    }


def _kept(kept: Path, data: bytes, unpack: Callable[[bytes], bytes]) -> bytes | None:
    """Return a copy that was served; None when there is none that opens to the very same bytes."""
    try:
        packed = kept.read_bytes()
        return packed if unpack(packed) == data else None
    except Exception:  # noqa: BLE001  # missing, cut short or spoilt: each codec has errors of its own
        return None
