"""Projects to try things on: whole copies, in a folder of their own, that commands are run on as people run them.

Used by the tests' fixtures and by the scripts beside them (screenshots, measurements).
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from built import Site
from handlingsplan.cli import main
from handlingsplan.plan import closing
from handlingsplan.plan.models import FollowUp
from plan_fields import with_each_text

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).resolve().parent / "data"
PLANS = Path(__file__).resolve().parent / "plans"

DAY = datetime.date(2026, 11, 22)
"""The day that all tests build for; ``exempelkommun.yaml`` is written to be read on it."""


BUILDS = ROOT / ".pytest_cache" / "builds"
"""What was built, by program and by the project's files. The tests' processes share it, and so does the next run."""

HOSTILE = "<script>alert(1)</script> *x* [a](javascript:alert(1)) | {{ 1 }} <!--"
"""Code in HTML, in Markdown and in templates, which must be shown as it stands."""


@dataclass(frozen=True)
class Project:
    """A project folder: configurations, content, theme and plan."""

    root: Path

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command on the project from another folder, in this process, which spares half a second.

        What only a process can show (its streams, its signals, its start) is asked of ``process``.
        """
        from click.testing import CliRunner  # not before the program has given click its Swedish words

        outside = dict.fromkeys(os.environ.keys() - clean_environment().keys()) | clean_environment()
        with contextlib.chdir(self.root.parent):
            done = CliRunner().invoke(
                main,
                ["--mapp", str(self.root), *arguments],
                env={**outside, **(environment or {})},
                prog_name="handlingsplan",
            )
        error = done.stderr
        if done.exception and not isinstance(done.exception, SystemExit):
            error += "".join(traceback.format_exception(done.exception))
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, error)

    def process(
        self, *arguments: str, environment: dict[str, str] | None = None, module: str = "handlingsplan"
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the project in a process of its own, from another folder."""
        folder = ("--mapp", str(self.root)) if module == "handlingsplan" else ()
        return subprocess.run(
            [sys.executable, "-m", module, *folder, *arguments],
            cwd=self.root if module != "handlingsplan" else self.root.parent,
            env=clean_environment() | (environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    def build_anew(self, day: datetime.date = DAY) -> Project:
        """Build both sites into ``site/``, and raise if that fails."""
        done = self.run("bygg", "--per", day.isoformat())
        if done.returncode:
            raise RuntimeError(f"bygg left with {done.returncode}:\n{done.stdout}{done.stderr}")
        return self

    def build(self, day: datetime.date = DAY) -> Project:
        """Have both sites in ``site/``: a copy of what was built of the same files, or built now."""
        kept = BUILDS / program() / f"{_sum(self.root, _files(self.root))} {day}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{kept}.lock"):
            if kept.exists() and not (self.root / "site").exists():
                shutil.copytree(kept, self.root / "site")
                return self
            self.build_anew(day)
            if not kept.exists():
                shutil.copytree(self.root / "site", kept.with_suffix(".half"), dirs_exist_ok=True)
                kept.with_suffix(".half").rename(kept)
                shutil.copytree(self.root / ".bygg" / "filer", kept.with_name("filer"), dirs_exist_ok=True)
        return self

    @cached_property
    def internal(self) -> Site:
        """The built intranet."""
        return self._site(internal=True)

    @cached_property
    def external(self) -> Site:
        """The built public site."""
        return self._site(internal=False)

    @property
    def sites(self) -> tuple[Site, Site]:
        """Both, the intranet first."""
        return self.internal, self.external

    def _site(self, *, internal: bool) -> Site:
        known = {"timnet": True, "intranat": True, "servrar": None}
        folders = [path for path in sorted((self.root / "site").iterdir()) if known.get(path.name, False) is internal]
        if len(folders) != 1:
            raise RuntimeError(f"expected one such site in {self.root / 'site'}, found {folders}")
        return Site(folders[0])

    def write(self, path: str, text: str) -> Path:
        """Write a file of the project, and its folder where that is missing."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        return file

    def read(self, path: str) -> str:
        """Read a file of the project."""
        return (self.root / path).read_text(encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace the one place in a file where a text stands."""
        text = self.read(path)
        if text.count(old) != 1:
            raise ValueError(f"{path}: {text.count(old)} × {old!r}")
        self.write(path, text.replace(old, new))


def _files(folder: Path) -> list[Path]:
    """Return a project's own files, in order: not those that are built."""
    made = {folder / name for name in ("site", ".bygg", ".preview")}
    return sorted(path for path in folder.rglob("*") if path.is_file() and not made & {*path.parents})


def _sum(root: Path, paths: Iterable[Path]) -> str:
    """Return a sum of some files' names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"\n{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


@cache
def program() -> str:
    """Return a sum of the program and of the versions of its libraries."""
    code = (path for path in _files(ROOT / "hooks") if path.suffix != ".pyc")
    return _sum(ROOT, [*code, ROOT / "requirements.txt"])


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would decide a build's day, its looks or its speed."""
    skipped = {"SOURCE_DATE_EPOCH", "COLUMNS", "FORCE_COLOR", "NO_MKDOCS_2_WARNING", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in skipped}
    # Coverage of the locale: what people read must not depend on it.
    return kept | {"PYTHONUTF8": "1", "NO_COLOR": "1"}


def timra(folder: Path) -> Project:
    """Return a copy of the repository's own project, unbuilt."""
    _warm(folder)
    for path in ROOT.glob("mkdocs*.yml"):
        _copy(path, folder / path.name)
    _copy(ROOT / "overrides", folder / "overrides")
    _copy(ROOT / "content", folder / "content")
    for name in ("plan.yaml", "publicering.yaml"):
        _copy(ROOT / name, folder / name)
    return Project(folder)


def exempelkommun(folder: Path) -> Project:
    """Return another municipality's project: a plan in every state, and prose that uses every insert."""
    _theirs(folder, "exempelkommun")
    _copy(PLANS / "exempelkommun.yaml", folder / "plan.yaml")
    return Project(folder)


def generated(folder: Path, activities: int) -> Project:
    """Return the repository's own project with a plan of so many activities, which is the same every time."""
    from generated import plan  # beside the measurements, which not every script that uses projects has on its path

    project = timra(folder)
    head = re.search(r"^kontakter:\n.*?(?=^områden:)", project.read("plan.yaml"), re.MULTILINE | re.DOTALL)
    if head is None:
        raise RuntimeError("plan.yaml has no kontakter")
    project.write("plan.yaml", plan(activities, head[0]))
    return project


def hostile(folder: Path) -> Project:
    """Return Exempelkommun's project with code at the end of every text that a person may write freely."""
    project = exempelkommun(folder)
    plan = yaml.load(project.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    for area in plan["områden"]:
        # With a word in common, every small number would be taken for one that is hidden: none is.
        sensitive = {each["id"] for each in area["indikatorer"] if each.get("känslig") == "ja"}
        for report in area.get("uppföljning", ()):
            stated = report.get("indikatorer") or {}
            stated.update(dict.fromkeys(sensitive & stated.keys(), "6"))
    project.write("plan.yaml", dumped(with_each_text(plan, lambda _, text: f"{text} {HOSTILE}")))
    for path in ("content/webb/index.md", "content/intranat/index.md"):
        lines = project.read(path).split("\n")
        quoted = HOSTILE.replace('"', '\\"')
        for number, line in enumerate(lines[:4]):
            key, _, value = line.partition(": ")
            if key in {"title", "description"}:
                lines[number] = f'{key}: "{value} {quoted}"'
        project.write(path, "\n".join(lines))
    return project


def dumped(plan: dict[str, Any]) -> str:
    """Return plain data, every value a string, as a plan file whose closed years are sealed as they are now."""
    return yaml.dump(_resealed(_stated(plan)), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=1000)


def _resealed(plan: dict[str, Any]) -> dict[str, Any]:
    """Seal closed years as they are now: a test that changes the plan changes what happens to be closed too."""
    reports = {
        (area["id"], entry["år"]): entry
        for area in plan.get("områden") or ()
        for entry in area.get("uppföljning") or ()
    }

    def seal(area: str, year: str) -> str:
        entry = reports.get((area, year))
        return closing.digest(area, int(year), FollowUp.model_validate(entry) if entry else None)

    for year in plan.get("avslutade_år") or ():
        year["sha256"] = {area: seal(area, each) for area, each in reports if each == year["år"]}
    for correction in plan.get("rättelser") or ():
        correction["sha256"] = seal(correction["område"], correction["år"])
    return plan


def _stated(node: Any) -> Any:
    """Leave out what is empty: quoted it would be an empty text, which is not the same as not stated."""
    if isinstance(node, dict):
        return {key: _stated(value) for key, value in node.items() if value != ""}
    return [_stated(item) for item in node] if isinstance(node, list) else node


def lillby(folder: Path) -> Project:
    """Return the smallest project that works, for what must be broken or built often."""
    _theirs(folder, "lillby")
    return Project(folder)


def _theirs(folder: Path, name: str) -> None:
    """Copy another municipality's files; its configurations inherit the repository's, so that they cannot drift."""
    _copy(DATA / name, folder)
    _copy(ROOT / "overrides", folder / "overrides")
    _copy(ROOT / "mkdocs.yml", folder / "grund.yml")
    _copy(ROOT / "mkdocs.timnet.yml", folder / "grund-intern.yml")
    _warm(folder)


def _warm(folder: Path) -> None:
    """Copy what earlier builds keep of what takes long to make: as in a folder that is built every day."""
    kept = BUILDS / program() / "filer"
    if kept.exists():
        _copy(kept, folder / ".bygg" / "filer")


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a folder; the copy may be written to even where the source may not."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file of a folder with its bytes and the time it was changed."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a site as a web server does: under its base, with its own page for what does not exist."""

    def __init__(self, *arguments: Any, site: Path, base: str, **rest: Any) -> None:
        self.base = base
        self.site = site
        super().__init__(*arguments, directory=str(site), **rest)

    def do_GET(self) -> None:
        """Serve below the base only."""
        if not self.path.startswith(self.base):
            self.send_error(404)
            return
        self.path = "/" + self.path.removeprefix(self.base)
        if Path(self.translate_path(self.path)).exists():
            super().do_GET()
        else:
            page = (self.site / "404.html").read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing of each request."""


class _Server(http.server.ThreadingHTTPServer):
    """Says nothing of a browser that has gone on to another page."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serve(site: Path, base: str = "/") -> Iterator[str]:
    """Serve a built site on this machine, on a free port, and give its address, which ends with the base."""

    def handler(*arguments: Any) -> _Quiet:
        return _Quiet(*arguments, site=site, base=base)

    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{base}"
        finally:
            server.shutdown()
            thread.join()
