"""What a comparison says, formatted once for page and paper: every part is one exhibit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison import charts
from assessments.comparison.lineup import Lineup, Side
from assessments.models import ComparisonKind
from assessments.results import story
from assessments.results.subject import joined, midline
from assessments.ui import numbers
from maturity.channels import SILENT
from maturity.compare import DimensionRows, Row
from maturity.compare import Side as Where
from maturity.framework import CUSTOMERS
from maturity.quadrant import QUADRANTS

SIGNS: Mapping[Where, str] = {"higher": "▲", "lower": "▼", "same": ""}
NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One side above its figures. `state` says what must be known before reading them."""

    place: int
    name: str
    when: str
    version: str
    state: str
    icon: SafeString
    fictional: bool = False
    url: str = ""
    lead_url: str = ""  # the same comparison with this side as the reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure. `sign` and `note` tell a difference of a level or more; so does bold."""

    value: str
    change: str = ""
    sign: str = ""
    note: str = ""

    @property
    def strong(self) -> bool:
        return bool(self.sign)

    @property
    def text(self) -> str:
        """Value and sign on one line."""
        return f"{self.value} {self.sign}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of figures, a cell a side."""

    id: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return any(cell.strong for cell in self.cells)


def count_of(lineup: Lineup, count: int) -> str:
    """So many of what is compared: 3 banks."""
    texts = {
        ComparisonKind.BANKS: ngettext("%(count)s bank", "%(count)s banks", count),
        ComparisonKind.ROUNDS: ngettext("%(count)s round", "%(count)s rounds", count),
        ComparisonKind.REGIONS: ngettext(
            "%(count)s group of customers", "%(count)s groups of customers", count
        ),
    }
    return texts[lineup.kind] % {"count": numbers.number(count)}


def columns(lineup: Lineup) -> tuple[Column, ...]:
    """The heads of all columns."""
    return tuple(
        Column(
            place=side.place,
            name=name,
            when=lineup.when(side),
            version=_("framework %(version)s") % {"version": side.source.findings.framework},
            state=_state(side),
            icon=charts.marker(side.place),
            fictional=side.fictional,
        )
        for side, name in zip(lineup.sides, lineup.names, strict=True)
    )


def _state(side: Side) -> str:
    bank = side.source.findings.bank
    if bank.status == "insufficient":
        return _("too few answers")
    return _("provisional") if bank.status == "provisional" else ""


def cells(lineup: Lineup, row: Row) -> tuple[Cell, ...]:
    """One row of scores, 0 to 100, with what differs from the reference."""
    reference = lineup.reference
    found = []
    for place, (value, change, side) in enumerate(
        zip(row.values, row.differences, row.sides, strict=True)
    ):
        found.append(
            Cell(
                value=numbers.score(value),
                change=numbers.signed(change) if place and change is not None else "",
                sign=SIGNS[side],
                note=note(side, reference),
            )
        )
    return tuple(found)


def note(side: Where, reference: str) -> str:
    """A difference in words, for who hears the page."""
    texts = {
        "higher": _("a level or more above %(name)s"),
        "lower": _("a level or more below %(name)s"),
        "same": "",
    }
    return texts[side] % {"name": reference}


# ---- the facts of each side --------------------------------------------------------------------


def facts(lineup: Lineup) -> tuple[Line, ...]:
    """What a reader asks first of each side, a line a question."""
    of = [_facts_of(side) for side in lineup.sides]
    return tuple(
        Line(id=id_, name=name, cells=tuple(Cell(value=found[id_]) for found in of))
        for id_, name in _fact_names(lineup).items()
    )


def _fact_names(lineup: Lineup) -> dict[str, str]:
    return {
        "strategy": _("Strategy"),
        "sure": _("How sure"),
        "level": _("Level"),
        "bank": _("Bank score that counts"),
        "customer": _("Customers"),
        "gate": _("Risk gate"),
        "agreement": _("Agreement index"),
        "coverage": _("Bank questions answered"),
        "silent": _("Silent accounts"),
    }


def _facts_of(side: Side) -> dict[str, str]:
    source, findings = side.source, side.source.findings
    bank, placement = findings.bank, findings.placement
    silent = None if findings.channels is None else len(findings.channels.silent)
    return {
        "strategy": source.short(placement.strategy) if placement else _("not placed"),
        "sure": sure(side),
        "level": level(side),
        "bank": numbers.score(bank.effective),
        "customer": numbers.score(findings.customer.score),
        "gate": gate(side),
        "agreement": numbers.score(findings.agreement.mean_index)
        if findings.agreement
        else NOTHING,
        "coverage": answered(side),
        "silent": NOTHING if silent is None else numbers.number(silent),
    }


def sure(side: Side) -> str:
    """The placement's probability and what it is called."""
    placement = side.source.findings.placement
    if placement is None:
        return NOTHING
    words = {"firm": _("firm"), "leaning": _("leaning"), "borderline": _("borderline")}
    return _("%(share)s, %(word)s") % {
        "share": numbers.probability(placement.probabilities[placement.strategy]),
        "word": words[placement.status],
    }


def level(side: Side) -> str:
    """The level's number and name."""
    found = side.source.findings.bank.level
    if found is None:
        return NOTHING
    return f"{numbers.number(found)} {side.source.wording.levels[found].name}"


def gate(side: Side) -> str:
    """Whether the Risk gate holds the bank back."""
    if side.source.findings.bank.effective is None:
        return NOTHING
    return _("closed") if side.source.findings.bank.risk.gate_active else _("open")


def answered(side: Side) -> str:
    """How many of the bank questions that apply somebody rated."""
    scores, items = side.source.findings.items, side.source.framework.bank_items
    asked = [item for item in items if scores[item.id].kind != "na"]
    rated = sum(scores[item.id].kind == "rated" for item in asked)
    return _("%(rated)s of %(asked)s") % {
        "rated": numbers.number(rated),
        "asked": numbers.number(len(asked)),
    }


# ---- the quadrant ------------------------------------------------------------------------------


def quadrant(lineup: Lineup, *, paper: bool = False) -> charts.CompareQuadrant | None:
    """All sides that have both scores; None where none has."""
    spots = tuple(
        spot
        for side, name in zip(lineup.sides, lineup.names, strict=True)
        if (spot := _spot(side, name, paper=paper)) is not None
    )
    if not spots:
        return None
    source = lineup.first
    stamp = _("Fictional") if lineup.fictional else ""
    return charts.CompareQuadrant(
        label=quadrant_label(lineup),
        spots=spots,
        corners=tuple(
            charts.Corner(strategy=id_, name=source.short(id_), right=right, top=top)
            for (top, right), id_ in QUADRANTS.items()
        ),
        bank_midline=source.findings.midlines.bank,
        customer_midline=source.findings.midlines.customer,
        bank_axis=_("Bank maturity"),
        customer_axis=_("Customer maturity"),
        stamp=stamp,
    )


def _spot(side: Side, name: str, *, paper: bool) -> charts.Spot | None:
    bank, customer = side.source.findings.bank, side.source.findings.customer
    if bank.effective is None or bank.raw is None or bank.se is None:
        return None
    if customer.score is None or customer.se is None:
        return None
    return charts.Spot(
        place=side.place,
        name=charts.shortened(name, 150, paper=paper),
        bank=bank.effective,
        raw=bank.raw,
        customer=customer.score,
        bank_se=bank.se,
        customer_se=customer.se,
    )


def quadrant_label(lineup: Lineup) -> str:
    """The chart as a sentence."""
    texts = [
        _("%(name)s: bank %(bank)s, customers %(customer)s")
        % {
            "name": name,
            "bank": numbers.score(side.source.findings.bank.effective),
            "customer": numbers.score(side.source.findings.customer.score),
        }
        for side, name in zip(lineup.sides, lineup.names, strict=True)
    ]
    return "; ".join(texts)


def strategies(lineup: Lineup) -> dict[str, list[str]]:
    """The names of the sides by the strategy that they are placed in, the fullest first."""
    found: dict[str, list[str]] = {}
    for side, name in zip(lineup.sides, lineup.names, strict=True):
        placement = side.source.findings.placement
        if placement is not None:
            found.setdefault(placement.strategy, []).append(name)
    return dict(sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def unlike_midlines(lineup: Lineup) -> bool:
    """Whether the sides were placed against different midlines."""
    return len({side.source.findings.midlines for side in lineup.sides}) > 1


# ---- dimensions and facets ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One cell of the small multiples: drawing and figures."""

    chart: charts.Multiple
    score: Cell
    awareness: Cell
    usage: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionView:
    """One dimension of every side."""

    id: str
    name: str
    pictures: tuple[Picture, ...]


def dimension_name(lineup: Lineup, id_: str) -> str:
    return lineup.first.dimension(id_)


def dimensions(lineup: Lineup) -> tuple[DimensionView, ...]:
    """The six dimensions and the customers, in the order of the questionnaire."""
    return tuple(
        _dimension(lineup, id_, rows)
        for id_, rows in lineup.found.dimensions.items()
        if lineup.kind != ComparisonKind.REGIONS or id_ == CUSTOMERS
    )


def _dimension(lineup: Lineup, id_: str, rows: DimensionRows) -> DimensionView:
    name = dimension_name(lineup, id_)
    parts = [cells(lineup, row) for row in (rows.score, rows.awareness, rows.usage)]
    return DimensionView(
        id=id_,
        name=name,
        pictures=tuple(
            Picture(
                chart=charts.Multiple(
                    label=_("%(dimension)s of %(name)s: %(score)s")
                    % {"dimension": name, "name": side, "score": parts[0][place].value},
                    place=place,
                    score=rows.score.values[place],
                    reference=rows.score.values[0],
                    awareness=rows.awareness.values[place],
                    usage=rows.usage.values[place],
                ),
                score=parts[0][place],
                awareness=parts[1][place],
                usage=parts[2][place],
            )
            for place, side in enumerate(lineup.names)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """One difference of a level or more, in a sentence."""

    title: str
    text: str
    points: float


def facet_title(lineup: Lineup, id_: str, facet: str | None) -> str:
    """A dimension, or one half of it."""
    name = dimension_name(lineup, id_)
    if facet is None:
        return name
    texts = {"A": _("%(name)s, awareness"), "U": _("%(name)s, usage")}
    return texts[facet] % {"name": name}


def apart(lineup: Lineup, *, facets: bool | None = None) -> tuple[Apart, ...]:
    """Differences of a level or more, the widest first; only scores, only facets, or both."""
    found = []
    for id_, facet, place, change in lineup.found.apart():
        if facets is not None and facets != (facet is not None):
            continue
        if lineup.kind == ComparisonKind.REGIONS and id_ != CUSTOMERS:
            continue
        found.append(
            Apart(
                title=facet_title(lineup, id_, facet),
                text=_("%(name)s %(change)s against %(reference)s")
                % {
                    "name": lineup.names[place],
                    "change": numbers.signed(change),
                    "reference": lineup.reference,
                },
                points=change,
            )
        )
    return tuple(found)


def widest(lineup: Lineup, rows: Mapping[str, Row]) -> tuple[str, float] | None:
    """The row whose figures lie furthest apart, and by how much; None where nothing compares."""
    spreads = {id_: row.spread for id_, row in rows.items()}
    known = {id_: spread for id_, spread in spreads.items() if spread is not None}
    if not known:
        return None
    id_ = max(known, key=lambda name: (round(known[name], 6), name))
    return id_, known[id_]


# ---- customers, agreement, gate, channels ------------------------------------------------------


def customers(lineup: Lineup) -> tuple[Line, ...]:
    """What is known about the customers of each side and from whom."""
    basis = {
        "estimate": _("the bank’s estimate"),
        "blended": _("estimate and pulse"),
        "measured": _("measured by a pulse"),
        "none": _("nobody said"),
    }
    z90 = lineup.first.framework.parameters.z90
    lines: dict[str, list[str]] = {"score": [], "range": [], "A": [], "U": [], "basis": [], "n": []}
    for side in lineup.sides:
        found = side.source.findings.customer
        pulse = side.source.case.pulse
        reach = (
            story.reach(found.score, found.se, z90)
            if found.score is not None and found.se is not None
            else None
        )
        lines["score"].append(numbers.score(found.score))
        lines["range"].append(numbers.interval(*reach) if reach else NOTHING)
        lines["A"].append(numbers.score(found.awareness))
        lines["U"].append(numbers.score(found.usage))
        lines["basis"].append(basis[found.basis])
        lines["n"].append(NOTHING if pulse is None or side.region else numbers.number(pulse.n))
    names = {
        "score": _("Customer score"),
        "range": _("90 % range"),
        "A": _("Awareness"),
        "U": _("Usage"),
        "basis": _("Known from"),
        "n": _("Customers asked"),
    }
    rows = lineup.found.dimensions[CUSTOMERS]
    marked = {"score": rows.score, "A": rows.awareness, "U": rows.usage}
    return tuple(
        Line(
            id=id_,
            name=names[id_],
            cells=cells(lineup, marked[id_])
            if id_ in marked
            else tuple(Cell(value=value) for value in values),
        )
        for id_, values in lines.items()
    )


def agreement(lineup: Lineup) -> tuple[Line, ...]:
    """How many answered and how far they agree with one another."""
    names = {
        "n": _("Respondents"),
        "index": _("Agreement index"),
        "share": _("Questions within 0.8 of a level"),
        "asked": _("Questions that two or more rated"),
        "agreed": _("Levels agreed in a meeting"),
    }
    found: dict[str, list[str]] = {id_: [] for id_ in names}
    for side in lineup.sides:
        agreed = side.source.findings.agreement
        settled = sum(score.agreed for score in side.source.findings.items.values())
        found["n"].append(numbers.number(side.source.respondents))
        found["index"].append(numbers.score(agreed.mean_index) if agreed else NOTHING)
        found["share"].append(numbers.percent(agreed.share_ok) if agreed else NOTHING)
        found["asked"].append(numbers.number(len(agreed.items)) if agreed else NOTHING)
        found["agreed"].append(numbers.number(settled))
    return _lines(names, found)


def gates(lineup: Lineup) -> tuple[Line, ...]:
    """The Risk gate of each side, what holds it closed and what that costs."""
    names = {
        "risk": _("Risk score"),
        "gate": _("Risk gate"),
        "raw": _("Bank score before the gate"),
        "counted": _("Bank score that counts"),
        "failed": _("Critical controls that fail"),
    }
    found: dict[str, list[str]] = {id_: [] for id_ in names}
    for side in lineup.sides:
        bank = side.source.findings.bank
        failed = [side.source.item(item) for item in bank.risk.critical_failed]
        found["risk"].append(numbers.score(bank.risk.score))
        found["gate"].append(gate(side))
        found["raw"].append(numbers.score(bank.raw))
        found["counted"].append(numbers.score(bank.effective))
        found["failed"].append(joined(failed) or _("none"))
    return _lines(names, found)


def channels(lineup: Lineup) -> tuple[Line, ...]:
    """The inventories by state; no account is named, for its name may hold the bank's."""
    names = {
        "index": _("Channel index"),
        "open": _("Open accounts"),
        "live": _("Live"),
        "dormant": _("Dormant"),
        "abandoned": _("Abandoned"),
        "waiting": _("Silent while customers wait"),
        "made": _("Inventory"),
    }
    found: dict[str, list[str]] = {id_: [] for id_ in names}
    for side in lineup.sides:
        inventory = side.source.findings.channels
        if inventory is None:
            for id_ in ("index", "open", "live", "dormant", "abandoned", "waiting"):
                found[id_].append(NOTHING)
            found["made"].append(_("none"))
            continue
        accounts = inventory.accounts
        states = [account.state for account in accounts]
        found["index"].append(numbers.score(inventory.index))
        found["open"].append(numbers.number(sum(a.status == "open" for a in accounts)))
        for state in ("live", *SILENT):
            found[state].append(numbers.number(states.count(state)))  # type: ignore[arg-type]
        found["waiting"].append(numbers.number(sum(a.unanswered for a in accounts)))
        exported = side.source.case.channel_source == "exported"
        found["made"].append(_("exported") if exported else _("typed in"))
    return _lines(names, found)


def _lines(names: Mapping[str, str], found: Mapping[str, Sequence[str]]) -> tuple[Line, ...]:
    return tuple(
        Line(id=id_, name=name, cells=tuple(Cell(value=value) for value in found[id_]))
        for id_, name in names.items()
    )


# ---- what must be said about versions ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNote:
    """Which questions are compared; `left_out` names the others with the reason."""

    title: str
    text: str
    left_out: tuple[str, ...]


def versions(lineup: Lineup) -> VersionNote | None:
    """What comparing across framework versions leaves out; None where all share one."""
    if len(lineup.versions) == 1:
        return None
    common = lineup.common
    reasons = {
        "missing": _("only in one version"),
        "dimension": _("moved to another dimension"),
        "facet": _("moved to the other facet"),
        "weight": _("another weight"),
        "control": _("critical in one version only"),
        "wording": _("worded differently"),
    }
    words = {id_: item for side in lineup.sides for id_, item in side.source.wording.items.items()}
    left_out = tuple(
        _("%(title)s: %(reason)s")
        % {"title": words[entry.item].title, "reason": reasons[entry.reason]}
        for entry in common.left_out
    )
    return VersionNote(
        title=_("Compared across framework versions %(versions)s")
        % {"versions": joined(lineup.versions)},
        text=ngettext(
            "Only the %(count)s question that is the same in all of them is compared; scores by "
            "dimension rest on it alone. %(left)s left out.",
            "Only the %(count)s questions that are the same in all of them are compared; scores by "
            "dimension rest on these alone. %(left)s left out.",
            len(common.items),
        )
        % {
            "count": numbers.number(len(common.items)),
            "left": numbers.number(len(common.left_out)),
        },
        left_out=left_out,
    )


def midline_note(lineup: Lineup) -> str:
    """What must be said where sides were placed against different midlines."""
    if not unlike_midlines(lineup):
        return ""
    lines = lineup.first.findings.midlines
    return _(
        "The lines are the reference’s midlines, %(bank)s and %(customer)s; others were placed "
        "against other ones."
    ) % {"bank": midline(lines.bank), "customer": midline(lines.customer)}
