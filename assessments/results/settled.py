"""What a meeting settled and what that changed: for the page, the drill-down and the report.

The respondents' ratings stay as they are, and so does their agreement; agreed levels change the
scores. Both come from the engine: the case as it is, and the same case without agreed levels.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from assessments.models import AgreedAnswer, Assessment
from assessments.results.queries import Result, result_of
from assessments.survey.outline import outline
from assessments.survey.queries import zone_of
from maturity import Findings
from maturity.agreement import after_settling


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One question that a meeting settled; `low` and `high` of the ratings it replaced, if any."""

    item: str
    level: int
    reason: str
    on: dt.date  # the meeting's day where the bank is
    ratings: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Where bank and customers stand, 0 to 100; None where there is no score."""

    bank: float | None
    customer: float | None
    strategy: str | None
    level: int | None

    @classmethod
    def of(cls, findings: Findings) -> "Scores":
        placement = findings.placement
        return cls(
            bank=findings.bank.effective,
            customer=findings.customer.score,
            strategy=placement.strategy if placement else None,
            level=findings.bank.level,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Agreement of the first answers and with the meeting's, the agenda, scores before and after.

    The indices (0 to 100) and shares (0 to 1) are None where no question has two ratings. `agenda`
    holds the widest differences that there are, at most five.
    """

    index: float | None
    share: float | None
    index_after: float | None
    share_after: float | None
    agenda: tuple[str, ...]
    agreed: tuple[Agreed, ...]
    before: Scores
    after: Scores

    @property
    def settled(self) -> frozenset[str]:
        return frozenset(row.item for row in self.agreed)

    @property
    def agenda_settled(self) -> int:
        return sum(item in self.settled for item in self.agenda)

    @property
    def agenda_open(self) -> tuple[str, ...]:
        return tuple(item for item in self.agenda if item not in self.settled)


def agenda_of(findings: Findings) -> tuple[str, ...]:
    """The consensus agenda without questions on which nobody differs."""
    found = findings.agreement
    if found is None:
        return ()
    return tuple(item for item in found.agenda if found.items[item].ad > 0)


def settlement_of(assessment: Assessment, result: Result) -> Settlement:
    """Read or compute a round's settlement. Published: as it was frozen; else one query."""
    if "settled" in result.kept:
        return _thawed(result.kept["settled"])
    agreement = result.findings.agreement
    rows = agreed_on(assessment, result)
    share_after, index_after = (
        after_settling(result.framework, agreement, rows.keys()) if agreement else (None, None)
    )
    return Settlement(
        index=agreement.mean_index if agreement else None,
        share=agreement.share_ok if agreement else None,
        index_after=index_after,
        share_after=share_after,
        agenda=agenda_of(result.findings),
        agreed=tuple(rows.values()),
        before=Scores.of(_without(result).findings),
        after=Scores.of(result.findings),
    )


def agreed_on(assessment: Assessment, result: Result) -> dict[str, Agreed]:
    """What counts as agreed in a result, by item in the order of the questionnaire."""
    if "settled" in result.kept:
        return {row.item: row for row in _thawed(result.kept["settled"]).agreed}
    rows = {row.item: row for row in assessment.agreed.filter(level__isnull=False)}
    zone = zone_of(assessment.organisation)
    return {
        item: _agreed(rows[item], result, zone)
        for item in outline().page_of
        if item in rows and item in result.case.agreed
    }


def _agreed(row: AgreedAnswer, result: Result, zone: dt.tzinfo) -> Agreed:
    answers = (person.answers.get(row.item) for person in result.case.respondents)
    levels = [answer for answer in answers if isinstance(answer, int)]
    return Agreed(
        item=row.item,
        level=result.case.agreed[row.item],
        reason=row.reason,
        on=row.at.astimezone(zone).date(),
        ratings=len(levels),
        low=min(levels, default=None),
        high=max(levels, default=None),
    )


def _without(result: Result) -> Result:
    """The same answers as if no meeting had taken place."""
    return result_of(replace(result.case, agreed={})) if result.case.agreed else result


# ---- in a snapshot ----------------------------------------------------------------------------


def frozen(settlement: Settlement) -> dict[str, Any]:
    """As plain JSON, to be kept beside published findings."""
    data = asdict(settlement)
    for row in data["agreed"]:
        row["on"] = row["on"].isoformat()
    return data


def _thawed(data: Mapping[str, Any]) -> Settlement:
    agreed = (row | {"on": dt.date.fromisoformat(row["on"])} for row in data["agreed"])
    return Settlement(
        index=data["index"],
        share=data["share"],
        index_after=data.get("index_after", data["index"]),
        share_after=data.get("share_after", data["share"]),
        agenda=tuple(data["agenda"]),
        agreed=tuple(Agreed(**row) for row in agreed),
        before=Scores(**data["before"]),
        after=Scores(**data["after"]),
    )
