"""The last plan that was found whole, kept beside what builds need: a file to go back to after a mistake."""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..text.faults import suggested_id
from .sites import plans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..text.faults import Fault
    from .site import Site

FOLDER = ".bygg"
"""The scratch folder, which nothing publishes."""


def place(root: Path, name: str) -> Path:
    """Return where the copy of a plan lies: ``.bygg/hel-plan.yaml``, with ASCII letters only.

    Args:
        root: the project folder.
        name: the plan's file, from the project folder.

    """
    stem = name.removesuffix(".yaml")
    slug = suggested_id(stem)
    if slug != stem:  # another name may become the same letters
        slug = f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return root / FOLDER / f"hel-{slug}.yaml"


def keep(root: Path, sites: Sequence[Site], whole: Mapping[Path, bytes]) -> None:
    """Keep the plans of sites. What cannot be kept, as in a folder that nobody may write in, is passed over.

    Args:
        root: the project folder.
        sites: the sites that show the plans.
        whole: the very bytes that were read and found to be without faults.

    """
    for name, path in plans(sites, root).items():
        copy = place(root, name)
        with suppress(OSError):
            if copy.is_file() and copy.read_bytes() == whole[path]:
                continue
            copy.parent.mkdir(exist_ok=True)
            # Stopped midway it leaves a file elsewhere, never half a copy.
            with tempfile.TemporaryDirectory(dir=copy.parent) as folder:
                half = Path(folder, copy.name)
                half.write_bytes(whole[path])
                half.replace(copy)


def told(root: Path, sites: Sequence[Site], faults: Iterable[Fault]) -> Iterator[str]:
    """Yield where the last whole version is of each plan that has faults, and from when."""
    files = {fault.file for fault in faults}
    for name, path in plans(sites, root).items():
        copy = place(root, name)
        with suppress(OSError):
            if path.name in files and (not path.is_file() or copy.read_bytes() != path.read_bytes()):
                when = datetime.datetime.fromtimestamp(copy.stat().st_mtime).astimezone()
                at = copy.relative_to(root).as_posix()
                yield f"Den senaste hela versionen av {name}: {at} (från {when:%Y-%m-%d %H:%M})"
