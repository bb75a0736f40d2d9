"""Both sites behind a real nginx, and every page before the W3C's checker. Run by ``nox -s full``."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from built import Site
from projects import Project

pytestmark = pytest.mark.full

NGINX = """
{user} worker_processes 1; daemon off; pid {work}/pid; error_log {work}/error.log;
events {{ worker_connections 64; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; application/json json; image/svg+xml svg; }}
  access_log off;
  client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
  uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
  server {{ listen 127.0.0.1:{port}; charset utf-8; root {root}; error_page 404 /404.html; }}
}}
"""
PATH = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"


@contextmanager
def nginx(root: Path, work: Path) -> Iterator[str]:
    """Serve a folder on this machine only, and stop."""
    program = shutil.which("nginx", path=PATH)
    assert program, "nginx is missing: nox -s full installs it"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    work.mkdir()
    config = work / "nginx.conf"
    # A worker of root's nginx is another user, who may not read the tests' folders.
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(NGINX.format(user=user, work=work, port=port, root=root), encoding="utf-8")
    process = subprocess.Popen([program, "-c", str(config), "-p", str(work)])
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_every_page_is_served(site: Site, tmp_path: Path) -> None:
    with nginx(site.folder, tmp_path / "nginx") as address:
        for file in site.pages:
            if file == "404.html":
                continue
            with urlopen(f"{address}/{file.removesuffix('index.html')}") as answer:  # noqa: S310  # our own server
                assert answer.status == 200
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
                assert answer.read() == site.files[file]
        with pytest.raises(HTTPError) as missing:
            urlopen(f"{address}/finns/inte/")  # noqa: S310  # as above
        assert missing.value.code == 404
        assert missing.value.read() == site.files["404.html"]


def test_a_browser_finds_its_way_behind_nginx(browser: Browser, timra: Project, tmp_path: Path) -> None:
    with nginx(timra.external.folder, tmp_path / "nginx") as address:
        tab = browser.new_page(locale="sv-SE")
        complaints: list[str] = []
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(f"{address}/")
        tab.locator(".md-search__input").first.click()
        tab.keyboard.type("lägesbild")
        tab.locator(".md-search-result__item a").first.click()
        tab.wait_for_url("**/lagesbild/**")
        # From a page that does not exist, the way home works at every depth.
        tab.goto(f"{address}/plan/finns/inte/")
        assert "finns inte" in tab.locator("main").inner_text()
        assert [text for text in complaints if "404" not in text] == []
        tab.close()


def test_the_html_is_valid(site: Site) -> None:
    jar = Path(os.environ["HANDLINGSPLAN_VNU"])
    files = [str(site.folder / name) for name in [*site.pages, *site.fragments, "fragment/index.html"]]
    checked = subprocess.run(
        ["java", "-Xss8m", "-jar", str(jar), "--errors-only", "--format", "json", *files],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    messages = json.loads(checked.stderr)["messages"]
    wrong = {f"{message['message']}: {message.get('extract', '')}" for message in messages}
    assert wrong == set()
