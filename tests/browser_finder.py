"""Where this machine keeps a Chrome, Chromium or Edge that starts.

Asked by noxfile.py, before anything is installed, and by the tests' fixtures: so only the standard library is used.
"""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOUND = "HANDLINGSPLAN_BROWSER"
"""Environment variable: the path of the browser to use. Set by `nox -s test`; a person may choose another."""
MISSING = "HANDLINGSPLAN_BROWSER_SAKNAS"
"""Environment variable: why there is no browser. Set by `nox -s test` when it could not fetch one either."""

_ON_PATH = (
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge-stable",
    "microsoft-edge",
)
_ON_MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_ON_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)


class Browser(NamedTuple):
    """A browser that starts, or the reason why there is none."""

    path: Path | None
    reason: str = ""

    def variables(self) -> dict[str, str]:
        """Give the environment variable that tells `find_browser` in another process the same answer."""
        return {FOUND: str(self.path)} if self.path else {MISSING: self.reason}


def find_browser() -> Browser:
    """Find the browser that the environment names, else one that is installed, else one that Playwright fetched."""
    if chosen := os.environ.get(FOUND):
        fault = _fault(Path(chosen))
        return Browser(None, f"{FOUND} names {chosen}: {fault}") if fault else Browser(Path(chosen))
    if reason := os.environ.get(MISSING):
        return Browser(None, reason)
    faults = []
    for path in places():
        fault = _fault(path)
        if not fault:
            return Browser(path)
        faults.append(f"{path}: {fault}")
    return Browser(
        None,
        "; ".join(["no Chrome, Chromium or Edge that starts in the usual places or among Playwright's own", *faults])
        + f"; install one, or set {FOUND} to the path of one",
    )


def places() -> Iterator[Path]:
    """Give each browser on the disk, best first."""
    system = platform.system()
    home = Path.home()
    if system == "Windows":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        folders = [Path(os.environ[variable]) for variable in variables if variable in os.environ]
        installed = [folder / name for name in _ON_WINDOWS for folder in folders]
        downloads, pattern = home / "AppData/Local/ms-playwright", "chrome-win*/chrome.exe"
    elif system == "Darwin":
        folders = [Path("/Applications"), home / "Applications"]
        installed = [folder / name for name in _ON_MACOS for folder in folders]
        downloads, pattern = home / "Library/Caches/ms-playwright", "chrome-mac*/*.app/Contents/MacOS/*"
    else:
        installed = [Path(found) for name in _ON_PATH if (found := shutil.which(name))]
        downloads, pattern = home / ".cache/ms-playwright", "chrome-linux*/chrome"
    yield from (path for path in installed if path.is_file())
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or downloads)
    # By length first, as the names end in a number: 1255 is newer than 999.
    fetched = sorted(downloads.glob("chromium-*"), key=lambda folder: (len(folder.name), folder.name), reverse=True)
    yield from (path for folder in fetched for path in sorted(folder.glob(pattern)))


def _fault(path: Path) -> str:
    """Tell why the browser would not start, or nothing: a stub or one whose libraries are missing is no browser."""
    if not path.is_file():
        return "no such file"
    if platform.system() == "Windows":
        # There a browser opens a window whatever it is asked, and brings its own libraries.
        return ""
    try:
        run = subprocess.run(
            [path, "--version"], capture_output=True, timeout=60, check=False, encoding="utf-8", errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if run.returncode == 0:
        return ""
    return (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1]
