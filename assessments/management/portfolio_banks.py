"""Invented banks for a portfolio of any size: who they are and what they answered, round by round.

The same number gives the same bank. Nothing here is taken from a real bank: names are put together
from syllables, and answers are drawn around a level that drifts from round to round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from maturity import load_framework
from maturity.framework import CUSTOMERS, RISK

Trait = Literal["", "gated", "divided", "thin", "falling", "new"]

_HEAD_WORDS = (
    "Al Ber Cal Dor El Fen Gal Hol Is Jor Kes Lun Mar Nor Os Pel Quen Ros Sarn Tav Ul Vel Wex Yar "
    "Zel Bran Cors Dun Ev Gris"
)
_TAIL_WORDS = (
    "demar bourne verane vale trane dora mere trava nvik termark daway enka vane trelle larin mund "
    "tavia holm rine mera holt rowmere kova dall tun wick stead moor linge nesse"
)
_HEADS, _TAILS = _HEAD_WORDS.split(), _TAIL_WORDS.split()
_KINDS = ("Bank", "Savings", "Mutual", "Banking Group", "Commercial Bank", "People’s Bank")
# Country, time zone, and the parts of the market that some of its banks tell apart.
_PLACES = (
    ("NO", "Europe/Oslo", ("North", "West", "Capital")),
    ("NL", "Europe/Amsterdam", ("North", "South", "Coast")),
    ("DE", "Europe/Berlin", ("North", "South", "West")),
    ("PL", "Europe/Warsaw", ("East", "West", "Capital")),
    ("PT", "Europe/Lisbon", ("Coast", "Interior", "Islands")),
    ("GB", "Europe/London", ("North", "South", "Islands")),
    ("TR", "Europe/Istanbul", ("Coast", "Interior", "Capital")),
    ("AE", "Asia/Dubai", ("Coast", "Interior")),
    ("KE", "Africa/Nairobi", ("Coast", "Highlands", "Capital")),
    ("ZA", "Africa/Johannesburg", ("Coast", "Interior")),
    ("IN", "Asia/Kolkata", ("North", "South", "East", "West")),
    ("JP", "Asia/Tokyo", ("North", "Capital", "South")),
    ("SG", "Asia/Singapore", ()),
    ("AU", "Australia/Sydney", ("East", "West")),
    ("NZ", "Pacific/Auckland", ("North", "South")),
    ("BR", "America/Sao_Paulo", ("Coast", "Interior", "North")),
    ("MX", "America/Mexico_City", ("North", "Capital", "South")),
    ("US", "America/New_York", ("East", "West", "South")),
    ("CA", "America/Toronto", ("East", "West")),
    ("CL", "America/Santiago", ("North", "Capital", "South")),
)
_SIZES = ("small", "small", "small", "medium", "medium", "large", "mega")
_TRAITS: tuple[Trait, ...] = ("gated", "divided", "thin", "falling", "new")
_TAGS = ("board in spring", "core renewal", "merger", "regulator asks", "renewal due", "workshop")
_ROLES = ("executive", "marketing", "risk", "it", "service", "hr")
_PLATFORMS = (
    ("Facebook", "network"),
    ("LINE", "network"),
    ("X", "microblog"),
    ("LinkedIn", "professional"),
    ("YouTube", "sharing"),
)
_LOW, _HIGH = 1.15, 4.7  # how immature and how mature a dimension may be, in levels


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedBank:
    """One bank. `cases` are its rounds in the case file's form, oldest first; none if it is new."""

    name: str
    country: str
    time_zone: str
    size_band: str
    regions: tuple[str, ...]
    tags: tuple[str, ...]
    trait: Trait
    cases: tuple[Mapping[str, Any], ...]
    due_in: int | None  # days until its open round is due; below zero it is late; None: none open
    submitted: bool  # whether somebody of the open round has submitted
    quiet_days: int  # since something last happened
    plan_done: int | None  # how many actions of its plan are done; None: no plan
    turn: int  # for sharing banks out among people


def invent(number: int, rounds: int) -> InventedBank:
    """The bank of this number, from 0 on, with so many published rounds."""
    dice = Random(f"portfolio {number}")  # noqa: S311 -- invented data, the same every time
    country, time_zone, regions = dice.choice(_PLACES)
    trait: Trait = dice.choice(_TRAITS) if dice.random() < 0.3 else ""  # noqa: PLR2004 -- a share
    open_now = trait == "new" or dice.random() < 0.4  # noqa: PLR2004 -- a share
    return InventedBank(
        name=name_of(number),
        country=country,
        time_zone=time_zone,
        size_band=dice.choice(_SIZES),
        regions=regions if dice.random() < 0.6 else (),  # noqa: PLR2004 -- a share
        tags=tuple(sorted(dice.sample(_TAGS, dice.choice((0, 0, 1, 1, 2))))),
        trait=trait,
        cases=() if trait == "new" else tuple(_cases(dice, trait, rounds)),
        due_in=dice.randint(-25, 60) if open_now else None,
        submitted=dice.random() < 0.5,  # noqa: PLR2004 -- a share
        quiet_days=dice.randint(0, 120),
        plan_done=dice.randint(0, 6) if dice.random() < 0.45 else None,  # noqa: PLR2004 -- a share
        turn=dice.randint(0, 10**6),
    )


def name_of(number: int) -> str:
    """A name of its own for every number below some thousands."""
    heads, tails = len(_HEADS), len(_TAILS)
    kind, stem = divmod(number, heads * tails)
    # Seven shares no factor with thirty, so neighbours in the list differ in both syllables.
    head, tail = stem % heads, (stem // heads + 7 * stem) % tails
    return f"{_HEADS[head]}{_TAILS[tail]} {_KINDS[(kind + 5 * head + tail) % len(_KINDS)]}"


def _cases(dice: Random, trait: Trait, rounds: int) -> list[Mapping[str, Any]]:
    bank, customers = dice.uniform(1.4, 3.9), dice.uniform(1.4, 4.2)
    leaning = {id_: dice.gauss(0, 0.35) for id_ in load_framework().dimensions}
    leaning[RISK] += 0.3  # banks look after risk first
    people = dice.choice((1, 2, 3, 4, 6))
    if trait == "divided":
        people = max(people, 4)
    if trait == "gated":
        leaning[RISK] = 1.4 - bank
    cases: list[Mapping[str, Any]] = []
    for turn in range(rounds):
        last = turn == rounds - 1
        if turn:
            bank += dice.uniform(-0.1, 0.45)
            customers += dice.uniform(-0.15, 0.3)
        if last and turn and trait == "falling":
            bank -= dice.uniform(0.5, 0.9)
        levels = {id_: _held(bank + shift) for id_, shift in leaning.items()}
        if trait == "gated" and not last:
            levels[RISK] = _held(bank)
        levels[CUSTOMERS] = _held(customers)
        sheets = [
            _sheet(dice, levels, trait if last else "", place, people) for place in range(people)
        ]
        cases.append(_case(dice, sheets, bank))
    return cases


def _held(level: float) -> float:
    return min(_HIGH, max(_LOW, level))


def _sheet(
    dice: Random, levels: Mapping[str, float], trait: Trait, place: int, people: int
) -> dict[str, Any]:
    """One person's answers; the divided answer from two camps, the thin leave much open."""
    camp = 0.0
    if trait == "divided":
        camp = 1.4 if 2 * place < people else -1.4
    answers: dict[str, int | str] = {}
    for item in load_framework().items.values():
        chance = dice.random()
        if trait == "thin" and item.dimension == "DAT" and chance < 0.75:  # noqa: PLR2004 -- share
            continue
        if chance > 0.975 and not item.critical:  # noqa: PLR2004 -- a share
            answers[item.id] = "DK"
            continue
        level = dice.gauss(levels[item.dimension] + camp, 0.7)
        least = 2 if item.critical and trait != "gated" else 1
        answers[item.id] = round(min(5, max(least, level)))
    return {"role": _ROLES[place % len(_ROLES)], "answers": answers}


def _case(dice: Random, sheets: list[dict[str, Any]], bank: float) -> dict[str, Any]:
    return {
        "respondents": sheets,
        "channels": [
            _account(dice, platform, kind, bank)
            for platform, kind in dice.sample(_PLATFORMS, dice.randint(1, len(_PLATFORMS)))
        ],
        "channel_source": dice.choice(("typed", "exported")),
        "roadmap": {"capacity": dice.choice((6, 8, 10)), "quarters": 4},
    }


def _account(dice: Random, platform: str, kind: str, bank: float) -> dict[str, Any]:
    """An account; the less mature the bank, the likelier it fell silent."""
    silent = dice.random() < (4.5 - bank) / 9
    return {
        "platform": platform,
        "kind": kind,
        "followers": dice.randint(2_000, 400_000),
        "posts30": 0 if silent else dice.randint(2, 30),
        "inbound30": dice.randint(0, 400),
        "answered": 0 if silent else round(dice.uniform(0.3, 0.98), 2),
        "median_min": None if silent else dice.randint(15, 1400),
        "days_since_post": dice.randint(100, 500) if silent else dice.randint(0, 14),
    }
