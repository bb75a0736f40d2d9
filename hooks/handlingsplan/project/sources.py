"""Everything a build is made from, read and checked together: the plan, each site's prose, where pages land.

``kontrollera`` shows what this finds; the MkDocs plugin builds from what it returns.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..output.pages.page import host
from ..output.pages.paths import DATA, PIECES, SEARCHING, page_paths
from ..plan import assessment, freshness
from ..plan.load import load
from ..plan.words import CheckState, Language, amount
from ..prose import readability, wording
from ..prose.inserts import OPEN
from ..prose.markup import without_code
from ..prose.texts import Prose, followed, read_folder
from ..rules import counts, personal
from ..rules.addresses import outside
from ..text.decoding import line_and_column
from ..text.faults import Fault, Remaining, did_you_mean, hyphenated, name_in, visible
from ..text.reader import place_of
from .files import odd_files

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Mapping_
    from pathlib import Path

    from ..plan.models import Frame, Plan
    from ..plan.scale import Status
    from ..text.reader import Mapping
    from .site import Site


@dataclass(frozen=True, slots=True)
class Understood:
    """How many areas stand where in a plan's follow-up of one year."""

    plan: str
    """Its file, from the project folder."""
    year: int
    counts: dict[Status, int]
    later: int
    """Follow-ups that name a day which has not come yet."""

    def __str__(self) -> str:
        told = [
            f"{count} {'utan bedömning' if status.unassessed else status.short.casefold()}"
            for status, count in self.counts.items()
        ]
        return f"{self.year}: {', '.join([*told, *[f'{self.later} väntar på sitt datum'] * bool(self.later)])}"


HANDBOOK = "handbok/"
"""Where a site's pages to its editors are, in its folder of texts."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What each site is made from, by the site's name."""

    plans: dict[str, Plan]
    trees: dict[str, Mapping]
    """The plans with their places."""
    originals: dict[Path, bytes]
    """The bytes of each plan's file."""
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
        faults += [*reading.faults, *personal.in_tree(reading.tree, path.name, allowed[path])]
        faults += counts.in_plan(reading.tree, path.name, allowed[path])
    for site in sites:
        reading, exceptions = plans[site.plan], allowed[site.plan]
        plan = reading.plan or _names(reading.tree)
        texts[site.name], found = read_folder(site.docs, root, plan, site.audience)
        faults += odd_files(site.docs, root)
        if reading.plan:
            texts[site.name], more = followed(texts[site.name], reading.plan)
            faults += more
        faults += personal.in_config(site.config, exceptions)
        faults += personal.in_prose(site.docs, root, personal.phones(reading.tree, site.audience), exceptions)
        faults += counts.in_prose(site.docs, root, reading.tree, exceptions)
        if plan:
            generated = page_paths(plan, site.audience, today)
            faults += collisions(site, root, generated)
            faults += broken_menu(site, generated)
            found += broken_links(site, texts[site.name], generated)
            found = nothing_to_show(site, plan, found)
        faults += found
        faults += outside_menu(site, texts[site.name], {fault.file for fault in faults})
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
    originals = {path: reading.data for path, reading in plans.items()}
    return Sources(whole, trees, originals, texts, personally, today, tuple(sorted(set(ahead)))), faults


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
        name = name_in(file, root)
        where = address(file.relative_to(site.docs).as_posix())
        if where.startswith((PIECES, DATA, SEARCHING)):
            what = f"mappen {where.partition('/')[0]} görs av programmet"
            yield Fault(name, 0, 0, what, "lägg filen i en annan mapp")
        if where in taken:
            yield Fault(name, 0, 0, f"sidan får samma adress som {taken[where]}", "byt namn på filen")
        taken[where] = name


def broken_menu(site: Site, generated: Sequence[str]) -> Iterator[Fault]:
    """Yield what the settings lead to, ``nav`` and the links of the frame, and the site does not have."""
    known = _known(site, generated)
    pages = {address(path) for path in known}
    for path, entry in site.settings.texts():
        whole = re.match(r"[a-z][a-z0-9+.-]*:|/", entry)
        if path[0] == "nav" and site.settings.get(*path) == entry and entry not in known and not whole:
            yield site.settings.fault(path, f"nav: ”{visible(entry)}” finns inte", _near(entry, known))
        way = entry.partition("#")[0].strip("/")
        found = address(f"{way}/index.md") in pages or way in known or not way
        if path[-1] == "url" and not (re.match(r"https?://[\w-]+\.|mailto:.|tel:.|/", entry) if whole else found):
            yield site.settings.fault(path, f"url: ”{visible(entry)}” finns inte", _near(f"{way}.md", known))
        if re.match("(?i)http:", entry) and (wrong := outside(entry, visible(entry), fetched=False)):
            yield site.settings.fault(path, wrong.what, wrong.remedy)


def outside_menu(site: Site, texts: Sequence[Prose], faulty: set[str]) -> Iterator[Fault]:
    """Yield the pages of prose that neither ``nav`` nor ``not_in_nav`` names, unless the settings let them be.

    A file with another fault is left alone: it may be about to get another name, which the menu then holds.
    """
    levels = [site.settings.get("validation", *path, "omitted_files") for path in (("nav",), ())]
    outside = [text for text in texts if text.path not in site.menu and text.file not in faulty]
    if not outside or next((level for level in levels if level), "info") != "warn":
        return
    from pathspec import GitIgnoreSpec  # as MkDocs reads not_in_nav; only sites with such pages need it

    left_out = GitIgnoreSpec.from_lines(str(site.settings.get("not_in_nav") or "").splitlines())
    for text in outside:
        if not left_out.match_file(text.path):
            remedy = f"lägg till den under nav, eller under not_in_nav, i {site.config.name}"
            yield Fault(text.file, 0, 0, "sidan står inte i menyn", remedy)


def _near(entry: str, known: set[str]) -> str:
    return did_you_mean(entry, sorted(known), label="Finns")


def _known(site: Site, generated: Sequence[str]) -> set[str]:
    return set(generated) | {path.relative_to(site.docs).as_posix() for path in site.docs.rglob("*") if path.is_file()}


# Possessive, so that a bracket that is never closed costs its own length only.
_LINK = re.compile(
    r"(?P<image>!\[[^\[\]]*+)?+\]\(\s*+<?(?P<inline>[^)\s>]++)>?[^)]*+\)|^\s*\[[^\]]+\]:\s*(?P<below>\S+)",
    re.MULTILINE,
)


def broken_links(site: Site, texts: Sequence[Prose], generated: Sequence[str]) -> Iterator[Fault]:
    """Yield links in prose that lead nowhere, or where no link may. Anchors are checked in what was built."""
    known = _known(site, generated)
    for text in texts:
        # Code shows how something is written; it leads nowhere.
        body = without_code(text.body)
        for match in _LINK.finditer(body):
            group = "inline" if match["inline"] else "below"
            target = match[group]
            if OPEN in target or re.match(r"(?i)(?!https?:)[a-z][a-z0-9+.-]*:|#", target):
                continue
            if re.match(r"(?i)https?:|//", target):
                own = site.url and target.startswith(site.url)
                wrong = None if own else outside(target, visible(target), fetched=bool(match["image"]))
                what, remedy = wrong[:2] if wrong else ("", "")
            else:
                path = _resolved(text.path, target.partition("#")[0].partition("?")[0])
                what = "" if path in known else f"länken ”{target}” leder ingenstans"
                remedy = did_you_mean(path, sorted(known), label="Finns")
            if what:
                at = match.start(group)
                line = text.first_line + text.body.count("\n", 0, at)
                yield Fault(text.file, line, at - text.body.rfind("\n", 0, at), what, remedy)


def nothing_to_show(site: Site, plan: Plan, faults: list[Fault]) -> list[Fault]:
    """Return a site's faults with one in place of all that come of a plan without any contact or situation for it."""
    parts = (
        ("kontakter", "kontakt: ”.*finns inte", [each.audiences for each in plan.contacts]),
        ("vägledning", "länken.*oro/", [each.audiences for each in plan.guidance.situations]),
    )
    for key, sign, audiences in parts:
        echoes = [fault for fault in faults if re.match(sign, fault.what)]
        if not echoes or any(site.audience in each for each in audiences):
            continue
        names = ", ".join(dict.fromkeys(re.findall("”(?:.*/)?(.*?)(?:\\.md)?”", fault.what)[0] for fault in echoes))
        what = f"inget under ”{key}” visas på {site.name}, men texterna hämtar det på {len(echoes)} ställen"
        remedy = f"lägg till {names}, som i handbokens plan att börja med; först: {echoes[0].file}:{echoes[0].line}"
        faults = [*(fault for fault in faults if fault not in echoes), Fault(site.plan.name, 0, 0, what, remedy)]
    return faults


def _resolved(here: str, target: str) -> str:
    """Return where a relative link leads, from the docs folder; a link above it keeps its dots."""
    parts = list(PurePosixPath(here).parent.parts)
    for step in PurePosixPath(target).parts:
        if step == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(step)
    return "/".join(parts)


def understood(sources: Sources, sites: Sequence[Site], plans: Mapping_[str, Path]) -> list[Understood]:
    """Return each year that somebody has followed up, of each plan: what the program took from the file.

    Args:
        sources: what the sites are made from.
        sites: all of them.
        plans: the plans by their names.

    """
    found = []
    for name, path in plans.items():
        plan = next(sources.plans[site.name] for site in sites if site.plan == path)
        for year in sorted({report.year for area in plan.areas for report in area.follow_ups}):
            states, later = [], 0
            for area in plan.areas:
                report = next((each for each in area.follow_ups if each.year == year), None)
                if report and report not in assessment.known_by(area, sources.today):
                    later += 1
                else:
                    states.append(report.status if report else plan.scale.unassessed)
            counts = {state: states.count(state) for state in plan.scale.statuses if state in states}
            found.append(Understood(name, year, counts, later))
    return found


def unfinished(sources: Sources, sites: Sequence[Site]) -> list[Remaining]:
    """Return what the municipality still has to fill in. None of it stops a build."""
    found: list[Remaining] = []
    for path in dict.fromkeys(site.plan for site in sites):
        showing = [site for site in sites if site.plan == path]
        plan, tree = freshness.known(sources.plans[showing[0].name], sources.today), sources.trees[showing[0].name]
        found += _unstated(plan, tree, path.name)
        found += _unseen(plan, tree, path.name, showing)
        found += _borrowed(plan, tree, path.name)
        for site in showing:
            found += _drafts(site.name, sources.texts[site.name])
            found += _behind(sources.texts[site.name])
            found += _hard(sources.texts[site.name], plan)
            found += _others(sources.texts[site.name], site, plan.frame.municipality)
            found += _settings(site, plan.frame.municipality)
        for line, column, word in wording.in_plan(tree, wording.quotable(plan)):
            found.append(Remaining(path.name, line, str(word), column=column))
        found += _unanswered(plan, tree, path.name)
        found += sources.allowed[showing[0].name].notes(path.name)
    return list(dict.fromkeys(found))


def _drafts(site: str, texts: Sequence[Prose]) -> Iterator[Remaining]:
    """Yield a site's pages that nobody has reviewed; those of the handbook as a number."""
    drafts = [text for text in texts if text.review.draft]
    others = [text for text in drafts if not text.path.startswith(HANDBOOK)]
    for text in others:
        yield Remaining(text.file, text.reviewed_at[0], "sidan är ett utkast")
    if count := len(drafts) - len(others):
        yield Remaining("", 0, f"{site}: {amount(count, 'sida', 'sidor')} i handboken är utkast")


def _behind(texts: Sequence[Prose]) -> Iterator[Remaining]:
    """Yield the pages that follow another which has changed since. They say so themselves to their readers."""
    files = {text.path: text.file for text in texts}
    for text in texts:
        if text.behind and text.original:
            what = f"{files[text.original]} har ändrats sedan sidan skrevs"
            remedy = f"Läs båda, rätta sidan och skriv förlagans_kontrollsumma: {text.behind}"
            yield Remaining(text.file, 0, f"{what}. {remedy}")


def _hard(texts: Sequence[Prose], plan: Plan) -> Iterator[Remaining]:
    """Yield what makes Swedish prose hard to read: long sentences and words, and words that the pages do not use."""
    quoted = wording.quotable(plan)
    for text in texts:
        if text.language is not Language.SWEDISH:
            continue
        hard = readability.lix(readability.blocks(text.body))
        if hard is not None and hard > text.max_lix:
            what = f"svår att läsa, LIX {hard:.0f}, och ska vara högst {text.max_lix}"
            yield Remaining(text.file, 0, f"{what}. Dela långa meningar och byt långa ord")
        for line, column, word in wording.in_prose(text.body, text.first_line, quoted):
            yield Remaining(text.file, line, str(word), column=column)


_NO_NAME = "Annan|Denna|Din|En|Er|Hela|Ingen|Någon|Samma|Sin|Som|Varje|Vilken|Vår"
"""What a sentence may begin with before the word ``kommun``."""
_MUNICIPALITY = re.compile(rf"(?<!\w)(?!(?:{_NO_NAME}) )[A-ZÅÄÖ][\w-]+ kommuns?(?!\w)")


def _other(text: str, own: str) -> re.Match[str] | None:
    """Return where a text names another municipality, unless it names the plan's own too."""
    return None if own.casefold() in text.casefold() else _MUNICIPALITY.search(text)


def _others(texts: Sequence[Prose], site: Site, own: str) -> Iterator[Remaining]:
    """Yield the pages that name another municipality and never the plan's own: prose that came with a copy."""
    for text in texts:
        # Front matter is shown too, so the whole file is looked through; code only shows how something is written.
        whole = unicodedata.normalize("NFC", (site.docs / text.path).read_text(encoding="utf-8-sig"))
        said = without_code(whole)
        if other := _other(said, own):
            line, column = line_and_column(said, other.start())
            what = f"här står ”{other[0]}”, men planen är för {visible(own)}"
            remedy = "Läs sidan och skriv om det som hör till en annan kommun"
            yield Remaining(text.file, line, f"{what}. {remedy}", column=column)


_NAMES = (("plan", "titel"), ("plan", "avsändare"), ("plan", "beslut", "organ"), ("plan", "syfte", "text"))
"""Texts of a plan that speak of its own municipality and of no other."""


def _borrowed(plan: Plan, tree: Mapping, file: str) -> Iterator[Remaining]:
    """Yield what a plan says of another municipality than its own: its text came with a copy."""
    own = plan.frame.municipality
    named = [("aktörer", number, "namn") for number in range(len(plan.actors))]
    named += [("kontakter", number, "namn") for number in range(len(plan.contacts))]
    for path in (*_NAMES, *named):
        text: Any = tree
        for step in path:
            text = text[step] if isinstance(step, int) or (text and step in text) else None
        if text and (other := _other(str(text), own)):
            line, column = place_of(tree, path)
            what = f"{path[-1]}: här står ”{other[0]}”, men planen är för {visible(own)}"
            yield Remaining(file, line, f"{what}. Skriv ert eget namn", column=column)


def _unseen(plan: Plan, tree: Mapping, file: str, sites: Sequence[Site]) -> Iterator[Remaining]:
    """Yield what no reader meets because a key was emptied: 112 above every page first of all."""
    for site in sites:
        if not any(
            contact.always and site.audience in contact.audiences and re.sub(r"\D", "", contact.phone or "") == "112"
            for contact in plan.contacts
        ):
            line = place_of(tree, ("kontakter",), key=True)[0]
            what = f"{site.name}: 112 står inte överst på sidorna"
            yield Remaining(file, line, f"{what}. Ge SOS Alarm telefon, alltid: ja och visas: [intern, extern]")
    for part, node in (("kontakter", tree), ("situationer", tree["vägledning"])):
        for entry in node[part]:
            if "visas" in entry and not entry["visas"]:
                yield Remaining(
                    file, entry.key_places["visas"][0], "visas är tom, så ingen läsare ser posten", entry["id"]
                )


def _settings(site: Site, own: str) -> Iterator[Remaining]:
    """Yield what readers see of a site's settings that is not filled in, or came with another municipality's copy."""
    for path, text in site.settings.texts():
        if other := _other(text, own):
            what = f"här står ”{other[0]}”, men planen är för {visible(own)}"
            fault = site.settings.fault(path, f"{path[0]}: {what}", "Skriv ert eget namn")
            yield Remaining(fault.file, fault.line, f"{fault.what}. {fault.remedy}", column=fault.column)
    for name, why in (
        ("site_url", "webbplatsens adress saknas"),
        ("site_description", "webbplatsens beskrivning saknas, den som sökmotorer visar"),
        ("copyright", "sidfoten säger inte vem som står bakom sidorna"),
    ):
        if site.settings.values.get(name, "") is None:  # emptied; "" is a choice
            fault = site.settings.fault((name,), f"{name}: {why}", "")
            yield Remaining(fault.file, fault.line, fault.what)


def _unstated(plan: Plan, tree: Mapping, file: str) -> Iterator[Remaining]:
    """Yield what the plan does not state: what is needed for publishing first."""

    def row(*path: str | int) -> int:
        return place_of(tree, path, key=True)[0]

    contacts = list(enumerate(plan.contacts))
    for required, what in ((True, "uppgiften saknas och behövs för publicering"), (False, "uppgiften saknas")):
        for number, contact in contacts:
            if contact.missing and contact.required is required:
                yield Remaining(file, row("kontakter", number), f"{contact.name}: {what}", contact.id)
    for number, contact in contacts:
        if contact.check.state is CheckState.FROM_SOURCE:
            what = "kommunen har inte kontrollerat uppgiften än"
            yield Remaining(file, row("kontakter", number), f"{contact.name}: {what}", contact.id)
    yield from _website(plan.frame, row("plan", "kommun_webb"), file)
    if gaps := freshness.decision_gaps(plan.frame.decision):
        yield Remaining(file, row("plan", "beslut"), f"planens beslut saknar {', '.join(gaps)}")
    if plan.guidance.reviewed is None:
        yield Remaining(file, row("vägledning", "granskad"), "vägledningen är ett utkast")
    for number, area in enumerate(plan.areas):
        if not area.follow_ups:
            yield Remaining(file, row("områden", number), f"{area.title}: ingen uppföljning", area.id)


_ANY_NAME = {"kommun", "kommuns", "stad", "stads", "region"}


def _website(frame: Frame, line: int, file: str) -> Iterator[Remaining]:
    """Yield that the municipality's own site is not stated, or may be another's: no word of the name is in it."""
    if frame.website is None:
        what = "kommunens webbplats är inte angiven: skriv adressen efter kommun_webb, så länkar sidorna dit"
        yield Remaining(file, line, what)
        return
    name, address = (hyphenated(text) for text in (frame.municipality, host(frame.website).partition("/")[0]))
    if not any(word[:4] in address.replace("-", "") for word in name.split("-") if word not in _ANY_NAME):
        what = f"i {host(frame.website)} finns inte namnet {visible(frame.municipality)}. Är adressen er?"
        yield Remaining(file, line, f"kommun_webb: {what}")


def _unanswered(plan: Plan, tree: Mapping, file: str) -> Iterator[Remaining]:
    areas = [(("områden", number), area.questions) for number, area in enumerate(plan.areas)]
    for path, questions in [(("plan",), plan.frame.questions), *areas]:
        for number, question in enumerate(questions):
            if question.settled is None:
                line = place_of(tree, (*path, "frågor", number))[0]
                yield Remaining(file, line, f"frågan är inte avgjord: {visible(question.text, 60)}", question.id)
