"""A site's whole docs folder on disk, so that any Markdown site generator can build it without the plugin.

MkDocs 1.6 has no active maintainer and Material's support ends in May 2027; this is the way on.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from ...prose.inserts import MARKER_LINE
from ..pages.inserts import fill
from ..pages.page import as_block, front_matter

if TYPE_CHECKING:
    from pathlib import Path

    from ...prose.texts import Prose
    from ..pages.content import Content
    from ..pages.page import Renderer


def export(content: Content, docs: Path, folder: Path) -> int:
    """Write a site's generated pages and files to fetch, its prose with the inserts filled in, and its other files.

    Args:
        content: what stands on the site.
        docs: the folder that its prose came from.
        folder: where to write.

    Returns:
        How many pages were written.

    """
    made = {path: page.markdown for path, page in content.pages.items()}
    made |= {path: _prose(content.renderer, text) for path, text in content.texts.items()}
    for path in docs.rglob("*"):
        if path.is_file() and path.suffix != ".md":
            target = folder / path.relative_to(docs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for name, data in ({name: text.encode() for name, text in made.items()} | content.files).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return len(made)


def _prose(renderer: Renderer, text: Prose) -> str:
    """Return a page of prose as Markdown that needs no plugin."""
    # Alone on its line an insert is a block; <p> around its marker is what Markdown would have made of it.
    body = MARKER_LINE.sub(r"<p>\g<0></p>", text.body)
    body = fill(body, text, renderer, block=as_block)
    behind = text.original if text.behind else None
    notice, facts = renderer.review_parts(text.path, text.review, text.language, behind)
    if notice:
        body = re.sub(r"^# .*$", lambda match: f"{match[0]}\n{as_block(notice)}", body, count=1, flags=re.MULTILINE)
    return f"{front_matter(text.title, text.description)}\n{body}\n{as_block(facts)}"
