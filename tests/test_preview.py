"""``visa``: what somebody sees while they write, through their mistakes."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import projects
from built import parse
from handlingsplan.project import backup
from handlingsplan.workplace.preview import Preview
from projects import DAY, Project
from serving import free_port

PATIENCE = 60
"""Seconds to wait for what should take two or three; a busy machine may need more."""


@dataclass
class Shown:
    """A running preview."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page: its status and its HTML."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:  # noqa: S310  # our own
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def says(self, path: str, *wanted: str) -> str:
        """Wait until a page says something, and return its words."""
        return self.until(path, lambda text: all(words in text for words in wanted), f"{path} never said {wanted}")

    def says_not(self, path: str, unwanted: str) -> str:
        """Wait until a page does not say something any more."""
        return self.until(path, lambda text: unwanted not in text, f"{path} still says {unwanted!r}")

    def until(self, path: str, condition: Callable[[str], bool], complaint: str) -> str:
        """Wait until a page's words meet a condition."""
        text = ""
        for _ in range(PATIENCE * 5):
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            text = parse(self.get(path)[1]).text
            if condition(text):
                return text
            time.sleep(0.2)
        raise AssertionError(f"{complaint}, but:\n{text}\n\n{self.log.read_text(encoding='utf-8')}")


@contextlib.contextmanager
def shown(project: Project, *arguments: str, environment: dict[str, str] | None = None) -> Iterator[Shown]:
    """Start the preview of a project on a free port, and stop it as a person does."""
    port = free_port()
    log = project.root.parent / "visa.log"
    command = [sys.executable, "-m", "handlingsplan", "--mapp", str(project.root), "visa"]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell's background job ignores Ctrl+C, and would hand that down.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--per", DAY.isoformat(), *arguments],
            env=projects.clean_environment() | {"PYTHONUNBUFFERED": "1"} | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            preview = Shown(process, f"http://127.0.0.1:{port}", log)
            for _ in range(PATIENCE * 10):
                if "Stoppa med Ctrl+C" in log.read_text(encoding="utf-8"):
                    break
                assert process.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield preview
        finally:
            # Ctrl+C; Windows can only end a process.
            process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert not re.search("Traceback|Exception", log.read_text(encoding="utf-8"))


def test_both_sites_are_shown_through_every_mistake(lillby: Project) -> None:
    plan = lillby.read("plan.yaml")
    with shown(lillby) as preview:
        assert f"Öppna {preview.address}/ i en webbläsare. Stoppa med Ctrl+C." in preview.log.read_text(
            encoding="utf-8"
        )

        status, html = preview.get("/")
        assert status == 200
        links = [link.attributes["href"] for link in parse(html).all("a")]
        assert links == ["/intranat/", "/lillby.example/"]
        for site in links:
            assert "Fara nu? Ring 112." in preview.says(site, "Start")
            assert "Utbilda alla (hösten 2027)" in preview.says(f"{site}plan/utbildning/", "Utbildning")
            styles = [link.attributes["href"] for link in parse(preview.get(site)[1]).all("link")]
            assert [preview.get(site + style)[0] for style in styles if "assets/plan." in style] == [200]
            status, html = preview.get(f"{site}finns/inte/")
            assert status == 404
            assert "Sidan finns inte" in html
        assert preview.get("/favicon.ico")[0] == 404
        # Only below its own folder, and only on this machine.
        assert preview.get("/../plan.yaml")[0] == 404
        assert preview.get("/lillby.example/%2e%2e/%2e%2e/%2e%2e/plan.yaml")[0] == 404
        assert "format: 1" not in preview.get("/lillby.example/../../../../plan.yaml")[1]

        page = "/lillby.example/plan/utbildning/"
        lillby.write("plan.yaml", plan.replace("Utbilda alla", "Utbilda de flesta"))
        preview.says(page, "Utbilda de flesta (hösten 2027)")
        preview.says("/intranat/plan/utbildning/", "Utbilda de flesta (hösten 2027)")

        lillby.write("plan.yaml", plan.replace("hösten 2027", "snart <b>"))
        text = preview.says(page, "1 fel. Inget nytt är byggt. Sidan nedanför är den senaste hela versionen.")
        assert "plan.yaml:54:48: tid: ”snart <b>” går inte att räkna med" in text
        assert "Utbilda de flesta (hösten 2027)" in text
        assert text.index("1 fel.") < text.index("Utbilda de flesta")
        assert "Den senaste hela versionen av plan.yaml: .bygg/hel-plan.yaml (från " in text
        assert "Utbilda de flesta" in lillby.read(".bygg/hel-plan.yaml")
        assert "1 fel." in preview.says("/", "Förhandsvisning")

        # Repaired, and prose changed with it.
        lillby.write("plan.yaml", plan)
        lillby.write("content/webb/index.md", lillby.read("content/webb/index.md") + "\nEn ny rad.\n")
        assert "Utbilda alla (hösten 2027)" in preview.says_not(page, "fel. Inget nytt är byggt.")
        preview.says("/lillby.example/", "En ny rad.")

        (lillby.root / "plan.yaml").unlink()
        assert "Utbilda alla" in preview.says(page, "plan.yaml: filen finns inte")
        # Put back, and a template changed with it.
        lillby.write("plan.yaml", plan)
        lillby.replace("overrides/404.html", "Adressen kan vara felskriven", "Adressen är nog felskriven")
        preview.says_not(page, "fel. Inget nytt är byggt.")
        preview.says("/lillby.example/finns-inte", "Adressen är nog felskriven")
    if os.name == "posix":  # where Ctrl+C can be sent
        assert preview.log.read_text(encoding="utf-8").endswith("Stoppat.\n")
        assert preview.process.returncode == 0
        assert not (lillby.root / ".bygg" / "visa").exists()
    # Nothing has been published.
    assert not (lillby.root / "site").exists()


def raw(preview: Shown, request: str) -> tuple[int, str]:
    """Send a request as it stands, with its port where ``PORT`` stands; return its status and all that was answered."""
    port = int(preview.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request.replace("PORT", str(port)).encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", "replace")
    return int(answer.split(" ", 2)[1]) if answer.startswith("HTTP/") else 0, answer


INSIDE = "Intranätets startsida"
"""What stands on the intranet only."""
OTHERS = [
    "",
    "Host:\r\n",
    "Host: evil.example:PORT\r\n",
    "Host: localhost\r\n",
    "Host: localhost:1\r\n",
    "Host: localhost.:PORT\r\n",
    "Host: localhost.evil:PORT\r\n",
    "Host: localhost:PORT.evil.example\r\n",
    "Host: evil@localhost:PORT\r\n",
    "Host: 127.0.0.1.evil.example:PORT\r\n",
    "Host: 127.0.0.2:PORT\r\n",
    "Host: 0.0.0.0:PORT\r\n",
    "Host: 2130706433:PORT\r\n",
    "Host: [::1\r\n",
    "Host: [::ffff:127.0.0.1]:PORT\r\n",
    "Host: localhost:PORT, evil.example:PORT\r\n",
    "Host: localhost:PORT\r\nHost: evil.example:PORT\r\n",
    "Host: evil.example:PORT\r\nHost: localhost:PORT\r\n",
    "Host : localhost:PORT\r\n",
    "Host: evil.example:PORT\r\n localhost:PORT\r\n",
    "X: y\r\n\r\nHost: localhost:PORT\r\n",
]
ODD = {
    "GET http://evil.example/intranat/ HTTP/1.1": 400,
    "GET http://localhost:PORT/intranat/ HTTP/1.1": 400,
    "GET intranat/ HTTP/1.1": 400,
    "GET * HTTP/1.1": 400,
    "GET /%00 HTTP/1.1": 400,
    "GET /intranat/%00/ HTTP/1.1": 400,
    "GET /intranat/%0d%0aX:%20y HTTP/1.1": 400,
    "GET /%ff%fe HTTP/1.1": 404,
    "GET /intranat/%ff HTTP/1.1": 404,
    "GET /%ed%a0%80/ HTTP/1.1": 404,
    "GET /\xe5 HTTP/1.1": 404,
    "GET /. HTTP/1.1": 301,
    "GET /./ HTTP/1.1": 404,
    "GET /intranat/assets/ HTTP/1.1": 404,
    "GET /intranat/assets/#x HTTP/1.1": 404,
    "GET /finns/inte/ HTTP/1.1": 404,
    "GET /../../plan.yaml HTTP/1.1": 404,
    "GET /..%2f..%2f..%2fplan.yaml HTTP/1.1": 404,
    "GET /intranat/%2e%2e/%2e%2e/%2e%2e/%2e%2e/plan.yaml HTTP/1.1": 404,
    "GET /intranat/%252e%252e/%252e%252e/plan.yaml HTTP/1.1": 404,
    "GET /intranat/..%5c..%5c..%5cplan.yaml HTTP/1.1": 404,
    "GET //evil.example/intranat HTTP/1.1": 404,
    f"GET /{'a' * 300} HTTP/1.1": 404,
    f"GET /{'a/' * 3000} HTTP/1.1": 404,
    f"GET /intranat/{'a' * 9000}.html HTTP/1.1": 404,
    f"GET /{'a' * 70000} HTTP/1.1": 414,
    "POST /intranat/ HTTP/1.1": 501,
    "PUT /intranat/x HTTP/1.1": 501,
    "OPTIONS * HTTP/1.1": 400,
    # Answered as the oldest form is, with words only.
    "GET /intranat/ HTTP/9.9": 0,
    "GET /intranat/ HTTP/x": 0,
    "GET / a b c": 0,
    "\x16\x03\x01\x02": 0,
}


def test_only_this_machine_is_answered_and_no_request_ends_in_a_trace(lillby: Project) -> None:
    lillby.write("content/intranat/index.md", lillby.read("content/intranat/index.md") + f"\n{INSIDE}.\n")
    with shown(lillby) as preview:
        own = "Host: localhost:PORT\r\n"
        for host in (own, "Host: LOCALHOST:PORT\r\n", "Host: 127.0.0.1:PORT\r\n", "Host: [::1]:PORT\r\n"):
            status, answer = raw(preview, f"GET /intranat/ HTTP/1.1\r\n{host}\r\n")
            assert status == 200, answer
            assert INSIDE in answer
            assert "Cross-Origin-Resource-Policy: same-origin\r\n" in answer
        for host in OTHERS:
            for method in ("GET", "HEAD", "POST"):
                for path in ("/intranat/", "/", "/__version"):
                    status, answer = raw(preview, f"{method} {path} HTTP/1.1\r\n{host}\r\n")
                    assert status == 403, (host, method, answer)
                    assert INSIDE not in answer
                    assert ("svarar bara den här datorn" in answer) is (method != "HEAD")
        # The oldest form of a request has no host.
        assert INSIDE not in raw(preview, "GET /intranat/\r\n\r\n")[1]

        for request, wanted in ODD.items():
            status, answer = raw(preview, f"{request}\r\n{own}\r\n")
            assert status == wanted, (request[:60], answer[:300])
            assert INSIDE not in answer
            assert "format: 1" not in answer
            assert not re.search("Directory|Error|Unsupported|Bad |not found", answer.partition("\r\n")[2]), answer
        head, body = raw(preview, f"HEAD /intranat/ HTTP/1.1\r\n{own}\r\n")[1].split("\r\n\r\n", 1)
        assert "Content-Type: text/html" in head
        assert body == ""
        # A reader who goes away before the answer has come.
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", int(preview.address.rpartition(":")[2]))) as gone:
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                gone.sendall(f"GET /intranat/ HTTP/1.1\r\n{own}\r\n".encode())
        assert "Fara nu?" in preview.says("/intranat/", "Start")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such variable")
def test_it_opens_the_browser_where_there_is_one(lillby: Project, tmp_path: Path) -> None:
    opened = tmp_path / "öppnad"
    for program, told in (
        (f"{shutil.which('sh')} -c 'echo %s > {opened}'", "är öppnad i din webbläsare"),
        ("", "Öppna"),
    ):
        with shown(lillby, "--öppna", environment={"BROWSER": program, "PATH": ""}) as preview:
            assert told in preview.log.read_text(encoding="utf-8")
            assert opened.read_text(encoding="utf-8") == f"{preview.address}/\n" if program else not opened.exists()
        opened.unlink(missing_ok=True)


def test_it_starts_with_a_broken_plan(lillby: Project) -> None:
    lillby.replace("plan.yaml", "tid: hösten 2027", "tid: snart")
    with shown(lillby) as preview:
        for path in ("/", "/lillby.example/", "/intranat/plan/"):
            text = preview.says(path, "1 fel. Inget nytt är byggt. Det finns ingen hel version än.")
            assert "plan.yaml:54:48: tid: ”snart” går inte att räkna med" in text
        lillby.replace("plan.yaml", "tid: snart", "tid: hösten 2027")
        preview.says("/lillby.example/plan/utbildning/", "Utbilda alla (hösten 2027)")
        assert "fel. Inget nytt" not in parse(preview.get("/")[1]).text


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such pipes")
def test_it_goes_on_when_the_plan_is_replaced_by_something_else(lillby: Project) -> None:
    """Editors write a new file and rename it; a pipe must not be waited for, and a folder is no plan."""
    page = "/lillby.example/plan/utbildning/"
    plan, file = lillby.read("plan.yaml"), lillby.root / "plan.yaml"
    with shown(lillby) as preview:
        lillby.write(".plan.yaml.swp", plan.replace("Utbilda alla", "Utbilda de flesta")).replace(file)
        preview.says(page, "Utbilda de flesta (hösten 2027)")
        file.unlink()
        os.mkfifo(file)
        preview.says(page, "plan.yaml: det här är ingen vanlig fil", "Utbilda de flesta")
        file.unlink()
        file.mkdir()
        preview.says(page, "plan.yaml: här ligger en mapp, inte en fil", "Utbilda de flesta")
        file.rmdir()
        lillby.write("plan.yaml", plan)
        assert "Utbilda alla" in preview.says_not(page, "fel. Inget nytt är byggt.")


@pytest.mark.browser
def test_a_page_that_is_asked_for_meanwhile_shows_a_fault_with_the_last_whole_plan_or_not_at_all(
    lillby: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = Preview(lillby.root, tmp_path, DAY, lambda _: None)
    preview.build()
    meanwhile = []
    told = backup.told

    def asked(*arguments: Any) -> Iterator[str]:
        meanwhile.append(preview.banner)
        return told(*arguments)

    monkeypatch.setattr(backup, "told", asked)
    lillby.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    preview.build()
    assert meanwhile == [""]
    assert "1 fel. Inget nytt är byggt." in preview.banner
    assert "Den senaste hela versionen av plan.yaml: .bygg/hel-plan.yaml" in preview.banner


def test_an_open_page_shows_the_new_text_by_itself(lillby: Project, browser: Browser) -> None:
    with shown(lillby) as preview:
        page = browser.new_page()
        page.goto(f"{preview.address}/lillby.example/plan/utbildning/")
        expect(page.get_by_text("Utbilda alla")).to_be_visible()
        lillby.replace("plan.yaml", "text: Utbilda alla", "text: Utbilda de flesta")
        expect(page.get_by_text("Utbilda de flesta")).to_be_visible(timeout=PATIENCE * 1000)
        lillby.replace("plan.yaml", "tid: hösten 2027", "tid: snart")
        expect(page.get_by_role("alert")).to_contain_text("1 fel.", timeout=PATIENCE * 1000)
        expect(page.get_by_text("Utbilda de flesta")).to_be_visible()
        page.close()


def test_what_the_preview_adds_is_never_published(timra: Project) -> None:
    for site in timra.sites:
        assert not [
            name for name, data in site.files.items() if re.search(rb"__version|location\.reload\(\)\}\)", data)
        ]
