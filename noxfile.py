"""What needs more than a Python: environments, builds, tests, locks. See README for the commands.

Sessions with Swedish names are for those who write and publish; the others are for those who develop. Each environment
is made from one hash-locked file and then left alone until something that it is made of changes.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    raise SystemExit("Python 3.11 eller nyare behövs, och det här är " + sys.version.split()[0])

import hashlib
import os
import re
import shutil
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

import nox

sys.path.insert(0, "tests")
from browser_finder import FOUND, find_browser

nox.options.sessions = ["bygg"]
nox.options.default_venv_backend = "none"

VENV = Path(".venv")
TEST_VENV = Path(".nox/test")
LINT_VENV = Path(".nox/lint")
SAME_VENV = Path(".nox/before")

LOCKS = {
    "requirements-lint.txt": ("build", "test", "lint"),
    "requirements-test.txt": ("build", "test"),
    "requirements.txt": ("build",),
}
"""The lock files and the dependency groups of pyproject.toml in each, the one that holds all the others first."""

PARALLEL = ("--numprocesses=auto", "--dist=worksteal")
"""One process of tests for each core; each takes tests of the others when its own are done."""

FROM_DEBIAN = {
    "/usr/lib/apache2/modules/mod_auth_gssapi.so": "libapache2-mod-auth-gssapi",
    "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so": "libnginx-mod-http-brotli-static",
    "apache2": "apache2",
    "java": "default-jre-headless",
    "localc": "libreoffice-calc",
    "lowriter": "libreoffice-writer",
    "nginx": "nginx-light",
    "npm": "npm",
    "openssl": "openssl",
    "pdfinfo": "poppler-utils",
    "qpdf": "qpdf",
    "rclone": "rclone",
    "wrk": "wrk",
}
"""Programs and modules that the `full` tests and `bench` start, and the Debian package of each."""

FROM_NPM = ("vnu-jar@26.9.27", "@mdn/mdn-http-observatory@1.4.8", "lighthouse@13.5.0")
"""The W3C's HTML checker, Mozilla's grader of servers' headers, and Google's of pages on a phone."""


FUZZ = ("atheris==3.0.0", "pydantic==2.14.3", "pyyaml==6.0.3")
"""What fuzzing needs. Atheris has wheels for Linux only, so it is in no lock file."""


@nox.session
def bygg(session: nox.Session) -> None:
    """Bygg och kontrollera båda webbplatserna: site/timnet/ och site/timra.se/."""
    run_command(session)


@nox.session
def kontrollera(session: nox.Session) -> None:
    """Leta fel i planen och texterna, och visa vad som är kvar att fylla i."""
    run_command(session)


@nox.session
def visa(session: nox.Session) -> None:
    """Visa webbplatserna medan du skriver; `-- --öppna` öppnar dem i webbläsaren."""
    run_command(session)


@nox.session
def publicera(session: nox.Session) -> None:
    """Publicera en webbplats, dit publicering.yaml säger; namnet skrivs efter `--`, annars frågas det efter."""
    run_command(session)


@nox.session
def backa(session: nox.Session) -> None:
    """Gå tillbaka till versionen före den som visas; namnet skrivs efter `--`, annars frågas det efter."""
    run_command(session)


@nox.session
def avsluta(session: nox.Session) -> None:
    """Avsluta ett års uppföljning; året skrivs efter `--`, annars frågas det efter."""
    run_command(session)


@nox.session
def test(session: nox.Session) -> None:
    """Run the tests, in a real browser too; what follows `--` goes to pytest."""
    run_tests(session, "not full", parallel=PARALLEL)


@nox.session
def full(session: nox.Session) -> None:
    """Run the tests that need more than Python packages and a browser; what follows `--` goes to pytest."""
    debian_programs(session)
    programs = {"HANDLINGSPLAN_NPM": str(npm_programs(session))}
    if session.posargs:
        run_tests(session, "full", programs)
    else:
        run_tests(session, "full and not alone", programs, PARALLEL)
        run_tests(session, "full and alone", programs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, layout and types."""
    commands = environment(session, LINT_VENV, "requirements-lint.txt")
    session.run(commands / "ruff", "check")
    session.run(commands / "ruff", "format", "--check")
    session.run(commands / "mypy")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure; what follows `--` goes to tests/bench/run.py."""
    debian_programs(session)
    commands = environment(session, TEST_VENV, "requirements-test.txt")
    session.run(commands / "python", "tests/bench/run.py", *session.posargs)
    programs = {"HANDLINGSPLAN_NPM": str(npm_programs(session)), **browser(session, commands)}
    session.run(commands / "python", "tests/bench/phone.py", env=programs)


@nox.session
def proof(session: nox.Session) -> None:
    """Try what `test` tries, with far more of it; `-- NAME` is a file in tests/proof, what follows goes to it."""
    commands = environment(session, TEST_VENV, "requirements-test.txt")
    names = sorted(path.stem for path in Path("tests/proof").glob("*.py"))
    if not session.posargs or session.posargs[0] not in names:
        session.error(f"Say which: {', '.join(names)}")
    name, *rest = session.posargs
    shared = os.pathsep.join(("tests", "tests/bench"))
    session.run(commands / "python", f"tests/proof/{name}.py", *rest, env={"PYTHONPATH": shared})


@nox.session
def same(session: nox.Session) -> None:
    """List what differs in built sites since a revision, which stands after `--`."""
    if len(session.posargs) != 1:
        session.error("Say since when: nox -s same -- REV")
    commands = environment(session, TEST_VENV, "requirements-test.txt")
    tree = Path(session.create_tmp()).resolve() / "tree"
    session.run("git", "worktree", "add", "--force", "--detach", tree, *session.posargs, external=True, silent=True)
    try:
        theirs = environment(session, SAME_VENV, f"{tree}/requirements.txt")
        session.run(
            commands / "python",
            "tests/bench/same.py",
            tree,
            (theirs / "python").absolute(),
            env={"PYTHONPATH": "tests"},
        )
    finally:
        session.run("git", "worktree", "remove", "--force", tree, external=True, silent=True)


@nox.session(venv_backend="venv", reuse_venv=True)
def fuzz(session: nox.Session) -> None:
    """Fuzz the readers of plans and pages, on Linux, until stopped; what follows `--` goes to libFuzzer."""
    session.install(*FUZZ)
    corpus = Path(session.create_tmp()) / "corpus"
    session.run("python", "tests/fuzz/fuzz_plan.py", corpus, f"-artifact_prefix={corpus.parent}/", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the README's pictures, and some of every kind of page to look through; see tests/screenshots.py."""
    commands = environment(session, TEST_VENV, "requirements-test.txt")
    session.run(commands / "python", "tests/screenshots.py", *session.posargs, env=browser(session, commands))


@nox.session(venv_backend="venv", reuse_venv=True)
def lock(session: nox.Session) -> None:
    """Write the lock files anew from pyproject.toml, keeping versions that fit; `-- --upgrade` takes the newest."""
    session.install("uv==0.13.9")
    # Neither this machine's settings nor its package sources may show in a file that is meant for every machine.
    machine = {name: None for name in os.environ if name.startswith("UV_")}
    largest = next(iter(LOCKS))
    for path, groups in LOCKS.items():
        session.run(
            *("uv", "pip", "compile", "pyproject.toml", f"--output-file={path}", "--quiet", "--no-config"),
            # One version for every Python and system: where the newest would fork, an older one that fits all is taken.
            *("--universal", "--python-version=3.11", "--fork-strategy=fewest"),
            *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *(f"--group={group}" for group in groups),
            *([] if path == largest else [f"--constraints={largest}"]),
            *session.posargs,
            env=machine,
        )
    if faults := lock_faults({path: Path(path).read_text(encoding="utf-8") for path in LOCKS}):
        session.error("\n".join(faults))


def run_command(session: nox.Session) -> None:
    """Run the command that has the session's name, with the words that follow `--`."""
    commands = environment(session, VENV, "requirements.txt")
    session.run(commands / "handlingsplan", session.name, *session.posargs)


def environment(session: nox.Session, home: Path, lock_file: str) -> Path:
    """Make the virtual environment `home`, with the project in it, unless it is there; give its folder of commands."""
    commands = commands_of(home)
    stamp = home / "installed.sha256"
    wanted = fingerprint(home, lock_file)
    intact = shutil.which("python", path=commands) and stamp.is_file()
    if not intact or stamp.read_text(encoding="utf-8") != wanted:
        if Path(sys.prefix).resolve() == home.resolve():
            session.error(f"nox är installerat i {home}, som görs om här. Lägg nox i en annan mapp; README visar hur")
        session.log(f"Installerar i {home}: det kräver nätverk, tar någon minut och görs bara när något har ändrats.")
        # First, so that an installation that is interrupted is never taken for a whole one.
        stamp.unlink(missing_ok=True)
        session.run(sys.executable, "-m", "venv", "--clear", home, silent=True)
        pip = (commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        session.run(*pip, "--require-hashes", "--requirement", lock_file, silent=True)
        session.run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".", silent=True)
        stamp.write_text(wanted, encoding="utf-8")
    return commands


def commands_of(home: Path) -> Path:
    """Give an environment's folder of commands: `bin`, or `Scripts` on Windows."""
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(home)}))


def fingerprint(home: Path, lock_file: str) -> str:
    """Give the SHA-256 of all that an environment is made of; its own place too, which its commands hold."""
    digest = hashlib.sha256(f"{sys.version}\n{home.resolve()}\n".encode())
    for path in (lock_file, "pyproject.toml"):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def npm_programs(session: nox.Session) -> Path:
    """Fetch the programs from npm, once; give their folder."""
    home = Path(".nox/npm")
    stamp = home / "installed.txt"
    wanted = "\n".join(FROM_NPM)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        home.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or "npm"  # on Windows it is npm.cmd
        # All at once: a later --no-save would remove the earlier ones. None may run anything when it is installed.
        quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
        session.run(npm, "install", *quiet, f"--prefix={home}", *FROM_NPM, silent=True)
        # The grader wants browsers' list of HSTS hosts, which it would fetch; this machine's are on no list.
        lists = home / "node_modules" / "@mdn" / "mdn-http-observatory" / "conf" / "hsts-preload.json"
        lists.write_text("{}", encoding="utf-8")
        stamp.write_text(wanted, encoding="utf-8")
    return home.resolve()


def run_tests(
    session: nox.Session, markers: str, more: Mapping[str, str] | None = None, parallel: Sequence[str] = ()
) -> None:
    """Run the tests that `markers` selects; that there are none is a failure (pytest's exit code 5)."""
    commands = environment(session, TEST_VENV, "requirements-test.txt")
    # pypdfium2 5.15 reads its own version without an encoding; pyproject.toml says the same for the tests' own process.
    warnings = {"PYTHONWARNDEFAULTENCODING": "1", "PYTHONWARNINGS": "ignore::EncodingWarning:pypdfium2_raw.version"}
    variables = {**warnings, **browser(session, commands), **(more or {})}
    session.run(commands / "pytest", "-m", markers, *parallel, *session.posargs, env=variables)


def browser(session: nox.Session, commands: Path) -> dict[str, str]:
    """Find a browser for the tests, or fetch one; with none, the tests that need it fail with the reasons."""
    found = find_browser()
    if found.path or FOUND in os.environ:
        return found.variables()
    session.log("No browser found: fetching one, once.")
    playwright = (commands / "python", "-m", "playwright", "install", "--no-shell", "chromium")
    output = str(session.run(*playwright, silent=True, success_codes=range(256)))
    found = find_browser()
    if found.path:
        return found.variables()
    errors = [line for line in output.splitlines() if "Error" in line] or ["done"]
    debian = install_from_debian(session, "chromium") or "done"
    found = find_browser()
    reasons = f"{found.reason}; `playwright install`: {errors[0]}; `apt-get install`: {debian}"
    return found._replace(reason=reasons).variables()


def debian_programs(session: nox.Session) -> None:
    """See to it that the programs from Debian are there."""
    missing = [package for program, package in FROM_DEBIAN.items() if not installed(program)]
    if missing and (fault := install_from_debian(session, *missing)):
        session.error(f"These Debian packages are needed: {', '.join(missing)}. {fault}")


def installed(program: str) -> bool:
    """Tell whether a program or a module's file is there; Debian keeps servers outside a common user's PATH."""
    if program.startswith("/"):
        return Path(program).is_file()
    return shutil.which(program, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") is not None


def install_from_debian(session: nox.Session, *packages: str) -> str:
    """Install the packages; give the reason when that cannot be done."""
    if sys.platform != "linux" or not shutil.which("apt-get"):
        return "This is not a Debian system"
    if os.geteuid() != 0:
        return f"Only root may install them: apt-get install {' '.join(packages)}"
    apt = ("apt-get", "--yes", "--quiet", "--no-install-recommends")
    output = ""
    for command in (("update",), ("install", *packages)):
        # An update that fails in part may be enough: what the installation says, counts.
        variables = {"DEBIAN_FRONTEND": "noninteractive"}
        output = str(session.run(*apt, *command, silent=True, success_codes=range(256), env=variables))
    return "; ".join(line for line in output.splitlines() if line.startswith("E:"))


_PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.!+]+)( ; [\w.\s'<>=!()]+)?( --hash=sha256:[0-9a-f]{64})+")


def lock_faults(locks: Mapping[str, str]) -> list[str]:
    """Tell what lock files may not hold: anything but exact, hashed pins, and one version of each package in them all.

    Args:
        locks: the text of each file, by its name.
    """
    faults = []
    versions: dict[str, str] = {}
    for path, text in locks.items():
        names = set()
        for line in re.sub(r" \\\n +", " ", text).splitlines():
            pin = _PIN.fullmatch(line)
            if pin is None:
                faults.append(f"{path}: not an exact, hashed pin: {line}")
                continue
            name, version = pin["name"], pin["version"]
            if name in names:
                faults.append(f"{path}: {name} is there twice")
            if versions.setdefault(name, version) != version:
                faults.append(f"{path}: {name} is {version} here, {versions[name]} elsewhere")
            names.add(name)
    return faults
