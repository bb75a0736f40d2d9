"""A site's whole docs folder on disk, so that any Markdown site generator can build it without the plugin.

MkDocs 1.6 has no active maintainer and Material's support ends in May 2027; this is the way on.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from ..pages.catalogue import pages
from ..pages.inserts import MARKER_LINE, fill
from ..pages.page import as_block, front_matter
from .catalogue import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..pages.page import Renderer
    from ..pages.prose import Prose


def export(  # noqa: PLR0913  # a site's folder is all of this
    room: Renderer,
    texts: Sequence[Prose],
    everything: Sequence[Prose],
    docs: Path,
    folder: Path,
    *,
    address: str = "",
) -> int:
    """Write a site's generated pages and files to fetch, its prose with the inserts filled in, and its other files.

    Args:
        room: the renderer of the site's view.
        texts: the site's own prose.
        everything: the prose of all sites, which the editors' page lists.
        docs: the folder that the prose came from.
        folder: where to write.
        address: where the site stands on the web, ending with a slash; empty while nobody has decided it.

    Returns:
        How many pages were written.

    """
    made = {page.path: page.markdown for page in pages(room, everything)}
    made |= {text.path: _prose(room, text) for text in texts}
    for path in docs.rglob("*"):
        if path.is_file() and path.suffix != ".md":
            target = folder / path.relative_to(docs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    written = {name: content.encode() for name, content in made.items()}
    for name, data in (written | files(room, everything, address)).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for download in room.downloads:
        target = folder / download.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(download.content)
    return len(made)


def _prose(room: Renderer, text: Prose) -> str:
    """Return a page of prose as Markdown that needs no plugin."""
    # Alone on its line an insert is a block; <p> around its marker is what Markdown would have made of it.
    body = MARKER_LINE.sub(r"<p>\g<0></p>", text.body)
    body = fill(body, text, room, block=as_block)
    behind = text.original if text.behind else None
    notice, facts = room.review_parts(text.path, text.review, text.language, behind)
    if notice:
        body = re.sub(r"^# .*$", lambda match: f"{match[0]}\n{as_block(notice)}", body, count=1, flags=re.MULTILINE)
    return f"{front_matter(text.title, text.description)}\n{body}\n{as_block(facts)}"
