"""What a fault says to do helps: where a machine can do it, it is done, and fewer faults are left.

``EDITS`` has each remedy's words with what a person does to the file who follows them to the letter. A remedy that
names more than one thing ("är det en text: …") holds where one of them helps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from golden import SMALL, cases, given_bytes
from handlingsplan.plan.load import parse
from handlingsplan.text.faults import Fault
from handlingsplan.text.reader import read
from handlingsplan.text.syntax import head_of, indent_of
from projects import DAY, ROOT, dumped, timra

NAME = "plan.yaml"
CASES = cases("fel")
ONLY_THIS = "Filen är bara några rader: när felet är rättat saknas resten av planen."
NAMED = {
    "annan-yaml-version": ONLY_THIS,
    "bara-en-klammer": ONLY_THIS,
    "en-bokstav-i-windows-kod": ONLY_THIS,
    "fel-pa-sista-raden-utan-radslut": ONLY_THIS,
    "for-djupt": "Vad klamrarna skulle vara vet bara den som skrev.",
    "for-djupt-i-en-nyckel": "Vad klamrarna skulle vara vet bara den som skrev.",
    "hanvisning-nar-inget-finns-att-valja": "Det som hänvisningen pekar på måste någon skriva.",
    "hela-stycket-oindraget": "Sju rader står fel på tre sätt; den sista kan inte läsas förrän de andra är rättade.",
    "id-tva-ganger-overallt": "En ny arbetsplats behöver svar i varje situation.",
    "klammer-som-nyckel": "Vad klammern skulle vara vet bara den som skrev.",
    "kolon-utan-blanksteg-i-lista": "När kolonet är rättat syns att posten saknar namn.",
    "post-i-visas": "Vad nycklarna skulle vara vet bara den som skrev.",
    "rtf-dokument": "Filen måste sparas om i Word.",
    "word-dokument": "Filen måste sparas om i Word.",
}
"""Cases whose remedy no machine can follow, or that leave as many faults, and why."""
MAX_SHARE = 10
"""At most one case in so many may be named."""

Lines = list[str]
Edit = Callable[[Lines, Fault, re.Match[str]], Lines]


# What a person would write -------------------------------------------------------------------------------------------


def samples(node: Any, key: str) -> Iterator[Any]:
    """Yield what stands at a key in the small plan."""
    if isinstance(node, dict):
        yield from filter(None, [node.get(key)])
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from samples(below, key)


PLAN, _ = read(SMALL.encode(), NAME)
OWN: dict[str, Any] = {
    "id": "rad", "år": "2031", "kontroll": {"läge": "saknas"}, "källa": "https://polisen.se", "områden": [],
    "tabeller": [], "läge": "saknas", "av": "rad", "arbetsplatser": [{"id": ["skola", "annan"], "text": "x"}],
    "avgjord": "2026-11-01", "e_post": "kontakt@example.se", "aktiviteter": {"utse-styrgrupp": "helt"},
}  # fmt: skip
STARTER = (ROOT / "content/timnet/handbok/sa-borjar-ni-i-en-annan-kommun.md").read_text(encoding="utf-8")
STARTER = STARTER.split("```yaml\n")[1].split("```")[0]


def sample(key: str, own: dict[str, Any] = OWN) -> str:
    """Return a value that can stand at a key, as JSON, which is YAML."""
    return json.dumps(own[key] if key in own else next(samples(PLAN, key), "Text"), ensure_ascii=False)


def key_of(fault: Fault) -> str:
    """Return the key that a fault speaks of."""
    return fault.what.split(":")[0] if "är tomt" in fault.what else re.findall(r"”([^”]+)”", fault.what)[-1]


# What a person would do ----------------------------------------------------------------------------------------------


def span(line: str, at: int) -> tuple[int, int]:
    """Return where the value at a column of a line begins and ends; within brackets, between their signs."""
    start = head_of(line).start("value")
    if at <= start or line[start : start + 1] not in {"[", "{"}:
        end = re.search(r"\s+#", line[start:]) if line[start : start + 1] not in {'"', "'", "#"} else None
        return start, start + end.start() if end else len(line.rstrip())
    begin = at
    while begin > start + 1 and line[begin - 2 : begin] not in {", ", ": "} and line[begin - 1] not in "[{":
        begin -= 1
    value = re.compile(r"\"[^\"]*\"|'[^']*'|\[[^\]]*\]|\{[^}]*\}|[^],}]*").match(line, begin)
    return begin, value.end() if value else len(line)


def change(lines: Lines, fault: Fault, new: str | Lines, start: int = 0, end: int | None = None) -> Lines:
    """Replace a part of the fault's row, or the whole row by several."""
    line = lines[fault.line - 1]
    rows = [line[:start] + new + line[len(line) if end is None else end :]] if isinstance(new, str) else new
    return [*lines[: fault.line - 1], *rows, *lines[fault.line :]]


def put(lines: Lines, fault: Fault, value: str) -> Lines:
    line = lines[fault.line - 1]
    start, end = span(line, fault.column - 1)
    return change(lines, fault, (" " if line[start - 1 : start] == ":" else "") + value, start, end)


def add(lines: Lines, fault: Fault, key: str, value: str | None = None) -> Lines:
    """Add a key first in an entry, or fill it in where it stands empty."""
    line, at = lines[fault.line - 1], fault.column - 1
    wanted = f"{key}: {value or sample(key)}"
    if empty := re.match(rf"{key}:[ \t]*(?:#.*)?", line[at:]):
        return change(lines, fault, wanted, at, at + empty.end())
    if line[at : at + 1] == "{":
        return change(lines, fault, f"{{{wanted}, ", at, at + 1)
    if head_of(line)["key"] == key and at == head_of(line).start("value"):
        return put(lines, fault, value or sample(key))
    return change(lines, fault, [line[:at] + wanted, " " * at + line[at:]])


def refill(lines: Lines, fault: Fault, value: str) -> Lines:
    """Replace a value that may stand on the rows below its key."""
    if lines[fault.line - 2].rstrip().endswith(":") and lines[fault.line - 1][: fault.column - 1].isspace():
        kept = [*lines[: fault.line - 2], f"{lines[fault.line - 2]} {value}"]
        rest = lines[fault.line :]
        while rest and rest[0].strip() and indent_of(rest[0]) >= fault.column - 1:
            rest = rest[1:]
        return [*kept, *rest]
    return put(lines, fault, value)


def quote(lines: Lines, fault: Fault, match: re.Match[str]) -> Lines:
    """Put a value in quotes: as the remedy writes it, or as it stands where the remedy shortens it."""
    line, told = lines[fault.line - 1], match["text"] or ""
    if (begin := line.find(told[1:-1])) >= 0 and told:
        end = begin + len(told) - 2
        signs = "\"'”“"
        return change(lines, fault, told, begin - (line[begin - 1] in signs), end + (line[end : end + 1] in {*signs}))
    start, end = span(line, fault.column - 1)
    if start == head_of(line).start("value"):
        end = len(line)
    if "har inget kolon" in fault.what:  # what stands before the comma belongs to it
        start = line.rindex(": ", 0, start) + 2
    elif "…" in told and told[1:-1].split(" …")[0] in line:
        start = line.index(told[1:-1].split(" …")[0])
        end = fault.column + re.search(r"[],}]|$", line[fault.column :]).start()  # type: ignore[union-attr]  # $ is there
    new = json.dumps(line[start:end].strip("”“ "), ensure_ascii=False) if not told or "…" in told else told
    return change(lines, fault, new, start, end)


def indent(lines: Lines, fault: Fault, blanks: int) -> Lines:
    """Let a row begin so far in; where the remedy says "raderna", those below that stand at least as far in follow."""
    old, end = indent_of(lines[fault.line - 1]), fault.line
    while "rader" in fault.remedy and end < len(lines) and lines[end].strip() and indent_of(lines[end]) >= old:
        end += 1
    rows = [" " * (blanks + indent_of(row) - old) + row.lstrip(" \t") for row in lines[fault.line - 1 : end]]
    return [*lines[: fault.line - 1], *rows, *lines[end:]]


def remove(lines: Lines, fault: Fault, *, evenly: bool = False) -> Lines:
    """Take away a row, or a key within brackets, and what hangs on it; evenly: also what stands as far in."""
    line, head = lines[fault.line - 1], head_of(lines[fault.line - 1])
    if fault.column - 1 > head.start("value") and head["value"].startswith("{"):
        start, end = fault.column - 1, span(line, fault.column - 1)[1]
        return change(lines, fault, line[: line.rindex(",", 0, start)] + line[end:])
    deep = (len(head["indent"]) if head["dashes"] else fault.column - 1) - evenly
    end = fault.line
    while end < len(lines) and lines[end].strip() and indent_of(lines[end]) > deep:
        end += 1
    return [*lines[: fault.line - 1], *lines[end:]]


def above(lines: Lines, fault: Fault, row: str) -> Lines:
    return [*lines[: fault.line - 1], row, *lines[fault.line - 1 :]]


def choose(lines: Lines, fault: Fault, match: re.Match[str]) -> Lines:
    """Write a word that the remedy guesses or allows, as the key or as the value."""
    if not re.search("(?i)(?:tillåtna|finns): |menade du", fault.remedy):
        return lines
    line, at, word = lines[fault.line - 1], fault.column - 1, match["word"]
    as_key = re.match(r"[^:,}]+(?=:)", line[at:])
    if as_key and (fault.what.startswith("okänd") or "i uppföljningen" in fault.what):
        return change(lines, fault, word, at, at + as_key.end())
    return put(lines, fault, word)


def rename(lines: Lines, fault: Fault, _: re.Match[str]) -> Lines:
    """Write another id wherever it is used."""
    start, end = span(lines[fault.line - 1], fault.column - 1)
    word = lines[fault.line - 1][start:end]
    used = rf"(?<=[ \[{{]){re.escape(word)}(?=[,\]}}]|$|: \w+[,}}])"
    return [re.sub(used, "nytt-id", line) for line in lines]


def move(lines: Lines, fault: Fault, match: re.Match[str]) -> Lines:
    """Move a key's row here, or the entry there."""
    row = int(match["row"]) - 1
    if "raden" in match[0]:
        moved = above(lines, fault, lines[row])
        return moved[:row] + moved[row + 1 :]
    rest = remove(lines, fault)
    entry = lines[fault.line - 1 : fault.line - 1 + len(lines) - len(rest)]
    return [*rest[: row + 1], *entry, *rest[row + 1 :]]


def one_answer(lines: Lines, fault: Fault, match: re.Match[str]) -> Lines:
    """Take a workplace away where it is answered for again."""
    seen, made = 0, list(lines)
    for row in range(fault.line - 1, len(lines)):
        seen += (hit := re.search(rf"(, )?\b{match['word']}\b(?=[\],])", lines[row])) is not None
        if hit and seen > 1:
            made[row] = lines[row][: hit.start()] + lines[row][hit.end() :]
            break
        if re.search(rf"id: {match['word']}\b", lines[row]) and seen:
            return [*lines[:row], *lines[row + 1 :]]
    return made


def as_list(lines: Lines, fault: Fault, _: re.Match[str]) -> Lines:
    """Put a text in brackets, or a dash before each row below a key."""
    line, deep = lines[fault.line - 1], fault.column - 1
    if line[:deep].strip():
        start, end = span(line, deep)
        return change(lines, fault, f"[{line[start:end]}]", start, end)
    end = fault.line - 1
    while end < len(lines) and indent_of(lines[end]) == deep and lines[end].strip():
        end += 1
    rows = [re.sub("^( *)(?:• )?", r"\1- ", row) for row in lines[fault.line - 1 : end]]
    return [*lines[: fault.line - 1], *rows, *lines[end:]]


def to(value: str) -> Edit:
    """Return the edit that writes a value, which may be words of the remedy or the fault."""

    def edit(lines: Lines, fault: Fault, match: re.Match[str]) -> Lines:
        found = re.search(r"(?:år|datum,) (\d{4}(?:-\d\d-\d\d)?)", fault.what)
        return put(lines, fault, match.expand(value).replace("DAG", (found[1] + "-12-31")[:10] if found else ""))

    return edit


def sub(pattern: str, new: str) -> Edit:
    """Return the edit that changes the row from the fault on, or before it where the pattern begins with ``^``."""

    def edit(lines: Lines, fault: Fault, _: re.Match[str]) -> Lines:
        line, at = lines[fault.line - 1], 0 if pattern.startswith("^") else fault.column - 1
        return change(lines, fault, line[:at] + re.sub(pattern, new, line[at:], count=1))

    return edit


def untab(step: int) -> Edit:
    """Return the edit that indents a row as the nearest one above or below."""

    def edit(lines: Lines, fault: Fault, _: re.Match[str]) -> Lines:
        near = lines[fault.line - 2 :: -1] if step < 0 else lines[fault.line :]
        return indent(lines, fault, next((indent_of(row) for row in near if row.strip()), 0))

    return edit


def call(function: Callable[..., Lines], *names: str) -> Edit:
    """Return the edit that calls a function with words of the remedy."""
    return lambda lines, fault, match: function(
        lines, fault, *(int(match[name]) if name == "blanks" else match[name] for name in names)
    )


EDITS: list[tuple[str, Edit]] = [
    # Quotes and brackets
    (r"citattecken runt hela texten(?:: (?P<text>\".*?\"|'.*?'))?(?=$|;)", quote),
    (r"byt de krökta citattecknen mot raka: (?P<text>.*)", quote),
    (r"skriv '…' runt texten", sub(r'^(.*: )"(.*)"', r"\1'\2'")),
    (r"sätt ett [\"'] sist i texten", sub(r"(?P<q>[\"'])(.*?)(?=[\]}]*$)", r"\g<0>\g<q>")),
    (r"byt [”“] sist på raden mot", sub(r"(?P<q>[\"'])(.*)[”“]$", r"\g<q>\2\g<q>")),
    (r"sätt (?P<sign>[\]}]) sist", lambda lines, fault, match: change(lines, fault, lines[fault.line - 1] + match[1])),
    (r"varje \[ ska ha ett \]", sub(r"[\]},]", "")),
    (r"varje \[ ska ha ett \]", sub("}", "]")),
    (r"ta bort (?:den|det före nyckeln|tecknet)\b", sub(r".", "")),
    (r"ta bort den, eller flytta citattecknet", sub(r".*", "")),
    (r"ta bort koden", sub(r"\\\w{5}", "")),
    (r"det ska vara 7", sub(r"^(.*?)\[([^,]+, [^,]+)", r'\1["\2"')),
    # Keys and rows
    (r"lägg till ”(?P<key>.+?): …”", call(add, "key")),
    (
        r"lägg till en rad: (?P<row>- \{.*)…",
        lambda lines, fault, match: above(lines, fault, " " * (fault.column - 1) + match["row"] + "x}"),
    ),
    (r"(?:menade du ”|(?:[Tt]illåtna|[Ff]inns): |, )(?P<word>\w[\w-]*)(?=[,”]| …|;|$)", choose),
    (r"ta bort (?:den ena|raden|uppgiften|posten)", call(remove)),
    (r"ta bort raden, och raderna under", lambda lines, fault, _: remove(lines, fault, evenly=True)),
    (r"fattas delens namn", lambda lines, fault, _: above(lines, fault, "områden:")),
    (r"skriv talet utan ord", to("12")),
    (r"byt dem mot värdet", to("Årsrapport")),
    (
        r"sätt citattecken runt hela texten, på nyckelns rad",
        lambda lines, fault, _: [
            *lines[: fault.line - 2],
            lines[fault.line - 2].replace(">-", json.dumps(lines[fault.line - 1].strip())),
            *lines[fault.line :],
        ],
    ),
    (
        r"ta bort \[\] på rad (?P<row>\d+)",
        lambda lines, _, match: [
            row.replace(" []", "") if number == int(match["row"]) else row for number, row in enumerate(lines, 1)
        ],
    ),
    (
        r"skriv listans nyckel på en egen rad ovanför, med (?P<blanks>\d+)",
        lambda lines, fault, match: above(lines, fault, " " * int(match["blanks"]) + "frågor:"),
    ),
    (
        r"skriv ”(?P<row>\w+:)” på en egen rad ovanför, med (?P<first>\d+) .* låt raderna börja med (?P<blanks>\d+)",
        lambda lines, fault, match: above(
            indent(lines, fault, int(match["blanks"])), fault, " " * int(match["first"]) + match["row"]
        ),
    ),
    (
        r"skriv ”(?P<row>\w+:)” på en egen rad ovanför, med (?P<blanks>\d+)",
        lambda lines, fault, match: above(lines, fault, " " * int(match["blanks"]) + match["row"]),
    ),
    (
        r"skriv ”(?P<row> *- \w+:) …” på en egen rad ovanför",
        lambda lines, fault, match: above(lines, fault, match["row"] + " eget-id"),
    ),
    (r"flytta (?:raden|posten).* rad (?P<row>\d+)", move),
    (r"låt bara en rad ha (?P<word>\S+)", one_answer),
    (r"börja varje rad med ”- ”", as_list),
    (
        r"flytta listan till raden under",
        lambda lines, fault, _: change(
            lines,
            fault,
            [
                lines[fault.line - 1][: fault.column - 2],
                " " * indent_of(lines[fault.line]) + lines[fault.line - 1][fault.column - 1 :],
            ],
        ),
    ),
    (r"skriv varje post för sig", lambda lines, fault, _: refill(lines, fault, sample(fault.what.split(":")[0]))),
    (r"skriv nyckelns namn", sub(r"^( *)(\? .*|:)", r"\1anmärkning:")),
    (r"kolonet? – |skriv ”nyckel: värde”|skriv ”\w+: \w+”", sub(r"^(\s*(?:- )?[\w]+)(?:: ?(\w+))?(:| |$)", r"\1: \2 ")),
    (r"skriv ”(?:nyckel: |\w+: |nyckel: .)", sub(r":?(?=\S)", ": ")),
    # Indents
    (r"låt (?:raden|den|raderna) börja med (?P<blanks>\d+) blanksteg", call(indent, "blanks")),
    (r"ta bort blanksteg först på raden", sub("^ +", "")),
    (
        r"börja rakt under ”(?P<key>.+?)” på rad (?P<row>\d+)",
        lambda lines, fault, match: indent(lines, fault, lines[int(match["row"]) - 1].find(match["key"])),
    ),
    (r"byt tabben mot blanksteg|rakt under den rad som", untab(-1)),
    (r"byt tabben mot blanksteg", untab(1)),
    (r"dra in (?:den|alla rader)", lambda lines, fault, _: indent(lines, fault, indent_of(lines[fault.line - 2]) + 2)),
    (r"dra in alla rader", untab(-1)),
    (
        r"är den text: skriv den sist på raden ovanför|skriv den på samma rad",
        lambda lines, fault, _: [
            *lines[: fault.line - 2],
            f"{lines[fault.line - 2]} {json.dumps(lines[fault.line - 1].strip())}",
            *lines[fault.line :],
        ],
    ),
    (
        r"är den text: skriv den sist på raden ovanför",
        lambda lines, fault, _: [
            *lines[: fault.line - 2],
            f"{lines[fault.line - 2]} {lines[fault.line - 1].strip()}",
            *lines[fault.line :],
        ],
    ),
    (r"skriv ”- ” (?:först på raden|i stället)", sub("[-•] ?", "- ")),
    # Signs
    (r"skriv ett vanligt blanksteg", sub(".", " ")),
    (r"skriv - om det är en punkt", sub(".", "-")),
    (r"skriv om ordet för hand$", sub("..", "o")),
    # Values
    (r"fyll i ett värde", lambda lines, fault, _: add(lines, fault, key_of(fault))),
    (r"fyll i ett värde", lambda lines, fault, _: put(lines, fault, sample(key_of(fault)))),
    (r"fyll i ett värde", lambda lines, fault, _: add(lines, fault, key_of(fault), sample(key_of(fault), {}))),
    (r"fyll i telefon", lambda lines, fault, _: add(lines, fault, "telefon", '"114 14"')),
    (r"skriv (?:vad|dagen|id|webbadressen|det som)", lambda lines, fault, _: add(lines, fault, key_of(fault))),
    (r"med ett av orden", lambda lines, fault, _: add(lines, fault, "status", "ingen_bedömning")),
    (r"på egna rader, indragna", lambda lines, fault, _: put(lines, fault, sample(fault.what.split(":")[0]))),
    (r"ge den här posten ett eget id", to("eget-id")),
    (r"lägg till ett ord|högst 60 tecken", rename),
    (r"till exempel (?P<value>[a-z0-9-]+|https://\S+|\d+ månader)(?:$| eller)", to(r"\g<value>")),
    (r"till exempel 2026$", to("2025")),
    (r"till exempel kontakt@", to("kontakt@example.se")),
    (r"skriv till exempel (?P<word>\w+);", to(r"\g<word>")),
    (r"(?P<year>\d{4}) har \d+ dagar", to(r"\g<year>-02-01")),
    (r"rätta (?:datum eller år|den av dagarna)", to("DAG")),
    (r"skriv tiden som text|skriv som våren 2027", to("våren 2027")),
    (r"skriv ett helt tal", to("7")),
    (r"skriv ja eller nej", to("ja")),
    (r"skriv (?P<value>1), eller byt", to(r"\g<value>")),
    (r"skriv bara ett: (?P<value>[^;]+)", call(refill, "value")),
    (r"(?:skriv|ta bort)\b.*? (?P<value>\"[^\"]+\")$", to(r"\g<value>")),
    (
        r"skriv värdet utan #: (?P<value>.*?); är det",
        lambda lines, fault, match: (
            change(lines, fault, f" {match['value']}", fault.column - 2)
            if lines[fault.line - 1].lstrip()[0] != "#"
            else refill(lines, fault, match["value"])
        ),
    ),
    (r"skriv ett nummer per kontakt", to('"060-123 45"')),
    (r"börjar med https://", to("https://www.polisen.se")),
    (r"handbokens plan att börja med", lambda *_: STARTER.split("\n")),
]


def as_text(data: bytes) -> str:
    """Return a file as its owner sees it: as it was saved."""
    for code in ("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "utf-16-le", "cp1252"):
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if code != "utf-16-le" or "format" in text:
            return text
    return ""


def attempts(data: bytes, fault: Fault) -> Iterator[bytes]:
    """Yield the file after each thing that a fault's remedy names."""
    text = as_text(data).replace("\r\n", "\n").replace("\r", "\n")
    if "spara filen som UTF-8" in fault.remedy:
        yield text.encode()
    if fault.line:
        for words, edit in EDITS:
            for match in re.finditer(words, fault.remedy):
                yield "\n".join(edit(text.split("\n"), fault, match)).encode("utf-8", "surrogatepass")


def helps(data: bytes, fault: Fault, before: int) -> bool:
    return any(len(parse(after, NAME).faults) < before for after in attempts(data, fault))


HELPED: dict[str, list[bool]] = {}
"""Whether each remedy helped, by case; told last."""


def held(name: str) -> list[bool]:
    """Return whether each remedy of a case helps."""
    if name not in HELPED:
        data = given_bytes(CASES[name])
        faults = parse(data, NAME).faults
        HELPED[name] = [helps(data, fault, len(faults)) for fault in faults]
    return HELPED[name]


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_leaves_fewer_faults(name: str) -> None:
    """A case is named where one does not, and only there."""
    assert held(name)
    assert all(held(name)) is (name not in NAMED), [
        str(fault) for fault in parse(given_bytes(CASES[name]), NAME).faults
    ]


def test_hardly_any_case_is_named() -> None:
    assert NAMED.keys() <= CASES.keys()
    assert len(NAMED) * MAX_SHARE <= len(CASES)
    tried = [helped for name in CASES for helped in held(name)]
    print(f"remedies: {len(tried)} tried, {sum(tried)} held, {len(tried) - sum(tried)} in {len(NAMED)} named cases")


@pytest.mark.parametrize("row", cases("tal")["fel"]["rader"], ids=lambda row: row["skrivet"])
def test_a_value_written_as_its_remedy_says_is_a_number(row: dict[str, str]) -> None:
    unit = f", enhet: {row['enhet']}" if "enhet" in row else ""
    data = SMALL.replace("text: Uppföljning i årsrapport}", f"text: Uppföljning i årsrapport{unit}}}").replace(
        "{arsrapport: ja}", f'{{arsrapport: "{row["skrivet"]}"}}'
    )
    (fault,) = parse(data.encode(), NAME).faults
    assert helps(data.encode(), fault, 1), fault


def test_one_fault_says_what_all_the_texts_ask_for(tmp_path: Path) -> None:
    """A plan with no contacts and no situations is one mistake for each, not one at every place that asks for them."""
    project = timra(tmp_path / "timra")
    plan, starter = (dict(read(text.encode(), NAME)[0]) for text in (project.read("plan.yaml"), STARTER))
    kept = {key: plan[key] for key in ("kontakter", "vägledning")}
    for key in kept:
        given: dict[str, Any] = {"kontakter": []} if key == "kontakter" else {}
        guidance = {**kept["vägledning"], "arbetsplatser": [], "situationer": []}
        project.write("plan.yaml", dumped({**plan, **given, "vägledning": guidance}))
        done = project.run("kontrollera", "--per", DAY.isoformat())
        told = done.stderr.strip().split("\n")[:-2]
        assert all("men texterna hämtar det på" in line for line in told), told
        assert len(told) == (3 if key == "kontakter" else 1)
        ids = {each["id"] for part in ("situationer",) for each in starter["vägledning"][part]}
        ids |= {each["id"] for each in starter["kontakter"]}
        for line in told:
            asked = re.findall(r"lägg till (.*), som i", line)[0].split(", ")
            assert set(asked) <= ids
