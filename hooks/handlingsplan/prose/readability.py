"""How hard a text is to read: LIX, *läsbarhetsindex*. ``kontrollera`` tells of pages above their limit.

Words per sentence plus the share of long words in per cent (C.-H. Björnsson, *Läsbarhet*, 1968). Below 25 is as in
books for children, 30 to 40 as in easy newspapers, above 50 as in official texts. It measures form, not sense: short
sentences may still be unclear, so somebody has to read the page too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .markup import FENCED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONG = 6
"""Letters; a word of more is long."""

_WORD = re.compile(r"[^\W_]+(?:[-–’:][^\W_]+)*")
# "kap. 1" and "kl. 8" end nothing: a sentence begins with a capital letter.
_END = re.compile(r"[.!?:]+[”\"’)]*(?=\s+[”\"(–]*[A-ZÅÄÖ])")


def lix(blocks: Iterable[str]) -> float | None:
    """Return the LIX of running text; None where there is none.

    Args:
        blocks: paragraphs and items of lists, each a text of its own. The end of one ends a sentence, whatever sign it
            has. Headings and tables are no running text, and their few words would only flatter.

    """
    words = sentences = long = 0
    for block in blocks:
        found = _WORD.findall(block)
        words += len(found)
        long += sum(len(word) > LONG for word in found)
        sentences += bool(found) * (1 + len(_END.findall(block.strip())))
    return words / sentences + 100 * long / words if words else None


_MARKER = re.compile("\ue000\\d+\ue001")
_BLOCK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*>|#]|\d+\.)\s)")
_LIST = re.compile(r"^(?:[-*>]|\d+\.)\s+")


def blocks(body: str) -> Iterator[str]:
    """Yield the running text of Markdown: paragraphs and items of lists, without what is only form.

    Args:
        body: the Markdown of a page, its inserts as markers; one within a sentence counts as one short word.

    """
    body = FENCED.sub("", body)
    for part in _BLOCK.split(body):
        text = _LIST.sub("", part.strip())
        if text.startswith(("#", "|", "!!!")) or _MARKER.fullmatch(text):
            continue
        text = re.sub(r"\]\([^)]*\)|\{[^{}]*\}", "", _MARKER.sub("112", text))
        yield re.sub(r"[*`\[\]]", "", " ".join(text.split()))
