"""Readers before a real nginx while publishing goes on, and is killed, again and again. Run by ``nox -s full``."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urljoin, urlsplit

import pytest

import projects
import versions
from serving import nginx
from versions import PAGES, small

pytestmark = pytest.mark.full

ROUNDS = 200
READERS = 4

PUBLISHER = """
import sys
from pathlib import Path
from handlingsplan.deliver.folder import Target
from handlingsplan.project.targets import Way
from handlingsplan.deliver.refused import Refused
target = Target(Path(sys.argv[1]), Way(sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    job = line.split()
    with target.locked():
        try:
            target.back() if job[0] == "back" else target.put(Path(job[0]))
        except Refused as refused:
            print(refused.faults[0].what, flush=True)
            continue
    print("done", flush=True)
"""


class Reader(threading.Thread):
    """Loads pages over one connection that is kept, each with what it asks for, as a browser does."""

    def __init__(self, address: str, sites: Path, now: Path, seed: int, pages: Sequence[str]) -> None:
        super().__init__()
        self.pages = pages
        self.now = now
        self.place = urlsplit(address).netloc
        self.sites = sites
        self.random = random.Random(seed)  # noqa: S311  # which page is read next
        self.stop = threading.Event()
        self.met: Counter[str] = Counter()
        self.examples: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.place, timeout=10)
        while not self.stop.is_set():
            self.load(connection, self.random.choice(self.pages).removesuffix("index.html"))
        connection.close()

    def load(self, connection: http.client.HTTPConnection, path: str) -> None:
        before = self.served()
        status, page = self.get(connection, f"/{path}")
        if status == 404 and b"404.html" in page:
            # Every fourth version lacks this page. The server looks twice, for the page and for the one that says that
            # it is missing: when it is switched between the two, the second may be of a version that has the page.
            those = {before, self.served(), int(versions.number(page) or 0)}
            if path != "plan/a/" or 0 in those or all(which % 4 for which in range(min(those), max(those) + 1)):
                self.bad("failed", f"{path}: {status} of {sorted(those)}")
            return
        which = versions.number(page)
        if status != 200:
            self.bad("failed", f"{path}: {status}")
            return
        if not which or page != (self.sites / which / path / "index.html").read_bytes():
            self.bad("mixed", f"{path}: {len(page)} bytes of {which or 'no version'}")
            return
        self.met["pages"] += 1
        time.sleep(self.random.choice((0, 0, 0.002, 0.05)))
        for asset in versions.assets(page):
            where = urljoin(f"/{path}", asset)
            status, data = self.get(connection, where)
            if status != 200:
                self.bad("failed", f"{path} of {which}: {where}: {status}")
            elif data != (self.sites / which / where.lstrip("/")).read_bytes():
                self.bad("mixed", f"{path} of {which}: {where}")

    def served(self) -> int:
        """Return the version that is served now; 0 where that is none."""
        try:
            return int(versions.number((self.now / "index.html").read_bytes()))
        except (OSError, ValueError):
            return 0

    def get(self, connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
        self.met["requests"] += 1
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return 0, repr(error).encode()

    def bad(self, kind: str, what: str) -> None:
        self.met[kind] += 1
        self.examples.append(f"{kind}: {what}")


class Readers:
    """Several readers at once, from when they are needed until they are not."""

    def __init__(self, address: str, sites: Path, now: Path, pages: Sequence[str] = PAGES[:4]) -> None:
        self.all = [Reader(address, sites, now, seed, pages) for seed in range(READERS)]

    def __enter__(self) -> Self:
        for reader in self.all:
            reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self.all:
            reader.stop.set()
        for reader in self.all:
            reader.join()

    @property
    def met(self) -> Counter[str]:
        return sum((reader.met for reader in self.all), Counter())

    @property
    def examples(self) -> list[str]:
        return [example for reader in self.all for example in reader.examples][:10]


class Publisher:
    """A process that publishes when it is told, and may be killed."""

    def __init__(self, target: Path, way: str) -> None:
        environment = projects.clean_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PUBLISHER, str(target), way]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, encoding="utf-8"
        )
        self.answer()

    def tell(self, job: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{job}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def test_nobody_meets_a_failure_or_a_mix_while_versions_are_published_and_publishers_killed(tmp_path: Path) -> None:
    """The link way: what is promised where links can be used."""
    sites, target, now = tmp_path / "sajter", tmp_path / "mål", tmp_path / "mål" / "nu"
    for number in range(1, ROUNDS + 2):
        small(sites / str(number), number, size=2000)
    chance = random.Random(1)  # noqa: S311  # when to kill
    done: Counter[str] = Counter()
    publisher = Publisher(target, "versioner")
    publisher.tell(str(sites / "1"))
    assert publisher.answer() == "done"
    with nginx(now, tmp_path / "nginx") as address, Readers(address, sites, now) as readers:
        for number in range(2, ROUNDS + 2):
            if number % 2:
                started = time.monotonic()
                publisher.tell(str(sites / str(number)))
                assert publisher.answer() == "done"
                lasted = time.monotonic() - started
                done["publishes"] += 1
            else:
                publisher.tell(str(sites / str(number)))
                time.sleep(chance.uniform(0, lasted * 1.1) if done else 0.05)
                publisher.kill()
                done["kills"] += 1
                publisher = Publisher(target, "versioner")
            if not number % 10:
                publisher.tell("back")
                assert publisher.answer() == "done"
                done["backs"] += 1
        publisher.kill()
    print({**done, **readers.met})
    assert readers.met["pages"] > 1000
    assert (readers.met["failed"], readers.met["mixed"]) == (0, 0), readers.examples


def test_a_copy_gives_whole_pages_each_with_its_own_assets(tmp_path: Path) -> None:
    """The other way promises less: pages of two versions for a while, but each whole, with the assets it asks for.

    A page that comes or goes may for a moment be a folder without a page.
    """
    sites, target, now = tmp_path / "sajter", tmp_path / "mål", tmp_path / "mål" / "nu"
    for number in range(1, 31):
        small(sites / str(number), number, size=2000)
    publisher = Publisher(target, "kopia")
    publisher.tell(str(sites / "1"))
    assert publisher.answer() == "done"
    with (
        nginx(now, tmp_path / "nginx") as address,
        Readers(address, sites, now, PAGES[:3]) as readers,
    ):
        for number in range(2, 31):
            publisher.tell(str(sites / str(number)))
            assert publisher.answer() == "done"
    publisher.kill()
    print(dict(readers.met))
    assert readers.met["pages"] > 100
    assert (readers.met["failed"], readers.met["mixed"]) == (0, 0), readers.examples


def test_these_readers_see_what_copying_over_a_served_folder_does(tmp_path: Path) -> None:
    """The guard of the two tests above: publishing as people do by hand, and the readers notice."""
    sites, now = tmp_path / "sajter", tmp_path / "nu"
    for number in range(1, 31):
        small(sites / str(number), number, size=2000)
    shutil.copytree(sites / "1", now)
    with nginx(now, tmp_path / "nginx") as address, Readers(address, sites, now) as readers:
        for number in range(2, 31):
            for path in sorted(now.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            shutil.copytree(sites / str(number), now, dirs_exist_ok=True)
            time.sleep(0.05)
    print(dict(readers.met))
    assert readers.met["failed"] > 0
    assert readers.met["mixed"] + readers.met["failed"] > 20
