"""Click with its own words in Swedish. It fetches its translations from ``gettext``, once, when it is imported.

Only the messages that our commands can show; a test greps every help page and usage error for English.
"""

from __future__ import annotations

import gettext

WORDS = {
    "Usage:": "Användning:",
    "Options": "Flaggor",
    "Commands": "Kommandon",
    "Show this message and exit.": "Visa den här hjälpen.",
    "Show the version and exit.": "Visa programmets version.",
    "Try '{command} {option}' for help.": "Skriv '{command} {option}' för hjälp.",
    "Error: {message}": "Fel: {message}",
    "Aborted!": "Avbrutet.",
    "default: {default}": "förval: {default}",
    "required": "krävs",
    "No such command {name!r}.": "Kommandot {name!r} finns inte.",
    "No such option {name!r}.": "Flaggan {name!r} finns inte.",
    "No such option: {name}": "Flaggan {name} finns inte",
    "Did you mean {possibility}?": "Menade du {possibility}?",
    "Did you mean {suggestions}?": "Menade du {suggestions}?",
    "Did you mean one of: {suggestions}?": "Menade du någon av: {suggestions}?",
    "(Did you mean one of: {possibilities}?)": "(Menade du någon av: {possibilities}?)",
    "Missing command.": "Kommando saknas.",
    "Missing argument": "Argument saknas:",
    "Missing option": "Flagga saknas:",
    "Missing parameter": "Uppgift saknas:",
    "Choose from:\n\t{choices}": "Välj bland:\n\t{choices}",
    "Invalid value: {message}": "Ogiltigt värde: {message}",
    "Invalid value for {param_hint}: {message}": "Ogiltigt värde för {param_hint}: {message}",
    "{value!r} is not {choice}.": "{value!r} är inte {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} är inget av {choices}.",
    "Option {name!r} requires an argument.": "Flaggan {name!r} ska följas av ett värde.",
    "Option {name!r} requires {nargs} arguments.": "Flaggan {name!r} ska följas av {nargs} värden.",
    "Option {name!r} does not take a value.": "Flaggan {name!r} tar inget värde.",
    "Got unexpected extra argument ({args})": "Ett ord för mycket: {args}. Sätt citattecken runt text med blanksteg.",
    "Got unexpected extra arguments ({args})": "För många ord: {args}. Sätt citattecken runt text med blanksteg.",
    "(Possible options: {possibilities})": "(Möjliga flaggor: {possibilities})",
    "{name} {filename!r} does not exist.": "{name} {filename!r} finns inte.",
    "{name} {filename!r} is a file.": "{name} {filename!r} är en fil.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} är en mapp.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} går inte att läsa.",
    "{value} is not in the range {range}.": "{value} ligger utanför {range}.",
    "{value!r} is not a valid {number_type}.": "{value!r} är inte ett tal.",
    "Directory": "Mappen",
    "directory": "mapp",
}


def _gettext(message: str) -> str:
    return WORDS.get(message, message)


def _ngettext(msgid1: str, msgid2: str, n: int) -> str:
    message = msgid1 if n == 1 else msgid2
    return WORDS.get(message, message)


gettext.gettext = _gettext  # click binds these names when it is imported
gettext.ngettext = _ngettext

import click  # noqa: E402  # only now

__all__ = ["click"]
