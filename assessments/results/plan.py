"""The roadmap page: six stages over the quarters, with reasons, path, targets and completeness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results import svg
from assessments.results.calendar import quarter_names
from assessments.results.completeness import CountGroup, SuccessFactor, counts_of, success_of
from assessments.results.exhibits import DataTable, Figure
from assessments.results.lanes import Lane, lanes
from assessments.results.reasons import ActionCard, card, points
from assessments.results.subject import Source, Subject, midline
from assessments.ui import numbers
from assessments.ui.shell import BankNav
from maturity.assess import Findings
from maturity.case import Case
from maturity.framework import Framework
from maturity.roadmap import Limit, Roadmap, TrajectoryRow
from maturity.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One target, what the plan expects at its end, and when it is reached."""

    name: str
    expected: str
    when: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRow:
    """Expected scores at the end of a quarter."""

    quarter: str
    bank: str
    counted: str
    risk: str
    customer: str
    strategy: str
    strategy_id: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapPage:
    """The plan of one round. ``lanes`` is empty where there is no placement to plan from."""

    bank: BankNav | None
    subject: Subject
    tone: str
    facts: tuple[str, ...]
    headline: str
    lead: str
    quarters: tuple[str, ...]
    lanes: tuple[Lane, ...]
    used: tuple[str, ...]
    actions: tuple[ActionCard, ...]
    path: Figure | None
    path_title: str
    rows: tuple[PathRow, ...]
    targets_title: str
    targets: tuple[TargetRow, ...]
    limit: str
    ranking: str
    completeness: tuple[CountGroup, ...]
    success: tuple[SuccessFactor, ...]
    framework: str

    @property
    def columns(self) -> int:
        return len(self.quarters)


def build_roadmap(
    findings: Findings,
    wording: Wording,
    framework: Framework,
    *,
    case: Case,
    subject: Subject,
    limit: Limit | None = None,
    bank: BankNav | None = None,
    states: Mapping[str, str] | None = None,
) -> RoadmapPage:
    """Write the roadmap page. ``limit`` comes from ``maturity.roadmap.binding_limit``.

    ``states`` tells each adopted action's status.
    """
    source = Source(
        findings=findings,
        wording=wording,
        framework=framework,
        case=case,
        subject=subject,
        states=states or {},
    )
    roadmap = findings.roadmap
    if roadmap is None:
        return _empty(source, bank)
    # Long work may end one quarter after the last that is drawn.
    quarters = quarter_names(subject.as_of, max(1, len(roadmap.trajectory) - 1))
    steps = roadmap.plan
    return RoadmapPage(
        bank=bank,
        subject=subject,
        tone=source.strategy_id,
        facts=_facts(source, roadmap),
        headline=_headline(source, roadmap, quarters),
        lead=_lead(roadmap, quarters),
        quarters=quarters if steps else (),
        lanes=lanes(source, roadmap, quarters),
        used=tuple(
            _("%(used)s of %(capacity)s points")
            % {"used": points(row.used), "capacity": points(roadmap.capacity)}
            for row in roadmap.trajectory[1:]
        ),
        actions=tuple(card(source, roadmap, step, quarters) for step in steps),
        path=_path(source, roadmap, quarters),
        path_title=_strategy_title(source, roadmap, quarters),
        rows=tuple(_path_row(source, row, quarters) for row in roadmap.trajectory),
        targets_title=_targets_title(source, roadmap),
        targets=_targets(source, roadmap, quarters),
        limit=_limit(limit),
        ranking=_ranking(roadmap),
        completeness=counts_of(source, roadmap),
        success=success_of(source),
        framework=_("Framework %(version)s") % {"version": findings.framework},
    )


def _empty(source: Source, bank: BankNav | None) -> RoadmapPage:
    return RoadmapPage(
        bank=bank,
        subject=source.subject,
        tone=source.strategy_id,
        facts=(source.subject.period,) if source.subject.period else (),
        headline=_("There is no roadmap yet"),
        lead=_("A plan needs a score for the bank and one for its customers."),
        quarters=(),
        lanes=(),
        used=(),
        actions=(),
        path=None,
        path_title="",
        rows=(),
        targets_title="",
        targets=(),
        limit="",
        ranking="",
        completeness=(),
        success=success_of(source),
        framework=_("Framework %(version)s") % {"version": source.findings.framework},
    )


# ---- head -------------------------------------------------------------------------------------


def _facts(source: Source, roadmap: Roadmap) -> tuple[str, ...]:
    parts = []
    if source.subject.period:
        parts.append(_("Roadmap from %(period)s") % {"period": source.subject.period})
    parts.append(
        ngettext("%(count)s action", "%(count)s actions", len(roadmap.plan))
        % {"count": numbers.number(len(roadmap.plan))}
    )
    parts.append(_("%(points)s effort points a quarter") % {"points": points(roadmap.capacity)})
    parts.append(_("Strategy: %(name)s") % {"name": source.short(roadmap.strategy)})
    return tuple(parts)


def _first(rows: Sequence[TrajectoryRow], quarters: Sequence[str], met: Sequence[bool]) -> str:
    """Name of the first quarter at whose end something holds; empty where it never does."""
    for row, holds in zip(rows, met, strict=True):
        if holds:
            return quarters[row.quarter - 1] if row.quarter else _("now")
    return ""


def _reached(source: Source, roadmap: Roadmap) -> dict[str, list[bool]]:
    goal, slack = roadmap.targets, 1e-9
    rows = roadmap.trajectory
    return {
        "bank": [row.bank >= goal.bank - slack for row in rows],
        "risk": [row.risk is not None and row.risk >= goal.risk - slack for row in rows],
        "customer": [row.customer >= goal.customer - slack for row in rows],
        "gate": [
            row.risk is not None and row.risk >= source.framework.parameters.risk_gate - slack
            for row in rows
        ],
    }


def _headline(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> str:
    if not roadmap.plan:
        return _("Every target is met already")
    reached, rows = _reached(source, roadmap), roadmap.trajectory
    together = [
        all(flags)
        for flags in zip(*(reached[k] for k in ("bank", "risk", "customer")), strict=True)
    ]
    every, clear = _first(rows, quarters, together), _first(rows, quarters, reached["gate"])
    values = {"gate": clear, "every": every, "last": quarters[len(rows) - 2]}
    if source.findings.bank.risk.gate_active and clear:
        if every:
            return (
                _("Risk should pass its gate in %(gate)s, and every target by %(every)s") % values
            )
        return _("Risk should pass its gate in %(gate)s; not every target is within reach") % values
    if every:
        return _("Every target is within reach by %(every)s") % values
    met = sum(reached[key][-1] for key in ("bank", "risk", "customer"))
    return ngettext(
        "By %(last)s the plan reaches %(count)s of 3 targets",
        "By %(last)s the plan reaches %(count)s of 3 targets",
        met,
    ) % {**values, "count": numbers.number(met)}


def _lead(roadmap: Roadmap, quarters: Sequence[str]) -> str:
    if not roadmap.plan:
        return _("Keep the rhythm, and assess again in a year; or set higher targets below.")
    first, last, ends = roadmap.trajectory[0], roadmap.trajectory[-1], roadmap.range
    return _(
        "The plan takes the bank from %(bank)s to %(bank_end)s (range %(bank_range)s) and customers "
        "from %(customer)s to %(customer_end)s (range %(customer_range)s) by %(last)s."
    ) % {
        "bank": numbers.score(first.bank),
        "bank_end": numbers.score(last.bank),
        "bank_range": numbers.interval(ends.low.bank, ends.high.bank),
        "customer": numbers.score(first.customer),
        "customer_end": numbers.score(last.customer),
        "customer_range": numbers.interval(ends.low.customer, ends.high.customer),
        "last": quarters[last.quarter - 1],
    }


# ---- path and targets -------------------------------------------------------------------------


def _path_row(source: Source, row: TrajectoryRow, quarters: Sequence[str]) -> PathRow:
    return PathRow(
        quarter=quarters[row.quarter - 1] if row.quarter else _("Now"),
        bank=numbers.score(row.bank),
        counted=numbers.score(row.effective),
        risk=numbers.score(row.risk),
        customer=numbers.score(row.customer),
        strategy=source.short(row.strategy),
        strategy_id=row.strategy,
        used=points(row.used),
    )


def _strategy_title(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> str:
    """Where the expected scores would place the bank."""
    first = roadmap.trajectory[0].strategy
    for row in roadmap.trajectory[1:]:
        if row.strategy != first:
            return _("The expected quadrant turns to “%(strategy)s” in %(quarter)s") % {
                "strategy": source.short(row.strategy),
                "quarter": quarters[row.quarter - 1],
            }
    return _("The expected quadrant stays “%(strategy)s”") % {"strategy": source.short(first)}


def path_of(source: Source) -> Figure | None:
    """The expected path as a figure; None without a plan or where nothing is left to move."""
    roadmap = source.findings.roadmap
    if roadmap is None:
        return None
    count = max(1, len(roadmap.trajectory) - 1)
    return _path(source, roadmap, quarter_names(source.subject.as_of, count))


def _path(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> Figure | None:
    rows = roadmap.trajectory
    if len(rows) < 2:  # noqa: PLR2004 -- a path needs a second point
        return None
    series = [_series(roadmap, "bank", _("Bank"), "brand")]
    if all(row.risk is not None for row in rows):
        series.append(_series(roadmap, "risk", source.dimension("RSK"), "error"))
    series.append(_series(roadmap, "customer", _("Customers"), "muted"))
    gate = source.framework.parameters.risk_gate
    lines = source.findings.midlines
    chart = svg.Path(
        label=_(
            "Expected path: bank %(bank)s to %(bank_end)s, customers %(customer)s to %(customer_end)s."
        )
        % {
            "bank": numbers.score(rows[0].bank),
            "bank_end": numbers.score(rows[-1].bank),
            "customer": numbers.score(rows[0].customer),
            "customer_end": numbers.score(rows[-1].customer),
        },
        quarters=(_("Now"), *quarters[: len(rows) - 1]),
        series=tuple(series),
        gate=gate,
        gate_label=_("Risk gate %(gate)s") % {"gate": midline(gate)},
        midline=lines.bank,
        midline_label=_("Midline %(score)s") % {"score": midline(lines.bank)},
    )
    return Figure(
        title=_path_title(source, roadmap, quarters),
        measure=_("Expected score, 0–100, with the range of slower and faster progress"),
        chart=chart,
        source=_(
            "Filled: measured. Open and dashed: expected, bank before the gate. Bands: half, four "
            "fifths or all of each lift achieved, for customers half as much. Only the next "
            "assessment can clear the gate."
        ),
        table=_path_table(chart),
    )


def _path_title(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> str:
    gate = source.framework.parameters.risk_gate
    if source.findings.bank.risk.gate_active:
        slow = [band.low.risk is not None and band.low.risk >= gate for band in roadmap.band]
        clear = _first(roadmap.trajectory, quarters, slow)
        if clear:
            return _("Even slow progress clears the risk gate by %(quarter)s") % {"quarter": clear}
        return _("Slow progress would not clear the risk gate within the plan")
    ends = roadmap.range
    return _("Bank %(bank)s, customers %(customer)s at the end of the plan") % {
        "bank": numbers.interval(ends.low.bank, ends.high.bank),
        "customer": numbers.interval(ends.low.customer, ends.high.customer),
    }


def _series(roadmap: Roadmap, part: str, name: str, tone: str) -> svg.Series:
    values = tuple(float(getattr(row, part)) for row in roadmap.trajectory)
    low = tuple(float(getattr(band.low, part)) for band in roadmap.band)
    high = tuple(float(getattr(band.high, part)) for band in roadmap.band)
    return svg.Series(
        name=name,
        tone=tone,
        values=values,
        low=low,
        high=high,
        first=numbers.score(values[0]),
        last=f"{name} {numbers.score(values[-1])}",
        last_range=numbers.interval(low[-1], high[-1]),
    )


def _path_table(chart: svg.Path) -> DataTable:
    rows = []
    for index, quarter in enumerate(chart.quarters):
        cells = [quarter]
        for series in chart.series:
            cells.append(numbers.score(series.values[index]))
            cells.append(numbers.interval(series.low[index], series.high[index]))
        rows.append(tuple(cells))
    columns = [""]
    for series in chart.series:
        columns += [series.name, _("Range")]
    return DataTable(
        caption=_("Expected scores with their ranges"), columns=tuple(columns), rows=tuple(rows)
    )


def _targets(source: Source, roadmap: Roadmap, quarters: Sequence[str]) -> tuple[TargetRow, ...]:
    reached, goal, last = _reached(source, roadmap), roadmap.targets, roadmap.trajectory[-1]
    rows = (
        (_("Bank %(target)s"), goal.bank, last.bank, "bank"),
        (_("Risk %(target)s"), goal.risk, last.risk, "risk"),
        (_("Customers %(target)s"), goal.customer, last.customer, "customer"),
    )
    return tuple(
        TargetRow(
            name=name % {"target": midline(target)},
            expected=numbers.score(expected),
            when=_first(roadmap.trajectory, quarters, reached[key]) or _("not in this plan"),
            met=any(reached[key]),
        )
        for name, target, expected, key in rows
    )


def _targets_title(source: Source, roadmap: Roadmap) -> str:
    met = sum(any(flags) for key, flags in _reached(source, roadmap).items() if key != "gate")
    if met == 3:  # noqa: PLR2004 -- bank, Risk, customers
        return _("All three targets are within reach")
    return ngettext(
        "%(count)s of 3 targets is within reach",
        "%(count)s of 3 targets are within reach",
        met,
    ) % {"count": numbers.number(met)}


def _limit(limit: Limit | None) -> str:
    """What keeps the plan from its targets, found by rerunning it."""
    if limit is None or limit.kind == "none":
        return ""
    trial = limit.trials.get(limit.kind, limit.trials["none"])
    values = {
        "capacity": points(trial.capacity),
        "parallel": numbers.number(trial.parallel),
        "quarters": numbers.number(trial.quarters),
        "bank": numbers.score(trial.bank),
        "customer": numbers.score(trial.customer),
        "risk": numbers.score(trial.risk),
    }
    return {
        "capacity": _(
            "What binds is effort: with %(capacity)s points a quarter the plan would end at bank "
            "%(bank)s, Risk %(risk)s, customers %(customer)s."
        ),
        "parallel": _(
            "What binds is parallel work: with %(parallel)s actions at once the plan would end at "
            "bank %(bank)s, Risk %(risk)s, customers %(customer)s."
        ),
        "horizon": _(
            "What binds is time: over %(quarters)s quarters the plan would end at bank %(bank)s, "
            "Risk %(risk)s, customers %(customer)s."
        ),
        "prerequisites": _(
            "What binds is the order of steps: free of it the plan would end at bank %(bank)s, "
            "Risk %(risk)s, customers %(customer)s."
        ),
        "library": _(
            "No wider limit brings the targets nearer: the actions themselves do not reach further."
        ),
    }[limit.kind] % values


def _ranking(roadmap: Roadmap) -> str:
    price = {
        "effort": _("effort"),
        "share": _("share of a quarter’s capacity and slots"),
        "root": _("the square root of effort"),
        "one": _("number of actions"),
    }[roadmap.ranking.price]
    return _(
        "Twelve rankings were tried and the best plan kept: worth per %(price)s, counting "
        "%(share)s of what an action opens."
    ) % {"price": price, "share": numbers.percent(roadmap.ranking.look_ahead)}
