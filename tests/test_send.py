"""Sending with a real rclone to servers on this machine: S3 (moto), WebDAV and SFTP (rclone's own). ``nox -s full``.

SharePoint cannot be run here. What is known of it, that it writes into Office documents, is tested on such documents.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from moto.server import ThreadedMotoServer

import projects
from handlingsplan.deliver import rclone
from handlingsplan.deliver import send as sending
from handlingsplan.deliver.refused import Refused
from handlingsplan.deliver.send import same_document, withdraw
from handlingsplan.plan.words import Audience
from handlingsplan.project import manifest
from handlingsplan.project.manifest import Manifest
from handlingsplan.text.faults import Fault
from serving import free_port

pytestmark = pytest.mark.full

DAY = datetime.date(2026, 11, 22)
PASSWORD = "mycket-hemligt"  # noqa: S105  # of servers that live for one test

NEW = Path(sys.executable).parent / "rclone"
"""rclone from PyPI, as the municipality fetches it from rclone.org."""
OLD = Path("/usr/bin/rclone")
"""Debian's, which is older."""

Files = dict[str, bytes]


# ------------------------------------------------------------------------------------------------------ the site


def version(number: int) -> Files:
    """Return a site: pages that say which version they are, at both ends, and what they need."""
    style = f"assets/stylesheets/main.{number:08x}.min.css"

    def page(title: str, size: int = 300) -> bytes:
        text = f"<!doctype html><html lang=sv><meta charset=utf-8><link href=/{style}><!--{number}-->{title} åäö "
        return (text + "x" * size + f"<!--{number}-->").encode()

    return {
        style: f"/* {number} */ body {{}}".encode(),
        f"assets/javascripts/bundle.{number:08x}.min.js": f"let v={number}".encode(),
        "assets/plan.css": f"/* plan {number} */".encode(),
        "assets/favicon.svg": b"<svg/>",
        "sok/index.json": f'{{"v": {number}}}'.encode(),
        "sitemap.xml": f"<!-- {number} -->".encode(),
        "index.html": page("Start", 90_000),
        "404.html": page("Finns inte"),
        "stöd/index.html": page("Stöd"),
        "kontakter/index.html": b"<!doctype html><meta charset=utf-8>Samma i alla versioner",
        f"nyheter/{number}/index.html": page("Nyhet"),
    }


def laid(folder: Path, files: Files, site: str = "timra.se", audience: Audience = Audience.EXTERNAL) -> Path:
    """Write a site and its manifest into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    manifest.take(folder, site, audience, DAY).write(folder)
    return folder


# --------------------------------------------------------------------------------------------------- the servers


@dataclass
class Line:
    """The line between here and a server, which can be cut and which remembers what was asked for."""

    server: tuple[str, int]
    port: int = 0
    carried: int = 0
    limit: int | None = None
    """Bytes until the line is cut; None for a whole one."""
    stop_at: re.Pattern[bytes] | None = None
    """A request that is not let through, and cuts the line."""
    middles: list[tuple[int, int]] = field(default_factory=list)
    """How much had been carried in the middle of each piece, where a cut shows most, and how much of it we said."""
    alter: tuple[bytes, bytes] = (b"", b"")
    """What is said here, and what the server hears instead."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each HTTP request that changes something."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: list[socket.socket] = field(default_factory=list)

    def cut_after(self, limit: int | None, stop_at: bytes | None = None) -> None:
        """Begin anew, and cut when so many bytes have passed in either direction, or at a request."""
        with self._lock:
            self.carried, self.limit = 0, limit
            self.stop_at = re.compile(stop_at) if stop_at else None
            self.asked.clear()
            self.middles.clear()

    @property
    def broken(self) -> bool:
        return self.limit is not None and self.carried >= self.limit

    def pass_on(self, data: bytes, *, ours: bool) -> bytes:
        """Count what passes; return what comes through."""
        with self._lock:
            if self.stop_at and self.stop_at.search(data):
                self.limit = self.carried
            room = len(data) if self.limit is None else max(0, self.limit - self.carried)
            self.middles.append((self.carried + (len(data) + 1) // 2, len(data) if ours else 0))
            self.carried += len(data)
        return data[:room]

    def carry(self, start: socket.socket, end: socket.socket, *, ours: bool) -> None:
        """Carry one direction of one connection until it ends or is cut."""
        with contextlib.suppress(OSError):
            while data := start.recv(65536):
                through = self.pass_on(data, ours=ours)
                if ours:
                    for match in re.finditer(rb"(PUT|POST|DELETE|MOVE) (\S+) HTTP/1\.1\r\n", through):
                        self.asked.append((match[1].decode(), unquote(match[2].decode())))
                end.sendall(through.replace(*self.alter) if ours and self.alter[0] else through)
                if self.broken:
                    break
        if self.broken:
            for one in list(self._open):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for one in (start, end):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def answer(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                ours, _ = listener.accept()
                if self.broken:
                    ours.close()
                    continue
                theirs = socket.create_connection(self.server)
                self._open += [ours, theirs]
                for one in (ours, theirs):
                    # Else each small piece waits 40 ms for what came before it, and SFTP is all small pieces.
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for pair, mine in (((ours, theirs), True), ((theirs, ours), False)):
                    threading.Thread(target=self.carry, args=pair, kwargs={"ours": mine}, daemon=True).start()

    @contextlib.contextmanager
    def listening(self) -> Iterator[Line]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            threading.Thread(target=self.answer, args=(listener,), daemon=True).start()
            try:
                yield self
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                for one in self._open:
                    one.close()


@dataclass
class Store:
    """A server, the line to it, and what readers find there."""

    remote: str
    line: Line
    read: Callable[[], Files]
    """All that lies there."""
    write: Callable[[Files], None]
    """Empties it and puts this there, past the line."""
    place: Bucket | Folder
    address: str = ""
    """Where a browser finds it; only for S3."""

    @property
    def site(self) -> Files:
        """What lies there and is not being sent."""
        return {path: data for path, data in self.read().items() if not path.startswith(".handlingsplan/")}


@pytest.fixture(scope="module")
def moto() -> Iterator[tuple[str, int]]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield server.get_host_and_port()
    server.stop()


class Bucket:
    """A bucket that anyone may read, as a public site's is."""

    def __init__(self, server: tuple[str, int], name: str) -> None:
        self.server, self.name = server, name
        self.address = f"http://{server[0]}:{server[1]}/{name}"
        self.ask("", "PUT")

    def beside(self, number: int) -> Bucket:
        return Bucket(self.server, f"{self.name}{number}")

    def ask(self, path: str, method: str = "GET", data: bytes | None = None) -> bytes:
        # moto does not look at who asks, only whether someone says who he is.
        told = {"x-amz-acl": "public-read", "Authorization": "AWS a:b", "Content-Type": "application/octet-stream"}
        headers = told if method != "GET" else {}
        request = Request(f"{self.address}{path}", data, headers, method=method)  # noqa: S310  # our own server
        with urlopen(request) as answer:  # noqa: S310
            body: bytes = answer.read()
            return body

    def names(self) -> list[str]:
        tree = ElementTree.fromstring(self.ask("?list-type=2&encoding-type=url"))  # noqa: S314  # our own server
        return [unquote(key.text or "") for key in tree.iter("{http://s3.amazonaws.com/doc/2006-03-01/}Key")]

    def read(self) -> Files:
        return {name: self.ask(f"/{quote(name)}") for name in self.names()}

    def write(self, files: Files) -> None:
        for name in self.names():
            self.ask(f"/{quote(name)}", "DELETE")
        for name, data in files.items():
            self.ask(f"/{quote(name)}", "PUT", data)


class Folder:
    """The folder behind a file server."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)

    def beside(self, number: int) -> Folder:
        return Folder(Path(f"{self.path}{number}"))

    def read(self) -> Files:
        return {
            file.relative_to(self.path).as_posix(): file.read_bytes() for file in self.path.rglob("*") if file.is_file()
        }

    def write(self, files: Files) -> None:
        for entry in self.path.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for name, data in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def use(monkeypatch: pytest.MonkeyPatch, program: Path, config: Path) -> None:
    """Let the programs under test find this rclone and this configuration."""
    assert program.is_file(), f"{program} is missing: nox -s full installs it"
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("RCLONE_CONFIG", str(config))
    # rclone 1.60 cannot start S3 with it.
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)


def obscured(password: str) -> str:
    return subprocess.run([NEW, "obscure", password], capture_output=True, check=True, encoding="utf-8").stdout.strip()


@contextlib.contextmanager
def s3(moto: tuple[str, int], config: Path, bucket: str) -> Iterator[Store]:
    with Line(moto).listening() as line:
        config.write_text(
            f"[server]\ntype = s3\nprovider = Other\naccess_key_id = a\nsecret_access_key = {PASSWORD}\n"
            f"endpoint = http://127.0.0.1:{line.port}\nacl = public-read\nbucket_acl = public-read\n",
            encoding="utf-8",
        )
        there = Bucket(moto, bucket)
        yield Store(f"server:{bucket}", line, there.read, there.write, there, there.address)


@contextlib.contextmanager
def served(kind: str, config: Path, root: Path) -> Iterator[Store]:
    """Serve a folder with Debian's ``rclone serve webdav`` or ``sftp``; a newer one takes minutes for each site."""
    port = free_port()
    there = Folder(root / "webb")
    process = subprocess.Popen(
        [OLD, "serve", kind, root, f"--addr=127.0.0.1:{port}", "--user=u", f"--pass={PASSWORD}", "--dir-cache-time=0"],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.05)
        with Line(("127.0.0.1", port)).listening() as line:
            # This server waits a second for each piece of a file that overtakes another.
            where = {
                "webdav": f"url = http://127.0.0.1:{line.port}\nvendor = other\n",
                "sftp": f"host = 127.0.0.1\nport = {line.port}\nshell_type = none\ndisable_concurrent_writes = true\n",
            }[kind]
            text = f"[server]\ntype = {kind}\n{where}user = u\npass = {obscured(PASSWORD)}\n"
            config.write_text(text, encoding="utf-8")
            yield Store("server:webb", line, there.read, there.write, there)
    finally:
        process.terminate()
        process.wait(10)


KINDS = ["s3", "s3-debian", "webdav", "sftp"]


@pytest.fixture(params=KINDS)
def store(
    request: pytest.FixtureRequest, moto: tuple[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    kind, config = request.param, tmp_path / "rclone.conf"
    use(monkeypatch, OLD if kind == "s3-debian" else NEW, config)
    if kind.startswith("s3"):
        started = s3(moto, config, re.sub(r"[^a-z0-9]+", "-", f"b{tmp_path.name}".lower()))
    else:
        started = served(kind, config, tmp_path / "server")
    with started as found:
        yield found


@dataclass(frozen=True)
class Sent:
    """What a run did."""

    files: int = 0
    removed: int = 0
    faults: tuple[Fault, ...] = ()


def remote_manifest(remote: str) -> Manifest | Fault | None:
    """Return what a remote holds, or why that is not known."""
    try:
        return sending.remote_manifest(remote)
    except Refused as refused:
        return refused.faults[0]


def send(folder: Path, remote: str, before: Manifest | None) -> Sent:
    try:
        return Sent(*sending.send(folder, remote, before))
    except Refused as refused:
        return Sent(faults=refused.faults)


def sent(folder: Path, store: Store) -> Sent:
    """Send as ``publicera`` does."""
    before = remote_manifest(store.remote)
    if isinstance(before, Fault):
        return Sent(faults=(before,))
    return send(folder, store.remote, before)


@contextlib.contextmanager
def beside(store: Store, count: int) -> Iterator[list[Store]]:
    """More places on the same server, each with a line and a name of its own."""
    config = Path(os.environ["RCLONE_CONFIG"])
    text = config.read_text(encoding="utf-8")
    with contextlib.ExitStack() as lines:
        stores = []
        for number in range(count):
            line = lines.enter_context(Line(store.line.server).listening())
            text += (
                text.partition("\n[")[0]
                .replace("[server]", f"\n[server{number}]")
                .replace(str(store.line.port), str(line.port))
            )
            there = store.place.beside(number)
            name = store.remote.replace("server:", f"server{number}:") + str(number)
            stores.append(Store(name, line, there.read, there.write, there))
        config.write_text(text, encoding="utf-8")
        yield stores


@contextlib.contextmanager
def impatience() -> Iterator[None]:
    """Give up soon; how long one waits otherwise is shown by the tests of lines that fail."""
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in (("STILL", 2.5), ("FAILED", 0), ("HICCUP", 0)):
            patch.setattr(rclone, name, seconds)
        yield


def sent_by_the_impatient(folder: Path, store: Store) -> Sent:
    with impatience():
        return sent(folder, store)


def pointer(store: Store) -> Manifest | None:
    return manifest.parse(store.read().get("manifest.json", b""))


def holds(store: Store, files: Files) -> None:
    """Assert that a store holds a site and nothing else."""
    there = store.read()
    facts = manifest.parse(there.pop("manifest.json"))
    assert there == files
    assert facts is not None
    assert set(facts.files) == set(files)


# --------------------------------------------------------------------------------------------------- the tests


def test_a_site_is_sent_corrected_taken_back_and_left_alone(store: Store, tmp_path: Path) -> None:
    one, two = laid(tmp_path / "1", version(1)), laid(tmp_path / "2", version(2))
    assert remote_manifest(store.remote) is None
    assert sent(one, store) == Sent(files=11)
    holds(store, version(1))

    corrected = version(1) | {"index.html": version(1)["index.html"].replace("åäö".encode(), "äåö".encode())}
    assert sent(laid(tmp_path / "1b", corrected), store) == Sent(files=1)
    holds(store, corrected)

    # kontakter/ and the icon are the same; two assets and the news page have other names.
    assert sent(two, store) == Sent(files=9, removed=3)
    holds(store, version(2))
    back = sent(one, store)
    assert back == Sent(files=9, removed=3)
    holds(store, version(1))

    store.line.cut_after(None)
    assert sent(one, store) == Sent()
    assert store.line.asked == []


def test_the_version_is_that_of_the_site(store: Store, tmp_path: Path) -> None:
    folder = laid(tmp_path / "1", version(1))
    sent(folder, store)
    facts, whole = remote_manifest(store.remote), manifest.read(folder)
    assert isinstance(facts, Manifest)
    assert whole is not None
    assert facts.version == whole.version
    assert facts.site == "timra.se"


@pytest.mark.parametrize("store", ["s3", "s3-debian", "webdav"], indirect=True)
def test_assets_come_before_pages_and_the_pointer_before_removals(store: Store, tmp_path: Path) -> None:
    sent(laid(tmp_path / "1", version(1)), store)
    store.line.cut_after(None)
    sent(laid(tmp_path / "2", version(2)), store)
    place = store.remote.removeprefix("server:")
    done = [(method, path.partition(f"/{place}/")[2].partition("?")[0]) for method, path in store.line.asked]
    # Files that wait aside reach readers when they are moved; the journal comes before them and is the last to go.
    steps = [kind(*step) for step in done]
    steps = [step for step, _ in itertools.groupby(step for step in steps if step)]
    assert steps == ["journal", "hashed", "other", "page", "pointer", "removed", "journal removed"]


def kind(method: str, path: str) -> str:
    """Return what a request does to what readers see."""
    aside = path.startswith(".handlingsplan")
    if method == "DELETE":
        return "journal removed" if aside else "removed"
    if method == "MOVE":
        path, aside = path.removeprefix(".handlingsplan/ny/"), ".handlingsplan/ny/.handlingsplan" in path
        if aside:
            return "journal"
    elif aside:
        return "journal" if path == ".handlingsplan/manifest.json" else ""
    if path == "manifest.json":
        return "pointer"
    if path.endswith(".html"):
        return "page"
    return ("hashed" if re.search(r"\.[0-9a-f]{8}\.", path) else "other") if path and "." in path else ""


def test_a_cut_leaves_whole_pages_and_the_next_run_completes(store: Store, tmp_path: Path) -> None:
    old, new = version(1), version(2)
    folder = laid(tmp_path / "2", new)
    sent(laid(tmp_path / "1", old), store)
    start = store.read()
    store.line.cut_after(None)
    assert not sent(folder, store).faults
    pieces = sorted(store.line.middles)
    in_pages = [middle for middle, _ in sorted(pieces, key=lambda piece: -piece[1])[:3]]
    moments = [pieces[len(pieces) * number // 7][0] for number in range(7)] + in_pages
    cuts = len(moments)
    with beside(store, cuts) as stores, ThreadPoolExecutor(4) as lanes:

        def cut(number: int) -> tuple[Sent, Files]:
            stores[number].write(start)
            stores[number].line.cut_after(moments[number])
            return sent(folder, stores[number]), stores[number].read()

        with impatience():
            left = list(lanes.map(cut, range(cuts)))
        for number, (done, there) in enumerate(left):
            assert all(fault.remedy.startswith("kontrollera nätet") for fault in done.faults), f"cut {number}: {done}"
            for path in old.keys() | new.keys():
                if path.endswith(".html"):
                    allowed = {old.get(path), new.get(path)}
                    assert there.get(path) in allowed, f"cut {number}: {path} is neither old nor new"
            if any(there.get(path) == data != old.get(path) for path, data in new.items() if path.endswith(".html")):
                needed = {path: data for path, data in new.items() if not path.endswith(".html")}
                missing = [path for path, data in needed.items() if there.get(path) != data]
                assert missing == [], f"cut {number}: a new page is there before what it needs"
            facts = manifest.parse(there["manifest.json"])
            assert facts is not None, f"cut {number}: there is no pointer"
            if facts.files != manifest.parse(start["manifest.json"]).files:  # type: ignore[union-attr]
                assert new.items() <= there.items(), f"cut {number}: the pointer came first"
            else:
                assert done.faults, f"cut {number}: a run that did not finish says that it did"

        def complete(one: Store) -> Sent:
            one.line.cut_after(None)
            return sent(folder, one)

        assert [done.faults for done in lanes.map(complete, stores)] == [()] * cuts
        for one in stores:
            holds(one, new)
    completed = sum(not done.faults for done, _ in left)
    assert completed < cuts / 3, "the cuts did not cut"


@pytest.mark.parametrize("store", ["webdav"], indirect=True)
def test_what_arrives_altered_reaches_no_reader(store: Store, tmp_path: Path) -> None:
    sent(laid(tmp_path / "1", version(1)), store)
    there = store.read()
    store.line.alter = (b"<!--2-->Start", b"<!--9-->Start")
    done = sent(laid(tmp_path / "2", version(2)), store)
    (fault,) = done.faults
    assert (fault.file, fault.what) == ("server:webb/index.html", "filen blev inte likadan på andra sidan")
    assert {path: data for path, data in store.site.items() if path in there} == there


@pytest.mark.parametrize("store", ["s3", "webdav", "sftp"], indirect=True)
def test_a_cut_first_sending_is_known_as_ours(store: Store, tmp_path: Path) -> None:
    folder = laid(tmp_path / "1", version(1))
    store.line.cut_after(60_000)
    assert sent_by_the_impatient(folder, store).faults
    assert "manifest.json" not in store.read()
    store.line.cut_after(None)
    begun = remote_manifest(store.remote)
    assert isinstance(begun, Manifest)
    assert (begun.site, begun.files) == ("timra.se", {})
    assert not sent(folder, store).faults
    holds(store, version(1))


@pytest.mark.parametrize("store", ["s3", "webdav", "sftp"], indirect=True)
def test_a_line_that_fails_for_a_few_seconds_is_waited_for(store: Store, tmp_path: Path) -> None:
    folder = laid(tmp_path / "2", version(2))
    sent(laid(tmp_path / "1", version(1)), store)
    start = store.read()
    store.line.cut_after(None)
    assert not sent(folder, store).faults
    store.write(start)
    store.line.cut_after(sorted(store.line.middles)[len(store.line.middles) // 2][0])

    def mend() -> None:
        while not store.line.broken:
            time.sleep(0.05)
        time.sleep(4)
        store.line.cut_after(None)

    mending = threading.Thread(target=mend, daemon=True)
    mending.start()
    assert not sent(folder, store).faults
    assert not mending.is_alive(), "the line was never cut"
    holds(store, version(2))


@pytest.mark.parametrize("store", ["webdav"], indirect=True)
def test_a_line_that_stays_broken_is_told_in_seconds_however_much_is_left(store: Store, tmp_path: Path) -> None:
    files = version(1) | {f"nyheter/{number}/index.html": b"x" * 999 for number in range(40)}
    store.line.cut_after(60_000)
    began = time.monotonic()
    (fault,) = sent(laid(tmp_path / "1", files), store).faults
    assert fault.what in {"servern svarar inte", "förbindelsen bröts"}
    assert fault.remedy == "kontrollera nätet och att servern är igång, och publicera igen"
    assert time.monotonic() - began < 40


@pytest.mark.parametrize("store", ["s3", "webdav"], indirect=True)
def test_what_a_cut_run_left_is_removed_by_another_version(store: Store, tmp_path: Path) -> None:
    """A page that was published by mistake goes, also when the run that put it there never came to its end."""
    start, mistake, mended = version(1), version(2), version(1) | {"stöd/index.html": b"<meta charset=utf-8>rattat"}
    sent(laid(tmp_path / "1", start), store)
    begun = store.read()
    store.line.cut_after(None, rb"(PUT /[^ /]+|MOVE /webb/.handlingsplan/ny)/manifest.json")
    assert sent_by_the_impatient(laid(tmp_path / "2", mistake), store).faults
    assert "nyheter/2/index.html" in store.site
    assert pointer(store) == manifest.parse(begun["manifest.json"])
    store.line.cut_after(None)
    assert not sent(laid(tmp_path / "3", mended), store).faults
    holds(store, mended)


@pytest.mark.parametrize("store", ["s3", "webdav"], indirect=True)
def test_a_run_that_was_cut_before_it_removed_is_not_taken_for_done(store: Store, tmp_path: Path) -> None:
    sent(laid(tmp_path / "1", version(1)), store)
    folder = laid(tmp_path / "2", version(2))
    store.line.cut_after(None, rb"(DELETE /|POST /[^ ]+[?]delete)")
    assert sent_by_the_impatient(folder, store).faults
    assert "nyheter/1/index.html" in store.site
    store.line.cut_after(None)
    begun = remote_manifest(store.remote)
    assert isinstance(begun, Manifest)
    assert begun.files == {}, "publish would say that nothing has changed"
    assert sent(folder, store) == Sent(removed=3)
    holds(store, version(2))


def test_what_somebody_else_put_there_stays(store: Store, tmp_path: Path) -> None:
    one = laid(tmp_path / "1", version(1))
    sent(one, store)
    theirs = {".well-known/security.txt": b"Contact: mailto:it@example.se", "nyheter/1/bild.png": b"theirs"}
    store.write(store.read() | theirs)
    assert not sent(laid(tmp_path / "2", version(2)), store).faults
    there = store.read()
    assert {path: there[path] for path in theirs} == theirs
    assert "nyheter/1/index.html" not in there


def test_a_folder_with_something_else_is_refused(store: Store, tmp_path: Path) -> None:
    for other in ({"viktigt.docx": b"x"}, {"manifest.json": b'{"name": "another program"}'}, {"mapp/fil.txt": b"x"}):
        store.write(other)
        fault = remote_manifest(store.remote)
        assert isinstance(fault, Fault)
        assert fault.what == "där ligger filer som inte kommer härifrån"
        assert store.read() == other


def test_what_is_changed_on_the_server_is_sent_anew(store: Store, tmp_path: Path) -> None:
    one = laid(tmp_path / "1", version(1))
    sent(one, store)
    there = store.read()
    # Of the same size, which is all that WebDAV tells; and one that is gone.
    store.write({**there, "404.html": there["404.html"][::-1]})
    assert sent(one, store) == Sent(files=1)
    there = store.read()
    del there["stöd/index.html"]
    store.write(there)
    assert sent(one, store) == Sent(files=1)
    holds(store, version(1))


@pytest.mark.parametrize("store", ["s3", "webdav"], indirect=True)
def test_a_site_can_be_withdrawn(store: Store, tmp_path: Path) -> None:
    sent(laid(tmp_path / "1", version(1)), store)
    store.write(store.read() | {"theirs.txt": b"x"})
    facts = remote_manifest(store.remote)
    assert isinstance(facts, Manifest)
    withdraw(store.remote, facts)
    assert store.read() == {"theirs.txt": b"x"}


@pytest.mark.parametrize("store", ["webdav", "sftp"], indirect=True)
def test_no_empty_folder_is_left_to_be_listed(store: Store, tmp_path: Path) -> None:
    sent(laid(tmp_path / "1", version(1)), store)
    sent(laid(tmp_path / "2", version(2)), store)
    root = tmp_path / "server" / "webb"
    assert [path for path in root.rglob("*") if path.is_dir() and not any(path.iterdir())] == []
    assert {path.name for path in (root / "nyheter").iterdir()} == {"2"}


@pytest.mark.parametrize("store", ["s3", "s3-debian"], indirect=True)
@pytest.mark.parametrize("audience", Audience)
def test_an_object_store_answers_with_the_right_headers(store: Store, audience: Audience, tmp_path: Path) -> None:
    files = version(1) | {"data/uppföljning.csv": b"a;b", "data/plan.ics": b"", "karta.okänd": b""}
    sent(laid(tmp_path / "1", files, audience=audience), store)

    def told(path: str) -> tuple[str, str]:
        with urlopen(f"{store.address}/{quote(path)}") as answer:  # noqa: S310  # our own server
            return answer.headers["Content-Type"], answer.headers["Cache-Control"]

    private = "private, " if audience is Audience.INTERNAL else ""
    anew, forever = f"{private}no-cache", f"{private}max-age=31536000, immutable"
    assert told("index.html") == ("text/html; charset=utf-8", anew)
    assert told("stöd/index.html") == ("text/html; charset=utf-8", anew)
    assert told("assets/plan.css") == ("text/css; charset=utf-8", anew)
    assert told("assets/stylesheets/main.00000001.min.css") == ("text/css; charset=utf-8", forever)
    assert told("assets/javascripts/bundle.00000001.min.js") == ("text/javascript; charset=utf-8", forever)
    assert told("assets/favicon.svg") == ("image/svg+xml; charset=utf-8", anew)
    assert told("sok/index.json") == ("application/json; charset=utf-8", anew)
    assert told("data/uppföljning.csv") == ("text/csv; charset=utf-8", anew)
    assert told("karta.okänd") == ("application/octet-stream", anew)
    assert told("manifest.json") == ("application/json; charset=utf-8", anew)


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_every_answer_during_a_sending_is_a_whole_page(store: Store, tmp_path: Path) -> None:
    one, two = laid(tmp_path / "1", version(1)), laid(tmp_path / "2", version(2))
    sent(one, store)
    allowed = {version(1)["index.html"], version(2)["index.html"]}
    answers: list[bytes] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with urlopen(f"{store.address}/index.html") as answer:  # noqa: S310  # our own server
                answers.append(answer.read())

    reader = threading.Thread(target=read)
    reader.start()
    for folder in (two, one, two):
        assert not sent(folder, store).faults
    done.set()
    reader.join()
    assert len(answers) > 20
    assert set(answers) == allowed


# --------------------------------------------------------------------------------------------------- the commands


@pytest.mark.parametrize("store", ["s3", "webdav"], indirect=True)
def test_the_commands_publish_and_go_back(store: Store, tmp_path: Path) -> None:
    project = projects.timra(tmp_path / "timra")
    project.write(
        "publicering.yaml", f"timra.se:\n  mål: {store.remote}\ntimnet:\n  mål: server:intern\n  adress: ingen\n"
    )

    def publish(site: str = "timra.se") -> str:
        done = project.run("publicera", site, "--ja", "--med-utkast", "--per", "2026-11-22")
        assert done.stderr == ""
        return done.stdout

    assert f"timra.se publiceras i {store.remote}\nInget helt är publicerat där än." in publish()
    first = store.read()
    assert manifest.parse(first["manifest.json"]) is not None
    assert "Inget har ändrats sedan sist." in publish()
    assert store.read() == first

    page = "content/timra.se/stod.md"
    project.write(page, project.read(page) + "\nEn rad till.\n")
    told = publish()
    assert "1 ändrad sida:" in told
    assert "Webbservern ska visa mappen" not in told
    assert b"En rad till." in store.read()["stod/index.html"]

    back = project.run("backa", "timra.se")
    assert (back.returncode, back.stderr) == (0, "")
    assert store.read() == first

    # The intranet, sent where the public site lies.
    project.write("publicering.yaml", f"timnet:\n  mål: {store.remote}\n  adress: ingen\n")
    wrong = project.run("publicera", "timnet", "--ja")
    assert f"{store.remote}: där ligger webbplatsen timra.se, inte timnet" in wrong.stderr
    assert store.read() == first


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_an_intranet_in_a_bucket_that_anyone_may_read_is_taken_back(store: Store, tmp_path: Path) -> None:
    project = projects.lillby(tmp_path / "lillby")
    project.write("publicering.yaml", f"intranat:\n  mål: {store.remote}\n  adress: {store.address}/\n")
    done = project.run("publicera", "intranat", "--ja", "--per", "2026-11-22")
    assert done.returncode == 1
    assert "för den som inte har loggat in" in done.stderr
    assert store.read() == {}


# ------------------------------------------------------------------------------------------------ what goes wrong


def test_rclone_that_leaves_half_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("webdav", "sftp"):
        use(monkeypatch, OLD, tmp_path / "rclone.conf")
        with served(kind, tmp_path / "rclone.conf", tmp_path / kind) as store:
            fault = remote_manifest(store.remote)
            assert str(fault) == (
                "server:webb: den här versionen av rclone kan lämna en halv sida efter ett avbrott"
                " – installera rclone 1.63 eller senare från rclone.org/downloads"
            )
            assert send(laid(tmp_path / "1", version(1)), store.remote, None).faults == (fault,)
            assert store.read() == {}


@pytest.fixture(params=[OLD, NEW], ids=["debian", "pypi"])
def program(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each rclone, with a configuration to be written."""
    use(monkeypatch, request.param, tmp_path / "rclone.conf")
    return tmp_path / "rclone.conf"


def config(file: Path, **facts: str | int) -> None:
    file.write_text("[server]\n" + "".join(f"{key} = {value}\n" for key, value in facts.items()), encoding="utf-8")


def told(remote: str, folder: Path) -> str:
    """Return the one fault that both ways in give."""
    fault = remote_manifest(remote)
    assert isinstance(fault, Fault)
    assert send(folder, remote, None).faults == (fault,)
    assert PASSWORD not in str(fault)
    return str(fault)


def test_a_name_that_rclone_does_not_know(program: Path, tmp_path: Path) -> None:
    folder = laid(tmp_path / "1", version(1))
    config(program, type="alias", remote="/tmp")  # noqa: S108  # never used
    assert told("serven:webb", folder) == (
        "serven:webb: rclone känner inget mål som heter ”serven” – menade du ”server”? Finns: server"
    )
    program.write_text("", encoding="utf-8")
    assert told("server:webb", folder).endswith("”server” – skapa det med rclone config")


def test_a_password_in_the_target_is_refused_and_not_repeated(program: Path, tmp_path: Path) -> None:
    folder = laid(tmp_path / "1", version(1))
    held = f"pass={PASSWORD}"
    for remote in (f":webdav,{held}:webb", f"server,{held}:webb", f"https://u:{PASSWORD}@x.se/", "--config:x", "C:/x"):
        assert told(remote, folder) == (
            "publicering.yaml: målet är inte ett namn ur rclone config"
            " – skriv mål: namn:mapp, som namnet står i rclone config"
        )


def test_servers_that_do_not_answer(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = laid(tmp_path / "1", version(1))
    closed = free_port()
    key = {"type": "s3", "provider": "Other", "access_key_id": "a", "secret_access_key": PASSWORD}
    config(program, **key, endpoint=f"http://127.0.0.1:{closed}")
    again = "kontrollera nätet och att servern är igång, och publicera igen"
    assert told("server:webb", folder) == f"server:webb: servern går inte att nå – {again}"
    config(program, **key, endpoint="http://finns-inte.invalid")
    assert told("server:webb", folder) == f"server:webb: servern går inte att nå – {again}"
    # One that takes the call and says nothing.
    monkeypatch.setattr(rclone, "STILL", 3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        config(program, **key, endpoint=f"http://127.0.0.1:{port}")
        began = time.monotonic()
        assert told("server:webb", folder) == f"server:webb: servern svarar inte – {again}"
        assert time.monotonic() - began < 15


def test_a_server_that_breaks_off_in_the_middle_of_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, NEW, tmp_path / "rclone.conf")

    def answer(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = listener.accept()
                with caller:
                    caller.recv(65536)
                    caller.sendall(b"HTTP/1.1 2")

    with socket.create_server(("127.0.0.1", 0)) as half:
        threading.Thread(target=answer, args=(half,), daemon=True).start()
        url = f"http://127.0.0.1:{half.getsockname()[1]}"
        config(tmp_path / "rclone.conf", type="webdav", vendor="other", url=url)
        assert told("server:webb", laid(tmp_path / "1", version(1))) == (
            "server:webb: förbindelsen bröts – kontrollera nätet och att servern är igång, och publicera igen"
        )
        half.shutdown(socket.SHUT_RDWR)


def test_someone_who_may_not_in(program: Path, tmp_path: Path) -> None:
    folder = laid(tmp_path / "1", version(1))
    for kind in ("webdav", "sftp"):
        with served(kind, program, tmp_path / kind):
            text = program.read_text(encoding="utf-8")
            program.write_text(re.sub("pass = .*", f"pass = {obscured('fel')}", text), encoding="utf-8")
            assert told("server:webb", folder).startswith("server:webb: servern släpper inte in den här datorn, eller")


def test_no_rclone_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told("server:webb", laid(tmp_path / "1", version(1))) == (
        "server:webb: programmet rclone finns inte på den här datorn – installera det från rclone.org/downloads"
    )


def test_settings_that_are_locked(program: Path, tmp_path: Path) -> None:
    program.write_text("# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\n" + "A" * 200, encoding="utf-8")
    assert "rclones inställningar går inte att läsa" in told("server:webb", laid(tmp_path / "1", version(1)))


# ------------------------------------------------------------------------------------------------- Office documents


def document(file: Path, text: str, about: str) -> Path:
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("[Content_Types].xml", about)
        parts.writestr("docProps/core.xml", about)
        parts.writestr("word/document.xml", text)
    return file


def test_what_sharepoint_writes_about_a_document_is_no_difference(tmp_path: Path) -> None:
    ours = document(tmp_path / "a.docx", "Uppföljning", "ours")

    def same(theirs: Path) -> bool:
        return same_document(ours, theirs.read_bytes())

    assert same(document(tmp_path / "b.docx", "Uppföljning", "theirs, longer"))
    assert not same(document(tmp_path / "c.docx", "Uppföljninh", "ours"))
    half = tmp_path / "d.docx"
    half.write_bytes(ours.read_bytes()[:-40])
    assert not same(half)
