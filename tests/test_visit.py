"""What a published site's address shows, and what publishing does about it: before a small server, and a real nginx."""

from __future__ import annotations

import http.server
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handlingsplan.deliver import visit as visiting
from handlingsplan.deliver.folder import Target
from handlingsplan.deliver.publish import Changes, Ready, publish
from handlingsplan.deliver.refused import Refused
from handlingsplan.deliver.visit import visit
from handlingsplan.project import manifest
from handlingsplan.project.targets import Goal, Way
from projects import Project
from serving import free_port, nginx_config, running
from versions import SITE, number, small

# ------------------------------------------------------------------------------------------------- one visit
OURS = b'<link rel="stylesheet" href="../assets/plan.0a1b2c3d.css"><article>Internt</article>'
LOGIN_PAGE = b"<form>Logga in</form>"


@contextmanager
def answering(answers: dict[str, tuple[int, bytes | str]]) -> Iterator[str]:
    """Answer paths with a status and a body, or where to go instead; everything else with 404."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path.partition("?")[0], (404, b""))
            self.send_response(status)
            if isinstance(body, str):
                self.send_header("Location", body)
                body = b""
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class names it so
            """Say nothing of each request."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/timnet"
        finally:
            server.shutdown()
            thread.join()


def ours(timra: Project) -> bytes:
    return (timra.internal.folder / manifest.NAME).read_bytes()


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({"/timnet/": (200, OURS)}, True),
        ({"/timnet/": (302, "/timnet/start/"), "/timnet/start/": (200, OURS)}, True),
        ({"/timnet/": (403, b""), "/timnet/manifest.json": (200, b"MANIFEST")}, True),
        ({"/timnet/": (401, OURS)}, False),
        ({"/timnet/": (403, b"")}, False),
        ({"/timnet/": (404, OURS)}, False),
        ({"/timnet/": (500, b"")}, False),
        ({"/timnet/": (200, LOGIN_PAGE), "/timnet/manifest.json": (200, LOGIN_PAGE)}, False),
        ({"/timnet/": (302, "/login"), "/timnet/manifest.json": (302, "/login"), "/login": (200, LOGIN_PAGE)}, False),
        ({"/timnet/": (302, "/timnet/")}, False),
    ],
)
def test_an_answer_without_a_login(answers: dict[str, tuple[int, bytes | str]], *, shown: bool, timra: Project) -> None:
    told = {path: (status, ours(timra) if body == b"MANIFEST" else body) for path, (status, body) in answers.items()}
    with answering(told) as address:
        assert visit(address, private=True).ours is shown


def test_an_intranet_that_is_open_under_another_name_is_open() -> None:
    """A public site elsewhere may be another municipality's; an intranet that can be read is open wherever it is."""
    with answering({"/timnet/": (200, OURS)}) as other:
        moved: dict[str, tuple[int, bytes | str]] = {"/timnet/": (302, other.replace("127.0.0.1", "localhost") + "/")}
        with answering(moved) as address:
            assert visit(address, private=True).ours
            assert not visit(address, private=False).ours


def test_an_address_with_swedish_letters_is_asked_too() -> None:
    with answering({"/v%C3%A5ld/": (200, OURS)}) as address:
        assert visit(address.replace("timnet", "våld"), private=True).ours


def test_what_is_no_answer_is_as_no_answer() -> None:
    """Another program than a web server, and a redirect that leads nowhere."""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            with other.accept()[0] as reader:
                reader.recv(1000)
                reader.sendall(b"SSH-2.0-prov\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(OSError, match="SSH"):
            visit(f"http://127.0.0.1:{other.getsockname()[1]}/", private=True)
        thread.join()
    with (
        answering({"/timnet/": (302, "http://[fel/")}) as address,
        pytest.raises(OSError, match="no answer that can be read"),
    ):
        visit(address, private=True)


def test_that_nothing_answers_is_not_that_it_is_shut() -> None:
    with answering({}) as address:
        pass
    with pytest.raises(OSError, match=r"refused|10061"):
        visit(address, private=True)


# ------------------------------------------------------------------------------------------- after a switch


@dataclass
class Scene:
    """A target, and who publishes in it."""

    work: Path
    address: str | None
    private: bool = False
    way: Way = Way.LINK
    notes: list[str] = field(default_factory=list)

    @property
    def target(self) -> Target:
        return Target(self.work / "mål", self.way)

    def publish(self, which: int) -> None:
        """Publish a version, and keep what is told."""
        target = self.target
        goal = Goal(SITE, "", remote=False, folder=target.folder, way=self.way, address=self.address, iis=False)
        changes = Changes((), ("x",), (), (), first=False, any=True)
        made = small(self.work / f"ny-{which}", which)
        _, self.notes = publish(Ready(goal, target, made, changes, target.state(), private=self.private))

    def served(self) -> str:
        """Return the version that is served; nothing where none is."""
        page = self.target.now / "index.html"
        return number(page.read_bytes()) if page.exists() else ""


@contextmanager
def server(answer: Callable[[str], tuple[int, bytes | str]]) -> Iterator[str]:
    """Answer every path as a function says: a status, and a body or where to go instead."""

    class Answers(dict[str, tuple[int, bytes | str]]):
        def get(self, path: str, *_: object) -> tuple[int, bytes | str]:
            return answer(path.removeprefix("/timnet/") or "index.html")

    with answering(Answers()) as address:
        yield address


def files(folder: Path) -> Callable[[str], tuple[int, bytes | str]]:
    """Answer as a server does that shows a folder."""

    def answer(path: str) -> tuple[int, bytes | str]:
        file = folder / path
        return (200, file.read_bytes()) if file.is_file() else (404, b"")

    return answer


def always(status: int, body: bytes | str = b"") -> Callable[[str], tuple[int, bytes | str]]:
    return lambda _: (status, body)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visit a few times, but without waiting."""
    monkeypatch.setattr(visiting, "WAITS", (0.0, 0.0, 0.0))


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    ("status", "private", "told"),
    [
        *((status, False, f"svarar {status}") for status in (403, 404, 410, 500, 502, 503)),
        *((status, True, f"svarar {status}") for status in (404, 410, 500, 502, 503)),
        (200, False, "visar en annan sida"),
        (1, False, "visar en annan version"),
    ],
)
def test_a_version_that_readers_do_not_get_is_undone(
    tmp_path: Path, way: Way, status: int, told: str, *, private: bool
) -> None:
    scene = Scene(tmp_path, None, private, way)
    scene.publish(1)
    answer = files(tmp_path / "ny-1") if status == 1 else always(status, b"<h1>Something else</h1>")
    with server(answer) as scene.address:
        with pytest.raises(Refused) as refused:
            scene.publish(2)
        (fault,) = refused.value.faults
        assert fault.what.startswith(f"{scene.address} {told} efter bytet, så version 1 (")
        assert fault.what.endswith(" är tillbaka")
        assert scene.served() == "1"
        assert scene.target.whole()
    # A correction gets out although the server is not right yet.
    scene.address = None
    scene.publish(3)
    assert scene.served() == "3"


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("answer", "private", "told"),
    [
        (always(401), False, "svarar 401, så det är inte kontrollerat vad som visas."),
        (always(429), False, "svarar 429, så det är inte kontrollerat vad som visas."),
        (always(302, "http://localhost/"), False, "leder till en annan webbplats, så det är inte kontrollerat"),
        *((always(status), True, "") for status in (401, 403)),
        (always(200, LOGIN_PAGE), True, ""),
        (always(200, OURS), False, "visar inte vilken version det är, så det är inte kontrollerat vad som visas."),
    ],
)
def test_what_tells_nothing_against_a_version_changes_nothing(
    tmp_path: Path, answer: Callable[[str], tuple[int, bytes | str]], told: str, *, private: bool
) -> None:
    scene = Scene(tmp_path, None, private)
    scene.publish(1)
    with server(answer) as scene.address:
        scene.publish(2)
    assert scene.served() == "2"
    assert [note.removeprefix(f"{scene.address} ")[: len(told)] for note in scene.notes] == ([told] if told else [])


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("private", [False, True])
def test_no_answer_at_all_stops_no_correction(tmp_path: Path, *, private: bool) -> None:
    scene = Scene(tmp_path, None, private)
    scene.publish(1)
    for scene.address in (
        f"http://127.0.0.1:{free_port()}/",
        f"https://127.0.0.1:{free_port()}/",
        "https://finns-inte.invalid/",
        "https://å.example:99999/",
    ):
        scene.publish(2)
        assert scene.served() == "2"
        unseen = "inloggningen är inte kontrollerad" if private else "det är inte kontrollerat vad som visas"
        assert scene.notes == [f"{scene.address} svarade inte, så {unseen}."]


@pytest.mark.usefixtures("soon")
def test_the_new_version_is_known_by_its_manifest_or_its_front_page(tmp_path: Path) -> None:
    scene = Scene(tmp_path, None)
    shown = files(scene.target.now)
    asked: list[str] = []

    def slowly(path: str) -> tuple[int, bytes | str]:
        asked.append(path)
        return files(tmp_path / "ny-3")(path) if len(asked) < 5 else shown(path)

    for answer in (shown, lambda path: (403, b"") if path == manifest.NAME else shown(path)):
        scene.address = None
        scene.publish(1)
        with server(answer) as scene.address:
            scene.publish(2)
        assert (scene.served(), scene.notes) == ("2", [])
    # For a moment a server or a cache may show what it showed before.
    scene.address = None
    scene.publish(3)
    with server(slowly) as scene.address:
        scene.publish(5)
    assert (scene.served(), scene.notes) == ("5", [])
    assert len(asked) == 6


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("private", [False, True])
def test_before_the_server_knows_the_folder_the_first_version_waits_there(tmp_path: Path, *, private: bool) -> None:
    scene = Scene(tmp_path, None, private)
    with server(always(404)) as scene.address:
        scene.publish(1)
        now = scene.target.now
        told = f"{scene.address} svarar 404 än. Be den som sköter webbservern att visa mappen {now}."
    assert (scene.served(), scene.notes) == ("1", [told])


@pytest.mark.usefixtures("soon")
def test_an_intranet_that_opens_with_a_switch_is_withdrawn(tmp_path: Path) -> None:
    scene = Scene(tmp_path, None, private=True)
    scene.publish(1)
    with server(files(scene.target.now)) as scene.address, pytest.raises(Refused, match="inte har loggat in"):
        scene.publish(2)
    assert scene.served() == ""


@pytest.mark.skipif(os.name == "nt", reason="there modes say nothing of readers")
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(("umask", "files_are", "folders_are"), [(0o077, 0o644, 0o755), (0o007, 0o664, 0o775)])
def test_what_is_published_can_be_read_whatever_the_publishers_own_files(
    tmp_path: Path, way: Way, umask: int, files_are: int, folders_are: int
) -> None:
    """A group that publishes together goes on being able to change each other's files."""
    scene = Scene(tmp_path, None, way=way)
    before = os.umask(umask)
    try:
        for which in (1, 2, 3):
            scene.publish(which)
        with scene.target.locked():
            scene.target.back()
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    found = {path: path.lstat().st_mode & 0o777 for path in scene.target.folder.rglob("*") if not path.is_symlink()}
    found[scene.target.folder] = scene.target.folder.stat().st_mode & 0o777
    assert {mode for path, mode in found.items() if path.is_dir()} == {folders_are}
    published = {mode for path, mode in found.items() if path.is_file() and not path.name.startswith(".")}
    assert published == {files_are}


# ------------------------------------------------------------------------------------------- behind a real nginx


@contextmanager
def nginx(work: Path, root: Path, more: str = "") -> Iterator[str]:
    """Serve a folder with nginx, as those who run it may have set it up."""
    port = free_port()
    block = f"server {{ listen 127.0.0.1:{port}; root {root}; index index.html; {more} }}"
    config = nginx_config(work, block)
    # Its worker is another user than the one who publishes.
    config.write_text(config.read_text(encoding="utf-8").replace("user root;", ""), encoding="utf-8")
    with running("nginx", config, port):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.full
@pytest.mark.parametrize("way", Way)
def test_a_reader_behind_nginx_gets_what_somebody_with_a_closed_umask_published(open_folder: Path, way: Way) -> None:
    scene = Scene(open_folder, None, way=way)
    before = os.umask(0o077)
    try:
        scene.publish(1)
        with nginx(open_folder / "nginx", scene.target.now) as scene.address:
            scene.publish(2)
            assert visit(scene.address, private=False).facts == scene.target.shown()
    finally:
        os.umask(before)
    assert (scene.served(), scene.notes) == ("2", [])


@pytest.mark.full
@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("umask", "svarar 403"),
        ("länkar", "svarar 404"),
        ("mapp", "svarar 404"),
        ("annan mapp", "visar en annan sida"),
        ("omladdning", "visar en annan version"),
    ],
)
def test_a_server_that_is_set_up_wrong_is_found_and_what_was_shown_is_shown_again(
    open_folder: Path, fault: str, told: str
) -> None:
    scene = Scene(open_folder, None)
    scene.publish(1)
    now, more = scene.target.now, ""
    if fault == "umask":  # what the publisher cannot mend: the municipality's own folder above
        scene.target.folder.chmod(0o700)
    elif fault == "länkar":
        more = "disable_symlinks on;"
    elif fault == "mapp":
        now = open_folder / "tom"
        now.mkdir(mode=0o755)
        more = "location = / { return 404; }"
    elif fault == "annan mapp":
        now = open_folder / "annan"
        now.mkdir(mode=0o755)
        (now / "index.html").write_text("<h1>Welcome</h1>", encoding="utf-8")
    else:  # the folder that the link led to when the server was set up
        now = now.resolve()
    with nginx(open_folder / "nginx", now, more) as scene.address, pytest.raises(Refused) as refused:
        scene.publish(2)
    assert f"{told} efter bytet, så version 1 (" in str(refused.value.faults[0])
    assert scene.served() == "1"
