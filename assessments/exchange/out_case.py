"""A round as a case file: exactly what the engine was given, and nothing of whom it came from."""

import json
from typing import Any

from maturity import Case


def text(case: Case) -> str:
    """The case as `python -m maturity assess FILE` reads it, for the identical findings.

    Respondents stand in an order that tells nothing of when they were asked or who they are; the
    engine's sums do not depend on it. One key a line, so that two files can be compared.
    """
    data = case.to_dict()
    data["respondents"] = sorted(data["respondents"], key=_plainly)
    for person in data["respondents"]:
        person["answers"] = dict(sorted(person["answers"].items()))
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plainly(person: dict[str, Any]) -> str:
    return json.dumps(person, sort_keys=True)
