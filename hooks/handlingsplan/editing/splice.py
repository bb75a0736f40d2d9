"""Text put into a YAML file at a place from its positioned tree; every other byte of the file stays as it is.

Whoever splices reads the result again and holds it against what was meant, so a file written in a way that is not
foreseen here is left alone rather than broken.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING, TypeAlias

import yaml

from ..text.reader import Loader, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..text.reader import Mapping, Place

Value: TypeAlias = "str | int | Mapping_"
Mapping_: TypeAlias = AnyMapping[str, "Value"]

BOM = b"\xef\xbb\xbf"
_PLAIN = re.compile(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z0-9][\w-]*")
"""What needs no quotes, in any reader of YAML: ids, years, days, digests."""


def append(data: bytes, tree: Mapping, key: str, entry: Mapping_, comment: str) -> bytes:
    """Return a file with an entry added last in a list at its top level.

    Args:
        data: the file.
        tree: what was read from it.
        key: the list's key; where it is missing it is added at the end of the file.
        entry: the entry: texts, whole numbers and mappings of them.
        comment: a line that a new list begins with.

    """
    mark, body = (BOM, data[len(BOM) :]) if data.startswith(BOM) else (b"", data)
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", body.decode("utf-8"))
    ends = re.search(r"\r\n|\n|\r", lines[0])
    end = ends[0] if ends else "\n"
    node = tree.get(key)
    if key not in tree:
        at, new = (len(lines), 0), f"{end}# {comment}{end}{key}:{end}{_block(entry, '  ', end)}"
        if lines[-1] and not lines[-1].endswith(("\n", "\r")):
            new = end + new
    elif isinstance(node, Sequence) and node and (start := _dash(lines, node.places[-1])) is not None:
        at = _last(lines, tree, key)
        new = _block(entry, start, end)
        if at[0] == len(lines) and lines[-1] and not lines[-1].endswith(("\n", "\r")):
            new = end + new.removesuffix(end)
    elif isinstance(node, Sequence) and node:
        line, column = _last(lines, tree, key, inside=True)
        at, new = (line, column), f", {_flow(entry)}"
    else:
        line = tree.key_places[key][0] - 1
        # An empty list in brackets, or nothing at all.
        lines[line] = re.sub(r"\[\s*\]", "", lines[line], count=1) if isinstance(node, Sequence) else lines[line]
        lines[line] = re.sub(r"[ \t]+(\r\n|\n|\r|$)", r"\1", lines[line])
        at, new = (line + 1, 0), _block(entry, "  ", end)
        if not lines[line].endswith(("\n", "\r")):
            new = end + new
    before, after = "".join(lines[: at[0]]), "".join(lines[at[0] :])
    return mark + (before + after[: at[1]] + new + after[at[1] :]).encode()


def replace_file(path: Path, old: bytes, new: bytes) -> bool:
    """Replace a file, whole or not at all. False, and nothing done, if it is no longer what was read.

    Raises:
        OSError: it cannot be written.

    """
    path = path.resolve()  # a link stays a link
    scratch = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with scratch.open("wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, scratch)
        if path.read_bytes() != old:
            return False
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return True


def _dash(lines: list[str], place: Place) -> str | None:
    """Return what an item's dash is indented with; None for an item in a list within brackets."""
    line, column = place
    before = re.fullmatch(r"([ ]*)-[ ]+", lines[line - 1][: column - 1])
    return before[1] if before else None


def _last(lines: list[str], tree: Mapping, key: str, *, inside: bool = False) -> tuple[int, int]:
    """Return the place, from 0, where a list's next item goes: a line's start; ``inside`` brackets, after the last."""
    begin = tree.value_places[key]
    after = min((place for place in tree.key_places.values() if place > begin), default=(len(lines) + 1, 1))
    last = (begin[0] - 1, begin[1] - 1)
    for event in yaml.parse("".join(lines), Loader):
        start, stop = event.start_mark, event.end_mark
        if start is None or stop is None or (start.line + 1, start.column + 1) >= after:
            break
        if (start.line + 1, start.column + 1) <= begin or (start.line, start.column) == (stop.line, stop.column):
            continue
        closing = isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent)
        if isinstance(event, yaml.ScalarEvent) or closing:
            if inside and isinstance(event, yaml.SequenceEndEvent):
                return last
            last = stop.line, stop.column
    if inside:
        return last
    return (last[0], 0) if last[1] == 0 else (last[0] + 1, 0)


def _block(entry: Mapping_, indent: str, end: str) -> str:
    """Return an entry as a list's item, a key a line."""
    lines = list(_rows(entry))
    return "".join(f"{indent}{'  ' if number else '- '}{line}{end}" for number, line in enumerate(lines))


def _rows(entry: Mapping_) -> Iterator[str]:
    for key, value in entry.items():
        if isinstance(value, AnyMapping):
            yield f"{key}:"
            yield from (f"  {line}" for line in _rows(value))
        else:
            yield f"{key}: {_scalar(value)}"


def _flow(value: Value) -> str:
    if isinstance(value, AnyMapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    return _scalar(value)


def _scalar(value: str | int) -> str:
    """Return a value as YAML: within double quotes, written as JSON, unless it is a plain word."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
