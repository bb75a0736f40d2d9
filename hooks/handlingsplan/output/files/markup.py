"""A template's HTML as a tree, for the formats that are made of what the pages say: Word and PDF."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree as ET


def tree(html: str) -> ET.Element:
    """Return a template's HTML as a tree.

    It is XML too, but that XML knows fewer names of characters, and no attribute without a value.
    """
    text = re.sub(r"&(?!amp|lt|gt|quot)[a-z]+;", lambda name: unescape(name[0]), html)
    text = re.sub(r"<[a-z][^<>]*>", lambda tag: _VALUELESS.sub(_with_value, tag[0]), text)
    return ET.fromstring(f"<body>{text}</body>")  # noqa: S314  # our own, from our own template


# A value is stepped over whole: in it the plan's own words may look like an attribute.
_VALUELESS = re.compile(r'"[^"]*"| (data-[a-z-]+)(?=[ >])')


def _with_value(found: re.Match[str]) -> str:
    return f'{found[0]}=""' if found[1] else found[0]


def classes(node: ET.Element) -> set[str]:
    """Return an element's classes."""
    return set(node.get("class", "").split())
