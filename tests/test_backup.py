"""The last whole plan: kept by checks and builds, named where a plan has faults, and put back as the handbook says."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from handlingsplan.project import backup
from projects import DAY, Project, snapshot

BROKEN = ("tid: hösten 2027", "tid: snart")
TOLD = re.compile(
    r"^Den senaste hela versionen av (\S+): (\.bygg/hel-\S+\.yaml) \(från \d{4}-\d\d-\d\d \d\d:\d\d\)$", re.MULTILINE
)


def told(project: Project, *words: str) -> list[tuple[str, str]]:
    """Run a command that finds faults; return which copies it names."""
    done = project.run(*words)
    assert done.returncode == 1, done.stdout
    return [(str(name), str(copy)) for name, copy in TOLD.findall(done.stderr)]


@pytest.mark.parametrize("command", ["kontrollera", "bygg"])
def test_the_last_whole_plan_is_kept_and_put_back(lillby: Project, command: str) -> None:
    whole = (lillby.root / "plan.yaml").read_bytes().replace(b"\n", b"\r\n") + b"# sist\r\n"
    broken = whole.replace(BROKEN[0].encode(), BROKEN[1].encode())
    # A plan that has never been whole has no copy.
    (lillby.root / "plan.yaml").write_bytes(broken)
    assert told(lillby, "kontrollera") == []
    (lillby.root / "plan.yaml").write_bytes(whole)
    for day in ("2019-01-01", DAY.isoformat(), "2040-01-01"):  # wholeness is of the file, not of the day
        assert lillby.run(command, "--per", day).returncode == 0
    (lillby.root / "plan.yaml").write_bytes(broken)
    for other in ("kontrollera", "bygg", "tackning"):
        assert told(lillby, other) == [("plan.yaml", ".bygg/hel-plan.yaml")]
    # The handbook's way.
    (lillby.root / ".bygg" / "hel-plan.yaml").replace(lillby.root / "plan.yaml")
    assert (lillby.root / "plan.yaml").read_bytes() == whole
    assert lillby.run(command).returncode == 0


def test_a_plan_that_is_gone_is_still_there(lillby: Project) -> None:
    assert lillby.run("kontrollera").returncode == 0
    (lillby.root / "plan.yaml").unlink()
    assert told(lillby, "kontrollera") == [("plan.yaml", ".bygg/hel-plan.yaml")]


def test_only_a_check_without_faults_keeps_and_only_faults_of_the_plan_name_it(lillby: Project) -> None:
    assert lillby.run("kontrollera").returncode == 0
    before = snapshot(lillby.root / ".bygg")
    lillby.replace("plan.yaml", "Utbilda alla", "Utbilda många")
    lillby.replace("content/webb/index.md", "title: Start", "titel: Start")
    assert told(lillby, "kontrollera") == []
    assert snapshot(lillby.root / ".bygg") == before
    lillby.replace("content/webb/index.md", "titel: Start", "title: Start")
    assert lillby.run("kontrollera").returncode == 0
    assert "Utbilda många" in lillby.read(".bygg/hel-plan.yaml")
    # What has not changed keeps its day.
    before = snapshot(lillby.root / ".bygg")
    assert lillby.run("kontrollera").returncode == 0
    assert snapshot(lillby.root / ".bygg") == before


def test_each_plan_has_its_own(twins: Project) -> None:
    assert twins.run("kontrollera").returncode == 0
    copies = {path.name: path.read_text(encoding="utf-8") for path in (twins.root / ".bygg").glob("hel-*")}
    assert copies.keys() == {"hel-plan.yaml", backup.place(twins.root, "planer/storby.yaml").name}
    assert [name for name, text in copies.items() if "Storby" in text] == [name for name in copies if "storby" in name]
    twins.replace("planer/storby.yaml", *BROKEN)
    assert [name for name, _ in told(twins, "kontrollera")] == ["planer/storby.yaml"]


def test_names_that_look_alike_get_copies_of_their_own_in_ascii() -> None:
    names = ["plan.yaml", "Plan.yaml", "plån.yaml", "plan.yml", "a/plan.yaml", "a-plan.yaml", "../plan.yaml", "å.yaml"]
    made = [backup.place(Path(), name).name for name in names]
    assert len({name.casefold() for name in made}) == len(names)
    assert all(re.fullmatch(r"hel-[a-z0-9-]+\.yaml", name) for name in made)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
@pytest.mark.parametrize("in_the_way", ["file", "folder"])
def test_a_copy_that_cannot_be_kept_stops_nothing(lillby: Project, in_the_way: str) -> None:
    shutil.rmtree(lillby.root / ".bygg", ignore_errors=True)
    if in_the_way == "file":
        (lillby.root / ".bygg").write_text("", encoding="utf-8")
    else:
        (lillby.root / ".bygg" / "hel-plan.yaml" / "x").mkdir(parents=True)
    done = lillby.run("kontrollera")
    assert (done.returncode, done.stderr) == (0, "")
    lillby.replace("plan.yaml", *BROKEN)
    assert told(lillby, "kontrollera") == []
