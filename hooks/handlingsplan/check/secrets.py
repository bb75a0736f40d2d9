"""Everything internal in a project, and what is public there on its own account, read from the files themselves."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import yaml

from ..plan.words import Audience
from ..prose.texts import front_matter
from ..text.decoding import decode
from ..text.faults import Fault
from ..text.reader import Loader, Mapping, read, read_bytes
from .contents import BREAK, contents, cut, readings
from .internal import Collector, PlanDivider, secret_of
from .matching import Index, Public, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ..project.site import Site
    from .matching import Hit

# What is internal in prose and other files ---------------------------------------------------------------------------

_FENCE = re.compile(r"\s*(```+|~~~+)")
_STARTS = re.compile(r"\s*(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|>|\||[!?]{3}|={3}|:\s)")
_TITLE = re.compile(r"\s*(?:[!?]{3}\+?|={3})\s*[\w -]*(?:\"(.*)\")?")
# Possessive, so that a bracket that is never closed costs its own length only.
_LINK = re.compile(
    r"!?\[([^\]]*+)\](?:\(\s*+<?([^)\s>]*+)>?[^)]*+\)|\[[^\]]*+\])|^\s*+\[[^\]]++\]:\s*+(\S+)|<(\w++:[^>]++)>"
)
_MARKUP = re.compile(r"\{\{.*?\}\}|\{:? ?[#.][^}]*\}")
_REVIEW_FACTS = {"granskad", "granskas_av", "granskas_inom", "exclude"}


def pieces(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield each heading, paragraph, list item, table cell and line of code of Markdown, with its line from 0."""
    open_: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate([*markdown.split("\n"), ""]):
        if fence or _FENCE.match(line) or not line.strip() or _STARTS.match(line):
            if open_:
                yield open_[0][0], " ".join(text for _, text in open_)
            open_ = []
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        elif fence:
            yield number, line
        elif title := _TITLE.fullmatch(line):
            yield number, title[1] or ""
        elif line.lstrip().startswith("|"):
            yield from ((number, cell) for cell in line.split("|"))
        elif line.strip():
            open_.append((number, line.strip()))


def plain(piece: str) -> str:
    """Return a piece of Markdown as it is read: without its markup, with a break where something is put in."""
    text = _LINK.sub(lambda link: f" {link[1] or ''} ", piece) if "[" in piece or "<" in piece else piece
    text = re.sub(r"<!--|-->", " ", _MARKUP.sub(BREAK, text))
    return unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", text)).translate({ord(sign): None for sign in "*`\\"})


def _targets(piece: str) -> Iterator[str]:
    for link in _LINK.finditer(piece):
        if target := link[2] or link[3] or link[4]:
            yield target


def _prose(path: Path, file: str, into: Collector) -> None:
    """Collect what an internal page says: its facts, its texts and where its links lead."""
    data = read_bytes(path)
    if isinstance(data, Fault):
        return  # the build has told of it
    text, _ = decode(data, file)
    facts, _, begin = front_matter(text, file)
    if facts:
        for key, value in facts.items():
            if isinstance(value, str) and key not in _REVIEW_FACTS:
                line, column = facts.value_places[key]
                into.text(value, (f"{file}:{line}:{column}", key), few=None)
    first = text.count("\n", 0, begin)
    for number, piece in pieces(text[begin:]):
        where = f"{file}:{first + number + 1}:1"
        into.text(plain(piece), (where, "text"), few=None)
        for target in _targets(piece) if "[" in piece or "<" in piece else ():
            if re.match(r"\w+:", target):
                into.address(target, (where, "länk"), Public.PROSE)


def _folder(site: Site, root: Path, into: Collector, shared: set[str]) -> Iterator[tuple[str, Secret]]:
    """Collect an intranet's folder of pages; yield the SHA-256 of each of its other files.

    Args:
        site: the intranet.
        root: the project folder.
        into: what collects.
        shared: SHA-256 of the files that also lie in a public folder, where somebody has put them.

    """
    for path in sorted(site.docs.rglob("*")):
        inside = path.relative_to(site.docs)
        file = path.relative_to(root).as_posix() if path.is_relative_to(root) else inside.as_posix()
        where = (file, "namn på fil eller mapp")
        name = path.stem if path.suffix == ".md" else path.name
        if path.is_dir() or path.suffix == ".md":
            if name.casefold() not in {"index", "readme"}:
                into.literal(name, where, Public.SHARED, after=r"(?=/|\.html\b|\.md\b)")
            if path.is_file():
                _prose(path, file, into)
            continue
        data = read_bytes(path)
        if isinstance(data, Fault):
            continue  # nobody can publish it either
        digest = hashlib.sha256(data).hexdigest()
        if digest in shared:
            continue
        into.literal(name, where, Public.SHARED)
        yield digest, secret_of(name, (file, "fil"))
        for piece in contents(name, data).pieces:
            # A drawing's elements are written alike everywhere, and nobody's words; its texts are.
            said = re.sub(r"<[^<>]*>", BREAK, piece) if path.suffix.lower() == ".svg" else piece
            for text in readings(said):
                for line in re.split(rf"[\n{BREAK}]+", text):
                    into.text(line, (file, "fil"), few=None)


# Configurations ------------------------------------------------------------------------------------------------------

_STRUCTURE = {
    "INHERIT", "docs_dir", "draft_docs", "exclude_docs", "extra_css", "extra_javascript", "hooks",
    "markdown_extensions", "not_in_nav", "plugins", "site_dir", "strict", "theme", "use_directory_urls",
    "validation", "watch",
}  # fmt: skip
"""Settings of a configuration that say how a site is built, and nothing to those who read it."""


def _settings(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield what a configuration says to readers: key, value and place, its own and not what it inherits."""
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return  # told of where sites are read
    if isinstance(tree, yaml.MappingNode):
        for key, value in tree.value:
            if key.value not in _STRUCTURE:
                yield from _scalars(value, str(key.value), path.name)


def _scalars(node: Any, key: str, file: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, yaml.ScalarNode):
        if node.tag.endswith((":str", ":timestamp")) and node.value:
            yield key, node.value, f"{file}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item, key, file)
    elif isinstance(node, yaml.MappingNode):
        for inner, value in node.value:
            if key == "nav":  # a menu's titles are its keys
                yield from _scalars(inner, key, file)
            yield from _scalars(value, key, file)


def _configuration(path: Path, into: Collector) -> None:
    for key, value, place in _settings(path):
        where = (place, key)
        if "://" in value or value.startswith("//"):
            into.address(value, where, Public.STATED)
            host = value.partition("//")[2].partition("/")[0].rpartition("@")[2]
            if key == "site_url" and host:
                into.literal(host, where, Public.STATED)
        elif not re.fullmatch(r"[\w./-]+(?:\.md|/)", value):  # a path; the pages themselves tell of those
            into.text(value, where, few=None if key == "nav" else Public.PROSE)


# What is public ------------------------------------------------------------------------------------------------------


def read_all(text: str) -> str:
    """Return every reading of a text with markup."""
    return BREAK.join(reading for piece in cut(text) for reading in readings(piece))


def _values(node: Any) -> Iterator[str]:
    """Yield every text of plain data, and each id as the anchor and address that it becomes."""
    if isinstance(node, str):
        # An attribute may hold a name of one word, which somebody else may have as an id.
        yield node if " " in node else f'{node} "{node}"'
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                yield f"{key}: {value}"  # the handbook shows such lines
            if key == "id" and isinstance(value, str):
                yield f"#{value} /{value}/"
            yield from _values(value)
    elif isinstance(node, list):
        for item in node:
            yield from _values(item)


def _public_prose(site: Site, shared: set[str]) -> Iterator[tuple[Path, str, Public]]:
    """Yield what a public site's folder says, file by file, pages with their addresses and anchors.

    The SHA-256 of the files that are no pages is noted.
    """
    from markdown.extensions.toc import slugify  # type: ignore[import-untyped]  # as MkDocs makes anchors

    for path in sorted(site.docs.rglob("*")):
        yield path, f"/{path.relative_to(site.docs).with_suffix('').as_posix()}/", Public.PROSE
        data = read_bytes(path) if path.is_file() else b""
        if isinstance(data, Fault):
            continue  # the build tells of it
        if path.suffix != ".md":
            shared.add(hashlib.sha256(data).hexdigest())
            yield path, read_file(path.name, data), Public.FILE
            continue
        text = decode(data, path.name)[0]
        found = [piece for _, piece in pieces(text)]
        headings = [plain(piece).lstrip("# ") for piece in found if piece.startswith("#")]
        anchors = " ".join(f'#{slugify(heading, "-")} "{heading}"' for heading in headings)
        yield path, BREAK.join([text, read_all(text), *map(plain, found), anchors]), Public.PROSE


def _shared_files(sites: Sequence[Site]) -> Iterator[tuple[Path, str, Public]]:
    """Yield the texts of ``overrides/``.

    Both sites are made with it, so a long text there proves nothing: somebody may have pasted it. But a heading such as
    *Sök* or a page called *Meny* must not be a leak only because the intranet has one too.
    """
    for folder in dict.fromkeys(site.overrides for site in sites if site.overrides):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not isinstance(data := read_bytes(path), Fault):
                yield path, read_file(path.name, data), Public.SHARED


def read_file(name: str, data: bytes) -> str:
    """Return every reading of a file."""
    return BREAK.join(reading for piece in contents(name, data).pieces for reading in readings(piece))


# Together ------------------------------------------------------------------------------------------------------------


class Secrets:
    """Everything internal in a project, ready to be looked for."""

    index: Index
    files: dict[str, Secret]
    """The intranet's files that are no pages, by SHA-256."""
    trees: dict[Path, Mapping]
    """The plans."""
    pasted: dict[Hit, Path]
    """What somebody has written into the public site's own files all the same, and the first file that has it."""

    def __init__(self, root: Path, sites: Sequence[Site]) -> None:
        """Read a project. What cannot be read is passed over here: the build has told of it, or the caller does."""
        into = Collector()
        stated, shared = list[str](), set[str]()
        public = [site for site in sites if site.audience is Audience.EXTERNAL]
        internal = [site for site in sites if site.audience is Audience.INTERNAL]
        self.trees = {}
        for path in dict.fromkeys(site.plan for site in sites):
            data = read_bytes(path)
            if not isinstance(data, Fault):
                self.trees[path], _ = read(data, path.name)
                stated.append(BREAK.join(_values(PlanDivider(path.name, into).divide(self.trees[path]))))
        written = [each for site in public for each in _public_prose(site, shared)]
        written += _shared_files(sites)
        own = {path for site in internal for path in site.chain} - {path for site in public for path in site.chain}
        own |= {path for site in internal for path in site.chain[:1]}
        for path in sorted({path for site in public for path in site.chain} - own):
            stated.append(BREAK.join(value for _, value, _ in _settings(path)))
        for path in sorted(own):
            _configuration(path, into)
        self.files = {}
        for site in internal:
            self.files |= _folder(site, root, into, shared)
        texts = [(Public.STATED, text) for text in stated] + [(source, text) for _, text, source in written]
        self.index = Index(into.patterns, into.numbers, texts)
        self.pasted = {}
        for path, text, _ in written:
            for hit in self.index.hits(text):
                self.pasted.setdefault(hit, path)
