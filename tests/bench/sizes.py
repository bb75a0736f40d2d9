"""Count lines, branches and circles of imports, room by room. Started by ``python tests/bench/sizes.py [TREE]``."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

BRANCHES = (
    *(ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.BoolOp, ast.comprehension, ast.match_case),
    *(ast.Assert, ast.With),
)
"""What makes another way through a function."""
OTHERS = {
    "templates": ("hooks/**/*.html",),
    "typst": ("hooks/**/*.typ",),
    "tests": ("tests/*.py", "tests/proof/*.py"),
    "tests/bench": ("tests/bench/*.py",),
    "tests/fuzz": ("tests/fuzz/*.py",),
    "overrides": ("overrides/**/*.html", "overrides/**/*.css", "overrides/**/*.js"),
    "scripts": ("hooks/**/*.js", "tests/**/*.js"),
    "yaml": ("*.yaml", "*.yml", "tests/**/*.yaml"),
}


def lines(paths: Iterator[Path]) -> int:
    """Return how many lines files have."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def branches(tree: ast.AST) -> Iterator[int]:
    """Yield how many branches each function has, those within it counted apart."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = {
                node
                for below in ast.walk(function)
                if below is not function and isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef)
                for node in ast.walk(below)
            }
            yield sum(isinstance(node, BRANCHES) and node not in inner for node in ast.walk(function))


def imports(package: Path) -> dict[str, set[str]]:
    """Return which modules of a package each of them imports, wherever in it, by their names from the package."""
    modules = {".".join(path.relative_to(package).with_suffix("").parts): path for path in package.rglob("*.py")}
    known: dict[str, set[str]] = {}
    for name, path in modules.items():
        known[name] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                parts = name.split(".")[: -node.level] + (node.module.split(".") if node.module else [])
                named = {".".join((*parts, each.name)) for each in node.names}
                known[name] |= {each if each in modules else ".".join(parts) for each in named} & modules.keys()
    return known


def circles(known: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the sets of modules that import each other, directly or through others."""
    reached = {name: {name} for name in known}
    for _ in known:
        more = {name: set().union(*(reached[each] for each in known[name] | {name})) for name in known}
        if more == reached:
            break
        reached = more
    groups = {frozenset(other for other in reached[name] if name in reached[other]) for name in known}
    return sorted((set(group) for group in groups if len(group) > 1), key=sorted)


def main(root: Path) -> None:
    """Print a line for each room of the program, for all of it, and for what stands beside it."""
    package = root / "hooks/handlingsplan"
    rooms: dict[str, list[Path]] = {}
    for path in sorted(package.rglob("*.py")):
        rooms.setdefault(path.relative_to(package).parts[0].removesuffix(".py"), []).append(path)
    every = list(chain.from_iterable(rooms.values()))
    print(f"{'':16}{'lines':>8}{'functions':>11}{'branches, 95th':>16}{'most':>6}")
    for room, paths in (*rooms.items(), ("all", every)):
        found = sorted(chain.from_iterable(branches(ast.parse(path.read_text(encoding="utf-8"))) for path in paths))
        high, most = (found[int(len(found) * 0.95)], found[-1]) if found else (0, 0)
        print(f"{room:16}{lines(iter(paths)):8}{len(found):11}{high:16}{most:6}")
    for what, patterns in OTHERS.items():
        print(f"{what:16}{lines(path for pattern in patterns for path in root.glob(pattern)):8}")
    for circle in circles(imports(package)):
        print(f"circle of {len(circle)}: {', '.join(sorted(circle))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2])
