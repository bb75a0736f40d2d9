"""``publicering.yaml``: where each site is published. Holds no secrets; what looks like one is refused."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..plan.load import validate
from ..plan.models import Frozen, Text
from ..plan.words import Audience
from ..text.faults import Fault, did_you_mean, visible
from ..text.reader import Mapping, Place, place_of, read, read_bytes
from .site import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .site import Site

FILE = "publicering.yaml"
NOW = "nu"
FRAME_HOST = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")
"""A host that may frame them, as the policy names it: ``https://www.timra.se``."""
_BEGIN = "börja en rad med webbplatsens namn och kolon, och skriv mål: under den, indragen"
_ADDRESS = r"(?i)https?://[^\s/@?#]+(/[^\s?#]*)?"
_SECRET = re.compile(r"lösen|password|passw|token|nyckel|secret|hemlig|användare|user", re.IGNORECASE)
NOWHERE = "ingen"
"""Said instead of an address: that the intranet cannot be asked from where it is published."""
_WHOLE = r"skriv hela sökvägen, till exempel D:\webb\timnet eller /srv/webb/timnet"
_NO_PLACES = (
    (r"(?i)https?:[\\/]|^www\.", "mål är en webbadress", "skriv mappen efter mål: och webbadressen efter adress:"),
    (r"(?i)file:", "mål är en webbadress till en fil", _WHOLE),
    (r"(?:^|:)~|\$[\w{(]|%[A-Za-z_][^%\\/]*%", "mål har en förkortning, och den läses som ett mappnamn", _WHOLE),
    (r"^[A-Za-z]:(?![\\/])", "mål saknar snedstreck efter enhetens kolon", _WHOLE),
    (
        r"""[<>"|?*`]|^'|'$|\{\{""",
        "mål har tecken som inte kan stå i en sökväg",
        "ta bort citattecken, {{ och < > | ? * `",
    ),
    (r"[\x00-\x1f\x7f-\x9f]", "mål har tecken som inte syns", "skriv sökvägen för hand, på en rad"),
    (r" [\\/]|[\\/] ", "mål har ett blanksteg före eller efter ett snedstreck", "ta bort blanksteget"),
)
"""What people write where a place is asked for, what it is, and what to write."""
_REMOTE = re.compile(r"[\w.+@-][\w.+@ -]+:")
"""A remote of rclone's, as its manual lets them be named. One letter and a colon is a disk on Windows."""


class Way(StrEnum):
    """How ``nu`` becomes another version."""

    LINK = "versioner"
    """A link, changed by one rename: each reader meets one version or the other."""
    COPY = "kopia"
    """File by file, for where links cannot be used: for some seconds pages of both versions are served."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where a site is served, as far as ``publicering.yaml`` tells."""

    root: str = ""
    """The served folder on the server, ``/srv/timnet/nu``; empty when it is not known."""
    frames: tuple[str, ...] = ()
    """The hosts that may frame its fragments, each a ``FRAME_HOST``."""


def _address(value: object) -> object:
    if isinstance(value, str) and value != NOWHERE and not re.fullmatch(_ADDRESS, value):
        raise _refused(f"”{visible(value)}” är inte en webbadress", "skriv en hel adress som börjar med https://")
    return value


def _host(value: object) -> object:
    if isinstance(value, str) and not FRAME_HOST.fullmatch(value):
        remedy = "skriv bara början av adressen, till exempel https://www.timra.se"
        raise _refused(f"”{visible(value)}” är ingen webbplats", remedy)
    return value


def _one_of(*words: str) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, str) and value not in words:
            raise _refused(f"”{visible(value)}” finns inte", did_you_mean(value, words))
        return value

    return BeforeValidator(read)


def _refused(what: str, remedy: str) -> PydanticCustomError:
    """Return an error that ``load.validate`` turns into a fault."""
    return PydanticCustomError("swedish", "{what} – {remedy}", {"what": what, "remedy": remedy})


class Entry(Frozen):
    """One site's entry."""

    place: Text | None = Field(None, alias="mål")
    way: Annotated[Text, _one_of(*Way)] | None = Field(None, alias="sätt")
    address: Annotated[Text, BeforeValidator(_address)] | None = Field(None, alias="adress")
    server: Annotated[Text, _one_of("iis")] | None = Field(None, alias="server")
    frames: tuple[Annotated[Text, BeforeValidator(_host)], ...] = Field((), alias="ramas_in_av")


@dataclass(frozen=True, slots=True)
class Goal:
    """Where one site is published."""

    site: str
    place: str
    """As the file has it."""
    remote: bool
    """Whether rclone reaches it; else it is a folder."""
    folder: Path
    """For a folder: where it is."""
    way: Way
    address: str | None
    """Where readers find the site, if the municipality has said."""
    iis: bool


def read_goals(root: Path, sites: Sequence[Site]) -> tuple[dict[str, Goal], list[Fault]]:
    """Return the goals of a project by the site's name, and what is wrong with its ``publicering.yaml``.

    A project without the file, or with nothing filled in, has no goals: that is no fault until one publishes.
    """
    path = root / FILE
    if not path.exists():
        return {}, []
    data = read_bytes(path)
    if isinstance(data, Fault):
        return {}, [data]
    tree, faults = read(data, FILE, begin=_BEGIN)
    names = [site.name for site in sites]
    goals: dict[str, Goal] = {}
    for name, entry in tree.items():
        if name not in names:
            place = place_of(tree, (name,), key=True)
            what = f"webbplatsen ”{visible(name)}” finns inte"
            faults.append(Fault(FILE, *place, what, did_you_mean(name, names, label="Finns")))
        elif isinstance(entry, Mapping):
            goal, found = _goal(root, sites[names.index(name)], entry)
            faults += found
            if goal:
                goals[name] = goal
        elif entry is not None:
            remedy = "skriv mål: på en egen rad under namnet, indragen"
            faults.append(Fault(FILE, *place_of(tree, (name,)), f"{name} ska vara en post med nycklar", remedy))
    faults += _too_near(root, tree, goals, sites)
    return goals, faults


def read_places(root: Path, sites: Sequence[Site]) -> dict[str, Served]:
    """Return what the sites' servers have to know. A file with faults says nothing: ``publicera`` tells of them."""
    goals, faults = read_goals(root, sites)
    data = read_bytes(root / FILE) if not faults and (root / FILE).exists() else b""
    if isinstance(data, Fault) or not data:
        return {}
    places = {}
    for name, entry in read(data, FILE)[0].items():
        model = validate(Entry, entry, FILE)[0] if isinstance(entry, Mapping) else None
        goal = goals.get(name)
        # A folder told from the project's own is another one wherever the project lies.
        whole = goal and not goal.remote and (goal.place.startswith("/") or PureWindowsPath(goal.place).is_absolute())
        folder = f"{goal.place.rstrip('/')}/{NOW}" if goal and whole else ""
        places[name] = Served(folder, model.frames if model else ())
    return places


def unset(site: str) -> Fault:
    """Return the fault that nobody has said where a site is to be published."""
    remedy = f"skriv mappen efter mål: under {site}: i {FILE}; filen berättar hur"
    return Fault(FILE, 0, 0, f"det står inte var {site} ska publiceras", remedy)


def _goal(root: Path, site: Site, entry: Mapping) -> tuple[Goal | None, list[Fault]]:
    faults = []
    for key in [key for key in entry if _SECRET.search(key)]:
        what = f"”{visible(key)}” hör inte hemma här"
        remedy = "filen får inte innehålla lösenord eller nycklar; lägg dem i rclone config på den dator som publicerar"
        faults.append(Fault(FILE, *entry.key_places[key], what, remedy))
    model, found = validate(Entry, entry, FILE)
    said = {(fault.line, fault.column) for fault in faults}
    faults += [fault for fault in found if (fault.line, fault.column) not in said]
    if model is None or not model.place:
        return None, faults
    place = model.place
    if told := _no_place(place):
        return None, [*faults, Fault(FILE, *entry.value_places["mål"], *told)]
    remote = _REMOTE.match(place) is not None
    if remote and model.way:
        faults.append(Fault(FILE, *entry.key_places["sätt"], "sätt gäller bara mappar", "ta bort raden"))
    if site.audience is Audience.INTERNAL and not model.address:
        what = f"adressen till {site.name} saknas, och då kan inloggningen inte kontrolleras"
        remedy = f"skriv adress: under mål:, eller adress: {NOWHERE} om den inte går att nå från den här datorn"
        faults.append(Fault(FILE, *entry.key_places["mål"], what, remedy))
    way = Way(model.way) if model.way else Way.COPY if sys.platform == "win32" else Way.LINK
    folder = Path(os.path.normpath(root / place))
    address = None if model.address == NOWHERE else model.address
    return Goal(site.name, place, remote, folder, way, address, model.server is not None), faults


def foreign(goal: Goal) -> Fault | None:
    """Return the fault that a folder is written as another kind of system writes it."""
    windows = re.match(r"[A-Za-z]:|//|.*\\", goal.place) is not None
    if os.name == "nt":
        wrong, what = not windows and goal.place.startswith("/"), "mål saknar enhet, till exempel D:"
    else:
        wrong, what = windows, "mål är skrivet som i Windows"
    remedy = "publicera från en dator som har mappen, eller rätta mål"
    return Fault(FILE, 0, 0, f"{goal.site}: {what}", remedy) if wrong and not goal.remote else None


def _no_place(place: str) -> tuple[str, str] | None:
    """Return why a text is no place, and what to do. It is not repeated, since an address can hold a password."""
    for pattern, what, remedy in _NO_PLACES:
        if re.search(pattern, place):
            return what, remedy
    told = None
    remote = place.partition(":")[0]
    if re.match(r"[a-z][a-z0-9+.-]+:(?://|\\\\)", place, re.IGNORECASE):
        told = "mål är en webbadress"
    elif re.match(r":|[^:/\\]+:[^/\\]*@", place) or (":" in place and "," in remote):
        told = "mål innehåller uppgifter om anslutningen"
    return (told, "lägg uppgifterna i rclone config och skriv mål: namn:mapp") if told else None


def _too_near(root: Path, tree: Mapping, goals: dict[str, Goal], sites: Sequence[Site]) -> Iterator[Fault]:
    """Yield goals that lie in each other or in what the project is made of."""
    own = [root / name for name in (*OWN, "overrides", "hooks")] + [site.docs for site in sites]
    seen: dict[Path, str] = {}
    for name, goal in goals.items():
        at: Place = tree[name].value_places["mål"]
        if goal.remote:
            place = _plain(goal.place)
            for other in goals.values():
                if other is not goal and other.remote and f"{place}/".startswith(f"{_plain(other.place)}/"):
                    what = f"målet och målet för {other.site} är detsamma eller ligger i varandra"
                    yield Fault(FILE, *at, what, "ge varje webbplats en egen mapp")
            continue
        folder = goal.folder.resolve()
        if root.resolve().is_relative_to(folder) or any(
            folder.is_relative_to(path.resolve()) or path.resolve().is_relative_to(folder) for path in own
        ):
            yield Fault(FILE, *at, "målet ligger där projektets egna filer ligger", "välj en mapp någon annanstans")
        for other_folder, other_name in seen.items():
            if folder.is_relative_to(other_folder) or other_folder.is_relative_to(folder):
                what = f"målet och målet för {other_name} ligger i varandra"
                yield Fault(FILE, *at, what, "ge varje webbplats en egen mapp")
        seen[folder] = name


def _plain(place: str) -> str:
    """Return a remote and its folder with slashes between folders only: ``moln:webb//x/`` → ``moln/webb/x``."""
    return re.sub(r"[:/\\]+", "/", place).rstrip("/")
