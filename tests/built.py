"""A built site as a reader and a searcher of leaks meet it: text, anchors, addresses, bytes. Standard library only."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "s", "small", "span", "strong", "sub", "sup", "u"}
UNREAD = {"script", "style", "template", "svg"}


class Element:
    """An element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __iter__(self) -> Iterator[Element]:
        """Yield the elements below this one, in reading order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    @property
    def classes(self) -> set[str]:
        """The element's classes."""
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """What stands in the element, as words: markup gone, white space as single blanks."""
        return words("".join(self._pieces(lambda element: element.tag in UNREAD)))

    def text_without(self, left_out: Callable[[Element], bool]) -> str:
        """Return the text without that of some elements."""
        return words("".join(self._pieces(lambda element: element.tag in UNREAD or left_out(element))))

    def _pieces(self, skip: Callable[[Element], bool]) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif not skip(child):
                # What stands in blocks of its own is read as words of its own.
                edge = "" if child.tag in INLINE else " "
                yield edge
                yield from child._pieces(skip)
                yield edge

    def all(self, tag: str = "", class_: str = "") -> list[Element]:
        """Return the elements below this one with a tag, a class or both."""
        return [
            element for element in self if (not tag or element.tag == tag) and (not class_ or class_ in element.classes)
        ]

    def up(self) -> Iterator[Element]:
        """Yield what the element stands in, the nearest first."""
        element = self.parent
        while element:
            yield element
            element = element.parent


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None)
        self.top = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.top)
        self.top.children.append(element)
        if tag not in VOID:
            self.top = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        element: Element | None = self.top
        while element and element.tag != tag:
            element = element.parent
        if element and element.parent:
            self.top = element.parent

    def handle_data(self, data: str) -> None:
        self.top.children.append(data)


def parse(html: str) -> Element:
    """Return a page, or a piece of one, as a tree."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.root


def words(text: str) -> str:
    """Return a text with its white space as single blanks."""
    return " ".join(text.split())


class Page:
    """One built page."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.html = file.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> Element:
        """The whole page."""
        return parse(self.html)

    @cached_property
    def article(self) -> Element:
        """The page's own content, without the theme's frame."""
        return next(element for element in self.tree if element.tag == "article")

    @cached_property
    def text(self) -> str:
        """The words of the content."""
        return self.article.text

    @cached_property
    def title(self) -> str:
        """What the browser's tab says."""
        return next(element.text for element in self.tree if element.tag == "title")

    @cached_property
    def anchors(self) -> dict[str, Element]:
        """What can be pointed at in the content."""
        return {element.attributes["id"]: element for element in self.article if "id" in element.attributes}

    def after(self, anchor: str) -> Element:
        """Return the element that follows the one with an anchor."""
        heading = self.anchors[anchor]
        siblings = [child for child in (heading.parent or heading).children if isinstance(child, Element)]
        return siblings[siblings.index(heading) + 1]


class Site:
    """A built site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: dict[str, Page] = {}

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @cached_property
    def base(self) -> str:
        """The path that it is made to stand under."""
        links = [link for link in self.page("index.md").tree.all("link") if link.attributes.get("rel") == "canonical"]
        return urlsplit(links[0].attributes["href"]).path if links else "/"

    def page(self, path: str) -> Page:
        """Return a page by its source: ``plan/index.md``, ``kontakter.md``."""
        stem = path.removesuffix("index.md").removesuffix(".md")
        return self.at(f"{stem.rstrip('/')}/index.html".lstrip("/") if path != "404.html" else path)

    def at(self, file: str) -> Page:
        """Return a page by its file in the site."""
        if file not in self._pages:
            self._pages[file] = Page(self.folder / file)
        return self._pages[file]

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every file by its name, compressed ones opened."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                found[path.relative_to(self.folder).as_posix()] = (
                    gzip.decompress(data) if path.suffix == ".gz" else data
                )
        return found

    @property
    def pages(self) -> dict[str, Page]:
        """Every page by its file, but those of and about the pieces for other sites."""
        return {name: self.at(name) for name in self.files if re.fullmatch(r"(?!fragment/).*\.html", name)}

    @property
    def fragments(self) -> dict[str, Page]:
        """Every piece for other sites by its file: a page to frame."""
        names = [name for name in self.files if name.startswith("fragment/") and name.endswith(".html")]
        return {name: self.at(name) for name in names if name != "fragment/index.html"}

    @cached_property
    def index(self) -> list[dict[str, str]]:
        """What the site's search knows, section by section: where it is, its heading, its text, the words to it."""
        return [
            {
                "location": f"{address}#{anchor}" if anchor else address,
                "title": heading or title,
                "text": text if anchor else words(f"{description} {text}"),
                "words": own,
            }
            for address, title, description, _, _, sections in json.loads(self.files["sok/index.json"])
            for anchor, heading, own, text in sections
        ]
