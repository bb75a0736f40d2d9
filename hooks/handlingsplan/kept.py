"""Copies of what takes long to make, kept between builds. Content addressed: a copy cannot be stale."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CODE = Path(__file__).parent
DIGEST = 32
"""Bytes of a SHA-256."""


def kept(file: Path | None, made_of: bytes, make: Callable[[], bytes]) -> bytes:
    """Return a file's content: the copy, where it was made of the very same things, else made anew.

    Args:
        file: where its one copy is kept; None to keep none.
        made_of: everything that the content depends on but the program itself.
        make: makes the content.

    """
    if file is None:
        return make()
    source = hashlib.sha256(program() + made_of).digest()
    try:
        copy = file.read_bytes()
        content = copy[2 * DIGEST :]
        # The second says that no byte of the content has been lost since.
        if copy[: 2 * DIGEST] == source + hashlib.sha256(content).digest():
            os.utime(file)
            return content
    except OSError:  # there is none yet
        pass
    content = make()
    with suppress(OSError):  # what cannot be kept is made anew the next time
        file.parent.mkdir(parents=True, exist_ok=True)
        # Stopped midway it leaves a file under another name, never half a copy.
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as half:
            half.write(source + hashlib.sha256(content).digest() + content)
        Path(half.name).replace(file)
    return content


def forget(folder: Path, before: float) -> None:
    """Remove the copies in a folder that nobody has asked for since a time, in seconds since 1970."""
    for copy in folder.glob("*"):
        if copy.stat().st_mtime < before:
            copy.unlink(missing_ok=True)


@cache
def program() -> bytes:
    """Return what stands for the code that makes files: our own, with its names, and the versions of libraries."""
    digest = hashlib.sha256()
    for path in sorted(path for path in CODE.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(CODE)}\n".encode() + path.read_bytes())
    libraries = ",".join(version(name) for name in ("pypdf", "pypdfium2", "segno", "typst", "xlsxwriter"))
    return digest.digest() + libraries.encode()
