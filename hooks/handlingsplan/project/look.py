"""The look: the files that the settings name, and what a municipality changes in them, its colour and its mark.

The style sheet keeps the numbers readable whatever it is given; here the slip is told.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ..rules import pictures
from ..text.decoding import decode, line_and_column
from ..text.faults import Fault, did_you_mean, visible
from ..text.reader import read_bytes
from .settings import Extra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .settings import Settings

SHEETS = ("assets/tokens.css", "assets/plan.css")
"""The style sheets that every page is drawn with: without them even 112 has no form."""
_TOKENS = SHEETS[0]
_PART = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_COLOUR = re.compile(
    rf"#(?:[0-9a-f]{{3}}){{1,2}}|rgb\( *{_PART}(?: *, *{_PART}){{2}} *\)|rgb\( *{_PART}(?: +{_PART}){{2}} *\)"
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_EXAMPLE = "skriv # och sex tecken mellan kolon och semikolon: --accent: #005aa0;"


def wrong_files(settings: Settings, docs: Path, root: Path) -> Iterator[Fault]:
    """Yield what is wrong with the files of the look. MkDocs builds without those that it does not find.

    Args:
        settings: the site's settings.
        docs: its docs folder.
        root: the project folder, which messages count from.

    """
    custom = settings.get("theme", "custom_dir")
    overrides = root / str(custom or "overrides")
    if not overrides.is_dir():
        what = f"custom_dir: mappen ”{visible(str(custom))}” finns inte"
        yield settings.fault(("theme", "custom_dir"), what, "skriv overrides")
        return
    yield from _unused(settings, overrides)
    given = settings.get("extra_css")
    styles = [str(style) for style in given] if isinstance(given, list) else []
    missing, icon = False, settings.get("theme", "favicon")
    named: list[tuple[tuple[str | int, ...], Any]] = [
        (("extra_css", index), style) for index, style in enumerate(styles)
    ]
    for path, name in [*named, *([(("theme", "favicon"), icon)] if icon else [])]:
        file = next((folder / str(name) for folder in (overrides, docs) if (folder / str(name)).is_file()), None)
        kinds = (".css",) if path[0] == "extra_css" else pictures.TYPES
        shown = file.relative_to(root).as_posix() if file and file.is_relative_to(root) else str(name)
        if file is None:
            missing = True
            remedy = (
                "rätta sökvägen under extra_css, eller ta bort raden" if path[0] == "extra_css" else "rätta sökvägen"
            )
            yield settings.fault(path, f"”{visible(str(name))}” finns inte", remedy)
        elif not str(name).endswith(kinds) or {"..", "/"} & {*PurePosixPath(str(name)).parts}:
            what = f"”{visible(str(name))}” går inte att använda här"
            yield settings.fault(path, what, f"skriv en fil i overrides/ som slutar på {' eller '.join(kinds)}")
        elif path[0] == "extra_css" and name in styles[: int(path[1])]:
            yield settings.fault(path, f"extra_css: ”{name}” står två gånger", "ta bort den ena")
        elif name == _TOKENS:
            yield from wrong_colour(file, shown)
        elif file.suffix == ".svg":
            yield from _wrong_drawing(file, shown)
    for sheet in SHEETS:
        if sheet not in styles and not missing:
            what = f"extra_css: ”{sheet}” saknas, och utan den har sidorna ingen form"
            yield settings.fault(("extra_css",), what, f"skriv extra_css: [{', '.join(SHEETS)}]", key=True)


def _unused(settings: Settings, overrides: Path) -> Iterator[Fault]:
    """Yield what stands under ``extra`` and no template shows. The municipality may have templates of its own."""
    known, given = list(Extra.model_fields), settings.get("extra")
    for key in [key for key in given if key not in known] if isinstance(given, dict) else ():
        read = (path.read_text(encoding="utf-8", errors="replace") for path in overrides.rglob("*.html"))
        if not any(f"extra.{key}" in text for text in read):
            what = f"extra: ”{visible(str(key))}” visas inte av någon mall"
            yield settings.fault(
                ("extra", key), what, f"{did_you_mean(str(key), known)}; ta annars bort raden", key=True
            )


def wrong_colour(file: Path, shown: str) -> Iterator[Fault]:
    """Yield what is wrong with the one line of the style sheet that municipalities change."""
    data = read_bytes(file)
    text, faults = decode(data, shown) if isinstance(data, bytes) else ("", [data])
    yield from faults
    bare = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    stated = list(re.finditer(r"--accent[ \t]*:[ \t]*([^;\n]*)(;*)[ \t]*([^\n]*)", bare))
    if not stated:
        yield Fault(shown, 0, 0, "raden --accent med kommunens färg saknas", _EXAMPLE)
    for one in stated:
        place = line_and_column(bare, one.start(1))
        written = one[1].strip()
        if not _COLOUR.fullmatch(written.casefold()):
            yield Fault(
                shown,
                *place,
                f"--accent: ”{visible(written)}” är ingen färg som sidorna kan räkna med",
                _meant(written),
            )
        elif not one[2]:
            yield Fault(shown, *place, "--accent: semikolon saknas efter färgen", f"skriv --accent: {written};")
        elif one[3]:
            what = f"--accent: ”{visible(one[3])}” efter färgen kan göra att färger inte gäller"
            yield Fault(shown, *line_and_column(bare, one.start(3)), what, f"skriv bara --accent: {written};")
        elif not bare[: one.start()].rstrip().endswith(("{", ";", "}")):
            what = "--accent: det som står före raden gör att färgen inte gäller"
            yield Fault(shown, *place, what, "ta bort det, eller skriv /* före det och */ efter")
    if len(stated) > 1:
        first, last = (line_and_column(bare, one.start()) for one in (stated[0], stated[-1]))
        yield Fault(
            shown, *last, f"--accent står också på rad {first[0]}, och bara den sista gäller", "ta bort den ena"
        )
    for comment in _COMMENT.finditer(text):
        if "/*" in comment[0][2:] or not comment[0].endswith("*/"):
            place = line_and_column(text, comment.start())
            yield Fault(shown, *place, "kommentaren har inget slut, och raderna efter den gäller inte", "skriv */ sist")
    if bare.count("{") != bare.count("}"):
        yield Fault(shown, 0, 0, "varje { ska ha ett }", "jämför med den medföljande filen, och ändra bara färgen")


def _meant(written: str) -> str:
    """Return what to write for a colour: with the sign that was forgotten, or an example."""
    plain = re.sub(r"[#\s]", "", written)
    known = re.fullmatch(r"(?i)(?:[0-9a-f]{3}){1,2}", plain)
    return f"skriv --accent: #{plain};" if known else _EXAMPLE


def _wrong_drawing(file: Path, shown: str) -> Iterator[Fault]:
    """Yield where a drawing cannot be read: browsers then show none."""
    data = read_bytes(file)
    if isinstance(data, Fault):
        yield data
        return
    try:
        ET.fromstring(data)  # noqa: S314  # the municipality's own file, and expat limits what it may grow to
    except ET.ParseError as error:
        line, column = error.position
        what = "bilden går inte att läsa: koden är bruten här"
        yield Fault(shown, line, column + 1, what, "ångra ändringen, eller ta den medföljande filen")
