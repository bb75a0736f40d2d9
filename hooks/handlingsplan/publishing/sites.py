"""Which sites a project has: one for each ``mkdocs*.yml`` that uses the plugin.

Read here without MkDocs, so that checking a plan does not have to load a site generator.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..plan.decoding import TAB_INDENT, decode, line_and_column
from ..plan.faults import Fault, visible
from ..plan.reader import MAX_DEPTH, Loader, read_bytes
from ..plan.syntax import explain, mark_of
from ..plan.words import Audience
from ..safety.boundary import crossings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLUGIN = "handlingsplan"
PREVIEW = ".preview"
"""Where ``mkdocs build`` by hand writes; a site's name is its folder below it."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site: its configuration file, its name, whom it is for and what it is made from."""

    config: Path
    name: str
    audience: Audience
    docs: Path
    plan: Path
    menu: tuple[str, ...]
    """The pages that its navigation names."""
    url: str = ""
    """Where it is published, ``site_url``; empty until the municipality has decided."""
    chain: tuple[Path, ...] = ()
    """Its configuration file and those that it inherits, the nearest first."""
    overrides: Path | None = None
    """The folder of templates and files that it adds to the theme."""


ADDRESS = r"(?i)https?://[\w-]+(\.[\w-]+)*(:[0-9]+)?(/[^\s<>\"'`{}|\\^?#]*)?"
"""A site's whole address. MkDocs takes anything that has a scheme, and then makes links that lead nowhere of it."""


class _Lenient(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """Reads a configuration for the few keys we need; MkDocs itself judges the rest."""


_Lenient.add_multi_constructor("", lambda _loader, _suffix, _node: None)


def sites(root: Path) -> tuple[list[Site], list[Fault]]:
    """Return the sites of a project folder, the intranet first, and what is wrong with their configurations."""
    found: list[Site] = []
    faults: list[Fault] = []
    for path in sorted(root.glob("mkdocs*.yml")):
        chain: list[Path] = []
        config = _load(_plain(path), chain)
        if isinstance(config, Fault):
            faults.append(config)
            continue
        plugins = config.get("plugins")
        if isinstance(plugins, list) and any(PLUGIN in _names(entry) for entry in plugins):
            # Passed over, the site would be missing from what is built.
            what = "plugins är en lista, och då kan inga webbplatser ärva den"
            faults.append(Fault(path.name, 0, 0, what, "skriv ”namn:” på en egen rad för varje tillägg"))
            continue
        options = plugins.get(PLUGIN) if isinstance(plugins, dict) else None
        if not isinstance(options, dict):
            continue
        try:
            audience = Audience(str(options.get("audience")))
        except ValueError:
            what = "audience är varken intern eller extern"
            faults.append(Fault(path.name, 0, 0, what, "skriv vem webbplatsen är till för"))
            continue
        name = Path(str(config.get("site_dir"))).as_posix()
        if not name.startswith(f"{PREVIEW}/"):
            faults.append(Fault(path.name, 0, 0, f"site_dir är ”{name}”", f"skriv {PREVIEW}/ och webbplatsens namn"))
            continue
        docs, plan = root / str(config.get("docs_dir", "docs")), root / str(options.get("plan", "plan.yaml"))
        if not docs.is_dir():
            remedy = f"skapa den, eller ändra docs_dir i {path.name}"
            faults.append(Fault(str(config.get("docs_dir", "docs")), 0, 0, "mappen finns inte", remedy))
            continue
        url = _address(config.get("site_url"))
        if url and not re.fullmatch(ADDRESS, url):
            faults.append(_no_address(str(config["site_url"]), chain))
            url = ""
        theme = config.get("theme")
        custom = theme.get("custom_dir") if isinstance(theme, dict) else None
        site = Site(
            path,
            name.removeprefix(f"{PREVIEW}/"),
            audience,
            docs,
            plan,
            tuple(_named(config.get("nav"))),
            url=url,
            chain=tuple(chain),
            overrides=root / str(custom) if custom else None,
        )
        found.append(site)
    if not found and not faults:
        faults.append(
            Fault(str(root), 0, 0, "här finns ingen mkdocs.yml", "gå till projektets mapp, eller ange den med --mapp")
        )
    faults += crossings(found, root)
    in_order = sorted(found, key=lambda site: (site.audience is not Audience.INTERNAL, site.name))
    return in_order, list(dict.fromkeys(faults))


def _names(entry: Any) -> list[Any]:
    """Return what an entry in a list of plugins names: ``search`` or ``{search: {lang: sv}}``."""
    return list(entry) if isinstance(entry, dict) else [entry]


def _address(given: object) -> str:
    """Return a site's address as MkDocs reads it, ending with a slash; empty where there is none."""
    text = str(given or "")
    return f"{text.rstrip('/')}/" if text else ""


def _no_address(given: str, chain: Sequence[Path]) -> Fault:
    """Return the fault of a ``site_url`` that is no address, where it stands: in the nearest file that states one."""
    place: tuple[str, int, int] = (chain[0].name, 0, 0)
    for path in chain:
        text = path.read_text(encoding="utf-8")
        if stated := re.search(r"(?m)^site_url:[ \t]*", text):
            place = (path.name, *line_and_column(text, stated.end()))
            break
    meant = _address("https://" + re.sub(r"(?i)^(?:https?:|[a-z]+:/)?/*|\s+|[?#].*", "", given))
    remedy = f"skriv {meant}" if re.fullmatch(ADDRESS, meant) else "skriv en hel adress som börjar med https://"
    return Fault(*place, f"site_url: ”{visible(given)}” är inte en hel adress", remedy)


def _named(nav: Any) -> Iterator[str]:
    """Yield the pages in a navigation, however deep."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list | dict):
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from _named(entry)


def _load(path: Path, chain: list[Path]) -> dict[str, Any] | Fault:
    """Return a configuration with what it inherits: mappings merged, everything else replaced, as MkDocs does.

    Args:
        path: the configuration file.
        chain: the files that led to it; it and those that it inherits are added.

    """
    if path in chain:
        what = f"INHERIT leder tillbaka till ”{path.name}”"
        return Fault(chain[-1].name, 0, 0, what, "jämför med den medföljande filen")
    chain.append(path)
    data = read_bytes(path)
    if isinstance(data, Fault):
        return data
    try:
        text = data.decode("utf-8")
        _refuse_endless(text)
        config = yaml.load(text, _Lenient)  # noqa: S506  # every tag becomes None
    except UnicodeDecodeError:
        return decode(data, path.name)[1][0]
    except yaml.YAMLError as error:
        if mistake := _mistake(text, path.name):
            return mistake
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return Fault(path.name, line, column, "filen går inte att läsa", "jämför med den medföljande filen")
    if not isinstance(config, dict):
        return Fault(path.name, 0, 0, "filen har inga inställningar", "jämför med den medföljande filen")
    parent = config.pop("INHERIT", None)
    if not parent:
        return config
    base = _load(_plain(path.parent / str(parent)), chain)
    return base if isinstance(base, Fault) else _merged(base, config)


def _mistake(text: str, file: str) -> Fault | None:
    """Return the first mistake in a configuration's syntax, told as one in a plan; None where there is none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    last: Any = None
    brackets: list[tuple[int, int] | None] = []
    try:
        for last in yaml.parse(text, Loader):
            if isinstance(last, yaml.CollectionStartEvent):
                brackets.append(mark_of(last)[0] if last.flow_style else None)
            elif isinstance(last, yaml.CollectionEndEvent):
                brackets.pop()
            if len(brackets) > MAX_DEPTH:
                return None
    except yaml.MarkedYAMLError as error:
        if tab := next(TAB_INDENT.faults(text, file), None):
            return tab
        stumble = explain(error, text.split("\n"), last, brackets[-1] if brackets else None)
        return Fault(file, stumble.line + 1, stumble.column + 1, stumble.what, stumble.remedy)
    except yaml.YAMLError:  # a sign that YAML does not allow, which has no mark
        return None
    return None


def _plain(path: Path) -> Path:
    """Return an absolute path without dots; links stay, since one may lead to itself."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # Path.resolve follows links


def _refuse_endless(text: str) -> None:
    """Raise where a configuration nests deeper than PyYAML can stand, or says with a few signs what fills a memory."""
    depth = 0
    for event in yaml.parse(text, _Lenient):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem_mark=mark)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def plans(found: Sequence[Site], root: Path) -> dict[str, Path]:
    """Return the plans that sites show, by their files' names from the project folder."""
    paths = {_plain(site.plan): site.plan for site in found}
    home = _plain(root)
    return {
        (plain.relative_to(home).as_posix() if plain.is_relative_to(home) else str(plain)): path
        for plain, path in paths.items()
    }


def public(found: list[Site], site: Site) -> str:
    """Return the address of the public site that shows the same plan as a site; empty while nobody has decided it."""
    same = (each for each in found if each.audience is Audience.EXTERNAL and each.plan == site.plan)
    return next((each.url for each in same if each.url), "")
