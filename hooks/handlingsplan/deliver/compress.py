"""Compressed copies beside a site's text files, which servers hand out as they are: ``index.html.gz`` and ``.br``.

``publicera`` makes them in the version that it is about to publish, never ``bygg``: brotli at its best takes seconds.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from ..project.manifest import NAME as MANIFEST
from .servers import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

SMALLEST = 1024
"""A file with fewer bytes is sent in one packet anyhow."""
SAVES = 0.9
"""A copy is kept when it is smaller than this share of its file."""
LEFT_OUT = {".map"}
"""What only a developer's tools ask for: large, and seldom fetched."""


def compress(folder: Path, cache: Path) -> int:
    """Put compressed copies beside the text files of a folder, and return how many.

    Args:
        folder: a site's version, not yet served, its manifest not yet taken.
        cache: where copies are kept for the next time, by the SHA-256 of what they were made from. What this folder did
            not use is removed, so that it holds one version: each site needs a cache of its own.

    """
    cache.mkdir(parents=True, exist_ok=True)
    texts = [path for path in folder.rglob("*") if _compressible(path)]
    # zlib and brotli work without the interpreter's lock. The largest first, so that none is left to the end.
    texts.sort(key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        made = [name for names in workers.map(lambda path: _beside(path, cache), texts) for name in names]
    for path in cache.iterdir():
        if path.name not in made:
            path.unlink()
    return len(made)


def _compressible(path: Path) -> bool:
    ending = path.suffix
    if ending.removeprefix(".") not in TEXT or ending in LEFT_OUT or path.name == MANIFEST:
        return False
    return path.is_file() and path.stat().st_size >= SMALLEST


def _beside(path: Path, cache: Path) -> list[str]:
    """Put the copies beside one file; return their names in the cache."""
    data = path.read_bytes()
    sha = hashlib.sha256(data).hexdigest()
    names = []
    for ending, (pack, unpack) in _methods().items():
        copy, kept = path.with_name(path.name + ending), cache / f"{sha}{ending}"
        if copy.exists():
            continue  # MkDocs makes a sitemap.xml.gz itself
        packed = _kept(kept, data, unpack) or _keep(kept, pack(data))
        if len(packed) < SAVES * len(data):
            copy.write_bytes(packed)
            # Servers tell a file's age: both must be of one version.
            os.utime(copy, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
            names.append(kept.name)
    return names


def _methods() -> dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]]:
    import brotli  # only publishing needs it

    return {
        ".gz": (lambda data: gzip.compress(data, 9, mtime=0), gzip.decompress),
        ".br": (lambda data: brotli.compress(data, quality=11), brotli.decompress),
    }


def _kept(kept: Path, data: bytes, unpack: Callable[[bytes], bytes]) -> bytes | None:
    """Return a copy from the cache; None when there is none that opens to the very same bytes."""
    try:
        packed = kept.read_bytes()
        return packed if unpack(packed) == data else None
    except Exception:  # noqa: BLE001  # missing, cut short or spoilt: each codec has errors of its own
        return None


def _keep(kept: Path, packed: bytes) -> bytes:
    # Stopped midway it leaves a file that the next run removes, never half a copy under a whole one's name.
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as half:
        half.write(packed)
    Path(half.name).replace(kept)
    return packed
