"""A round as tables: typed columns with their explanations, and the rows from what pages show too.

Nothing is computed here that the engine did not compute. What a reader may not see on the pages is
not in a table either: single answers come from `consensus.queries.Panel`, and where a small group
among anonymous respondents rated a question, that question's figures stay out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.consensus.queries import Cell as Rating
from assessments.consensus.queries import Panel
from assessments.models import ActionStatus, EvidenceGrade, Special
from assessments.plans.queries import Entry, Plan
from assessments.results.calendar import quarter_names
from assessments.results.reasons import tag
from assessments.results.story import reach
from assessments.results.subject import Source
from assessments.ui.quarters import quarter_name
from assessments.ui.sheets import Cell, Column, Kind, Table
from maturity.answers import ItemScore
from maturity.framework import AWARENESS, CUSTOMERS, FACETS, Item
from maturity.roadmap import PlannedAction, Roadmap
from maturity.scoring import FacetScore, score_facets

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a round's tables are made from. `panel` is None for who may not see answers."""

    source: Source
    panel: Panel | None = None
    plan: Plan | None = None


def _score(id_: str, heading: object, explanation: object) -> Column:
    return Column(
        id=id_,
        heading=heading,  # type: ignore[arg-type]  # lazy text
        explanation=explanation,  # type: ignore[arg-type]
        kind=Kind.DECIMAL,
        unit=_("points, 0–100"),
    )


# ---- scores ------------------------------------------------------------------------------------

SCORES = (
    Column(
        id="part",
        heading=_("Part"),
        explanation=_("What is scored: an axis, a dimension, a facet or a question."),
        width=12,
    ),
    Column(
        id="id",
        heading=_("Id"),
        explanation=_("The same in every language and round."),
        width=14,
    ),
    Column(id="name", heading=_("Name"), explanation=_("What it is called here."), width=44),
    Column(
        id="dimension",
        heading=_("Dimension"),
        explanation=_("The dimension that a facet or question belongs to."),
        width=24,
    ),
    Column(
        id="facet",
        heading=_("Facet"),
        explanation=_("Awareness (knows, decided, agreed) or usage (does, with evidence)."),
        width=12,
    ),
    _score(
        "score",
        _("Score"),
        _("As the results page shows it. Empty where nothing could be scored."),
    ),
    _score(
        "low",
        _("90 % from"),
        _(
            "Lower end of the 90 % interval. For dimensions, facets and questions it covers the "
            "doubt of their own answers; for the bank, customers and Risk as axes also how kind "
            "raters are as a group."
        ),
    ),
    _score("high", _("90 % to"), _("Upper end of the 90 % interval.")),
    _score(
        "lowest",
        _("Lowest"),
        _("The score if every open or unknown answer fell lowest."),
    ),
    _score(
        "highest",
        _("Highest"),
        _("The score if every open or unknown answer fell highest."),
    ),
    Column(
        id="level",
        heading=_("Level"),
        explanation=_(
            "Of a question: the mean of its ratings, or what a meeting agreed. Of the bank: its "
            "level of maturity."
        ),
        kind=Kind.DECIMAL,
        unit=_("levels, 1–5"),
        places=2,
    ),
    Column(
        id="state",
        heading=_("State"),
        explanation=_(
            "Of a question: rated, don’t know, not applicable, not answered, or too few to show: "
            "in an anonymous round no group of fewer than four is shown apart."
        ),
        width=16,
    ),
    Column(
        id="coverage",
        heading=_("Coverage"),
        explanation=_("How much of what applies was rated, by weight."),
        kind=Kind.PERCENT,
        places=0,
        unit=_("share, 0–1"),
    ),
    Column(
        id="ratings",
        heading=_("Ratings"),
        explanation=_("How many people rated the question."),
        kind=Kind.WHOLE,
        unit=_("people"),
    ),
    Column(
        id="evidence",
        heading=_("Evidence"),
        explanation=_(
            "The grade that counted: E0 claimed, E1 described, E2 document seen, E3 verified by "
            "someone independent."
        ),
        width=10,
    ),
    Column(
        id="agreed",
        heading=_("Agreed"),
        explanation=_("Whether the level was agreed in a meeting."),
        kind=Kind.YES_NO,
    ),
    Column(
        id="weight",
        heading=_("Weight"),
        explanation=_("Of a question within its facet; core questions weigh double."),
        kind=Kind.WHOLE,
    ),
    Column(
        id="critical",
        heading=_("Critical"),
        explanation=_("Whether the question is a critical control."),
        kind=Kind.YES_NO,
    ),
)


def scores(source: Source) -> Table:
    """Axes, dimensions, facets and questions with their intervals, one row each."""
    rows = [*_axes(source), *_dimensions(source), *_facets(source), *_questions(source)]
    return Table(
        title=gettext("Scores"),
        note=gettext("One row for everything that has a score."),
        columns=SCORES,
        rows=[[row.get(column.id) for column in SCORES] for row in rows],
    )


def _axes(source: Source) -> Iterator[dict[str, Cell]]:
    findings, z = source.findings, source.framework.parameters.z90
    bank, customer, risk = findings.bank, findings.customer, findings.bank.risk
    between = _pair(bank.ci90) | _pair(bank.bounds, "lowest", "highest")
    lines: list[tuple[str, str, float | None, dict[str, Cell]]] = [
        (
            "bank",
            gettext("Bank, as it counts"),
            bank.effective,
            {"level": None if bank.level is None else float(bank.level)},
        ),
        ("bank_raw", gettext("Bank, before the risk gate"), bank.raw, between),
        ("questionnaire", gettext("Questionnaire"), bank.questionnaire, {}),
        ("channel_index", gettext("Channel index"), bank.channel_index, {}),
        (
            "risk",
            gettext("Risk, as the gate sees it"),
            risk.score,
            _around(risk.score, risk.se, z),
        ),
        (
            "customer",
            gettext("Customers"),
            customer.score,
            _around(customer.score, customer.se, z),
        ),
    ]
    for id_, name, score, more in lines:
        yield {"part": gettext("axis"), "id": id_, "name": name, "score": score} | more


def _around(score: float | None, se: float | None, z: float) -> dict[str, Cell]:
    if score is None or se is None:
        return {}
    return _pair(reach(score, se, z))


def _pair(
    between: tuple[float, float] | None, low: str = "low", high: str = "high"
) -> dict[str, Cell]:
    return {} if between is None else {low: between[0], high: between[1]}


def _dimensions(source: Source) -> Iterator[dict[str, Cell]]:
    z = source.framework.parameters.z90
    for id_, found in source.findings.bank.dimensions.items():
        yield {
            "part": gettext("dimension"),
            "id": id_,
            "name": source.dimension(id_),
            "score": found.score,
            "lowest": found.low,
            "highest": found.high,
            "coverage": found.coverage,
        } | _around(found.score, found.variance**0.5, z)
    guess = source.findings.estimate
    if guess is not None:
        yield {
            "part": gettext("dimension"),
            "id": CUSTOMERS,
            "name": gettext("Customers, the bank’s own estimate"),
            "score": guess.score,
        } | _around(guess.score, guess.se, z)


def _facets(source: Source) -> Iterator[dict[str, Cell]]:
    for dimension in (*source.framework.dimensions, CUSTOMERS):
        found = score_facets(source.framework, source.findings.items, dimension)
        for facet, score in found.items():
            yield _facet(source, dimension, facet, score)


def _facet(source: Source, dimension: str, facet: str, found: FacetScore) -> dict[str, Cell]:
    return {
        "part": gettext("facet"),
        "id": f"{dimension}.{facet}",
        "name": f"{source.dimension(dimension)}: {_facet_name(facet)}",
        "dimension": source.dimension(dimension),
        "facet": _facet_name(facet),
        "score": found.score,
        "lowest": found.low,
        "highest": found.high,
        "coverage": found.coverage,
    } | _around(found.score, found.variance**0.5, source.framework.parameters.z90)


def _facet_name(facet: str) -> str:
    return gettext("awareness") if facet == AWARENESS else gettext("usage")


def _questions(source: Source) -> Iterator[dict[str, Cell]]:
    for dimension in (*source.framework.dimensions, CUSTOMERS):
        for facet in FACETS:
            items = source.framework.facets.get((dimension, facet), ())
            # One question left out of a facet could be told from the others and the facet's score.
            withheld = any(source.few(item.id) for item in items)
            for item in items:
                yield _question(source, item, withheld=withheld)


def _question(source: Source, item: Item, *, withheld: bool) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "part": gettext("question"),
        "id": item.id,
        "name": source.item(item.id),
        "dimension": source.dimension(item.dimension),
        "facet": _facet_name(item.facet),
        "weight": item.weight,
        "critical": item.critical,
    }
    if withheld:
        return row | {"state": gettext("too few to show")}
    score = source.findings.items[item.id]
    doubt = score.variance**0.5 if score.variance else None
    return (
        row
        | {
            "score": score.points,
            "lowest": score.low,
            "highest": score.high,
            "level": score.level,
            "state": _state(score),
            "ratings": score.ratings,
            "evidence": score.evidence if score.kind == "rated" else None,
            "agreed": score.agreed,
        }
        | _around(score.points, doubt, source.framework.parameters.z90)
    )


def _state(score: ItemScore) -> str:
    return {
        "rated": gettext("rated"),
        "dk": gettext("don’t know"),
        "na": gettext("not applicable"),
        "blank": gettext("not answered"),
    }[score.kind]


# ---- placement ---------------------------------------------------------------------------------

PLACEMENT = (
    Column(
        id="strategy",
        heading=_("Strategy"),
        explanation=_("Its id, the same in every language."),
        width=14,
    ),
    Column(id="name", heading=_("Name"), explanation=_("What the strategy is called."), width=40),
    Column(
        id="probability",
        heading=_("Probability"),
        explanation=_("How likely this quadrant is, from both scores, their doubt and the gate."),
        kind=Kind.PERCENT,
        unit=_("share, 0–1"),
    ),
    Column(
        id="placed",
        heading=_("Placed here"),
        explanation=_("Whether the bank is placed in this quadrant."),
        kind=Kind.YES_NO,
    ),
    Column(
        id="confidence",
        heading=_("Confidence"),
        explanation=_("Of the placement: firm, leaning or borderline."),
        width=14,
    ),
)


def firmness(status: str) -> str:
    """How sure a placement is, in a word."""
    return {
        "firm": gettext("firm"),
        "leaning": gettext("leaning"),
        "borderline": gettext("borderline"),
    }[status]


def placement(source: Source) -> Table:
    """The four strategies, likeliest first; no rows without a placement."""
    found = source.findings.placement
    ranked = sorted(found.probabilities.items(), key=lambda e: (-e[1], e[0])) if found else []
    return Table(
        title=gettext("Placement"),
        note=gettext("The four strategies and how likely each is."),
        columns=PLACEMENT,
        rows=[
            [
                id_,
                source.strategy(id_),
                share,
                found is not None and id_ == found.strategy,
                firmness(found.status) if found and id_ == found.strategy else None,
            ]
            for id_, share in ranked
        ],
    )


# ---- regions -----------------------------------------------------------------------------------

REGIONS = (
    Column(id="region", heading=_("Region"), explanation=_("Its name in the bank."), width=24),
    _score("customer", _("Customers"), _("The region’s customers, as the lead estimated them.")),
    _score("low", _("90 % from"), _("Lower end of the 90 % interval.")),
    _score("high", _("90 % to"), _("Upper end of the 90 % interval.")),
    Column(
        id="strategy",
        heading=_("Strategy"),
        explanation=_("Its id, the same in every language; from the bank’s score and these."),
        width=14,
    ),
    Column(id="name", heading=_("Name"), explanation=_("What the strategy is called."), width=40),
    Column(
        id="probability",
        heading=_("Probability"),
        explanation=_("How likely the strategy is."),
        kind=Kind.PERCENT,
        unit=_("share, 0–1"),
    ),
)


def regions(source: Source) -> Table:
    """Regions whose customers were estimated apart, by name; no rows without any."""
    z = source.framework.parameters.z90
    rows: list[Row] = []
    for name, findings in sorted(source.regions.items()):
        customer, found = findings.customer, findings.placement
        around = _around(customer.score, customer.se, z)
        rows.append(
            [
                name,
                customer.score,
                around.get("low"),
                around.get("high"),
                found.strategy if found else None,
                source.strategy(found.strategy) if found else None,
                found.probabilities[found.strategy] if found else None,
            ]
        )
    return Table(
        title=gettext("Regions"),
        note=gettext("Customers by region. The bank’s own score is the same everywhere."),
        columns=REGIONS,
        rows=rows,
    )


# ---- the expected path -------------------------------------------------------------------------

_SLOW = _("With slow progress: half of what each action should lift.")
_FAST = _("With fast progress: all of what each action should lift.")
QUARTERS = (
    Column(
        id="quarter",
        heading=_("Quarter"),
        explanation=_("Of the plan; 0 is now."),
        kind=Kind.WHOLE,
    ),
    Column(id="name", heading=_("Name"), explanation=_("The quarter of the calendar."), width=14),
    _score("bank", _("Bank"), _("Expected at the end of the quarter, before the gate.")),
    _score("bank_low", _("Bank, slow"), _SLOW),
    _score("bank_high", _("Bank, fast"), _FAST),
    _score("counted", _("Bank, counted"), _("As it would count, after the gate.")),
    _score("risk", _("Risk"), _("Expected at the end of the quarter.")),
    _score("risk_low", _("Risk, slow"), _SLOW),
    _score("risk_high", _("Risk, fast"), _FAST),
    _score("customer", _("Customers"), _("Expected at the end of the quarter.")),
    _score("customer_low", _("Customers, slow"), _SLOW),
    _score("customer_high", _("Customers, fast"), _FAST),
    Column(
        id="strategy",
        heading=_("Strategy"),
        explanation=_("Where the expected scores would place the bank."),
        width=30,
    ),
    Column(
        id="effort",
        heading=_("Effort used"),
        explanation=_("By the actions that run in the quarter."),
        kind=Kind.DECIMAL,
        unit=_("effort points"),
    ),
)


def quarters(source: Source) -> Table:
    """Where the plan should lead, quarter by quarter; no rows without a roadmap."""
    roadmap = source.findings.roadmap
    return Table(
        title=gettext("Quarters"),
        note=gettext("What the roadmap expects. Only the next assessment changes a score."),
        columns=QUARTERS,
        rows=[] if roadmap is None else _quarter_rows(source, roadmap),
    )


def _quarter_rows(source: Source, roadmap: Roadmap) -> list[Row]:
    names = [gettext("now"), *quarter_names(source.subject.as_of, len(roadmap.trajectory) - 1)]
    return [
        [
            row.quarter,
            names[row.quarter],
            row.bank,
            band.low.bank,
            band.high.bank,
            row.effective,
            row.risk,
            band.low.risk,
            band.high.risk,
            row.customer,
            band.low.customer,
            band.high.customer,
            source.strategy(row.strategy),
            row.used,
        ]
        for row, band in zip(roadmap.trajectory, roadmap.band, strict=True)
    ]


# ---- roadmap and adopted plan ------------------------------------------------------------------

PLAN = (
    Column(
        id="action",
        heading=_("Action"),
        explanation=_("Its id in the library of actions."),
        width=10,
    ),
    Column(id="title", heading=_("Title"), explanation=_("What is to be done."), width=46),
    Column(id="stage", heading=_("Stage"), explanation=_("One of the six stages."), width=14),
    Column(
        id="place",
        heading=_("Place"),
        explanation=_("In the roadmap; empty for an action that the bank added by itself."),
        kind=Kind.WHOLE,
    ),
    Column(
        id="quarter",
        heading=_("Starts in quarter"),
        explanation=_("Of the roadmap; 1 is the first."),
        kind=Kind.WHOLE,
    ),
    Column(
        id="ends",
        heading=_("Ends in quarter"),
        explanation=_("Of the roadmap, at whose end the action is finished."),
        kind=Kind.WHOLE,
    ),
    Column(
        id="starts_in",
        heading=_("Starts in"),
        explanation=_("The quarter of the calendar."),
        width=12,
    ),
    Column(
        id="why",
        heading=_("Put first"),
        explanation=_(
            "“must”: the rules put it first; “for customers”: it keeps both sides rising; empty: "
            "it gave the most for its effort."
        ),
        width=14,
    ),
    Column(
        id="effort",
        heading=_("Effort"),
        explanation=_("What the action takes."),
        kind=Kind.WHOLE,
        unit=_("effort points"),
    ),
    Column(
        id="cost",
        heading=_("Cost"),
        explanation=_("In full-time salary months."),
        width=24,
    ),
    Column(
        id="suggested_owner",
        heading=_("Suggested owner"),
        explanation=_("The function that the library suggests."),
        width=22,
    ),
    _score(
        "bank_gain",
        _("Gain, bank"),
        _("What finishing it alone would add to the bank’s score when it was chosen."),
    ),
    _score(
        "customer_gain",
        _("Gain, customers"),
        _("What finishing it alone would add to the customers’ score when it was chosen."),
    ),
    Column(id="first_step", heading=_("First step"), explanation=_("How to begin."), width=50),
    Column(id="kpi", heading=_("KPI"), explanation=_("What to count."), width=40),
    Column(
        id="adopted",
        heading=_("Adopted"),
        explanation=_("Whether the action is in the plan that the bank adopted from this round."),
        kind=Kind.YES_NO,
    ),
    Column(
        id="owner",
        heading=_("Owner"),
        explanation=_("Who owns it in the adopted plan."),
        width=22,
    ),
    Column(
        id="due_in",
        heading=_("Due in"),
        explanation=_("The quarter in which the adopted plan wants it done."),
        width=12,
    ),
    Column(
        id="due_on",
        heading=_("Due on"),
        explanation=_("The last day that is in time."),
        kind=Kind.DAY,
    ),
    Column(
        id="status",
        heading=_("Status"),
        explanation=_("In the adopted plan: planned, started, done or dropped."),
        width=12,
    ),
    Column(id="note", heading=_("Note"), explanation=_("What the bank noted beside it."), width=44),
)


def plan(material: Material) -> Table:
    """The roadmap's actions in order with how they stand, then what the bank added by itself."""
    source, adopted = material.source, material.plan
    steps = source.findings.roadmap.plan if source.findings.roadmap else ()
    entries = dict(adopted.by_action) if adopted else {}
    lines: list[tuple[str, PlannedAction | None, int | None]] = [
        (step.action, step, place) for place, step in enumerate(steps, start=1)
    ]
    known = {step.action for step in steps}
    lines += [(id_, None, None) for id_ in entries if id_ not in known]
    return Table(
        title=gettext("Plan"),
        note=gettext("The roadmap’s actions, and how each stands in the plan adopted from it."),
        columns=PLAN,
        rows=[
            [
                *_step_cells(source, id_, step, place),
                *_entry_cells(adopted, entries.get(id_)),
            ]
            for id_, step, place in lines
        ],
    )


def _step_cells(
    source: Source, id_: str, step: PlannedAction | None, place: int | None
) -> list[Cell]:
    action, words = source.framework.actions[id_], source.wording.actions[id_]
    starts = quarter_names(source.subject.as_of, step.quarter)[-1] if step else None
    return [
        id_,
        words.title,
        source.wording.stages[action.stage].name,
        place,
        step.quarter if step else None,
        step.ends if step else None,
        starts,
        (tag(step.reason) or None) if step else None,
        action.effort,
        source.wording.cost_bands[action.cost_band],
        source.wording.owners[action.owner],
        step.bank_gain if step else None,
        step.customer_gain if step else None,
        words.first_step,
        words.kpi,
    ]


def _entry_cells(adopted: Plan | None, entry: Entry | None) -> list[Cell]:
    if adopted is None:
        return [None] * 6
    if entry is None:
        return [False, None, None, None, None, None]
    return [
        True,
        entry.owner or None,
        quarter_name(adopted.first_quarter_on, entry.due_quarter),
        entry.due_on,
        str(ActionStatus(entry.status).label),
        entry.note or None,
    ]


# ---- answers -----------------------------------------------------------------------------------

ANSWERS = (
    Column(
        id="respondent",
        heading=_("Respondent"),
        explanation=_(
            "A name, or a function where the round shows answers by function; a number tells "
            "several of one function apart."
        ),
        width=24,
    ),
    Column(
        id="question",
        heading=_("Question"),
        explanation=_("Its id, the same in every language and round."),
        width=12,
    ),
    Column(id="dimension", heading=_("Dimension"), explanation=_("Its dimension."), width=24),
    Column(id="facet", heading=_("Facet"), explanation=_("Awareness or usage."), width=12),
    Column(id="title", heading=_("Title"), explanation=_("Of the question."), width=40),
    Column(
        id="answer",
        heading=_("Answer"),
        explanation=_(
            "level, don’t know, not applicable, not answered, or not shown: given before the "
            "engagement began, or so few that it would tell of others."
        ),
        width=16,
    ),
    Column(
        id="level",
        heading=_("Level"),
        explanation=_("What was chosen."),
        kind=Kind.WHOLE,
        unit=_("levels, 1–5"),
    ),
    Column(
        id="chosen",
        heading=_("In words"),
        explanation=_("The heading of the chosen level."),
        width=44,
    ),
    Column(
        id="reason",
        heading=_("Why not applicable"),
        explanation=_("As the respondent wrote it."),
        width=40,
    ),
    Column(id="note", heading=_("Note"), explanation=_("As the respondent wrote it."), width=50),
    Column(
        id="link",
        heading=_("Evidence link"),
        explanation=_("An address, as text; open it with care."),
        width=40,
    ),
    Column(
        id="claim",
        heading=_("Evidence claimed"),
        explanation=_("E0 claimed or E1 described; what counted is on the sheet of scores."),
        width=12,
    ),
)


def answers(source: Source, panel: Panel) -> Table:
    """Every respondent's answer to every question, as far as this reader sees them apart."""
    return Table(
        title=gettext("Answers"),
        note=gettext("One row for each respondent and question."),
        columns=ANSWERS,
        rows=[
            _answer_row(source, label, item, panel.row(item.id)[place])
            for place, label in enumerate(panel.columns)
            for item in source.framework.items.values()
        ],
    )


def _answer_row(source: Source, label: str, item: Item, rating: Rating) -> Row:
    level = rating.answer if isinstance(rating.answer, int) else None
    value = None if rating.value is None or rating.value.carried else rating.value
    return [
        label,
        item.id,
        source.dimension(item.dimension),
        _facet_name(item.facet),
        source.item(item.id),
        _said(rating),
        level,
        source.wording.items[item.id].levels[level - 1].headline if level else None,
        (value.reason or None) if value else None,
        (value.note or None) if value else None,
        (value.link or None) if value else None,
        EvidenceGrade(value.evidence).value if value and level else None,
    ]


def _said(rating: Rating) -> str:
    if rating.hidden:
        return gettext("not shown")
    if isinstance(rating.answer, int):
        return gettext("level")
    return {
        Special.DONT_KNOW.value: gettext("don’t know"),
        Special.NOT_APPLICABLE.value: gettext("not applicable"),
    }.get(rating.answer or "", gettext("not answered"))


# ---- all of them -------------------------------------------------------------------------------

NAMES = ("scores", "placement", "regions", "quarters", "plan", "answers")


def table(material: Material, name: str) -> Table | None:
    """One table by the name in its address; None where there is none, or not for this reader.

    Raises KeyError for a name that is none of `NAMES`.
    """
    if name == "answers":
        shown = material.panel
        return None if shown is None else answers(material.source, shown)
    if name == "plan":
        return plan(material)
    if name == "regions":
        return regions(material.source) if material.source.regions else None
    return {"scores": scores, "placement": placement, "quarters": quarters}[name](material.source)


def tables(material: Material) -> list[Table]:
    """All that this reader may take, in order."""
    return [found for name in NAMES if (found := table(material, name)) is not None]
