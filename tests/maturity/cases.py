"""Cases drawn for the property tests, in the JSON form of a case file."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from maturity import Case, load_framework, read_case

ROLES = ("marketing", "risk", "service", "it", "executive")
KINDS = ("network", "microblog", "professional", "sharing")


def drawn_case(random: Random, *, people: int | None = None) -> dict[str, Any]:
    """A case of any kind: weak or strong banks, gaps in the answers, optional parts or not."""
    count = people or random.choice((1, 1, 2, 3, 6))
    case: dict[str, Any] = {"respondents": _sheets(random, count)}
    parts = {
        "accountable": _accountable,
        "evidence": _evidence,
        "agreed": _agreed,
        "channels": _channels,
        "pulse": _pulse,
        "midlines": _midlines,
        "roadmap": _roadmap,
    }
    for name, draw in parts.items():
        if random.random() < 0.5:
            case[name] = draw(random)
    if "channels" in case:
        case["channel_source"] = random.choice(("typed", "exported"))
    return case


def _sheets(random: Random, count: int) -> list[dict[str, Any]]:
    framework = load_framework()
    centre, gaps = random.uniform(1, 5), random.choice((0, 0, 0.1, 0.4))
    silent = {d for d in (*framework.dimensions, "CUS") if random.random() < 0.05}
    absent = {d for d in (*framework.dimensions, "CUS") if random.random() < 0.05}
    leanings = {d: random.gauss(0, 0.8) for d in (*framework.dimensions, "CUS")}
    sheets = []
    for _ in range(count):
        answers: dict[str, Any] = {}
        for item in framework.items.values():
            if item.dimension in silent or random.random() < gaps / 2:
                continue
            if item.dimension in absent and not item.critical:
                answers[item.id] = "NA"
            elif random.random() < gaps:
                answers[item.id] = "NA" if random.random() < 0.5 and not item.critical else "DK"
            else:
                level = random.gauss(centre + leanings[item.dimension], 0.8)
                answers[item.id] = min(5, max(1, round(level)))
        sheets.append({"role": random.choice(ROLES), "answers": answers})
    return sheets


def _accountable(random: Random) -> dict[str, str]:
    return {d: random.choice(ROLES) for d in load_framework().dimensions if random.random() < 0.5}


def _evidence(random: Random) -> dict[str, str]:
    return {
        item: random.choice(("E0", "E1", "E2", "E3"))
        for item in load_framework().items
        if random.random() < 0.3
    }


def _agreed(random: Random) -> dict[str, int]:
    return {item: random.randint(1, 5) for item in load_framework().items if random.random() < 0.05}


def _channels(random: Random) -> list[dict[str, Any]]:
    return [drawn_channel(random) for _ in range(random.choice((0, 1, 2, 5)))]


def drawn_channel(random: Random) -> dict[str, Any]:
    """One account, live or silent, open or not."""
    quiet = random.random() < 0.3
    return {
        "platform": random.choice(("LINE", "X", "Instagram", "LinkedIn")),
        "kind": random.choice(KINDS),
        "followers": random.choice((0, 99, 12_000, 510_000)),
        "posts30": 0 if quiet else random.randint(1, 30),
        "inbound30": random.choice((0, 0, 9, 410)),
        "answered": random.choice((0, 0.35, 0.5, 0.82, 1)),
        "median_min": random.choice((None, 20, 210, 700, 1900, 9000)),
        "days_since_post": random.choice((None, 12, 45, 90, 214))
        if quiet
        else random.randint(0, 30),
        "status": random.choice(("open", "open", "open", "open", "closed", "signposted")),
    }


def _pulse(random: Random) -> dict[str, Any]:
    n = random.choice((1, 8, 12, 40, 60, 400))
    pulse: dict[str, Any] = {
        "n": n,
        "source": random.choice(("random", "mixed", "followers")),
        "mean": {part: random.uniform(0, 100) for part in "AUC"},
        "sd": {part: random.uniform(0, 40) for part in "AUC"},
    }
    if random.random() < 0.7:
        pulse["N"] = random.choice((max(2, n), n + 3, 5000, 250_000))
        pulse["deff"] = random.choice((1.0, 1.4, 0.9))
        pulse["mature"] = random.randint(0, n)
    return pulse


def _midlines(random: Random) -> dict[str, float]:
    return {"bank": random.choice((40, 50, 55, 65)), "customer": random.choice((38, 44, 50, 60))}


def _roadmap(random: Random) -> dict[str, Any]:
    roadmap: dict[str, Any] = {}
    if random.random() < 0.7:
        roadmap["capacity"] = random.choice((1, 3, 3.5, 5, 8, 8, 12, 40))
    if random.random() < 0.7:
        roadmap["quarters"] = random.choice((1, 2, 4, 6, 8, 12))
    if random.random() < 0.6:
        roadmap["targets"] = {
            name: random.choice((0, 40, 50, 60, 75, 100))
            for name in ("bank", "customer", "risk")
            if random.random() < 0.8
        }
    if random.random() < 0.5:
        roadmap["strategy"] = random.choice(("innovate", "awareness", "capability", "stepwise"))
    return roadmap


def cases(*, people: int | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Drawn cases in JSON form; a failure names the seed that made it."""
    return st.integers(0, 2**32).map(lambda seed: drawn_case(Random(seed), people=people))


def read_cases(*, people: int | None = None) -> st.SearchStrategy[Case]:
    """Drawn cases, read."""
    return cases(people=people).map(read_case)
