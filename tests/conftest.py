"""What the tests share: projects that are built once, and a browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

import projects
from browser_finder import find_browser
from built import Site
from examples import TIMES
from projects import Project


def pytest_sessionstart() -> None:
    """Remove what other versions of the program built; try properties as often as ``examples`` says."""
    if TIMES > 1:
        settings.register_profile("proof", max_examples=100 * TIMES, deadline=None)
        settings.load_profile("proof")
    for folder in projects.BUILDS.glob("*"):
        if folder.name != projects.program():
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def timra(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository's own project, built. Not to be changed."""
    return projects.timra(tmp_path_factory.mktemp("timra")).build()


@pytest.fixture(scope="session")
def exempelkommun(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Another municipality's project, built. Not to be changed."""
    return projects.exempelkommun(tmp_path_factory.mktemp("exempelkommun")).build()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Exempelkommun's project with code in every text, built. Not to be changed."""
    return projects.hostile(tmp_path_factory.mktemp("hostile")).build()


@pytest.fixture(scope="session", params=["timra", "exempelkommun"])
def project(request: pytest.FixtureRequest) -> Project:
    """Each of the two built projects in turn."""
    built = request.getfixturevalue(request.param)
    assert isinstance(built, Project)
    return built


@pytest.fixture(scope="session", params=["internal", "external"])
def site(request: pytest.FixtureRequest, project: Project) -> Site:
    """Each site of each built project in turn."""
    return project.internal if request.param == "internal" else project.external


SHOWN = {"timra": ("external", "internal"), "exempelkommun": ("internal", "external")}
"""The built projects' sites: one of each is shown in a browser by ``test``, both by ``full``."""


@pytest.fixture(
    scope="session",
    params=[
        pytest.param((name, side), id=f"{name}-{side}", marks=[pytest.mark.full] if side is sides[1] else [])
        for name, sides in SHOWN.items()
        for side in sides
    ],
)
def shown(request: pytest.FixtureRequest) -> Site:
    """Each site in turn that is to be shown in a browser."""
    name, side = request.param
    built: Project = request.getfixturevalue(name)
    return built.internal if side == "internal" else built.external


@pytest.fixture
def lillby(tmp_path: Path) -> Project:
    """The smallest project that works, unbuilt, to be broken."""
    return projects.lillby(tmp_path / "lillby")


@pytest.fixture
def twins(lillby: Project) -> Project:
    """Two municipalities' plans in one project, each on two sites."""
    lillby.write("planer/storby.yaml", lillby.read("plan.yaml").replace("Lillby", "Storby"))
    for name, site in (("mkdocs.yml", "storby.example"), ("mkdocs.intranat.yml", "storbynatet")):
        config = re.sub("site_dir: .*", f"site_dir: .preview/{site}", lillby.read(name))
        other = f"{config}plugins:\n  handlingsplan:\n    plan: planer/storby.yaml\n"
        lillby.write(f"mkdocs.{site}.yml", other)
    return lillby


@pytest.fixture(scope="session")
def launch() -> dict[str, Any]:
    """How a real browser is started. Where there is none, the tests that need it fail with the reason."""
    found = find_browser()
    if found.path is None:
        pytest.fail(f"no browser: {found.reason}")
    # Chromium's sandbox refuses root, which is who runs the tests in a container.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": found.path, "args": ["--no-sandbox"] if root else []}


@pytest.fixture(scope="session")
def browser(launch: dict[str, Any]) -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**launch)
        yield started
        started.close()
