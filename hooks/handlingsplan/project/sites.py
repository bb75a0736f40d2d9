"""Which sites a project has: one for each ``mkdocs*.yml`` that uses the plugin."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..plan.checks import RESERVED_IDS
from ..plan.words import Audience
from ..text.faults import Fault, did_you_mean, plain_letters, visible
from .boundary import crossings
from .look import wrong_files
from .settings import PLUGIN, Settings, plain, read_settings, wrong
from .site import OWN, PREVIEW, SERVERS, WORK, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESS = (
    r"(?i)https?://[\w-]+(\.[\w-]+)*(:[0-9]+)?(/(?!\.{0,2}(/|$))(%[0-9a-f]{2}|[^\s<>\"'`{}|\\^?#/%])+)*(?<!\.html)/?"
)
"""A site's whole address. MkDocs takes anything that has a scheme, and then makes links that lead nowhere of it."""
NAME = r"[A-Za-z0-9][A-Za-z0-9.-]{0,58}[A-Za-z0-9]"
"""A site's name: a folder on any disk, and a word in the configuration of any server."""
_TAKEN = RESERVED_IDS | {SERVERS}
"""Names that Windows keeps for devices, and what stands beside the sites in ``site/``."""


def sites(root: Path) -> tuple[list[Site], list[Fault]]:
    """Return the sites of a project folder, the intranet first, and what is wrong with their configurations."""
    found: list[Site] = []
    faults = linked(root)
    read = {path: read_settings(path) for path in sorted(root.glob("mkdocs*.yml"))}
    for path, settings in read.items():
        if not isinstance(settings, Settings):
            faults += settings
        elif _ours(settings):
            faults += wrong(settings)
            site = _site(path, settings, root, faults)
            found += [site] if site else []
        else:
            what = f"plugins: {PLUGIN} saknas, och då blir filen ingen webbplats"
            remedy = f"skriv ”{PLUGIN}:” under plugins; ska den inte bli det: låt namnet inte börja med mkdocs"
            faults.append(settings.fault(("plugins",), what, remedy, key=True))
    if not found and not faults:
        faults.append(
            Fault(str(root), 0, 0, "här finns ingen mkdocs.yml", "gå till projektets mapp, eller ange den med --mapp")
        )
    faults += _same_name(found)
    faults += crossings(found, root)
    in_order = sorted(found, key=lambda site: (site.audience is not Audience.INTERNAL, site.name))
    return in_order, list(dict.fromkeys(faults))


def _ours(settings: Settings) -> bool:
    """Whether a configuration is of a site: it uses the plugin, or something spelled nearly so."""
    plugins = settings.get("plugins")
    entries = plugins if isinstance(plugins, dict | list) else [plugins]
    names = [str(name) for entry in entries for name in (entry if isinstance(entry, dict) else [entry])]
    return any(did_you_mean(name, [PLUGIN]).startswith("menade") for name in names)


def _site(path: Path, settings: Settings, root: Path, faults: list[Fault]) -> Site | None:
    """Return the site of a configuration; None, and faults added, where what it is made from cannot be told."""
    before = len(faults)
    plugins, options = settings.get("plugins"), settings.get("plugins", PLUGIN)
    audience = options.get("audience") if isinstance(options, dict) else None
    name = str(settings.get("site_dir") or "").rstrip("/").removeprefix(f"{PREVIEW}/")
    docs = root / str(settings.get("docs_dir") or "docs")
    url = _address(settings.get("site_url"))
    if isinstance(plugins, list):
        # Passed over, the site would be missing from what is built.
        what = "plugins är en lista, och då kan inga webbplatser ärva den"
        faults.append(settings.fault(("plugins",), what, "skriv ”namn:” på en egen rad för varje tillägg"))
    elif audience not in list(Audience):
        what = "audience är varken intern eller extern"
        place = ("plugins", PLUGIN, "audience")
        faults.append(settings.fault(place, what, "skriv vem webbplatsen är till för"))
    if settings.get("site_dir") not in {f"{PREVIEW}/{name}", f"{PREVIEW}/{name}/"} or not _may_be_called(name):
        what = f"site_dir är ”{visible(str(settings.get('site_dir')))}”"
        faults.append(settings.fault(("site_dir",), what, _named_so(name)))
    elif _is_link(root / PREVIEW / name):
        faults.append(_link(f"{PREVIEW}/{name}"))
    if not docs.is_dir():
        remedy = f"skapa den, eller ändra docs_dir i {path.name}"
        what = f"docs_dir: mappen ”{visible(str(settings.get('docs_dir') or 'docs'))}” finns inte"
        faults.append(settings.fault(("docs_dir",), what, remedy))
    elif _holds(docs, root) or any(_holds(root / own, docs) for own in OWN):
        what = "docs_dir: i den mappen ligger det som programmet bygger"
        faults.append(settings.fault(("docs_dir",), what, "skriv content/ och en egen mapp för webbplatsens texter"))
    if url and not re.fullmatch(ADDRESS, str(settings.get("site_url"))):
        faults.append(_no_address(str(settings.get("site_url")), settings))
    faults += wrong_files(settings, docs, root)
    if len(faults) > before:
        return None
    custom = settings.get("theme", "custom_dir")
    return Site(
        path,
        name,
        Audience(str(audience)),
        docs,
        root / str(options.get("plan") or "plan.yaml"),
        tuple(_named(settings.get("nav"))),
        url=url,
        settings=settings,
        overrides=root / str(custom) if custom else None,
    )


def _may_be_called(name: str) -> bool:
    return re.fullmatch(NAME, name) is not None and name.partition(".")[0].casefold() not in _TAKEN


def _named_so(given: str) -> str:
    """Return the remedy for a name that no site can have: the nearest that it can."""
    near = re.sub(r"[^a-z0-9.]+", "-", plain_letters(given.rpartition("/")[2])).strip(".-")
    if _may_be_called(near):
        return f"skriv {PREVIEW}/{near}"
    return f"skriv {PREVIEW}/ och webbplatsens namn: a–z, 0–9, punkt och bindestreck, till exempel {PREVIEW}/intranat"


def _same_name(found: list[Site]) -> Iterator[Fault]:
    """Yield sites that would be built into the same folder; on Windows and macOS case does not tell folders apart."""
    first: dict[str, Site] = {}
    for site in found:
        other = first.setdefault(site.name.casefold(), site)
        if other is not site:
            what = f"site_dir: {other.config.name} har redan namnet ”{site.name}”"
            yield site.settings.fault(("site_dir",), what, "ge varje webbplats ett eget namn")


def _is_link(path: Path) -> bool:
    # A junction is Windows' link to a folder.
    return path.is_symlink() or bool(getattr(path, "is_junction", bool)())


def _link(name: str) -> Fault:
    what = "mappen är en länk, och det som ligger där den leder skulle tas bort vid nästa bygge"
    return Fault(name, 0, 0, what, "ta bort länken; programmet gör mappen själv")


def linked(root: Path) -> list[Fault]:
    """Return the program's own folders that lead elsewhere: they are emptied, so this comes first."""
    scratch = () if _is_link(root / WORK) else sorted((root / WORK).glob("*"))
    return [_link(path.relative_to(root).as_posix()) for path in (*map(root.joinpath, OWN), *scratch) if _is_link(path)]


def _holds(folder: Path, other: Path) -> bool:
    return other.resolve().is_relative_to(folder.resolve())


def clears(folder: Path, site: Site) -> bool:
    """Whether MkDocs may empty a folder to build a site in it: one of the program's own, or one that nobody uses.

    Args:
        folder: what ``site_dir`` says, or ``mkdocs build -d``.
        site: the site.

    """
    root = site.config.parent
    if any(_holds(root / own, folder) and folder.resolve() != (root / own).resolve() for own in OWN):
        return True
    # ``mkdocs serve`` builds again and again in a folder of its own, which it names so.
    theirs = folder.name.startswith("mkdocs_") and folder.parent == Path(tempfile.gettempdir())
    return theirs or not folder.exists() or not any(folder.iterdir())


def _address(given: object) -> str:
    """Return a site's address as MkDocs reads it, ending with a slash; empty where there is none."""
    text = str(given or "")
    return f"{text.rstrip('/')}/" if text else ""


def _no_address(given: str, settings: Settings) -> Fault:
    """Return the fault of a ``site_url`` that is no address."""
    lost = r"(?i)^(?:https?:|[a-z]+:/)?/*|\s+|[?#].*|/[^/]*\.html/*$|(?<=/)/+"
    meant = _address("https://" + re.sub(lost, "", given))
    remedy = f"skriv {meant}" if re.fullmatch(ADDRESS, meant) else "skriv en hel adress som börjar med https://"
    return settings.fault(("site_url",), f"site_url: ”{visible(given)}” är inte en hel adress", remedy)


def _named(nav: Any) -> Iterator[str]:
    """Yield the pages in a navigation, however deep."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list | dict):
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from _named(entry)


def plans(found: Sequence[Site], root: Path) -> dict[str, Path]:
    """Return the plans that sites show, by their files' names from the project folder."""
    paths = {plain(site.plan): site.plan for site in found}
    home = plain(root)
    return {
        (whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)): path
        for whole, path in paths.items()
    }


def public(found: list[Site], site: Site) -> str:
    """Return the address of the public site that shows the same plan as a site; empty while nobody has decided it."""
    same = (each for each in found if each.audience is Audience.EXTERNAL and each.plan == site.plan)
    return next((each.url for each in same if each.url), "")
