"""Real servers on this machine: Debian's nginx and Apache, started with a configuration and stopped.

Used by the tests that Debian's programs are needed for, and by the measurements.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from handlingsplan.deliver.servers import configurations
from handlingsplan.plan.words import Audience
from handlingsplan.project.site import Site

PATH = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"
BROTLI = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"

NGINX = """
load_module {brotli};
{user} worker_processes 1; daemon off; pid {work}/pid; error_log {work}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
  uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
  {servers}
}}
"""

# As Debian has it: its own modules, its own media types and languages, and everything else denied.
APACHE = """
ServerRoot "{work}"
ServerName localhost
PidFile "{work}/pid"
ErrorLog "{work}/error.log"
Mutex file:{work} default
User {user}
{listen}
Include /etc/apache2/mods-available/mpm_event.load
Include /etc/apache2/mods-available/authz_core.load
Include /etc/apache2/mods-available/authn_core.load
Include /etc/apache2/mods-available/authn_file.load
Include /etc/apache2/mods-available/authz_user.load
Include /etc/apache2/mods-available/auth_basic.load
Include /etc/apache2/mods-available/alias.load
Include /etc/apache2/mods-available/dir.load
Include /etc/apache2/mods-available/filter.load
Include /etc/apache2/mods-available/headers.load
Include /etc/apache2/mods-available/mime.load
Include /etc/apache2/mods-available/mime.conf
Include /etc/apache2/mods-available/negotiation.load
Include /etc/apache2/mods-available/rewrite.load
Include /etc/apache2/mods-available/deflate.load
Include /etc/apache2/mods-available/deflate.conf
{modules}
<Directory />
  Options FollowSymLinks
  AllowOverride None
  Require all denied
</Directory>
{hosts}
"""


def filled(text: str, changes: Mapping[str, str], *labels: str) -> str:
    """Return a configuration as those who run the server make it: places filled in, lines with a label switched on.

    Args:
        text: what ``bygg`` wrote.
        changes: what to write in place of what; each must stand there.
        labels: ``https`` switches on the lines that begin with ``#https: ``; each must stand there.

    """
    for label in labels:
        text, count = re.subn(rf"^( *)#{label}: ", r"\1", text, flags=re.MULTILINE)
        if not count:
            raise ValueError(f"no line is labelled {label}")
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"{old!r} is not there")
        text = text.replace(old, new)
    return text


_PORTS = itertools.count(20_000 + 2_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]))


def free_port() -> int:
    """Return a port of this machine that nobody listens on, and that neither the system nor another process takes.

    The system gives away ports above these by itself; each of the tests' processes has numbers of its own.
    """
    for port in _PORTS:
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def nginx_config(work: Path, servers: str) -> Path:
    """Write a whole configuration around the server blocks, and return its file."""
    work.mkdir(parents=True, exist_ok=True)
    # A worker of root's nginx is another user, who may not read the tests' folders.
    user = "user root;" if os.geteuid() == 0 else ""
    config = work / "nginx.conf"
    config.write_text(NGINX.format(brotli=BROTLI, user=user, work=work, servers=servers), encoding="utf-8")
    return config


def apache_config(work: Path, hosts: str, *ports: int, modules: tuple[str, ...] = ()) -> Path:
    """Write a whole configuration around the virtual hosts, and return its file."""
    work.mkdir(parents=True, exist_ok=True)
    config = work / "apache2.conf"
    config.write_text(
        APACHE.format(
            work=work,
            # Apache does not run as root; the folders that it serves are opened to this one by `apache`.
            user="www-data" if os.geteuid() == 0 else f"#{os.geteuid()}",
            listen="\n".join(f"Listen 127.0.0.1:{port}" for port in ports),
            modules="\n".join(f"Include /etc/apache2/mods-available/{name}.load" for name in modules),
            hosts=hosts,
        ),
        encoding="utf-8",
    )
    return config


def faults_of(program: str, config: Path) -> str:
    """Return what a server's own check says of a configuration; nothing when it has nothing to object."""
    checked = subprocess.run(
        command(program, config, "-t"), capture_output=True, check=False, encoding="utf-8", timeout=60
    )
    said = checked.stdout + checked.stderr
    fine = r".*(syntax is ok|test is successful|Syntax OK)\n?"
    return re.sub(fine, "", said) if checked.returncode == 0 else said


def command(program: str, config: Path, *more: str) -> list[str]:
    """Return the command line of a server in the foreground."""
    found = shutil.which(program, path=PATH)
    if found is None:
        raise FileNotFoundError(f"{program} is missing: nox -s full installs it")
    if program == "nginx":
        return [found, "-p", str(config.parent), "-c", str(config), *more]
    return [found, "-f", str(config), *(more or ("-DFOREGROUND",))]


@contextlib.contextmanager
def running(program: str, config: Path, *ports: int) -> Iterator[None]:
    """Run a server until the block ends."""
    process = subprocess.Popen(command(program, config), stderr=subprocess.PIPE, encoding="utf-8")
    try:
        for port in ports:
            _wait(process, port)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextlib.contextmanager
def nginx(root: Path, work: Path, *, brotli: bool = False) -> Iterator[str]:
    """Serve a folder with nginx, with the very configuration that a public site gets, and give its address.

    Args:
        root: the folder.
        work: where nginx may keep its own files.
        brotli: whether the line about brotli is switched on.

    """
    port = free_port()
    here = Path()
    text = configurations(Site(here, "prov", Audience.EXTERNAL, here, here, ()), [])["nginx.conf"]
    changes = {"/FYLL/I/MAPPEN/nu": str(root), "listen 80;": f"listen 127.0.0.1:{port};"}
    with running("nginx", nginx_config(work, filled(text, changes, *(["brotli"] if brotli else []))), port):
        yield f"http://127.0.0.1:{port}"


def _wait(process: subprocess.Popen[str], port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server stopped: {process.communicate()[1]}") from None
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on {port}")
