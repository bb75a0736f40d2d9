"""A page as a value, and the renderer that turns a view into its HTML.

Plan text becomes HTML once, here, through Jinja with autoescape; it never passes through Markdown.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from markupsafe import escape as safe

from ...followup import decision, history
from ...followup.owes import STAFF
from ...plan import assessment, freshness, terms
from ...plan.views import PublicView
from ...plan.words import CheckState, Language, amount, stopped
from . import chart, paths
from .lights import anchor

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ...plan.models import Participation, PublicArea
    from ..download import Download

TEMPLATES = (Path(__file__).parent, Path(__file__).parents[1] / "files")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: its level, its anchor and its text as HTML."""

    level: int
    anchor: str
    html: str


@dataclass(frozen=True)
class Page:
    """One page made from the plan.

    ``path`` is its Markdown name (``plan/styrgrupp.md``); ``title`` and ``description`` are plain text; ``html`` is
    everything below the site's frame, its own h1 included.
    """

    path: str
    title: str
    description: str
    html: str
    searchable: bool = True
    """Whether the site's own search finds the page."""
    hidden: bool = False
    """Whether search engines are asked not to show the page."""
    wide: bool = False
    """Whether the page holds wide tables and needs the room of the table of contents."""
    search_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that lead a search here: to the page (``""``) or to one of its anchors."""

    @property
    def front_matter(self) -> str:
        """The page's Markdown file: front matter only."""
        more: dict[str, Any] = {} if self.searchable else {"search": {"exclude": True}}
        if self.hidden:
            more["robots"] = "noindex"
        if self.wide:
            more["hide"] = ["toc"]
        return front_matter(self.title, self.description, **more)

    @property
    def markdown(self) -> str:
        """The page as a file that any Markdown site generator builds: front matter, then its HTML as one block."""
        return f"{self.front_matter}{as_block(self.html)}"


def front_matter(title: str, description: str, **more: Any) -> str:
    """Return front matter. The theme writes titles out raw, so they are escaped; JSON is YAML on one line."""
    facts = {"title": escape(title), "description": escape(description), **more}
    lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())
    return f"---\n{lines}---\n"


def as_block(html: str) -> str:
    """Return HTML as one block of a Markdown file: no blank line may stand in it, or Markdown takes over there."""
    solid = re.sub(r"\n\s*\n", "\n", html.strip())
    return f"\n<div>\n{solid}\n</div>\n"


# Our own HTML has its attribute values escaped, so a quote in it always ends the value.
HEADING = re.compile(r"<h([1-6])\b[^>]*?\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r"<[a-z][^>]*?\bid=\"([^\"]+)\"")


def headings(html: str) -> Iterator[Heading]:
    """Yield the headings that have an anchor, in order."""
    for match in HEADING.finditer(html):
        text = re.sub(r"<[^>]+>", "", match[3])
        yield Heading(int(match[1]), match[2], " ".join(text.split()))


def anchors(html: str) -> set[str]:
    """Return every id in a page."""
    return {unescape(match[1]) for match in _ID.finditer(html)}


def url(path: str) -> str:
    """Return the address of a path from the site's root: ``plan/index.md`` → ``plan/``; a file has its own."""
    stem = path.removesuffix(".md")
    if stem == path:
        return path
    if stem == "index" or stem.endswith("/index"):
        return stem.removesuffix("index")
    return f"{stem}/"


@lru_cache(maxsize=4096)
def relative(here: str, target: str) -> str:
    """Return the address of a page or a file as written on a page, both as paths."""
    start, goal = url(here), url(target)
    way = posixpath.relpath(goal or ".", start or ".")
    if not target.endswith(".md"):
        return way
    return way + "/" if way != "." else "./"


class Renderer:
    """Renders templates for one view."""

    def __init__(
        self,
        view: PublicView,
        cache: Path | None = None,
        public: str = "",
        downloads: Callable[[Renderer], list[Download]] | None = None,
    ) -> None:
        """Prepare for a view.

        Args:
            view: what the audience may read.
            cache: a folder for Jinja's compiled templates, or None to compile each time.
            public: where the public site stands on the web; empty while nobody has decided it.
            downloads: makes the files that the pages offer, from this renderer; None where they offer none.

        """
        self.view = view
        self.public = public
        self._offered = downloads
        self.kept = cache.with_name("filer") if cache else None
        self.environment = _environment(cache)

    def render(self, template: str, here: str, **context: Any) -> Markup:
        """Return a template's HTML as it stands on the page ``here``."""

        def to(target: str, anchor: str = "") -> str:
            way = "" if target == here and anchor else relative(here, target)
            return f"{way}#{anchor}" if anchor else way

        html = self.environment.get_template(template).render(
            to=to, view=self.view, plan=self.view.plan, today=self.view.today, renderer=self, **context
        )
        return Markup(html)  # noqa: S704  # autoescape has made it

    def with_review(self, html: str, here: str, review: freshness.Review, **told: Any) -> str:
        """Return a text's HTML with its notices below its h1 and the facts of its review last."""
        notice, facts = self.review_parts(here, review, **told)
        # str: the parts are HTML already, and Markup would escape them again.
        return f"{str(html).replace('</h1>', f'</h1>{notice}', 1)}\n{facts}"

    def review_parts(
        self, here: str, review: freshness.Review, language: Language = Language.SWEDISH, behind: str | None = None
    ) -> tuple[str, str]:
        """Return the notices (empty where there are none) and the facts of a review, as HTML.

        Args:
            here: the page's path.
            review: when the text was reviewed.
            language: what the text is written in.
            behind: the path of the page that the text follows, where that has changed since.

        """
        notices = [str(self.render(language.template("draft.html"), here))] if review.draft else []
        if behind:
            notices.append(str(self.render(language.template("behind.html"), here, original=behind)))
        return "".join(notices), str(self.render(language.template("review.html"), here, review=review))

    # What templates ask of the view ---------------------------------------------------------------------------------

    def actor_name(self, actor: str) -> str:
        """Return an actor's name."""
        return self.view.actors[actor].name

    def actor_full(self, actor: str) -> str:
        """Return an actor's name with its short name: *Rådet för trygghet och hälsa (RTH)*."""
        found = self.view.actors[actor]
        return f"{found.name} ({found.short_name})" if found.short_name else found.name

    def area_title(self, area: str) -> str:
        """Return an area's title."""
        return next(str(each.title) for each in self.view.plan.areas if each.id == area)

    def has_page(self, actor: str) -> bool:
        """Whether an actor has a page of its own."""
        return actor in self._acting

    @cached_property
    def _acting(self) -> set[str]:
        return paths.acting(self.view.plan)

    def advice(self, text: str) -> Markup:
        """Return a text of advice as HTML: telephone numbers stay on one line, addresses that the plan states link."""
        for number in self._numbers:
            text = text.replace(number, number.replace(" ", "\u00a0"))
        known = self._addresses
        if not known:
            return safe(text)
        names = "|".join(map(re.escape, known))
        written = rf"(?<![\w.@/-])((?:https://)?(?:www\.)?(?:{names})/?)(?![\w/-]|\.\w)"
        parts = re.split(written, text, flags=re.IGNORECASE)
        return Markup("").join(
            _LINK.format(known[host(part).lower()], part) if at % 2 else part for at, part in enumerate(parts)
        )

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """The municipality's site and those of the contacts that the audience sees, by what readers call them."""
        stated = (self.view.plan.frame.website, *(contact.web for contact in self.view.contacts.values()))
        return {host(address).lower(): address for address in stated if address}

    def website(self, language: Language = Language.SWEDISH) -> Markup:
        """Return a link to the municipality's own site; what it is called, where the plan does not state it."""
        address = self.view.plan.frame.website
        return _LINK.format(address, host(address)) if address else safe(WEBSITE[language])

    @cached_property
    def _numbers(self) -> list[str]:
        return [contact.phone for contact in self.view.contacts.values() if contact.phone]

    def any_passed(self, areas: Iterable[PublicArea]) -> bool:
        """Whether the term of any activity has passed."""
        passed = terms.Schedule.PASSED
        return any(terms.schedule(part.term, self.view.today) is passed for area in areas for part in area.activities)

    @staticmethod
    def added(text: str, source_text: str | None) -> bool:
        """Whether a word in square brackets stands in our text and not in the source."""
        return source_text is not None and "[" in text and "[" not in source_text

    def any_bracket(self, areas: Iterable[PublicArea]) -> bool:
        """Whether a word has been added to any activity."""
        return any(self.added(part.text, part.source_text) for area in areas for part in area.activities)

    @cached_property
    def years(self) -> list[int]:
        """The years with a follow-up known today, newest first."""
        return paths.years(self.view.plan, self.view.today)

    @cached_property
    def span(self) -> list[int]:
        """Every year from the first with a follow-up known today to the last, oldest first."""
        return history.years(self.view.plan)

    def corrected_later(self, year: int) -> list[str]:
        """Return the areas whose values for a year are later than today, in the plan's order."""
        later = history.corrected_later(self.view.plan, year, self.view.today)
        return [area.id for area in self.view.plan.areas if area.id in later]

    @cached_property
    def downloads(self) -> list[Download]:
        """The files that go with the pages, made once: pages link to them with their size."""
        return self._offered(self) if self._offered else []

    @cached_property
    def guidance_review(self) -> freshness.Review:
        """The review of the guidance, which stands in the plan and not in a page's facts."""
        guidance = self.view.plan.guidance
        return freshness.Review(guidance.reviewed, guidance.reviewed_by, guidance.review_within)

    @cached_property
    def decision_gaps(self) -> list[str]:
        """The facts about the plan's decision that nobody has stated."""
        return freshness.decision_gaps(self.view.plan.frame.decision)

    @cached_property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Each source table's seven headings."""
        return {table.number: table.columns for table in self.view.plan.tables}

    @cached_property
    def called(self) -> str:
        """How the document is called at first use: *anvisningarna (här kallade planen)*."""
        name: str = self.view.plan.frame.name
        if name.casefold() == "planen":
            return name
        head = name.split(maxsplit=1)[0]
        form = next((form for ending, form in _FORMS.items() if re.search(rf"{ending}\Z", head)), "kallas här")
        return f"{name} ({form} planen)"


_FORMS = {
    "na": "här kallade",
    "et": "här kallat",
    "(?:planen|elsen|ingen|ionen|strategin|policyn|agendan)": "här kallad",
}
"""How a document is called by the ending of its name, where that tells gender and number."""


def actor_groups(area: PublicArea) -> list[tuple[str | None, list[Participation]]]:
    """Group an area's actors as the source words them.

    Actors that follow each other with the same *i samverkan med* form one group under those words; every other actor
    stands alone, its role in parentheses behind it.
    """
    groups: list[tuple[str | None, list[Participation]]] = []
    for actor in area.actors:
        joined = actor.role if actor.role and actor.role.endswith(" med") else None
        if joined and groups and groups[-1][0] == joined:
            groups[-1][1].append(actor)
        else:
            groups.append((joined, [actor]))
    return groups


def term_words(text: str, term: terms.Term | None) -> str | None:
    """Return a term as it stands in the source, in parentheses after the text; None if the text already says it."""
    if term is None or term.wording.casefold() in text.casefold():
        return None
    return f"({term.wording})"


_LINK = Markup('<a href="{}">{}</a>')
WEBSITE = {Language.SWEDISH: "kommunens webbplats", Language.ENGLISH: "the municipality’s website"}


def host(address: str) -> str:
    """Return a web address as readers know it: ``https://www.timra.se/`` → ``timra.se``."""
    return re.sub(r"(?i)^(https://)?(www\.)?|/$", "", address)


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def english_date(day: datetime.date) -> str:
    """Return a date as English text: ``1 March 2027``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=2)
def _environment(cache: Path | None) -> Environment:
    bytecode = None
    if cache:
        cache.mkdir(parents=True, exist_ok=True)
        bytecode = FileSystemBytecodeCache(str(cache))
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=bytecode,
    )
    environment.filters["datum"] = terms.swedish_date
    environment.filters["date"] = english_date
    environment.filters["antal"] = amount
    environment.filters["mening"] = stopped
    environment.filters["ankare"] = anchor
    environment.globals |= {
        "STAFF": STAFF,
        "CheckState": CheckState,
        "assessment": assessment,
        "bar": chart.bar,
        "decision": decision,
        "freshness": freshness,
        "history": history,
        "terms": terms,
        "host": host,
        "paths": paths,
        "actor_groups": actor_groups,
        "term_words": term_words,
    }
    return environment
