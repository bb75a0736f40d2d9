"""Settings are read as MkDocs reads them, and the program empties no folder but its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from handlingsplan.project.settings import Settings, Stated, read_settings
from handlingsplan.project.sites import sites
from handlingsplan.project.sources import read_sources
from handlingsplan.project.targets import read_goals
from projects import DAY, Project

TEXTS = ("site_name", "site_url", "site_description", "copyright", "use_directory_urls", "strict")


def test_every_setting_of_mkdocs_is_known() -> None:
    theirs = {key for key, _ in MkDocsConfig._schema}  # MkDocs has no other list
    ours = {field.alias or name for name, field in Stated.model_fields.items()} - {"INHERIT"}
    assert ours == theirs - {"config_file_path", "pages", "google_analytics", "mdx_configs"}


@pytest.mark.parametrize("config", ["mkdocs.yml", "mkdocs.intranat.yml"])
def test_ours_and_mkdocs_own_reading_are_one(lillby: Project, config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``!ENV`` was an address for MkDocs, and nothing for the poster and the servers."""
    monkeypatch.chdir(lillby.root)  # where MkDocs finds the plugin is nothing to it; docs_dir is
    monkeypatch.setenv("LILLBY", "https://www.lillby.example/")
    name = next(line for line in lillby.read(config).splitlines() if line.startswith("site_name"))
    more = "site_url: !ENV [ANNAN, LILLBY, inget]\nsite_description: !ENV [INGEN, Lillby 1]"
    lillby.replace(config, name, f"{name}\n{more}")
    ours, theirs = read_settings(lillby.root / config), load_config(str(lillby.root / config))
    assert isinstance(ours, Settings)
    assert {key: ours.get(key) for key in TEXTS if key in ours.values} == {
        key: theirs[key] for key in TEXTS if key in ours.values
    }
    assert ours.get("site_description") == "Lillby 1"
    found, faults = sites(lillby.root)
    assert faults == []
    assert [site.url for site in found if site.config.name == config] == ["https://www.lillby.example/"]


def test_an_address_that_only_the_environment_knows_is_missing_where_it_is_not_there(lillby: Project) -> None:
    lillby.replace("mkdocs.yml", "site_name: Lillby", "site_name: Lillby\nsite_url: !ENV INGEN_SADAN")
    found, faults = sites(lillby.root)
    assert faults == []
    assert {site.url for site in found} == {""}


def test_each_file_is_begun_in_its_own_way(lillby: Project) -> None:
    """A file of comments alone was told to begin as a plan does."""
    lillby.write("publicering.yaml", "# lillby.example:\n#   mål: /srv/webb\n")
    lillby.write("content/webb/index.md", "---\n# title: Start\n---\n\n# Start\n")
    found, _ = sites(lillby.root)
    faults = [*read_goals(lillby.root, found)[1], *read_sources(lillby.root, found, DAY)[1]]
    assert {fault.file for fault in faults} == {"publicering.yaml", "content/webb/index.md"}
    assert [fault for fault in faults if "format: 1" in fault.remedy] == []


# What is emptied -----------------------------------------------------------------------------------------------------


def elsewhere(project: Project) -> Path:
    return project.write("../annat/viktigt.txt", "Finns bara här")


def by_hand(project: Project, *arguments: str) -> str:
    done = project.process("build", "-f", "mkdocs.yml", *arguments, module="mkdocs")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("folder", [".preview/../../annat", ".preview/../content/webb", "../annat"])
def test_mkdocs_by_hand_empties_no_folder_that_the_settings_name(lillby: Project, folder: str) -> None:
    kept, page = elsewhere(lillby), lillby.read("content/webb/index.md")
    lillby.replace("mkdocs.yml", "site_dir: .preview/lillby.example", f"site_dir: {folder}")
    told = by_hand(lillby)
    assert f"site_dir är ”{folder}”" in told or "Config value 'site_dir'" in told
    assert kept.read_text(encoding="utf-8") == "Finns bara här"
    assert lillby.read("content/webb/index.md") == page


@pytest.mark.parametrize("link", [".preview", ".preview/lillby.example", ".bygg", ".bygg/last", ".bygg/gammal", "site"])
def test_no_folder_is_emptied_through_a_link(lillby: Project, link: str) -> None:
    kept = elsewhere(lillby)
    (kept.parent / "lillby.example").mkdir(exist_ok=True)
    (kept.parent / "ny").mkdir()
    shutil.rmtree(lillby.root / ".bygg", ignore_errors=True)
    inner = lillby.write("../annat/lillby.example/index.html", "Finns bara här")
    (lillby.root / link).parent.mkdir(exist_ok=True)
    (lillby.root / link).symlink_to(kept.parent if "/" not in link else inner.parent)
    assert f"{link}: mappen är en länk" in by_hand(lillby)
    done = lillby.run("bygg")
    assert f"{link}: mappen är en länk" in done.stderr
    assert kept.exists()
    assert inner.exists()
    assert (kept.parent / "ny").exists()


def test_mkdocs_by_hand_empties_no_folder_that_is_in_use(lillby: Project) -> None:
    kept = elsewhere(lillby)
    assert "mappen är inte tom" in by_hand(lillby, "-d", str(kept.parent))
    assert kept.read_text(encoding="utf-8") == "Finns bara här"
