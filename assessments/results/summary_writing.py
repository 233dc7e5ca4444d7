"""Keeps the headline figures of published rounds as columns, for lists of many banks."""

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.models import Snapshot, Summary
from maturity import Findings, codec, load_framework
from maturity.estimate import Estimate
from maturity.quadrant import Placement, displayed_strategy

# What is needed of a round before: both scores, the strategy found, and the stored placement.
Earlier = tuple[float | None, float | None, str, Mapping[str, Any] | None]
_LISTED = ("CAP", "TEC", "SUP", "RSK", "DAT", "SKL")


def write_summary(snapshot: Snapshot) -> Summary:
    """Write or rewrite the one row of a snapshot, and who of the bank's rounds is the latest.

    Four queries and one write. Call it inside the transaction that holds the bank's rounds.
    """
    assessment = snapshot.assessment
    others = Summary.objects.filter(organisation=assessment.organisation_id)
    earlier = list(
        others.filter(published_at__lt=snapshot.published_at)
        .order_by("published_at")
        .values_list("bank", "customer", "strategy", "snapshot__findings__placement")
    )
    latest = not others.filter(published_at__gt=snapshot.published_at).exists()
    if latest:
        others.filter(latest=True).exclude(pk=snapshot.pk).update(latest=False)
    summary, _ = Summary.objects.update_or_create(
        snapshot=snapshot,
        defaults=figures_of(snapshot, earlier)
        | {
            "assessment": assessment,
            "organisation_id": assessment.organisation_id,
            "period": assessment.period,
            "latest": latest,
        },
    )
    return summary


def write_missing_summaries() -> int:
    """Write the rows of snapshots that have none, oldest first; gives how many."""
    bare = Snapshot.objects.filter(summary=None).select_related("assessment")
    count = 0
    for snapshot in bare.order_by("published_at").iterator(chunk_size=50):
        write_summary(snapshot)
        count += 1
    return count


def figures_of(snapshot: Snapshot, earlier: Sequence[Earlier]) -> dict[str, Any]:
    """The columns that follow from a snapshot and the bank's rounds before it, oldest first."""
    findings = codec.load(snapshot.findings)
    bank_before, customer_before, strategy_before = earlier[-1][:3] if earlier else (None, None, "")
    return {
        "framework_version": snapshot.framework_version,
        "published_at": snapshot.published_at,
        "respondents": len(snapshot.case["respondents"]),
        "bank_before": bank_before,
        "customer_before": customer_before,
        "strategy_before": strategy_before,
        **_axes(findings),
        **_placed(findings, [row[3] for row in earlier]),
    }


def _axes(findings: Findings) -> dict[str, Any]:
    bank, customer = findings.bank, findings.customer
    low, high = bank.ci90 or (None, None)
    customer_low, customer_high = _interval(customer.score, customer.se)
    coverages = [score.coverage for score in bank.dimensions.values() if score is not None]
    return {
        "status": bank.status,
        "bank": bank.effective,
        "bank_se": bank.se,
        "bank_low": low,
        "bank_high": high,
        "customer": customer.score,
        "customer_se": customer.se,
        "customer_low": customer_low,
        "customer_high": customer_high,
        **{id_.lower(): _score(findings, id_) for id_ in _LISTED},
        "gate_active": bank.risk.gate_active,
        "agreement": None if findings.agreement is None else findings.agreement.mean_index,
        "silent": None if findings.channels is None else len(findings.channels.silent),
        "coverage": min(coverages, default=None),
    }


def _score(findings: Findings, dimension: str) -> float | None:
    found = findings.bank.dimensions.get(dimension)
    return None if found is None else found.score


def _interval(score: float | None, se: float | None) -> tuple[float | None, float | None]:
    if score is None or se is None:
        return None, None
    return Estimate(value=score, se=se).interval(load_framework().parameters.z90)


def _placed(findings: Findings, earlier: Sequence[Mapping[str, Any] | None]) -> dict[str, Any]:
    """Strategy as found and as shown: with two rounds or more it does not flicker."""
    now = findings.placement
    if now is None:
        return {"strategy": "", "shown_strategy": "", "firmness": "", "probability": None}
    before = [
        Placement(
            strategy=row["strategy"],
            probabilities=row["probabilities"],
            status=row["status"],
            alternative=row["alternative"],
        )
        for row in earlier
        if row is not None
    ]
    return {
        "strategy": now.strategy,
        "shown_strategy": displayed_strategy(load_framework(), before, now),
        "firmness": now.status,
        "probability": now.probabilities[now.strategy],
    }
