"""What is internal in a plan, read from its positioned tree, and the gathering of everything internal.

Known independently of ``plan.views``, so that a view that has gone wrong is seen too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..text.faults import visible
from ..text.reader import Mapping, Sequence, mappings
from .contents import BREAK, readings
from .matching import RUN, WEAK, Pattern, Public, Secret, canonical, fold, runs, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..text.reader import Place

PREFIX = "intern_"
INTERNAL_KEYS = frozenset({"frågor", "personal", "undantag", "sha256"})
"""Keys of the plan whose values never leave the intranet, with every key that begins with ``PREFIX``.

``test_leaks`` holds them against the models: a field that only the internal types have must be named here.
"""
NOTES = frozenset({"frågor", "undantag"})
"""What an editor writes for editors, with ``PREFIX``: pasted into a public page it is a leak, not another public text.

Steps for staff and the intranet's prose may well say the same as a public page.
"""
UNTOLD = frozenset({"format"})
"""A field that only the internal types have and that tells nobody anything."""
DETAILS = ("telefon", "webb", "e_post")
"""What a contact whose ``läge`` is ``saknas`` must not show."""
FEW = 5
"""A sensitive number below this is shown as *färre än 5* (design §3)."""
_SAYS_NOTHING = {"visas", "krävs_för_publicering", "alltid", "läge", "datum", "av", "avgjord", "kontakter", "värde"}
"""Keys whose values are fixed words, dates and references, or stand on a page by right: others have the same."""


def is_internal(key: str) -> bool:
    """Whether a key of the plan is internal wherever it stands."""
    return key.startswith(PREFIX) or key in INTERNAL_KEYS


class Collector:
    """Gathers patterns and numbers of what is internal, with the place of each."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self.numbers: dict[str, Secret] = {}

    def text(
        self, text: str, where: tuple[str, str], *, few: Public | None = Public.SHARED, note: bool = False
    ) -> None:
        """Add a text: its runs of words, or the whole of a shorter one. A run is made public by prose.

        Args:
            text: the text.
            where: its place and its field.
            few: what makes a text of a few words public; None where it is nobody's secret, such as a heading in prose.
            note: whether the whole of it, or a whole sentence, is a leak even if a public page has it too.

        """
        secret = secret_of(text, where)
        # Whoever writes "&amp;" or "<b>" in the plan is shown it as it stands, and a page that is read is undone.
        forms = dict.fromkeys([text, *readings(text)])
        for part in BREAK.join(map(fold, forms)).split(BREAK):
            sequence = words(part)
            if len(sequence) >= RUN:
                self._add(runs(sequence), secret, Public.PROSE)
            elif few and sum(map(len, sequence)) >= WEAK and not "".join(sequence).isdigit():
                self._add([tuple(sequence)], secret, few)
        if note:
            whole = [text]
            # A note that quotes a page would make the page's own sentence a leak.
            if not re.search(r"[\"”“»«]", text):
                whole += re.split(r"(?<=[.?!])\s", text)
            sequences = (tuple(words(fold(each))) for each in whole)
            self._add((each for each in sequences if len(each) >= RUN), secret, Public.STATED)
        for number in re.findall(r"(?<![\w-])(?:\+|0)\d?[\d ()/-]{5,16}\d(?!\w)", text):
            self.numbers.setdefault(canonical(number), secret)
        for address in re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text):
            self.literal(address, where, Public.STATED)

    def number(self, number: str, where: tuple[str, str]) -> None:
        """Add a phone number, in whatever way it is spelled. 112, 114 14, 1177 and their like are nobody's secret."""
        if re.fullmatch(r"11[\d ]{1,5}", number):
            return
        self.numbers.setdefault(canonical(number), secret_of(number, where))

    def literal(
        self,
        text: str,
        where: tuple[str, str],
        yields_to: Public,
        *,
        before: str = r"(?<![\w-])",
        after: str = r"(?![\w-])",
    ) -> None:
        """Add something that is only meant where it stands sign by sign: an id, an address, a file's name."""
        folded = fold(text)
        sequence = words(folded)
        if sequence:
            exactly = re.compile(before + re.escape(folded) + after)
            self.patterns.append(Pattern(tuple(sequence), secret_of(text, where), yields_to, exactly))

    def address(self, address: str, where: tuple[str, str], yields_to: Public) -> None:
        """Add a web address, in whatever way its beginning and end are written."""
        bare = re.sub(r"(?i)^[a-z][a-z0-9+.-]*:(?://)?(?:www\.)?", "", address.strip()).rstrip("/")
        if re.search(r"\w[.:/]\w", bare):
            self.literal(bare, where, yields_to)

    def name(self, id_: str, where: tuple[str, str]) -> None:
        """Add an id: an anchor, a link's target, a page's name. One of a single word is also just a word."""
        if "-" in id_:
            self.literal(id_, where, Public.SHARED)
        else:
            before, after = r"(?<=[#/\"'=])", rf"(?=[#/?&\"'<>{BREAK}]|\.html\b|$)"
            self.literal(id_, where, Public.SHARED, before=before, after=after)

    def row(self, sequence: list[str], where: tuple[str, str], text: str) -> None:
        """Add words that are internal only in that row."""
        self._add([tuple(sequence)], secret_of(text, where), Public.STATED, needed=True)

    def seal(self, digest: str, where: tuple[str, str]) -> None:
        """Add a seal, which would let a reader guess a number that is hidden."""
        self._add([(digest,)], secret_of(digest, where), Public.STATED, needed=True)

    def _add(
        self, sequences: Iterable[tuple[str, ...]], secret: Secret, yields_to: Public, *, needed: bool = False
    ) -> None:
        self.patterns += (Pattern(sequence, secret, yields_to, needed=needed) for sequence in sequences)


def secret_of(text: str, where: tuple[str, str]) -> Secret:
    """Return a secret that shows the half of its text at most: a message ends up in logs too."""
    start = " ".join(text.replace(BREAK, " ").split())
    return Secret(*where, visible(start[: min(24, max(2, len(start) // 2))].rstrip()))


class PlanDivider:
    """Divides a plan's positioned tree: what is internal is collected, what is left is public."""

    def __init__(self, file: str, into: Collector) -> None:
        self.file = file
        self.into = into
        self.hidden: list[tuple[dict[str, Any], str, str]] = []
        """The small sensitive numbers: the public values that each was taken from, its indicator and itself."""

    def divide(self, tree: Mapping) -> dict[str, Any]:
        """Return a plan without anything internal, as plain data."""
        public: dict[str, Any] = self._public(tree)
        outside = [self._contact(node) for node in mappings(tree.get("kontakter"))]
        public["kontakter"] = [contact for contact in outside if contact]
        shown = {contact.get("id") for contact in public["kontakter"]}
        guidance = tree.get("vägledning")
        if isinstance(guidance, Mapping):
            situations = [self._entry(node) for node in mappings(guidance.get("situationer"))]
            for situation in filter(None, situations):
                situation["kontakter"] = [id_ for id_ in situation.get("kontakter") or () if id_ in shown]
            public["vägledning"]["situationer"] = [situation for situation in situations if situation]
        areas = list(mappings(tree.get("områden")))
        for area, outside_ in zip(areas, public.get("områden") or (), strict=False):
            self._sensitive(area, outside_)
        return public

    def _public(self, node: Any) -> Any:
        """Return a node without internal keys, which are collected."""
        if isinstance(node, Sequence):
            return [self._public(item) for item in node]
        if not isinstance(node, Mapping):
            return node
        kept = {}
        for key, value in node.items():
            if is_internal(key):
                self._collect(value, key, node.value_places[key], note=key.startswith(PREFIX) or key in NOTES)
            elif key not in {"kontakter", "situationer"} or all(isinstance(item, str) for item in value or ()):
                kept[key] = self._public(value)
        return kept

    def _entry(self, node: Mapping) -> dict[str, Any] | None:
        """Return a contact or situation as it is outside; None for one that is wholly internal."""
        if "extern" in (node.get("visas") or ()):
            kept: dict[str, Any] = self._public(node)
            return kept
        for key, value in node.items():
            place = node.value_places[key]
            if key == "id" and isinstance(value, str):
                self.into.name(value, self._where(place, "id"))
            else:
                self._collect(value, key, place, note=key.startswith(PREFIX))
        return None

    def _contact(self, node: Mapping) -> dict[str, Any] | None:
        kept = self._entry(node)
        if kept is None:
            return None
        control = node.get("kontroll")
        hidden = list(DETAILS) if isinstance(control, Mapping) and control.get("läge") == "saknas" else []
        if kept.get("tills_vidare_invånare"):
            hidden.append("tills_vidare")
        for key in hidden:
            if kept.get(key):
                self._collect(kept.pop(key), key, node.value_places[key])
        if kept.get("tills_vidare_invånare"):
            kept["tills_vidare"] = kept["tills_vidare_invånare"]
        return kept

    def _sensitive(self, area: Mapping, outside: dict[str, Any]) -> None:
        """Collect the small numbers that could point out a person, in the rows that pages and files would show."""
        names = {
            str(node.get("id")): str(node.get("text"))
            for node in mappings(area.get("indikatorer"))
            if node.get("känslig") == "ja"
        }
        for follow_up, kept in zip(mappings(area.get("uppföljning")), outside.get("uppföljning") or (), strict=False):
            values = follow_up.get("indikatorer")
            if not isinstance(values, Mapping):
                continue
            for key in names.keys() & values.keys():
                value = values[key]
                if not isinstance(value, str) or not value.isdecimal() or int(value) >= FEW:
                    continue
                where = self._where(values.value_places[key], key)
                for name in (key, names[key]):
                    for year in ([], words(fold(str(follow_up.get("år"))))):
                        self.into.row([*words(fold(name)), *year, value], where, key)
                self.hidden.append((kept["indikatorer"], key, kept["indikatorer"].pop(key)))

    def _collect(self, node: Any, key: str, place: Place, *, note: bool = False) -> None:
        """Collect every value below a node."""
        if isinstance(node, Mapping):
            for inner, value in node.items():
                if inner == "id":
                    # A question's own; a workplace's is public.
                    if isinstance(value, str) and key in INTERNAL_KEYS:
                        self.into.literal(
                            value, self._where(node.value_places[inner], key), Public.SHARED, before=r"(?<=[#])"
                        )
                    continue
                if inner in _SAYS_NOTHING:
                    continue
                note_ = note or inner.startswith(PREFIX)
                self._collect(value, inner if not note else key, node.value_places[inner], note=note_)
        elif isinstance(node, Sequence):
            for item, at in zip(node, node.places, strict=True):
                self._collect(item, key, at, note=note)
        elif isinstance(node, str) and key not in _SAYS_NOTHING:
            self._text(node, key, self._where(place, key), note=note)

    def _text(self, text: str, key: str, where: tuple[str, str], *, note: bool) -> None:
        if re.fullmatch("[0-9a-f]{64}", text):
            self.into.seal(text, where)
        elif key == "telefon":
            self.into.number(text, where)
        elif key == "e_post":
            self.into.literal(text, where, Public.STATED)
        elif key in {"webb", "källa"}:
            self.into.address(text, where, Public.PROSE)
        else:
            self.into.text(text, where, note=note)

    def _where(self, place: Place, field: str) -> tuple[str, str]:
        return f"{self.file}:{place[0]}:{place[1]}", field
