"""A site's settings, ``mkdocs.yml``: read by MkDocs' own loader, each with its place, and judged in Swedish.

A setting is used, or it is a fault that says so: none is silently without effect.
"""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeAlias

import yaml
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ..plan.load import validate
from ..plan.models import Frozen, Several, Text
from ..prose.markup import refused
from ..text.faults import QUOTE, Fault, did_you_mean, quoted, visible
from ..text.reader import Mapping, Sequence, Tagged, place_of, read, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGIN = "handlingsplan"
BEGIN = "jämför med den medföljande filen"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one site."""

    values: dict[str, Any]
    """As MkDocs reads them, what is inherited included."""
    chain: tuple[tuple[Path, Mapping], ...]
    """Its file and those that it inherits, the nearest first, each with the places in it."""

    def get(self, *path: str | int) -> Any:
        """Return the value at a path; None where there is none."""
        node: Any = self.values
        for step in path:
            node = _below(node, step)
        return node

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what readers see of the settings, with its path."""
        for name in ("site_name", "site_description", "copyright", "extra", "nav"):
            yield from _texts((name,), self.values.get(name))

    def fault(self, path: tuple[str | int, ...], what: str, remedy: str, *, key: bool = False) -> Fault:
        """Return a fault where a setting is stated, in the nearest file; where what it belongs to is, if it is not."""
        for length in range(len(path), 0, -1):
            for file, tree in self.chain:
                if _states(tree, path[:length]):
                    place = place_of(tree, path[:length], key=key or length < len(path))
                    return Fault(file.name, *place, what, remedy)
        return Fault(self.chain[0][0].name, 0, 0, what, remedy)


def _texts(path: tuple[str | int, ...], node: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text below a path, the names of a navigation's entries too."""
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict | list):
        for step, below in node.items() if isinstance(node, dict) else enumerate(node):
            if path[0] == "nav" and isinstance(step, str):
                yield (*path, step), step
            yield from _texts((*path, step), below)


def _states(node: Any, path: tuple[str | int, ...]) -> bool:
    for step in path:
        known = isinstance(node, Sequence) and isinstance(step, int) and step < len(node)
        if not known and not (isinstance(node, Mapping) and step in node):
            return False
        node = node[step]
    return True


# What may be set -----------------------------------------------------------------------------------------------------


def _refused(what: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("swedish", "{what} – {remedy}", {"what": what, "remedy": remedy})


def _only(*words: str, why: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, str) and value not in words:
            raise _refused(f"”{visible(value)}” går inte att använda här", why)
        return value

    return BeforeValidator(check)


def _never(what: str, remedy: str) -> BeforeValidator:
    def refuse(_: object) -> NoReturn:
        raise _refused(what, remedy)

    return BeforeValidator(refuse)


_YES, _NO = ("true", "True", "TRUE", "yes", "Yes", "on", "On"), ("false", "False", "FALSE", "no", "No", "off", "Off")
YesNo: TypeAlias = Annotated[Text, _only(*_YES, *_NO, why="skriv true eller false")]
Unused: TypeAlias = Annotated[Any, _never("inställningen har ingen verkan på sidorna", "ta bort den")]
Level: TypeAlias = Annotated[Text, _only("warn", "info", "ignore", "relative_to_docs", why="skriv warn")]


class Theme(Frozen):
    """``theme``: Material, with the project's own templates."""

    name: Annotated[Text, _only("material", why="skriv material")] = "material"
    custom_dir: Text = ""
    language: Annotated[str, _only("sv", why="skriv sv; en sida på engelska säger det själv, med språk: en")] = "sv"
    font: Annotated[str, _only(*_NO, why="skriv false: inga typsnitt hämtas från någon annan")] = "false"
    favicon: Text = ""
    logo: Unused = None
    palette: Unused = None
    features: Unused = None
    icon: Unused = None


class Link(Frozen):
    """A link of the frame."""

    title: Text
    url: Text


class Reading(Link):
    """A page for those who read in another way."""

    lang: Annotated[str, _only("sv", "en", why="skriv sv eller en")] = "sv"


class Footer(Frozen):
    """The links in the footer."""

    title: Text
    links: tuple[Link, ...]


class Extra(Frozen):
    """``extra``: what our templates show. More may be there for templates that the municipality has changed."""

    model_config = ConfigDict(extra="allow")
    noindex: YesNo = "false"
    readings: Several[Reading] = ()
    footer: Footer | None = None


class Levels(Frozen):
    """How much MkDocs says of links."""

    omitted_files: Level = "warn"
    not_found: Level = "warn"
    absolute_links: Level = "warn"
    unrecognized_links: Level = "warn"
    anchors: Level = "warn"


class Validation(Levels):
    """``validation``."""

    nav: Levels = Levels.model_construct()
    links: Levels = Levels.model_construct()


_ALL_PAGES = "flytta de texter som inte ska vara med till en mapp utanför docs_dir, och ta bort raden"


class Stated(Frozen):
    """What one file states; MkDocs' other settings are named so that a fault can say why they are not used."""

    site_name: Text = ""
    site_url: str | None = None
    site_description: str | None = None
    copyright: str | None = None
    docs_dir: Text = ""
    site_dir: Text = ""
    nav: Any = None
    not_in_nav: str | None = None
    theme: Theme = Theme.model_construct()
    extra: Extra = Extra.model_construct()
    extra_css: tuple[Text, ...] = ()
    plugins: Any = None
    markdown_extensions: Any = None
    validation: Validation = Validation.model_construct()
    parent: Text = Field("", alias="INHERIT")
    strict: YesNo = "false"
    dev_addr: Text = ""
    watch: tuple[Text, ...] = ()
    use_directory_urls: Annotated[str, _only(*_YES, why="ta bort raden: alla länkar på sidorna räknar med true")] = ""
    exclude_docs: Annotated[Any, _never("alla texter i docs_dir blir sidor", _ALL_PAGES)] = None
    draft_docs: Annotated[Any, _never("alla texter i docs_dir blir sidor", _ALL_PAGES)] = None
    hooks: Annotated[Any, _never("programmet kör ingen kod från inställningarna", "ta bort raden")] = None
    extra_javascript: Unused = None
    extra_templates: Unused = None
    repo_url: Unused = None
    repo_name: Unused = None
    edit_uri: Unused = None
    edit_uri_template: Unused = None
    site_author: Unused = None
    remote_branch: Unused = None
    remote_name: Unused = None


_NOT_TEXT = {"strict", "use_directory_urls", "plugins", "markdown_extensions", "validation"}
"""Settings that are no text, or are judged where they are used."""
_FORBIDDEN = {"snippets", "md_in_html", "extra", "html", "b64", "pathconverter", "macros"}
"""Extensions of Markdown that put in files or let HTML be read as Markdown, or bring one that does (design §4)."""


# Reading -------------------------------------------------------------------------------------------------------------


def read_settings(path: Path) -> Settings | list[Fault]:
    """Return a site's settings as MkDocs reads them, or what is wrong with how its files are written."""
    chain: list[tuple[Path, Mapping]] = []
    following = plain(path)
    while True:
        data = read_bytes(following)
        if isinstance(data, Fault):
            return [data]
        tree, faults = read(data, following.name, tag="!ENV", begin=BEGIN)
        if not data.strip():
            faults = [Fault(following.name, 0, 0, "filen har inga inställningar", BEGIN)]
        if faults:
            return faults
        chain.append((following, tree))
        if "INHERIT" not in tree:
            return _values(chain)
        name = tree["INHERIT"]
        place = (following.name, *place_of(tree, ("INHERIT",)))
        following = plain(following.parent / str(name))
        if not name or not following.is_file():
            what = f"INHERIT: filen ”{visible(str(name or ''))}” finns inte"
            return [Fault(*place, what, "skriv namnet på den fil som ska ärvas, eller ta bort raden")]
        if any(following == known for known, _ in chain):
            return [Fault(*place, f"INHERIT leder tillbaka till ”{following.name}”", BEGIN)]


def plain(path: Path) -> Path:
    """Return an absolute path without dots; links stay, since one may lead to itself."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # Path.resolve follows links


def _values(chain: list[tuple[Path, Mapping]]) -> Settings | list[Fault]:
    """Return what MkDocs makes of files whose syntax is right. No tag but ``!ENV`` is left in them, so none is run."""
    from mkdocs.exceptions import ConfigurationError
    from mkdocs.utils.yaml import get_yaml_loader, yaml_load

    try:
        with chain[0][0].open("rb") as file:
            values = yaml_load(file, get_yaml_loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (ConfigurationError, ValueError, TypeError):  # a day that does not exist, INHERIT without a name
        what = "MkDocs kan inte läsa filen: ett värde ser ut som ett datum, ett tal eller en kod"
        return [Fault(chain[0][0].name, 0, 0, what, QUOTE)]
    for _, tree in chain:
        _resolve(tree, values)
    return Settings(values, tuple(chain))


def _resolve(node: Any, value: Any) -> None:
    """Put what MkDocs read in the place of what has a tag."""
    for step in [*node] if isinstance(node, Mapping) else range(len(node)):
        below = _below(value, step)
        if isinstance(node[step], Tagged):
            node[step] = str(below).lower() if isinstance(below, bool) else None if below is None else str(below)
        elif isinstance(node[step], Mapping | Sequence):
            _resolve(node[step], below)


def _below(node: Any, step: str | int) -> Any:
    """Return what stands at a step in a mapping or a list; None where nothing does."""
    if isinstance(node, list):
        return node[step] if isinstance(step, int) and step < len(node) else None
    return node.get(step) if isinstance(node, dict) else None


# Judging -------------------------------------------------------------------------------------------------------------


def wrong(settings: Settings) -> Iterator[Fault]:
    """Yield what is wrong with a site's settings, whatever they lead to."""
    for file, tree in settings.chain:
        yield from validate(Stated, tree, file.name)[1]
    for path in (
        ("site_name",),
        ("nav",),
        ("theme",),
        ("theme", "name"),
        ("theme", "custom_dir"),
        ("theme", "favicon"),
    ):
        if not _given(settings.values, path):
            yield settings.fault(path, f"”{path[-1]}” saknas", f"lägg till ”{path[-1]}: …”")
    for top, value in settings.values.items():
        if top not in _NOT_TEXT:
            yield from _no_text(settings, (top,), value)
    for at, text in settings.texts():
        for fault in refused(text, "") if "<" in text else ():
            yield settings.fault(at, f"{at[0]}: {fault.what}", "skriv texten utan kod")
    yield from _plugins(settings)
    yield from _extensions(settings)
    yield from _menu(settings, ("nav",), settings.get("nav"))


def _given(node: Any, path: tuple[str, ...]) -> bool:
    return isinstance(node, dict) and path[0] in node and (len(path) == 1 or _given(node[path[0]], path[1:]))


def _no_text(settings: Settings, path: tuple[str | int, ...], value: Any) -> Iterator[Fault]:
    """Yield values that look like text and that YAML reads as a number, a day or yes."""
    if isinstance(value, dict | list):
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _no_text(settings, (*path, step), below)
    elif value is not None and not isinstance(value, str) and path not in {("theme", "font"), ("extra", "noindex")}:
        written: Any = next((tree for _, tree in settings.chain if _states(tree, path)), None)
        for step in path if written else ():
            written = written[step]
        what = "läses som ett tal, ett datum eller ja och nej, inte som text"
        yield settings.fault(path, f"{path[-1]}: ”{visible(str(written))}” {what}", f"{QUOTE}: {quoted(str(written))}")


def _plugins(settings: Settings) -> Iterator[Fault]:
    """Yield plugins other than ours, which are code that nobody has looked at or have nothing to do here."""
    plugins = settings.get("plugins")
    for name in plugins if isinstance(plugins, dict) else ():
        if name != PLUGIN:
            what = f"tillägget ”{visible(str(name))}” används inte"
            yield settings.fault(
                ("plugins", name), what, f"{did_you_mean(str(name), [PLUGIN])}; ta annars bort raden", key=True
            )
    options = settings.get("plugins", PLUGIN)
    for name, value in options.items() if isinstance(options, dict) else ():
        path = ("plugins", PLUGIN, name)
        if name not in {"plan", "audience"}:
            remedy = did_you_mean(str(name), ["plan", "audience"])
            yield settings.fault(path, f"okänd nyckel ”{visible(str(name))}”", remedy, key=True)
        elif not isinstance(value, str) or not value:
            yield settings.fault(
                path, f"{name}: är ingen text", "skriv plan.yaml" if name == "plan" else "skriv extern"
            )


def _extensions(settings: Settings) -> Iterator[Fault]:
    """Yield extensions of Markdown that do not exist or are off for safety."""
    given = settings.values.get("markdown_extensions", {})
    if not isinstance(given, dict | list):
        yield settings.fault(("markdown_extensions",), "markdown_extensions: ska vara en lista", BEGIN)
        return
    for step, entry in enumerate(given):
        name = str(next(iter(entry), "") if isinstance(entry, dict) else entry)
        path = ("markdown_extensions", name if isinstance(given, dict) else step)
        short = name.removeprefix("markdown.extensions.").removeprefix("pymdownx.").removeprefix("blocks.")
        options = (
            given[entry] if isinstance(given, dict) else next(iter(entry.values())) if isinstance(entry, dict) else {}
        )
        if short in _FORBIDDEN:
            what = f"markdown_extensions: ”{visible(name)}” är avstängt för säkerhetens skull"
            yield settings.fault(path, what, "ta bort raden", key=True)
        elif not re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", name) or not _exists(name):
            yield settings.fault(path, f"markdown_extensions: ”{visible(name)}” finns inte", "ta bort raden", key=True)
        elif not isinstance(options, dict | None):
            yield settings.fault(
                path, f"markdown_extensions: ”{name}” ska vara en post med nycklar", "skriv {} efter kolonet"
            )
        elif options and not _works(name, options):
            what = f"markdown_extensions: ”{name}” kan inte använda det som står under det"
            yield settings.fault(path, what, "skriv {} efter kolonet", key=True)


def _exists(name: str) -> bool:
    """Whether Python-Markdown or pymdownx has an extension of a name."""
    full = name if name.startswith(("pymdownx.", "markdown.extensions.")) else f"markdown.extensions.{name}"
    try:
        return importlib.util.find_spec(full) is not None
    except ModuleNotFoundError:
        return False


def _works(name: str, options: dict[str, Any]) -> bool:
    """Whether an extension takes its options, and still does when it reads a page."""
    import markdown  # type: ignore[import-untyped]  # its types are in no package that this one needs

    try:
        markdown.Markdown(extensions=[name], extension_configs={name: options}).convert("# Rubrik\n\n```\nkod\n```")
    except Exception:  # noqa: BLE001  # an extension may raise anything of an option that it does not know
        return False
    return True


def _menu(settings: Settings, path: tuple[str | int, ...], nav: Any) -> Iterator[Fault]:
    """Yield entries of a navigation that MkDocs cannot read."""
    remedy = "skriv ”- Rubrik: sida.md” på en egen rad för varje sida"
    if not isinstance(nav, list) or not nav:
        if _given(settings.values, ("nav",)):
            yield settings.fault(path, "nav ska vara en lista med sidor", remedy)
        return
    for index, entry in enumerate(nav):
        here = (*path, index)
        if isinstance(entry, dict) and len(entry) == 1:
            title, below = next(iter(entry.items()))
            if isinstance(below, list):
                yield from _menu(settings, (*here, title), below)
            elif not isinstance(below, str) or isinstance(title, bool):
                yield settings.fault((*here, str(title)), "nav: raden säger inte vilken sida den leder till", remedy)
        elif not isinstance(entry, str):
            yield settings.fault(here, "nav: raden säger inte vilken sida den leder till", remedy)
