"""What a round's result is made of: the snapshot once published, else computed from the answers.

A constant number of queries, however many respondents. Computing is pure, so what was computed
for the same answers a moment ago is kept for the next page.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from assessments.benchmarks.queries import peers_for
from assessments.history.queries import course_of
from assessments.models import (
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    Organisation,
    Snapshot,
    Visibility,
)
from assessments.results.subject import Source, Subject
from assessments.survey.queries import (
    Turnout,
    case_for,
    counting_day,
    today_in,
    turnout,
    zone_of,
)
from assessments.survey.region_queries import estimates_of
from maturity import Case, Findings, assess, codec, load_framework, load_wording, read_case
from maturity.case import Answer, RoadmapSettings
from maturity.framework import Framework
from maturity.regions import regional_case
from maturity.roadmap import Limit, Trial, binding_limit, no_regret

SAMPLE = Path(__file__).with_name("sample_case.json")
_KEPT = 64


@dataclass(frozen=True, kw_only=True)
class Result:
    """One computed case. What costs further plans is computed when first asked for."""

    case: Case
    findings: Findings
    kept: Mapping[str, Any] = field(default_factory=dict)  # a snapshot's extras, not recomputed
    # Findings of regions whose customers were estimated apart, by name.
    regions: Mapping[str, Findings] = field(default_factory=dict)

    @property
    def framework(self) -> Framework:
        return load_framework()

    @cached_property
    def shown(self) -> dict[str, Any]:
        """Room for what the results page made of it, by language; it goes with the result."""
        return {}

    @cached_property
    def written(self) -> str:
        """Case and findings as one JSON text, by which equal results are known."""
        regions = {name: codec.dump(found) for name, found in self.regions.items()}
        parts = [self.case.to_dict(), codec.dump(self.findings), regions]
        return json.dumps(parts, sort_keys=True)

    @cached_property
    def no_regret(self) -> tuple[str, ...]:
        """Actions that are right under both likely strategies; empty when firm."""
        if "no_regret" in self.kept:
            return tuple(self.kept["no_regret"])
        placement = self.findings.placement
        if placement is None or placement.alternative is None:
            return ()
        return no_regret(self.framework, self.case, self.findings.roadmap)

    @cached_property
    def limit(self) -> Limit | None:
        """What keeps the plan from its targets; None without a plan."""
        if "limit" in self.kept:
            return _limit(self.kept["limit"])
        return None if self.findings.roadmap is None else binding_limit(self.framework, self.case)


def _limit(kept: Mapping[str, Any] | None) -> Limit | None:
    if kept is None:
        return None
    trials = {name: Trial(**trial) for name, trial in kept["trials"].items()}
    return Limit(kind=kept["kind"], trials=trials)


@lru_cache(maxsize=_KEPT)
def _computed(case_text: str, regions_text: str, _version: str) -> Result:
    case, framework = read_case(json.loads(case_text)), load_framework()
    regions = {
        name: assess(framework, regional_case(framework, case, answers))
        for name, answers in json.loads(regions_text).items()
    }
    return Result(case=case, findings=assess(framework, case), regions=regions)


def result_of(case: Case, regions: Mapping[str, Mapping[str, Answer]] | None = None) -> Result:
    """The result of a case, from memory when it was computed before.

    `regions` holds the answers about customers of single regions, by the region's name.
    """
    text = json.dumps(case.to_dict(), sort_keys=True)
    return _computed(text, json.dumps(regions or {}), load_framework().version)


def result_for(assessment: Assessment, now: dt.datetime) -> Result | None:
    """The round's result, or None while it may not be shown (decision 2).

    Published: the snapshot, nothing computed (one query, at first two). Else six queries.
    """
    if assessment.status == AssessmentStatus.PUBLISHED:
        snapshots = Snapshot.objects.filter(assessment=assessment)
        of = snapshots.values_list("published_at", "findings__beside__settled").get()
        return _published(assessment.pk, of[0], json.dumps(of[1]))
    if not missing(assessment).ready:
        return None
    case = case_for(assessment, today_in(assessment.organisation, now))
    return result_of(case, estimates_of(assessment))


@lru_cache(maxsize=_KEPT)
def _published(assessment: UUID, _published_at: dt.datetime, _settled: str) -> Result:
    """A snapshot never changes, so what was read from it once is kept.

    Save that a name may be erased from what a meeting wrote down: that is part of the key.
    """
    snapshot = Snapshot.objects.get(assessment=assessment)
    return Result(
        case=read_case(snapshot.case),
        findings=codec.load(snapshot.findings),
        kept=snapshot.findings.get("beside", {}),
        regions={name: codec.load(found) for name, found in snapshot.regions.items()},
    )


def with_settings(result: Result, settings: RoadmapSettings) -> Result:
    """The same answers planned under other settings."""
    if settings == result.case.roadmap:
        return result
    return result_of(replace(result.case, roadmap=settings))


def missing(assessment: Assessment) -> Turnout:
    """Why a result is not shown yet: who has submitted, and whether the round is open.

    Counted once for a round as it was fetched.
    """
    known: Turnout | None = vars(assessment).get("turnout")
    if known is None or known.status != assessment.status:
        known = vars(assessment)["turnout"] = turnout(assessment)
    return known


def plan_states(assessment: Assessment) -> dict[str, str] | None:
    """Status of each action in the plan adopted from a round; None where none was adopted."""
    rows = list(
        AdoptedPlan.objects.filter(assessment=assessment).values_list(
            "actions__action", "actions__status"
        )
    )
    return {action: status for action, status in rows if action} if rows else None


# ---- facts beside the findings ----------------------------------------------------------------


def subject_of(assessment: Assessment, now: dt.datetime) -> Subject:
    """Bank and round as the pages name them."""
    return _subject(
        assessment.organisation,
        period=assessment.period,
        as_of=counting_day(assessment, today_in(assessment.organisation, now)),
        published=assessment.status == AssessmentStatus.PUBLISHED,
        anonymous=assessment.visibility == Visibility.ANONYMOUS,
    )


def with_course(subject: Subject, assessment: Assessment) -> Subject:
    """The same with the published round before it, in one query; none before publishing."""
    course = course_of(assessment)
    return replace(subject, before=course.before, shown_strategy=course.shown)


def _subject(
    organisation: Organisation, *, period: str, as_of: dt.date, published: bool, anonymous: bool
) -> Subject:
    return Subject(
        bank=organisation.name,
        fictional=organisation.fictional,
        country=organisation.country,
        marketing_share=_float(organisation.marketing_share),
        business_share=_float(organisation.business_share),
        period=period,
        as_of=as_of,
        published=published,
        anonymous=anonymous,
    )


def with_peers(subject: Subject, assessment: Assessment, now: dt.datetime) -> Subject:
    """The subject with what its bank may be laid beside: of a published round only.

    No query for a bank that lends nothing to the peers, else one.
    """
    if not subject.published:
        return subject
    return replace(subject, peers=peers_for(assessment.organisation, now))


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def published_on(assessment: Assessment) -> dt.date | None:
    """The day of publication in the bank's zone."""
    snapshot = Snapshot.objects.filter(assessment=assessment).only("published_at").first()
    if snapshot is None:
        return None
    return snapshot.published_at.astimezone(zone_of(assessment.organisation)).date()


def source_of(result: Result, subject: Subject) -> Source:
    """All that a page is written from, in the active language."""
    return Source(
        findings=result.findings,
        wording=load_wording(get_language() or "en"),
        framework=result.framework,
        case=result.case,
        subject=subject,
        regions=result.regions,
    )


def sample() -> tuple[Result, Subject]:
    """The packaged fictional bank."""
    data = json.loads(SAMPLE.read_text(encoding="utf-8"))
    subject = Subject(
        bank=data["bank"],
        fictional=True,
        country=data["country"],
        period=data["period"],
        as_of=dt.date.fromisoformat(data["date"]),
    )
    return result_of(read_case(data["case"])), subject
