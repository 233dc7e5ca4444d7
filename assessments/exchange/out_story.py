"""What the editable roadmap says, as plain blocks in order; how they look is `out_docx`'s errand.

Every sentence comes from the objects that the screen and the PDF are written from, so the three
tell one story. Paper cuts long lists to fit its pages; here they stand in full, to be edited.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.reports.paper import actions as paper_actions
from assessments.reports.paper import board, cover, method, placement, roadmap, stages, strategy
from assessments.reports.paper import edition as facts
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf
from assessments.results import story, svg
from assessments.results.lanes import StageAccount
from assessments.results.reasons import ActionCard
from assessments.ui import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Level 1 begins a part, with a word about its kind above; 2 and 3 stand below it."""

    level: int
    text: str
    kicker: str = ""
    wide: bool = False  # this part and what follows it stand on a page turned on its side
    upright: bool = False  # back on upright pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph; `lead` stands in bold before it. `style`: plain, sentence or source."""

    text: str
    lead: str = ""
    style: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table. `widths` are shares of the line; without `columns` the first cells head the rows.

    A cell is its paragraphs; the last cell of a short row takes the rest of the line. `strong`
    numbers the rows that matter most.
    """

    name: str  # what the table shows, for who does not see it
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    widths: tuple[float, ...]
    columns: tuple[str, ...] = ()
    strong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The quadrant, drawn without words; `caption` says how to read it."""

    chart: svg.Quadrant
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The title page."""

    kicker: str
    title: str
    lines: tuple[str, ...]
    labels: tuple[str, ...]
    facts: Grid
    small_print: str


Block = Heading | Text | Bullets | Grid | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The whole document. `foot` stands on every page, `title` and `subject` in its properties."""

    title: str
    subject: str
    tone: str
    front: Front
    blocks: tuple[Block, ...]
    foot: str


def tell(edition: Edition) -> Story:
    """Write the document of an edition, in the language that is active."""
    first = cover.build(edition)
    parts = [edition.bank, edition.period, *first.labels[:1], _("Confidential")]
    return Story(
        title=_("%(bank)s: roadmap for social banking") % {"bank": edition.bank},
        subject=_("Social banking maturity"),
        tone=edition.source.strategy_id,
        front=_front(edition, first),
        blocks=tuple(_blocks(edition)),
        foot=" · ".join(part for part in parts if part),
    )


def _front(edition: Edition, first: cover.Cover) -> Front:
    return Front(
        kicker=_("Social banking maturity"),
        title=edition.bank,
        lines=tuple(line for line in (_("Roadmap"), edition.period) if line),
        labels=first.labels,
        facts=Grid(
            name=_("What the roadmap rests on"),
            rows=tuple(((fact.term,), (fact.value,)) for column in first.facts for fact in column),
            widths=(0.3, 0.7),
        ),
        small_print=first.small_print,
    )


def _blocks(edition: Edition) -> Iterator[Block]:
    if edition.source.findings.placement is None:
        yield from _unplaced(edition)
    else:
        yield from _placement(edition)
        yield from _strategy(edition)
        yield from _roadmap(edition)
        yield from _stages(edition)
        yield from _first_steps(edition)
        yield from _actions(edition)
    yield from _basis(edition)


def _head(leaf: Leaf) -> Iterator[Block]:
    yield Heading(level=1, text=leaf.title, kicker=leaf.kicker)
    if leaf.sentence:
        yield Text(text=leaf.sentence, style="sentence")


def _foot(leaf: Leaf) -> Iterator[Block]:
    if leaf.so_what:
        yield Heading(level=2, text=_("So what"))
        for point in leaf.so_what:
            yield Text(lead=point.lead, text=point.text)
    if leaf.source:
        yield Text(text=leaf.source, style="source")


def _notices(notices: tuple[story.Notice, ...]) -> Iterator[Block]:
    for notice in notices:
        yield Text(lead=notice.title, text=notice.text)


# ---- parts -------------------------------------------------------------------------------------


def _unplaced(edition: Edition) -> Iterator[Block]:
    """What is missing for a placement, and what to do about it."""
    leaf = board.build(edition)
    yield from _head(leaf)
    yield from _notices(leaf.missing)
    yield Heading(level=2, text=leaf.decisions_title)
    yield Bullets(texts=tuple(text for _number, text in leaf.decisions))


def _placement(edition: Edition) -> Iterator[Block]:
    leaf, confidence = placement.build(edition), edition.page.confidence
    chart = story.quadrant(edition.source)
    if leaf is None or chart is None or confidence is None:
        return
    yield from _head(leaf)
    yield Text(lead=f"{confidence.title}.", text=confidence.text)
    yield Heading(level=2, text=leaf.chart_title)
    yield Picture(chart=chart, caption=_caption(chart))
    yield Heading(level=2, text=leaf.odds_title)
    yield Grid(
        name=leaf.odds_title,
        columns=(_("Strategy"), _("How likely")),
        rows=tuple(((row.name,), (row.share,)) for row in leaf.odds),
        widths=(0.75, 0.25),
        strong=tuple(place for place, row in enumerate(leaf.odds) if row.own),
    )
    known = {notice.title for notice in leaf.notices}
    warned = tuple(notice for notice in edition.page.warnings if notice.title not in known)
    yield from _notices((*warned, *leaf.notices))
    yield Heading(level=2, text=leaf.readings_title)
    for reading in leaf.readings:
        yield Text(lead=f"{reading.name}.", text=reading.text)
    if leaf.steps:
        yield Heading(level=2, text=leaf.steps_title)
        yield Bullets(texts=leaf.steps)
    yield from _foot(leaf)


def _caption(chart: svg.Quadrant) -> str:
    """How to read the picture, which holds no words of its own."""
    places = {(cell.right, cell.top): cell.name for cell in chart.cells}
    return _(
        "Upwards: bank, 0–100. Sideways: customers, 0–100. Top: %(top_start)s, %(top_end)s; "
        "below: %(low_start)s, %(low_end)s. The mark is where the bank counts, the ring its 90 %% "
        "region, the lines the midlines."
    ) % {
        "top_start": places[False, True],
        "top_end": places[True, True],
        "low_start": places[False, False],
        "low_end": places[True, False],
    }


def _strategy(edition: Edition) -> Iterator[Block]:
    leaf = strategy.build(edition)
    if leaf is None:
        return
    yield from _head(leaf)
    for title, texts in (
        (leaf.start_title, leaf.start),
        (leaf.stop_title, leaf.stop),
        (leaf.both_title, leaf.both),
    ):
        if texts:
            yield Heading(level=2, text=title)
            yield Bullets(texts=texts)
    yield Heading(level=2, text=leaf.grid_title)
    options = [option for row in leaf.rows for option in row]
    yield Grid(
        name=leaf.grid_title,
        columns=(_("Strategy"), _("Where"), _("How likely"), _("What it means")),
        rows=tuple(
            ((option.name,), (option.where,), (option.share,), (option.meaning,))
            for option in options
        ),
        widths=(0.24, 0.2, 0.12, 0.44),
        strong=tuple(place for place, option in enumerate(options) if option.own),
    )
    yield from _foot(leaf)


def _roadmap(edition: Edition) -> Iterator[Block]:
    leaf, page = roadmap.build(edition), edition.roadmap
    if leaf is None:
        return
    yield from _head(leaf)
    yield Text(text=page.lead)
    yield Heading(level=2, text=leaf.lanes_title)
    yield Grid(
        name=leaf.lanes_title,
        columns=(_("Stage"), *leaf.columns),
        rows=(
            *(_lane(lane) for lane in leaf.lanes),
            *([((_("Effort"),), *((text,) for text in leaf.effort))] if page.actions else []),
        ),
        widths=(0.16, *[0.84 / len(leaf.columns)] * len(leaf.columns)),
    )
    yield Heading(level=2, text=page.targets_title)
    yield Grid(
        name=page.targets_title,
        columns=(_("Target"), _("Expected"), _("When")),
        rows=tuple(((row.name,), (row.expected,), (row.when,)) for row in page.targets),
        widths=(0.4, 0.3, 0.3),
    )
    if page.limit:
        yield Text(text=page.limit)
    if len(page.rows) > 1:
        yield from _path(edition)
    yield from _foot(leaf)


def _lane(lane: roadmap.Lane) -> tuple[tuple[str, ...], ...]:
    head = (f"{lane.number} {lane.name}",)
    if lane.note:
        return (head, (lane.note,))
    return (
        head,
        *(
            tuple(f"{bar.title} ({bar.detail})" if bar.detail else bar.title for bar in cell)
            for cell in lane.cells
        ),
    )


def _path(edition: Edition) -> Iterator[Block]:
    page = edition.roadmap
    yield Heading(level=2, text=page.path_title)
    yield Grid(
        name=_("Expected scores by quarter"),
        columns=(
            _("Quarter"),
            _("Bank"),
            _("Counts as"),
            _("Risk"),
            _("Customers"),
            _("Placed"),
            _("Effort used"),
        ),
        rows=tuple(
            tuple(
                (text,)
                for text in (
                    row.quarter,
                    row.bank,
                    row.counted,
                    row.risk,
                    row.customer,
                    row.strategy,
                    row.used,
                )
            )
            for row in page.rows
        ),
        widths=(0.14, 0.1, 0.12, 0.1, 0.14, 0.26, 0.14),
    )
    yield Text(
        text=_("Expected at the end of each quarter; only the next assessment counts."),
        style="source",
    )


def _stages(edition: Edition) -> Iterator[Block]:
    leaf = stages.build(edition)
    if leaf is None:
        return
    yield from _head(leaf)
    for lane in edition.roadmap.lanes:
        yield from _stage(lane.account)
    yield from _foot(leaf)


def _stage(account: StageAccount) -> Iterator[Block]:
    yield Heading(level=2, text=f"{numbers.number(account.number)} {account.name}")
    yield Text(text=account.about)
    yield Text(text=account.summary, style="source")
    if account.planned:
        yield Heading(level=3, text=_("Planned"))
        yield Bullets(
            texts=tuple(
                _("%(title)s (%(when)s; %(owner)s; %(effort)s)")
                % {
                    "title": chip.title,
                    "when": chip.when,
                    "owner": chip.owner,
                    "effort": chip.effort,
                }
                for chip in account.planned
            )
        )
    if account.practised:
        yield Heading(level=3, text=_("Practised already"))
        yield Bullets(texts=account.practised)
    if account.waiting:
        yield Heading(level=3, text=_("Not in this plan"))
        yield Bullets(texts=tuple(f"{wait.title}. {wait.text}" for wait in account.waiting))


def _first_steps(edition: Edition) -> Iterator[Block]:
    """The actions of the first quarter, written out."""
    following = edition.page.next_quarter
    first = {action.id for action in following.actions}
    cards = [card for card in edition.roadmap.actions if card.id in first]
    if not cards:
        return
    yield Heading(level=1, text=following.title, kicker=_("First steps"))
    for card in cards:
        yield from _card(card)


def _card(card: ActionCard) -> Iterator[Block]:
    yield Heading(level=2, text=card.title)
    yield Text(text=card.do)
    yield Text(lead=_("First step this week."), text=card.first_step)
    yield Text(lead=_("Why this."), text=card.why_this)
    yield Text(lead=_("Why now."), text=card.why_now)
    yield Grid(
        name=_("Facts about “%(title)s”") % {"title": card.title},
        rows=(
            ((_("When"),), (card.when,)),
            ((_("Owner"),), (card.owner,)),
            ((_("Effort"),), (card.effort,)),
            ((_("Cost"),), (card.cost,)),
            ((_("Measure"),), (card.kpi,)),
            ((_("How to count"),), (card.kpi_how,)),
        ),
        widths=(0.2, 0.8),
    )


def _actions(edition: Edition) -> Iterator[Block]:
    """Every action of the plan, on pages turned on their side."""
    leaf, cards = paper_actions.build(edition), edition.roadmap.actions
    if leaf is None:
        return
    yield Heading(level=1, text=leaf.title, kicker=leaf.kicker, wide=True)
    yield Text(text=leaf.measure, style="source")
    yield Grid(
        name=_("Every action of the plan"),
        columns=(
            _("Quarter"),
            _("Action"),
            _("First step"),
            _("Owner"),
            _("Effort"),
            _("Cost"),
            _("KPI"),
        ),
        rows=tuple(
            (
                (card.when,),
                (card.title, f"{card.stage_name}. {card.gain}."),
                (card.first_step,),
                (card.owner,),
                (card.effort,),
                (card.cost,),
                (card.kpi,),
            )
            for card in cards
        ),
        widths=(0.09, 0.22, 0.26, 0.12, 0.07, 0.09, 0.15),
    )
    yield Text(text=leaf.source, style="source")


def _basis(edition: Edition) -> Iterator[Block]:
    leaf = method.build(edition)
    yield Heading(level=1, text=leaf.title, kicker=leaf.kicker, upright=True)
    yield Text(text=facts.basis(edition), style="sentence")
    if leaf.sum:
        yield Heading(level=2, text=leaf.sum_title)
        yield Grid(
            name=leaf.sum_title,
            columns=(_("Part"), _("Score"), _("Weight")),
            rows=tuple(((row.term,), (row.value,), (row.weight,)) for row in leaf.sum),
            widths=(0.6, 0.2, 0.2),
            strong=tuple(place for place, row in enumerate(leaf.sum) if row.total),
        )
    yield Heading(level=2, text=leaf.parameters_title)
    for fact in leaf.parameters:
        yield Text(lead=f"{fact.term}.", text=fact.value)
    yield Heading(level=2, text=leaf.limits_title)
    yield Bullets(texts=leaf.limits)
    yield Text(text=leaf.source, style="source")
