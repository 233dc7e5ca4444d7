"""Everything that the results page, its print and the PDF show, formatted and in words.

``build`` turns findings into a ``ResultsPage``: templates get it and do no sums. Texts are in the
language that is active while it runs. Charts inside draw themselves for screen and paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results import outside, profile, regional, story, svg
from assessments.results.confidence import Confidence, confidence
from assessments.results.exhibits import DataTable, Figure
from assessments.results.peers import Peers, peers
from assessments.results.plan import RoadmapPage, build_roadmap, path_of
from assessments.results.queries import Result
from assessments.results.reasons import effort, gain, points
from assessments.results.subject import Source, Subject
from assessments.ui import numbers
from assessments.ui.shell import BankNav
from maturity.assess import Findings
from maturity.case import Case
from maturity.framework import Framework
from maturity.wording import Wording, load_wording

__all__ = [
    "DataTable",
    "Figure",
    "ResultsPage",
    "RoadmapPage",
    "Subject",
    "build",
    "build_roadmap",
    "page_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """One action of the first quarter."""

    id: str
    title: str
    owner: str
    effort: str
    gain: str
    reason: str
    first_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextQuarter:
    """The actions to begin with, or why there are none."""

    title: str
    actions: tuple[NextAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """One round's result. Parts that have nothing to show are None or empty."""

    bank: BankNav | None
    subject: Subject
    tone: str
    facts: tuple[str, ...]
    headline: str
    lead: str
    since: str  # how far both scores moved since the round before
    course: story.Notice | None  # where another strategy is named than this round found
    warnings: tuple[story.Notice, ...]
    quadrant: Figure | None
    level: str
    scale: tuple[str, str, str]  # the ends and the middle of what scores are drawn on
    scores: tuple[profile.ScoreRow, ...]
    gate: story.Notice | None
    floors: tuple[story.Notice, ...]
    confidence: Confidence | None
    strategy: story.StrategyView | None
    dimensions: profile.Profile
    say_do: tuple[profile.SayDo, ...]
    say_do_note: str
    strengths: tuple[profile.ItemCard, ...]
    gaps: tuple[profile.ItemCard, ...]
    channels: outside.Channels
    customers: outside.Customers
    regions: regional.Regions | None
    agreement: outside.AgreementView
    peers: Peers | None
    benchmarks: outside.Benchmarks | None
    next_quarter: NextQuarter
    path: Figure | None
    framework: str


def build(
    findings: Findings,
    wording: Wording,
    framework: Framework,
    *,
    case: Case,
    subject: Subject,
    no_regret: tuple[str, ...] = (),
    regions: Mapping[str, Findings] | None = None,
    bank: BankNav | None = None,
) -> ResultsPage:
    """Write the results page. ``no_regret`` comes from ``maturity.roadmap.no_regret``."""
    source = Source(
        findings=findings,
        wording=wording,
        framework=framework,
        case=case,
        subject=subject,
        regions=regions or {},
    )
    return ResultsPage(
        bank=bank,
        subject=subject,
        tone=source.strategy_id,
        facts=facts(source),
        headline=story.headline(source),
        lead=story.lead(source),
        since=story.since(source),
        course=story.course(source),
        warnings=story.warnings(source),
        quadrant=_quadrant(source),
        level=story.level_title(source),
        scale=(numbers.number(0), numbers.number(50), numbers.number(100)),
        scores=profile.score_rows(source),
        gate=story.gate(source),
        floors=story.floors(source),
        confidence=confidence(source, no_regret),
        strategy=_strategy(source),
        dimensions=profile.profile(source),
        say_do=profile.say_do(source),
        say_do_note=_say_do_note(source),
        strengths=profile.strengths(source),
        gaps=profile.gaps(source),
        channels=outside.channels(source),
        customers=outside.customers(source),
        regions=regional.regions(source),
        agreement=outside.agreement(source),
        peers=peers(source),
        benchmarks=outside.benchmarks(source),
        next_quarter=_next_quarter(source),
        path=path_of(source),
        framework=_("Framework %(version)s") % {"version": findings.framework},
    )


def page_of(result: Result, subject: Subject, language: str) -> ResultsPage:
    """The results page of a round's result, in the language that is active."""
    return build(
        result.findings,
        load_wording(language),
        result.framework,
        case=result.case,
        subject=subject,
        no_regret=result.no_regret,
        regions=result.regions,
    )


def facts(source: Source) -> tuple[str, ...]:
    """Period, date, respondents and coverage: the line above the headline."""
    subject, dimensions = source.subject, source.findings.bank.dimensions
    parts = [subject.period] if subject.period else []
    if subject.as_of:
        parts.append(numbers.day(subject.as_of))
    parts.append(profile.respondents(source.respondents, subject.asked))
    if dimensions:
        rated = sum(
            item.weight
            for item in source.framework.bank_items
            if source.findings.items[item.id].kind == "rated"
        )
        whole = sum(
            item.weight
            for item in source.framework.bank_items
            if source.findings.items[item.id].kind != "na"
        )
        parts.append(_("Coverage %(share)s") % {"share": numbers.percent(rated / whole)})
    return tuple(parts)


def _quadrant(source: Source) -> Figure | None:
    chart = story.quadrant(source)
    if chart is None:
        return None
    return Figure(
        title=story.quadrant_title(source),
        measure="",
        chart=chart,
        source=_quadrant_source(source),
        table=_quadrant_table(source, chart),
    )


def _quadrant_source(source: Source) -> str:
    """How to read the picture, in whole sentences."""
    texts = [
        _(
            "Filled mark: what counts. Open mark: the score without the risk gate. Ellipse: where "
            "both true scores lie together nine times in ten; thick marks on the axes and shaded "
            "bars show each score alone."
        )
        if source.gate_bites
        else _(
            "Mark: both scores. Ellipse: where both true scores lie together nine times in ten; "
            "thick marks on the axes and shaded bars show each score alone."
        ),
    ]
    if source.subject.before:
        texts.append(
            _("Small ring: where the bank stood in %(period)s.")
            % {"period": source.subject.before.period}
        )
    if source.subject.fictional:
        texts.append(_("This bank is fictional."))
    return " ".join(texts)


def _quadrant_table(source: Source, chart: svg.Quadrant) -> DataTable:
    rows = [
        (
            _("Bank, without the gate") if chart.gated else _("Bank"),
            numbers.score(chart.bank),
            numbers.interval(*chart.bank_range),
        ),
        (
            _("Customers"),
            numbers.score(chart.customer),
            numbers.interval(*chart.customer_range),
        ),
    ]
    if chart.gated:
        rows.insert(0, (_("Bank, counted"), numbers.score(chart.counted), "–"))
    if chart.trail:
        words = {"period": chart.trail.period}
        rows += [
            (_("Bank in %(period)s") % words, numbers.score(chart.trail.bank), "–"),
            (_("Customers in %(period)s") % words, numbers.score(chart.trail.customer), "–"),
        ]
    rows += [(cell.name, cell.share, "–") for cell in chart.cells]
    return DataTable(
        caption=_("Scores and probabilities in the quadrant"),
        columns=("", _("Value"), _("90 %% range") % ()),
        rows=tuple(rows),
    )


def _strategy(source: Source) -> story.StrategyView | None:
    placement = source.findings.placement
    if placement is None:
        return None
    words = source.wording.strategies[placement.strategy]
    return story.StrategyView(
        id=placement.strategy,
        name=words.name,
        short=words.short,
        title=_("What “%(strategy)s” asks of the bank") % {"strategy": words.name},
        meaning=words.meaning,
        start=words.start,
        stop=words.stop,
    )


def _say_do_note(source: Source) -> str:
    """Said where no dimension is far apart, so that silence is not mistaken for an omission."""
    gaps = [
        (abs(d.gap), id_) for id_, d in source.findings.bank.dimensions.items() if d.gap is not None
    ]
    if not gaps:
        return _("No dimension has both awareness and usage answered.")
    widest, id_ = max(gaps)
    return _(
        "Knowing and doing lie within 20 points everywhere; the widest is %(name)s at %(gap)s."
    ) % {
        "name": source.dimension(id_),
        "gap": numbers.score(widest),
    }


def _next_quarter(source: Source) -> NextQuarter:
    roadmap = source.findings.roadmap
    if roadmap is None:
        return NextQuarter(title=_("A roadmap needs a score on both axes"), actions=())
    steps = [step for step in roadmap.plan if step.quarter == 1]
    if not steps:
        return NextQuarter(title=_("Every target is met already"), actions=())
    used = roadmap.trajectory[1].used
    return NextQuarter(
        title=ngettext(
            "Next quarter: %(count)s action, %(used)s of %(capacity)s effort points",
            "Next quarter: %(count)s actions, %(used)s of %(capacity)s effort points",
            len(steps),
        )
        % {
            "count": numbers.number(len(steps)),
            "used": points(used),
            "capacity": points(roadmap.capacity),
        },
        actions=tuple(
            NextAction(
                id=step.action,
                title=source.action(step.action),
                owner=source.wording.owners[source.framework.actions[step.action].owner],
                effort=effort(step.effort),
                gain=gain(step.bank_gain, step.customer_gain),
                reason=step.reason,
                first_step=source.wording.actions[step.action].first_step,
            )
            for step in steps
        ),
    )
