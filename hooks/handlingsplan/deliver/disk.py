"""Files that are whole on the disk before anything names them, also after a power cut and beside other programs."""

from __future__ import annotations

import errno
import os
import shutil
import time
from typing import TYPE_CHECKING

from ..project import manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WAITS = (0.1, 0.3, 1.0, 3.0)
"""Seconds to wait before each new attempt at a file that another program holds, as Windows lets it."""


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder; nothing where there is none."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def intact(path: Path, sha: str) -> bool:
    """Whether a file of an older version is still what it was."""
    try:
        return manifest.sha256(path) == sha
    except OSError:
        return False


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder so that it survives a power cut."""
    target.mkdir()
    for path in sorted(source.iterdir()):
        (copy_tree if path.is_dir() else copy)(path, target / path.name)
    settle(target)


def copy(source: Path, target: Path) -> None:
    """Copy a file so that it survives a power cut."""
    shutil.copyfile(source, target)
    settle(target)


def write(path: Path, data: bytes) -> None:
    """Write a small file so that it is there whole or not at all."""
    scratch = path.with_name(f".fil-{os.getpid()}")
    try:
        scratch.write_bytes(data)
        settle(scratch)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    settle(path.parent)


def settle(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk. Windows knows no such thing for folders."""
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network disks cannot
            raise
    finally:
        os.close(number)


def patiently(path: Path, act: Callable[[Path], object]) -> None:
    """Act on a file that another program may hold for a moment, as Windows lets virus scanners and servers do."""
    for wait in (*WAITS, None):
        try:
            act(path)
        except PermissionError as error:
            if wait is None:
                raise PermissionError(errno.EBUSY, "", str(path)) from error
            time.sleep(wait)
        else:
            return
