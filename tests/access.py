"""Pages in every state that a reader may need them in, and what is wrong with them there.

A state is a width, a colour scheme, a size of text and so on. In each, axe-core looks at the page, and so do the checks
of ``access.js``: that nothing is cut off, overlaps, has to be scrolled sideways or is too small to hit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

HERE = Path(__file__).resolve().parent


def _axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        raise RuntimeError("axe-playwright-python is not installed")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


SCRIPT = f"{_axe()}\n{(HERE / 'access.js').read_text(encoding='utf-8')}\n0"

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Every rule of WCAG 2.2 A and AA, and those for good practice."""

COLOURS = ("color-contrast", "link-in-text-block")
ROOM = ("target-size", "scrollable-region-focusable", "meta-viewport", "css-orientation-lock", "avoid-inline-spacing")
"""The rules that can answer otherwise when only colours or only sizes change. All others ask the document and what of
it is shown, which is then the same: they need not be asked again."""

FRAMED = {"landmark-one-main", "page-has-heading-one", "region", "heading-order", "skip-link", "bypass"}
"""Rules that are not for the pieces under ``fragment/``: they are shown inside another page, which has the landmarks,
the first heading and the skip link."""

SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""
"""The distances of WCAG 1.4.12."""

DRAWN = "*, ::before, ::after { content-visibility: visible !important }"
"""An area of the status page that is not near the screen has no place of its own until it is drawn."""


@dataclass(frozen=True)
class State:
    """How a page is read.

    Attributes:
        width: in CSS pixels, as ``height``.
        scale: device pixels to a CSS pixel.
        style: more CSS, as a reader's own.
        menu: the menu is open.
        script: the page's scripts run.
        rules: the rules that axe-core asks; none named are all.
        without: the rules that it does not ask, each with its reason where the state is named.

    """

    name: str
    width: int = 1280
    height: int = 900
    scale: int = 1
    media: str = "screen"
    scheme: str = "light"
    forced: str = "none"
    style: str = ""
    menu: bool = False
    script: bool = True
    rules: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """What axe-core is told."""
        asked = {"type": "rule", "values": self.rules} if self.rules else {"type": "tag", "values": TAGS}
        return {
            "runOnly": asked,
            "rules": {rule: {"enabled": False} for rule in self.without},
            "elementRef": False,
            "ancestry": False,
        }


STATES = (
    State("light"),
    State("dark", scheme="dark", rules=COLOURS),
    State("forced colours", forced="active", rules=COLOURS),
    # An A4 sheet between its margins; nobody taps paper, so its links need neither room nor a look of their own.
    State("print", width=680, media="print", without=("target-size", "link-in-text-block")),
    State("spacing", style=SPACING, rules=ROOM),
    # Colours are decided by the scheme, forced colours and paper, and asked there: they are two thirds of axe-core's
    # time. `faint` in access.js measures every text in every state, these too.
    State("320 px", width=320, height=640, without=COLOURS),
    State("spacing at 320 px", width=320, height=640, style=SPACING, rules=ROOM),
    State("menu open", width=360, height=640, menu=True, without=COLOURS),
    State("400 %", width=320, height=256, scale=4, rules=ROOM),  # 1,280 by 1,024 px
    State("no JavaScript", width=320, height=640, script=False, without=COLOURS),
)


@dataclass(frozen=True)
class Address:
    """A page of a served site: the address of the site, and the page's file in it."""

    site: str
    file: str
    label: str

    @property
    def url(self) -> str:
        """Where it is read."""
        return self.site + (self.file.removesuffix("index.html"))


def kinds(files: Sequence[str], size: dict[str, int]) -> dict[str, str]:
    """Return a page of each kind: every page at the top, and the largest of each folder below."""
    largest: dict[str, str] = {}
    for file in files:
        parts = file.removesuffix("index.html").rstrip("/").split("/")
        kind = file if len(parts) == 1 else f"{parts[0]}/*"
        if kind not in largest or size[file] > size[largest[kind]]:
            largest[kind] = file
    return largest


class Reader:
    """A browser's tabs, one for each way of loading a page; a state that only changes how it is drawn loads nothing."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._tabs: dict[tuple[int, bool], tuple[BrowserContext, Page, CDPSession]] = {}

    def look(self, address: Address, states: Sequence[State] = STATES) -> list[str]:
        """Return what is wrong with a page in some states, each with the state and the page in front."""
        wrong = []
        loaded: set[tuple[int, bool]] = set()
        for state in states:
            key = (state.scale, state.script)
            if (
                not state.script
                and (1, True) in loaded
                and not self.page((1, True)).evaluate("document.scripts.length")
            ):
                continue  # a page without scripts has been looked at without them already
            if key not in loaded:
                self.load(key, address.url)
                loaded.add(key)
            found = self._in(state, self.page(key), framed="/fragment/" in f"/{address.file}")
            wrong += [f"{state.name} · {address.label}{address.file} · {each}" for each in found]
        return wrong

    def close(self) -> None:
        """Close the tabs."""
        for context, _, _ in self._tabs.values():
            context.close()

    def page(self, key: tuple[int, bool]) -> Page:
        """Return the tab for a scale, with or without scripts."""
        return self._tabs[key][1]

    def load(self, key: tuple[int, bool], url: str) -> None:
        """Load a page in the tab for a scale, with or without scripts."""
        scale, script = key
        if key not in self._tabs:
            context = self._browser.new_context(locale="sv-SE", device_scale_factor=scale)
            page = context.new_page()
            self._tabs[key] = context, page, context.new_cdp_session(page)
        _, page, session = self._tabs[key]
        # axe-core itself is a script: so scripts are off while the page is read, and on when it is asked.
        session.send("Emulation.setScriptExecutionDisabled", {"value": not script})
        page.goto(url)
        session.send("Emulation.setScriptExecutionDisabled", {"value": False})
        page.evaluate(SCRIPT)

    def _in(self, state: State, page: Page, *, framed: bool) -> list[str]:
        page.set_viewport_size({"width": state.width, "height": state.height})
        options: dict[str, Any] = {
            "media": state.media,
            "color_scheme": state.scheme,
            "forced_colors": state.forced,
        }
        page.emulate_media(**options)
        found: list[str] = page.evaluate(
            """async ({style, menu, print, rules, framed}) => {
                let own = document.querySelector("#access-style")
                if (!own) {
                    own = document.createElement("style")
                    own.id = "access-style"
                    document.head.append(own)
                }
                own.textContent = style
                const menus = [...document.querySelectorAll("header details")]
                for (const each of menus) each.open = menu
                if (menu && !framed && !menus.some((each) => each.checkVisibility())) return ["no menu"]
                await access.settle()
                const found = await access.tested(rules)
                found.push(...access.squeezed(), ...access.faint(), ...access.edgeless())
                if (!print) found.push(...access.sideways(), ...access.cramped())
                if (!print && !menu) found.push(...access.shuffled())
                return found
            }""",
            {
                "style": DRAWN + state.style,
                "menu": state.menu,
                "print": state.media == "print",
                "framed": framed,
                "rules": state.options,
            },
        )
        return [each for each in found if not (framed and each.removeprefix("undecided: ").split(":")[0] in FRAMED)]


def summary(wrong: Sequence[str]) -> str:
    """Return findings as a table: how many of each rule in each state."""
    rows = Counter((each.split(" · ")[0], each.split(" · ")[2].split(":")[0]) for each in wrong)
    return "\n".join(f"{state:20} {rule:40} {count}" for (state, rule), count in sorted(rows.items()))


def spoken(page: Page, selector: str) -> str:
    """Return what Chromium tells a screen reader of an element: each role and name on a line of its own, indented."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    handle = session.send("Runtime.evaluate", {"expression": f"document.querySelector({selector!r})"})["result"]
    if "objectId" not in handle:
        return ""
    wanted = session.send("DOM.describeNode", {"objectId": handle["objectId"]})["node"]["backendNodeId"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    lines: list[str] = []

    def tell(node: dict[str, Any], depth: int, said: str = "") -> None:
        role = node["role"]["value"] if "role" in node else ""
        name = " ".join(node.get("name", {}).get("value", "").split())
        silent = node.get("ignored") or role in {"none", "generic", "InlineTextBox"}
        if not silent and (role != "StaticText" or name not in {"", said}):
            lines.append("  " * depth + (f"“{name}”" if role == "StaticText" else f"{role} {name}".strip()))
        if role != "StaticText":
            for child in node.get("childIds", ()):
                tell(by_id[child], depth + (not silent), said if silent else name)

    tell(next(node for node in nodes if node.get("backendDOMNodeId") == wanted), 0)
    return "\n".join(lines) + "\n"


@contextmanager
def opened(browser: Browser, url: str, state: State) -> Iterator[Page]:
    """Open a page in a state, with the functions of ``access.js`` at hand; without scripts, its own never run."""
    context = browser.new_context(locale="sv-SE", viewport={"width": state.width, "height": state.height})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setScriptExecutionDisabled", {"value": not state.script})
    page.goto(url)
    session.send("Emulation.setScriptExecutionDisabled", {"value": False})
    page.evaluate(SCRIPT)
    yield page
    context.close()
