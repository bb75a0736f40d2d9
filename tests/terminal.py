"""A command in front of which somebody sits: a terminal that is read and written to."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

import projects
from projects import Project


@contextlib.contextmanager
def terminal(project: Project, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a command as somebody does who sits in front of it."""
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "handlingsplan", "--mapp", str(project.root), *arguments]
    environment = projects.clean_environment() | {"TERM": "dumb"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read_until(ours: int, text: str) -> str:
    """Read what a terminal shows until a text, or until the program has ended."""
    shown = b""
    while text not in shown.decode(errors="replace"):
        try:
            piece = os.read(ours, 4096)
        except OSError:  # it has ended
            break
        if not piece:
            break
        shown += piece
    return shown.decode().replace("\r\n", "\n")
