"""Everything a build is made from, read and checked together: the plan, each site's prose, where pages land.

``kontrollera`` shows what this finds; the MkDocs plugin builds from what it returns.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..pages.paths import DATA, PIECES, SEARCHING, page_paths
from ..pages.prose import Prose, followed, read_folder
from ..plan import freshness
from ..plan.decoding import line_and_column
from ..plan.faults import Fault, did_you_mean, visible
from ..plan.load import load
from ..plan.words import CheckState, Language, amount
from ..safety import personal, readability, wording
from .files import odd_files

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ..plan.models import Plan
    from ..plan.reader import Mapping
    from .sites import Site


HANDBOOK = "handbok/"
"""Where a site's pages to its editors are, in its folder of texts."""
MAX_NAMED = 5
"""Files that one reminder names."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What each site is made from, by the site's name."""

    plans: dict[str, Plan]
    trees: dict[str, Mapping]
    """The plans with their places."""
    texts: dict[str, list[Prose]]
    allowed: dict[str, personal.Allowed]
    """What looks like personal data and may stand."""
    today: datetime.date
    """The day that is counted on: reviews that the texts hold are those known on it."""
    ahead: tuple[Fault, ...]
    """Days that say that something has happened, and have not come yet. They stop nothing."""


def read_sources(root: Path, sites: Sequence[Site], today: datetime.date) -> tuple[Sources | None, list[Fault]]:
    """Read what all sites are made from; None and every fault if anything is wrong.

    The prose is compared with a plan that has faults too, unless its names cannot be read.
    """
    faults: list[Fault] = []
    texts: dict[str, list[Prose]] = {}
    plans = {path: load(path) for path in dict.fromkeys(site.plan for site in sites)}
    allowed = {path: personal.Allowed(reading.tree) for path, reading in plans.items()}
    for path, reading in plans.items():
        faults += [*reading.faults, *personal.in_plan(reading.tree, path.name, allowed[path])]
    for site in sites:
        reading, exceptions = plans[site.plan], allowed[site.plan]
        plan = reading.plan or _names(reading.tree)
        texts[site.name], found = read_folder(site.docs, root, plan, site.audience)
        faults += [*found, *odd_files(site.docs, root)]
        if reading.plan:
            texts[site.name], found = followed(texts[site.name], reading.plan)
            faults += found
        faults += personal.in_config(site.config, exceptions)
        faults += personal.in_prose(site.docs, root, personal.phones(reading.tree, site.audience), exceptions)
        if plan:
            generated = page_paths(plan, site.audience, today)
            faults += collisions(site, root, generated)
            faults += broken_menu(site, generated)
            faults += broken_links(site, texts[site.name], generated)
    whole = {site.name: plan for site in sites if (plan := plans[site.plan].plan)}
    if faults or len(whole) < len(sites) or not sites:
        return None, faults
    trees = {site.name: plans[site.plan].tree for site in sites}
    ahead = [fault for path, reading in plans.items() for fault in freshness.ahead(reading.tree, path.name, today)]
    for name, read in texts.items():
        for text in read:
            ahead += freshness.not_yet(("", "granskad"), text.review.reviewed, today, text.file, text.reviewed_at)
        texts[name] = [replace(text, review=text.review.known(today)) for text in read]
    personally = {site.name: allowed[site.plan] for site in sites}
    return Sources(whole, trees, texts, personally, today, tuple(sorted(set(ahead)))), faults


def _names(tree: Mapping) -> Plan | None:
    from ..plan.outline import outline  # only a plan with faults needs it

    return outline(tree)


def address(path: str) -> str:
    """Return the file that a source becomes: ``plan/x.md`` → ``plan/x/index.html``. Case does not tell files apart."""
    pure = PurePosixPath(unicodedata.normalize("NFC", path))
    if pure.suffix != ".md":
        return pure.as_posix().casefold()
    home = pure.stem.casefold() in {"index", "readme"}
    return (pure.parent / "index.html" if home else pure.parent / pure.stem / "index.html").as_posix().casefold()


def collisions(site: Site, root: Path, generated: Sequence[str]) -> Iterator[Fault]:
    """Yield files that would land where another page does. MkDocs lets the last one win, silently."""
    taken = {address(path): f"en sida som görs av {site.plan.name}" for path in generated}
    for file in sorted(path for path in site.docs.rglob("*") if path.is_file()):
        name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
        where = address(file.relative_to(site.docs).as_posix())
        if where.startswith((PIECES, DATA, SEARCHING)):
            what = f"mappen {where.partition('/')[0]} görs av programmet"
            yield Fault(name, 0, 0, what, "lägg filen i en annan mapp")
        if where in taken:
            yield Fault(name, 0, 0, f"sidan får samma adress som {taken[where]}", "byt namn på filen")
        taken[where] = name


def broken_menu(site: Site, generated: Sequence[str]) -> Iterator[Fault]:
    """Yield what the configuration's ``nav`` names and no site has."""
    known = _known(site, generated)
    for entry in site.menu:
        if entry not in known and not re.match(r"[a-z][a-z0-9+.-]*:|/", entry):
            remedy = did_you_mean(entry, sorted(known), label="Finns")
            yield Fault(site.config.name, 0, 0, f"nav: ”{entry}” finns inte", remedy)


def _known(site: Site, generated: Sequence[str]) -> set[str]:
    return set(generated) | {path.relative_to(site.docs).as_posix() for path in site.docs.rglob("*") if path.is_file()}


_CODE = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n.*?^ {0,3}\1|(`+)[^`\n]+\2", re.DOTALL | re.MULTILINE)
# Possessive, so that a bracket that is never closed costs its own length only.
_LINK = re.compile(r"\]\(\s*+<?([^)\s>]++)>?[^)]*+\)|^\s*\[[^\]]+\]:\s*(\S+)", re.MULTILINE)


def _without_code(text: str) -> str:
    """Return Markdown with blanks for its code: what stands after it keeps its place."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def broken_links(site: Site, texts: Sequence[Prose], generated: Sequence[str]) -> Iterator[Fault]:
    """Yield links in prose to pages that do not exist. Anchors are checked in what was built."""
    known = _known(site, generated)
    for text in texts:
        # Code shows how something is written; it leads nowhere.
        body = _without_code(text.body)
        for match in _LINK.finditer(body):
            target = match[1] or match[2]
            if re.match(r"(?i)[a-z][a-z0-9+.-]*:|#|//", target):
                continue
            path = _resolved(text.path, target.partition("#")[0].partition("?")[0])
            if path in known:
                continue
            at = match.start(1 if match[1] else 2)
            line = text.first_line + text.body.count("\n", 0, at)
            column = at - text.body.rfind("\n", 0, at)
            remedy = did_you_mean(path, sorted(known), label="Finns")
            yield Fault(text.file, line, column, f"länken ”{target}” leder ingenstans", remedy)


def _resolved(here: str, target: str) -> str:
    """Return where a relative link leads, from the docs folder; a link above it keeps its dots."""
    parts = list(PurePosixPath(here).parent.parts)
    for step in PurePosixPath(target).parts:
        if step == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(step)
    return "/".join(parts)


def unfinished(sources: Sources, sites: Sequence[Site]) -> list[str]:
    """Return what the municipality still has to fill in, a line each. None of it stops a build."""
    lines: list[str] = []
    for path in dict.fromkeys(site.plan for site in sites):
        showing = [site for site in sites if site.plan == path]
        plan = freshness.known(sources.plans[showing[0].name], sources.today)
        lines += _unassessed(plan)
        lines += _unstated(plan)
        for site in showing:
            lines += _drafts(site.name, sources.texts[site.name])
            lines += _behind(sources.texts[site.name])
            lines += _hard(sources.texts[site.name], plan)
            lines += _others(sources.texts[site.name], site, plan.frame.municipality)
        for line, column, word in wording.in_plan(sources.trees[showing[0].name], wording.quotable(plan)):
            lines.append(f"{path.name}:{line}:{column}: {word}")
        lines += _unanswered(plan)
        lines += sources.allowed[showing[0].name].notes(path.name)
    return lines


def _drafts(site: str, texts: Sequence[Prose]) -> Iterator[str]:
    """Yield how many of a site's pages nobody has reviewed; the handbook's by their number, a few others by name."""
    drafts = [text for text in texts if text.review.draft]
    others = [text.file for text in drafts if not text.path.startswith(HANDBOOK)]
    count = f"{site}: {amount(len(drafts), 'sida', 'sidor')} är utkast"
    names = ", ".join([*others[:MAX_NAMED], *(["…"] if len(others) > MAX_NAMED else [])])
    if len(others) == len(drafts):
        yield from [f"{count}: {names}"] if drafts else []
    elif others:
        yield f"{count}, {len(drafts) - len(others)} i handboken, {amount(len(others), 'annan', 'andra')}: {names}"
    else:
        yield f"{count}, i handboken"


def _behind(texts: Sequence[Prose]) -> Iterator[str]:
    """Yield the pages that follow another which has changed since. They say so themselves to their readers."""
    files = {text.path: text.file for text in texts}
    for text in texts:
        if text.behind and text.original:
            yield (
                f"{text.file}: {files[text.original]} har ändrats sedan sidan skrevs. Läs båda, rätta sidan och skriv "
                f"förlagans_kontrollsumma: {text.behind}"
            )


def _hard(texts: Sequence[Prose], plan: Plan) -> Iterator[str]:
    """Yield what makes Swedish prose hard to read: long sentences and words, and words that the pages do not use."""
    quoted = wording.quotable(plan)
    for text in texts:
        if text.language is not Language.SWEDISH:
            continue
        hard = readability.lix(readability.blocks(text.body))
        if hard is not None and hard > text.max_lix:
            yield (
                f"{text.file}: svår att läsa, LIX {hard:.0f}, och ska vara högst {text.max_lix}. "
                "Dela långa meningar och byt långa ord"
            )
        for line, column, word in wording.in_prose(text.body, text.first_line, quoted):
            yield f"{text.file}:{line}:{column}: {word}"


_NO_NAME = "Annan|Denna|Din|En|Er|Hela|Ingen|Någon|Samma|Sin|Som|Varje|Vilken|Vår"
"""What a sentence may begin with before the word ``kommun``."""
_MUNICIPALITY = re.compile(rf"(?<!\w)(?!(?:{_NO_NAME}) )[A-ZÅÄÖ][\w-]+ kommuns?(?!\w)")


def _others(texts: Sequence[Prose], site: Site, own: str) -> Iterator[str]:
    """Yield the pages that name another municipality and never the plan's own: prose that came with a copy."""
    for text in texts:
        # Front matter is shown too, so the whole file is looked through; code only shows how something is written.
        whole = unicodedata.normalize("NFC", (site.docs / text.path).read_text(encoding="utf-8-sig"))
        said = _without_code(whole)
        other = _MUNICIPALITY.search(said)
        if other and own.casefold() not in said.casefold():
            line, column = line_and_column(said, other.start())
            yield (
                f"{text.file}:{line}:{column}: här står ”{other[0]}”, men planen är för {visible(own)}. Läs sidan och "
                "skriv om det som hör till en annan kommun"
            )


def _unstated(plan: Plan) -> Iterator[str]:
    missing = [contact for contact in plan.contacts if contact.missing]
    required = [contact for contact in missing if contact.required]
    for contact in required:
        yield f"{contact.name}: uppgiften saknas och behövs för publicering"
    if others := len(missing) - len(required):
        yield f"{amount(others, 'kontakt', 'kontakter')} till saknar uppgift"
    if unchecked := [contact for contact in plan.contacts if contact.check.state is CheckState.FROM_SOURCE]:
        names = ", ".join(contact.name for contact in unchecked)
        count = amount(len(unchecked), "kontakt", "kontakter")
        yield f"{count} har kommunen inte kontrollerat än: {names}"
    if gaps := freshness.decision_gaps(plan.frame.decision):
        yield f"Planens beslut saknar {', '.join(gaps)}"
    if plan.guidance.reviewed is None:
        yield "Vägledningen i plan.yaml är ett utkast"


def _unanswered(plan: Plan) -> Iterator[str]:
    questions = [*plan.frame.questions, *(question for area in plan.areas for question in area.questions)]
    if waiting := [question for question in questions if question.settled is None]:
        count = amount(len(waiting), "fråga är inte avgjord", "frågor är inte avgjorda")
        yield f"{count}: {', '.join(question.id for question in waiting)}"


def _unassessed(plan: Plan) -> Iterator[str]:
    silent = [area for area in plan.areas if not area.follow_ups]
    if silent:
        yield f"{len(silent)} av {amount(len(plan.areas), 'område', 'områden')} har ingen uppföljning"
