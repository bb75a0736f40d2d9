"""Run by ``test_publish``: publish again and again in children that meet something at their n-th file operation.

What happens is real: SIGKILL, a target that is renamed away, a limit on the size of files. Python tells of each file
operation before it is done (audit events), so nothing in the program is changed for it. Prints what went wrong as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import versions
from handlingsplan.deliver.folder import Target
from handlingsplan.deliver.publish import Changes, Ready, publish, turn_back
from handlingsplan.deliver.refused import Refused
from handlingsplan.project.targets import Goal, Way

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def changes_something(event: str, arguments: tuple[Any, ...]) -> bool:
    """Tell whether an audit event is a file operation after which the disk is another."""
    if event == "open":
        return bool(arguments[2] & WRITES)
    return event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate"}


def at(step: int, act: Callable[[], object], but: str = "") -> None:
    """Act just before this process's n-th file operation, but for those of one kind."""
    left = step

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if left and changes_something(event, arguments):
            left -= 1
            if not left and event != but:
                act()

    sys.addaudithook(hook)


def child(job: Callable[[], None], before: Callable[[], None]) -> int:
    """Do a job in a process of its own. Returns 0 done, 1 refused in words, 9 killed, 3 anything else."""
    number = os.fork()
    if not number:
        code = 3
        try:
            before()
            job()
            code = 0
        except Refused as refused:
            code = 1 if all(fault.what and fault.remedy for fault in refused.faults) else 3
        except BaseException as error:  # noqa: BLE001  # told to the parent
            sys.stderr.write(repr(error))
        finally:
            os._exit(code)
    _, status = os.waitpid(number, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


class Scene:
    """A target with five versions, the fifth served, and a sixth to publish."""

    def __init__(self, work: Path, way: Way) -> None:
        self.way = way
        self.sites = {str(n): versions.small(work / "sajter" / str(n), n) for n in range(1, 7)}
        self.base = work / "grund"
        self.target = work / "mål"
        first = Target(self.base, way)
        for number in range(1, 6):
            with first.locked():
                first.put(self.sites[str(number)])

    def restore(self) -> None:
        """Put the target as it was."""
        for path in (self.target, self.gone):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.base, self.target, symlinks=True)

    @property
    def gone(self) -> Path:
        """Where the target is when it is gone."""
        return self.target.with_name("borta")

    def publish(self) -> None:
        """Publish the sixth version."""
        target = Target(self.target, self.way)
        goal = Goal(versions.SITE, "", remote=False, folder=self.target, way=self.way, address=None, iis=False)
        changes = Changes((), ("x",), (), (), first=False, any=True)
        publish(Ready(goal, target, self.sites["6"], changes, target.state(), private=False))

    def back(self) -> None:
        """Go back one version."""
        turn_back(Target(self.target, self.way), versions.SITE)

    def wrong(self, wanted: set[str], *, mixed: bool = False) -> list[str]:
        """Return what is wrong with what is served."""
        return versions.problems(
            self.target / "nu", {key: self.sites[key] for key in wanted}, mixed=mixed and self.way is Way.COPY
        )


def killed(scene: Scene, job: Callable[[], None], wanted: str) -> tuple[int, list[str]]:
    """Kill a job before each of its file operations in turn, look, and do it again unharmed."""
    found: list[str] = []
    for step in range(1, 2000):
        scene.restore()
        ended = child(job, lambda: at(step, lambda: os.kill(os.getpid(), signal.SIGKILL)))  # noqa: B023
        wrong = scene.wrong({"5", wanted}, mixed=True)
        again = child(scene.publish, lambda: None)
        wrong += scene.wrong({"6"})
        wrong += [f"left: {name}" for name in versions.leftovers(scene.target)]
        kept = len(list((scene.target / "versioner").iterdir()))
        wrong += [f"{kept} versions"] if kept > 5 else []
        found += [f"step {step}: {each}" for each in wrong]
        found += [f"step {step}: ended with {ended}, then {again}"] if again or ended not in {0, signal.SIGKILL} else []
        if ended == 0:
            return step - 1, found
    raise AssertionError("no end")


def vanished(scene: Scene) -> tuple[int, list[str]]:
    """Take the target away before each file operation in turn, look, and give it back."""
    found: list[str] = []
    for step in range(1, 2000):
        scene.restore()
        ended = child(scene.publish, lambda: at(step, lambda: scene.target.rename(scene.gone)))  # noqa: B023
        if not scene.gone.exists():
            return step - 1, [*found, *([f"ended with {ended}"] if ended else [])]
        shutil.rmtree(scene.target, ignore_errors=True)
        scene.gone.rename(scene.target)
        wrong = scene.wrong({"5", "6"}, mixed=True)
        again = child(scene.publish, lambda: None)
        wrong += scene.wrong({"6"})
        found += [f"step {step}: {each}" for each in wrong]
        # What was served before the target went may have been switched already.
        found += [f"step {step}: ended with {ended}, then {again}"] if again or ended not in {0, 1} else []
    raise AssertionError("no end")


def altered(scene: Scene) -> tuple[int, list[str]]:
    """Let a page that is being written come out wrong, before each file operation in turn, as a bad disk does."""
    found: list[str] = []
    refused = 0

    def spoil() -> None:
        for page in scene.target.glob("versioner/.ny-*/index.html"):
            page.write_bytes(page.read_bytes() + b"!")

    for step in range(1, 60):
        scene.restore()
        # What is spoilt between the check and the renaming that makes it a version, nothing can see.
        ended = child(scene.publish, lambda: at(step, spoil, but="os.rename"))  # noqa: B023
        found += [f"step {step}: {each}" for each in scene.wrong({"6"} if ended == 0 else {"5"})]
        found += [f"step {step}: ended with {ended}"] if ended not in {0, 1} else []
        refused += ended == 1
    return refused, found


def full(scene: Scene) -> tuple[int, list[str]]:
    """Let no file grow beyond a limit, for limits from nothing up to enough."""
    found: list[str] = []
    largest = max(path.stat().st_size for path in scene.sites["6"].rglob("*") if path.is_file())
    limits = (0, 1, 20, 100, 150, 400, 900, 1100, largest - 1, 10**7)
    for limit in limits:
        scene.restore()

        def limited(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        ended = child(scene.publish, limited)
        wrong = scene.wrong({"5"} if ended else {"6"})
        wrong += [f"left: {name}" for name in versions.leftovers(scene.target)] if limit else []
        found += [f"limit {limit}: {each}" for each in wrong]
        found += [f"limit {limit}: ended with {ended}"] if ended != (limit < largest) else []
        found += [] if child(scene.publish, lambda: None) == 0 else ["and did not recover"]
        found += scene.wrong({"6"})
    return len(limits), found


def at_once(scene: Scene) -> tuple[int, list[str]]:
    """Publish from several processes at the same time."""
    found: list[str] = []
    rounds = 10
    for _ in range(rounds):
        scene.restore()
        pids = []
        for _ in range(4):
            number = os.fork()
            if not number:
                os._exit(child(scene.publish, lambda: None))
            pids.append(number)
        codes = [os.WEXITSTATUS(os.waitpid(number, 0)[1]) for number in pids]
        found += [f"ended with {codes}"] if codes.count(0) < 1 or set(codes) - {0, 1} else []
        found += scene.wrong({"6"})
        found += [f"left: {name}" for name in versions.leftovers(scene.target)]
    return rounds, found


def forbidden(scene: Scene) -> tuple[int, list[str]]:
    """Publish and go back as someone who may not write in the target, and who may not even look into it."""
    found: list[str] = []
    outside = (scene.target.parent, scene.target.parent.parent)

    def somebody_else() -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)

    for job in (scene.publish, scene.back):
        for mode in (0o555, 0o000):
            scene.restore()
            modes = [(path, path.stat().st_mode & 0o777) for path in outside]
            for path, _ in modes:
                path.chmod(0o755)
            scene.target.chmod(mode)
            ended = child(job, somebody_else)
            scene.target.chmod(0o755)
            for path, before in modes:
                path.chmod(before)
            found += scene.wrong({"5"})
            found += [f"ended with {ended}"] if ended != 1 else []
    return 4, found


def main() -> None:
    """Play one scene: a folder to work in, how the target is switched, and what happens."""
    work, way, what = Path(sys.argv[1]), Way(sys.argv[2]), sys.argv[3]
    scene = Scene(work, way)
    if what == "dödas":
        steps, found = killed(scene, scene.publish, "6")
    elif what == "dödas-bakåt":
        steps, found = killed(scene, scene.back, "4")
    else:
        steps, found = {
            "borta": vanished,
            "ändras": altered,
            "fullt": full,
            "samtidigt": at_once,
            "förbjudet": forbidden,
        }[what](scene)
    json.dump({"steps": steps, "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
