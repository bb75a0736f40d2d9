"""What must never reach the public site, and the search for it. Knows ``plan.yaml``, and nothing of the program."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from built import Site, parse, words

RUN = 5
"""So many words in a row that stand nowhere public are a leak, also where the rest has been cut away."""
SHORTEST = 10
"""A text with fewer characters than this, such as a name, is only looked for as the mark or the anchor that it has."""
MARK = re.compile(r"INTERN[a-zåäö]+\d+")
"""The marks in ``tests/plans/exempelkommun.yaml`` and its intranet's prose."""
HOUSE = Path(__file__).resolve().parents[1] / "hooks" / "handlingsplan"
TEMPLATES = sorted(HOUSE.glob("output/*/*.html"))


@dataclass(frozen=True)
class Secret:
    """A text that only the intranet, or only an editor of the plan, may see."""

    where: str
    """Its keys in the file."""
    text: str
    shown: bool
    """Whether the intranet shows it."""


@dataclass(frozen=True)
class Boundary:
    """A plan and its prose, divided into what is internal and what everyone may read."""

    secrets: list[Secret]
    public: list[str]
    names: set[str]
    """Ids of situations and contacts that the public site has no page or anchor for."""


def boundary(root: Path, internal_prose: str, public_prose: str, *also_public: str) -> Boundary:
    """Divide a project.

    Args:
        root: the project folder.
        internal_prose: the intranet's docs folder, from there.
        public_prose: the public site's docs folder.
        also_public: what the program itself writes on both sites.

    """
    plan = yaml.load((root / "plan.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506  # only strings
    public = [*also_public]
    public += [text for path in sorted((root / public_prose).rglob("*.md")) for text in sentences(path)]
    secrets = []
    for secret, text, where in _values(plan, ()):
        if secret is None:
            public.append(words(text))
        else:
            secrets.append(Secret(".".join(where), words(text), secret))
    for path in sorted((root / internal_prose).rglob("*.md")):
        secrets += [Secret(path.relative_to(root).as_posix(), text, shown=True) for text in sentences(path)]
    everything = "\n".join(public)
    kept = [secret for secret in secrets if secret.text and secret.text not in everything]
    entries = {False: set[str](), True: set[str]()}
    for entry in [*plan["kontakter"], *plan["vägledning"]["situationer"]]:
        entries["extern" in entry.get("visas", ())].add(entry["id"])
    return Boundary(kept, public, entries[False] - entries[True])


def _values(node: Any, where: tuple[str, ...]) -> Iterator[tuple[bool | None, str, tuple[str, ...]]]:
    """Yield every text with its place: None for a public one, else whether the intranet shows it."""
    if isinstance(node, str):
        if node:
            yield _internal(where), node, where
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from _values(item, (*where, str(number)))
    elif isinstance(node, Mapping):
        audiences = node.get("visas") or ()
        contact, situation = "kontroll" in node, "svar" in node and "rubrik" in node
        for key, value in node.items():
            for secret, text, place in _values(value, (*where, key)):
                kind = secret
                if (contact or situation) and "extern" not in audiences and secret is None:
                    # An internal situation's steps for residents are for nobody; a hidden contact has its name listed.
                    read = "intern" in audiences and key not in {"invånare", "svar_invånare"}
                    kind = None if key in {"id", "visas", "krävs_för_publicering", "alltid"} else read or key == "namn"
                    kind = None if contact and place[-1] in {"läge", "datum", "av"} else kind
                elif situation and key == "personal":
                    kind = True
                yield kind, text, place


def _internal(where: tuple[str, ...]) -> bool | None:
    if where[0] == "undantag":
        return None if where[-1] in {"datum", "av"} else False
    if where[-1].startswith("intern_") or ("frågor" in where and where[-1] in {"text", "svar"}):
        return True
    return None


def sentences(path: Path) -> Iterator[str]:
    """Yield the sentences of a page of prose, its markup and what it fetches from the plan left out."""
    text = re.sub(r"\A---\n(.*?)^---\n", _facts, path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r'^!!! \w+ "(.*)"$', r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)(\{[^}]*\})?", r"\1", text)
    text = re.sub(r"\{\{.*?\}\}|\{ #[^}]*\}|[*`|]|^\s*(?:#+|>|-|\d+\.)\s", "\n", text, flags=re.MULTILINE)
    for paragraph in text.split("\n"):
        yield from (words(part) for part in re.split(r"(?<=[.?!])\s", paragraph) if len(words(part).split()) >= RUN)


def _facts(front: re.Match[str]) -> str:
    facts = yaml.load(front[1], yaml.CBaseLoader)  # noqa: S506  # only strings
    return f"{facts['title']}\n{facts['description']}\n"


def leaks(site: Site, limits: Boundary) -> list[str]:
    """Return everything internal that a site holds, each with the file it stands in.

    Looked for in the bytes of every file, compressed ones opened, as text and as HTML, JSON and addresses write it; and
    in the names of files.
    """
    found: set[str] = set()
    open_words = "\n".join([*limits.public, *_our_words()]).casefold()
    texts = [
        (secret.where, part)
        for secret in limits.secrets
        for part in {secret.text.casefold(), *re.split(r"(?<=[.?!:]) ", secret.text.casefold())}
        if len(part) >= SHORTEST and part not in open_words
    ]
    texts += [(where, f"tel:{re.sub('[ -]', '', text)}") for where, text in texts if where.endswith(".telefon")]
    # Within a sentence: what ends one and begins the next stands together by chance.
    secret_runs = {run for secret in limits.secrets for part in re.split("[.:?!]", secret.text) for run in runs(part)}
    secret_runs -= {run for text in [*limits.public, *_our_words()] for run in runs(text)}
    for name, data in site.files.items():
        raw = data.decode("utf-8", "replace")
        ours = not name.startswith("assets/javascripts/") and not name.startswith("assets/stylesheets/")
        for form in {f"{name}\n{raw}", *_forms(f"{name}\n{raw}")} if ours else {raw}:
            found |= {f"{name}: {mark}" for mark in MARK.findall(form)}
            if not ours:
                continue
            folded = words(form).casefold()
            found |= {f"{name}: {where}" for where, text in texts if text in folded}
            found |= {f"{name}: {' '.join(run)}" for run in runs(form) & secret_runs}
        if ours:
            anchors = set(re.findall(r"""(?:(?<=\bid=)|(?<=\bid=["'])|(?<=#)|(?<=/)(?=[\w-]+/))[\w-]+""", raw))
            found |= {f"{name}: #{hidden}" for hidden in limits.names & (anchors | set(re.split(r"[/.]", name)))}
    return sorted(found)


def _forms(raw: str) -> Iterator[str]:
    """Yield a text as it reads once each way of writing it down has been undone."""
    yield html.unescape(raw)
    yield unquote(raw)
    plain = (
        re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), raw).replace('\\"', '"').replace("\\n", " ")
    )
    yield html.unescape(plain)
    # Twice: in the search index HTML stands inside JSON.
    yield parse(html.unescape(plain)).text
    yield parse(plain).text


def _our_words() -> Iterable[str]:
    return (parse(path.read_text(encoding="utf-8")).text for path in TEMPLATES)


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of ``RUN`` words in a text."""
    parts = re.findall(r"\w+", text.casefold())
    return {tuple(parts[index : index + RUN]) for index in range(len(parts) - RUN + 1)}


def lost(site: Site, limits: Boundary) -> list[str]:
    """Return the internal texts that an intranet should show and does not."""
    shown = "\n".join(words(f"{page.title} {page.text}") for page in site.pages.values())
    shown += "\n".join(
        element.attributes.get("content", "") for page in site.pages.values() for element in page.tree.all("meta")
    )
    # Words to search by are in no page.
    shown += "\n".join(data.decode() for name, data in site.files.items() if name == "sok/index.json")
    linked = {element.attributes.get("href") for page in site.pages.values() for element in page.article.all("a")}
    return [
        f"{secret.where}: {secret.text}"
        for secret in limits.secrets
        if secret.shown and secret.text not in shown and secret.text not in linked
    ]
