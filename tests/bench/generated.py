"""A plan of any size: the same bytes for the same size, in the words of ordinary Swedish plans."""

from __future__ import annotations

import json
import random

ACTORS = (
    "Kommunstyrelsens förvaltning", "Barn- och utbildningsförvaltningen", "Socialförvaltningen",
    "Tekniska förvaltningen", "Kultur- och fritidsförvaltningen", "HR-avdelningen", "Räddningstjänsten",
    "Region Exempel",
)  # fmt: skip
VERBS = ("Ta fram", "Revidera", "Införa", "Följa upp", "Kartlägga", "Utbilda i", "Samordna", "Utvärdera")
OBJECTS = (
    "rutin för orosanmälan", "handlingsplan mot våld i nära relationer", "modell för tidig samverkan",
    "stödmaterial till chefer", "barnrättsperspektivet i beslut", "trygghetsvandringar i centrum",
    "arbetssätt för våldsprevention", "gemensam lägesbild", "digital vägledning", "checklista för möten & beslut",
)  # fmt: skip
WORDS = (
    "kommunen", "arbetar", "systematiskt", "med", "uppföljning", "och", "dialog", "så", "att", "verksamheterna", "får",
    "stöd", "i", "sitt", "dagliga", "arbete", "samt", "kan", "prioritera", "åtgärder", "utifrån", "behov", "resurser",
    "beslutade", "mål", "under", "perioden",
)  # fmt: skip
TERMS = ("våren 2027", "hösten 2026", "2027", "löpande", "årligen", "mars 2028", "senast hösten 2025", "Q2 2027")
COLUMNS = ("Område", "Aktivitet", "Indikator", "Aktörer", "Ansvarig", "Resultat", "Kommentar")


def sentence(chance: random.Random, words: int) -> str:
    """Return some words as a sentence."""
    return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize() + "."


def plan(activities: int, head: str) -> str:
    """Return a plan with so many activities, some twenty to an area.

    Args:
        activities: how many in all.
        head: the plan's contacts and guidance as YAML (``kontakter:`` … ``vägledning:`` …), which do not grow.

    """
    chance = random.Random(20261122)  # noqa: S311  # repeatable, not secret
    areas = max(1, min(activities // 20, 1000))
    columns = json.dumps(COLUMNS, ensure_ascii=False)
    lines = [
        "format: 1",
        "plan: {titel: Handlingsplan 2026–2029, benämning: handlingsplanen, kommun: Exempelby kommun, ansvarig: a0,",
        "  syfte: {text: Planen är påhittad.}}",
        f"tabeller: [{{nummer: 1, kolumner: {columns}}}]",
        "aktörer:",
        *(f"  - {{id: a{number}, namn: {_quoted(name)}}}" for number, name in enumerate(ACTORS)),
        "  - {id: utvecklingsstrateg, namn: Utvecklingsstrateg}",
        "  - {id: webbredaktor, namn: Webbredaktör}",
        "  - {id: kommunikationsansvarig, namn: Kommunikationsansvarig}",
        head,
        "områden:",
    ]
    for area in range(areas):
        count = activities // areas + (area < activities % areas)
        actors = sorted(chance.sample(range(len(ACTORS)), 3))
        lines += [
            f"  - id: omrade-{area + 1}",
            "    tabell: 1",
            f"    namn: {_quoted(f'Område {area + 1}: {chance.choice(OBJECTS).capitalize()}')}",
            f"    ansvarig: a{chance.randrange(len(ACTORS))}",
            f"    aktörer: [{', '.join(f'{{id: a{actor}}}' for actor in actors)}]",
            f"    indikatorer: [{{id: i1, text: {_quoted(sentence(chance, 9))}}}]",
            f"    plankommentar: {_quoted(sentence(chance, 8))}",
            "    aktiviteter:",
        ]
        for number in range(count):
            text = f"{chance.choice(VERBS)} {chance.choice(OBJECTS)}. {sentence(chance, 14)}"
            lines += [
                f"      - id: o{area + 1}-{number + 1}",
                f"        text: {_quoted(text)}",
                f"        tid: {chance.choice(TERMS)}",
            ]
        lines += [
            "    uppföljning:",
            f"      - {{år: 2025, status: {chance.choice(('helt', 'delvis', 'ej'))}, datum: 2025-12-01, bedömd_av: a0,",
            f"         underlag: Årsrapport 2025, resultat: {_quoted(sentence(chance, 12))}}}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a YAML scalar: every JSON string is one."""
    return json.dumps(text, ensure_ascii=False)
