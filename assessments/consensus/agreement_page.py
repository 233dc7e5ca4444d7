"""Where respondents agree and where not: all that the agreement page's template sees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.consensus import heat
from assessments.consensus.disclosure import LEAST_APART
from assessments.consensus.heat import HeatCell, Share, Spread
from assessments.consensus.places import Places, places_of
from assessments.consensus.queries import Panel
from assessments.consensus.thread_queries import Activity
from assessments.models import Assessment, AssessmentStatus, Function
from assessments.results.settled import Settlement
from assessments.results.subject import joined
from assessments.survey.outline import outline
from assessments.survey.question import language
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording
from maturity.agreement import Agreement, DimensionAgreement, by_dimension
from maturity.framework import CUSTOMERS
from maturity.groups import RoleGroup, compare_roles, widest_gap

Sort = Literal["dimension", "spread", "order"]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the head, with what it means."""

    term: str
    value: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A way to look at the page."""

    text: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One question. `spread` and `strip` are None where there are too few ratings."""

    number: str
    title: str
    dimension: str
    url: str
    cells: tuple[HeatCell, ...]
    spread: Spread | None
    strip: SafeString | None
    why_none: str
    rwg: str
    rwg_star: str
    raters: str
    agreed: str
    comments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatGroup:
    """A dimension's questions; `name` is empty where all questions stand in one list."""

    name: str
    index: str
    within: str
    spread: Spread | None
    shares: tuple[Share, ...]
    rows: tuple[HeatRow, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One point of the consensus agenda."""

    place: str
    row: HeatRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRow:
    dimension: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """Functions side by side; without columns, `note` says why."""

    title: str
    columns: tuple[tuple[str, str], ...]  # name, how many people
    rows: tuple[CompareRow, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    bank: BankNav
    places: Places
    facts: tuple[str, ...]
    title: str
    lead: str
    notices: tuple[str, ...]
    figures: tuple[Figure, ...]
    expert: bool
    topics: tuple[Topic, ...]
    axis: SafeString
    settling: str  # how far the meeting has come
    may_settle: bool
    agenda_url: str
    columns: tuple[str, ...]
    groups: tuple[HeatGroup, ...]
    sorts: tuple[Choice, ...]
    expert_choice: Choice
    compare: Compare | None
    measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """What the parts of the page are made from."""

    panel: Panel
    agreement: Agreement
    settlement: Settlement
    activity: Mapping[str, Activity]
    dimensions: Mapping[str, DimensionAgreement]
    sort: Sort
    expert: bool

    @property
    def assessment(self) -> Assessment:
        return self.panel.assessment


def agreement_page(
    panel: Panel,
    settlement: Settlement,
    activity: Mapping[str, Activity],
    *,
    sort: Sort,
    expert: bool,
) -> AgreementPage:
    """Write the page of a round whose findings may be shown."""
    assessment, result = panel.assessment, panel.result
    assert result is not None  # noqa: S101 -- the view shows another page without one
    found = result.findings.agreement
    bank = bank_nav(assessment.organisation, "agreement", assessment)
    if found is None:
        return _unmeasured(panel, bank)
    least = LEAST_APART if panel.disclosure.anonymous else 1
    making = _Making(
        panel=panel,
        agreement=found,
        settlement=settlement,
        activity=activity,
        dimensions=by_dimension(panel.framework, result.case, least),
        sort=sort,
        expert=expert,
    )
    topics = _topics(making)
    return AgreementPage(
        bank=bank,
        places=places_of(assessment, "agreement"),
        facts=_facts(panel),
        title=_title(topics),
        lead=_lead(making),
        notices=_notices(making),
        figures=_figures(making),
        expert=expert,
        topics=topics,
        axis=heat.axis(),
        settling=settling_words(settlement),
        may_settle=may_settle(assessment),
        agenda_url=reverse("agenda", args=[assessment.pk]),
        columns=panel.columns,
        groups=_groups(making),
        sorts=_sorts(making),
        expert_choice=_expert_choice(making),
        compare=_compare(making),
        measured=True,
    )


def may_settle(assessment: Assessment) -> bool:
    """Whether this reader may record agreed levels now."""
    closed = assessment.status == AssessmentStatus.CLOSED
    return closed and standing_on(assessment).may(Permission.SETTLE)


def _unmeasured(panel: Panel, bank: BankNav) -> AgreementPage:
    address = reverse("agreement", args=[panel.assessment.pk])
    return AgreementPage(
        bank=bank,
        places=places_of(panel.assessment, "agreement"),
        facts=_facts(panel),
        title=_("Agreement inside the bank cannot be measured yet"),
        lead=_(
            "No question has two ratings. From two respondents on, this page shows where they "
            "agree, and the widest differences as a meeting agenda."
        ),
        notices=(),
        figures=(),
        expert=False,
        topics=(),
        axis=heat.axis(),
        settling="",
        may_settle=False,
        agenda_url="",
        columns=(),
        groups=(),
        sorts=(),
        expert_choice=Choice(text="", url=address, current=False),
        compare=None,
        measured=False,
    )


# ---- head -------------------------------------------------------------------------------------


def _facts(panel: Panel) -> tuple[str, ...]:
    people = ngettext("%(count)s respondent", "%(count)s respondents", panel.respondents)
    return (
        _("Assessment %(period)s") % {"period": panel.assessment.period},
        people % {"count": numbers.number(panel.respondents)},
        str(AssessmentStatus(panel.assessment.status).label),
    )


def _title(topics: Sequence[Topic]) -> str:
    if not topics:
        return _("Respondents agree on every question")
    open_ = [topic for topic in topics if not topic.row.agreed]
    if not open_:
        return _("The widest differences are settled")
    return _("Respondents disagree most on “%(title)s”") % {"title": open_[0].row.title}


def _lead(making: _Making) -> str:
    return _("%(share)s of %(count)s shared questions agree within %(limit)s levels.") % {
        "share": numbers.percent(making.agreement.share_ok),
        "count": numbers.number(len(making.agreement.items)),
        "limit": numbers.number(making.panel.framework.parameters.widest_deviation, 1),
    }


def _notices(making: _Making) -> tuple[str, ...]:
    panel, notices = making.panel, []
    fewest = min(item.n for item in making.agreement.items.values())
    if fewest < heat.CAUTION_BELOW:
        notices.append(
            _("Some questions have fewer than three ratings. Read their figures with caution.")
        )
    if panel.disclosure.anonymous:
        notices.append(
            _(
                "Answers in this round are anonymous: no single answer and no group of fewer than "
                "four people is shown apart, to nobody."
            )
        )
    elif panel.disclosure.labels is None:
        notices.append(_("You see how the ratings are spread, not who gave them."))
    elif panel.disclosure.answers_from is not None:
        notices.append(
            _(
                "You see answers given since the bank accepted your firm. Where earlier ones "
                "could be worked out from them, the whole row stays closed."
            )
        )
    return tuple(notices)


def _figures(making: _Making) -> tuple[Figure, ...]:
    found, settlement = making.agreement, making.settlement
    figures = [
        Figure(
            term=_("Agreement index"),
            value=numbers.score(found.mean_index),
            about=_("of the original answers; 100 is full agreement"),
        ),
        Figure(
            term=_("Agenda settled"),
            value=_("%(done)s of %(all)s")
            % {
                "done": numbers.number(settlement.agenda_settled),
                "all": numbers.number(len(settlement.agenda)),
            },
            about=_("of the widest differences"),
        ),
        Figure(
            term=_("Bank score"),
            value=before_after(settlement.before.bank, settlement.after.bank),
            about=_("from original answers → with agreed levels")
            if settlement.agreed
            else _("from original answers; nothing is agreed yet"),
        ),
    ]
    if making.expert:
        figures.append(
            Figure(
                term=_("Krippendorff’s alpha"),
                value=numbers.number(found.alpha, 2),
                about=_("0.67 tentative, 0.80 good; it falls when answers hardly vary"),
            )
        )
    return tuple(figures)


def before_after(before: float | None, after: float | None) -> str:
    """Two scores with an arrow, or one where nothing changed."""
    if before == after:
        return numbers.score(after)
    return f"{numbers.score(before)} → {numbers.score(after)}"


def settling_words(settlement: Settlement) -> str:
    done, all_ = settlement.agenda_settled, len(settlement.agenda)
    return ngettext(
        "%(done)s of %(all)s point settled", "%(done)s of %(all)s points settled", all_
    ) % {"done": numbers.number(done), "all": numbers.number(all_)}


# ---- rows -------------------------------------------------------------------------------------


def _topics(making: _Making) -> tuple[Topic, ...]:
    return tuple(
        Topic(place=numbers.number(place), row=_row(making, item))
        for place, item in enumerate(making.settlement.agenda, start=1)
    )


def _row(making: _Making, item: str) -> HeatRow:
    panel, found = making.panel, making.agreement.items.get(item)
    words, ratings = load_wording(language()), panel.ratings(item)
    title = words.items[item].title
    agreed = {row.item: row.level for row in making.settlement.agreed}.get(item)
    said = making.activity.get(item)
    shown = found is not None and ratings
    return HeatRow(
        number=outline().number_of[item],
        title=title,
        dimension=words.dimensions[panel.framework.items[item].dimension].name,
        url=reverse("agreement_item", args=[making.assessment.pk, item]),
        cells=tuple(heat.heat_cell(cell) for cell in panel.row(item)),
        spread=heat.spread_of(found, ratings) if found and ratings else None,
        strip=heat.strip(title, ratings) if ratings else None,
        why_none=_why_none(ratings),
        rwg=numbers.number(found.rwg, 2) if found and shown else "–",
        rwg_star=numbers.number(found.rwg_star, 2) if found and shown else "–",
        raters=numbers.number(len(ratings)) if ratings is not None else "–",
        agreed=_("agreed %(level)s") % {"level": numbers.number(agreed)} if agreed else "",
        comments=comment_words(said.count) if said else "",
    )


def _why_none(ratings: Sequence[int] | None) -> str:
    if ratings is None:
        return _("too few to show")
    return _("no rating") if not ratings else _("one rating")


def comment_words(count: int) -> str:
    return ngettext("%(count)s comment", "%(count)s comments", count) % {
        "count": numbers.number(count)
    }


def _groups(making: _Making) -> tuple[HeatGroup, ...]:
    items = [item.id for item in making.panel.framework.bank_items]
    if making.sort == "spread":
        rows = tuple(_row(making, item) for item in sorted(items, key=_widest(making)))
        return (
            HeatGroup(name="", index="", within="", spread=None, shares=(), rows=rows, open=True),
        )
    order = list(making.panel.framework.dimensions)
    if making.sort == "dimension":
        order.sort(key=lambda id_: _index(making, id_))
    return tuple(_group(making, id_, items, first=place == 0) for place, id_ in enumerate(order))


def _index(making: _Making, dimension: str) -> float:
    """Least agreement first; what is not measured last."""
    found = making.dimensions.get(dimension)
    return 101.0 if found is None else round(found.index, 9)


def _widest(making: _Making) -> Callable[[str], tuple[float, int]]:
    """Widest spread first, then as in the questionnaire; what may not be shown last."""
    places = {item: place for place, item in enumerate(outline().page_of)}

    def key(item: str) -> tuple[float, int]:
        found = making.agreement.items.get(item)
        shown = found is not None and making.panel.ratings(item) is not None
        return (-round(found.ad, 9) if found and shown else 1.0), places[item]

    return key


def _group(making: _Making, dimension: str, items: Sequence[str], *, first: bool) -> HeatGroup:
    found = making.dimensions.get(dimension)
    own = [item for item in items if making.panel.framework.items[item].dimension == dimension]
    if making.sort == "dimension":
        own.sort(key=_widest(making))
    return HeatGroup(
        name=load_wording(language()).dimensions[dimension].name,
        index=numbers.score(found.index if found else None),
        within=_within(found),
        spread=heat.spread_within(found) if found else None,
        shares=heat.shares(found.counts) if found else (),
        rows=tuple(_row(making, item) for item in own),
        open=first,
    )


def _within(found: DimensionAgreement | None) -> str:
    if found is None:
        return _("no question has two ratings")
    return ngettext(
        "%(within)s of %(count)s question agrees",
        "%(within)s of %(count)s questions agree",
        found.items,
    ) % {"within": numbers.number(found.within), "count": numbers.number(found.items)}


# ---- ways to look -----------------------------------------------------------------------------


def _address(making: _Making, *, sort: Sort, expert: bool) -> str:
    address = reverse("agreement", args=[making.assessment.pk])
    return f"{address}?sort={sort}{'&view=expert' if expert else ''}"


def _sorts(making: _Making) -> tuple[Choice, ...]:
    texts: dict[Sort, str] = {
        "dimension": _("Least agreed dimension first"),
        "spread": _("Widest spread first"),
        "order": _("As in the questionnaire"),
    }
    return tuple(
        Choice(
            text=texts[sort],
            url=_address(making, sort=sort, expert=making.expert) + "#questions",
            current=sort == making.sort,
        )
        for sort in SORTS
    )


def _expert_choice(making: _Making) -> Choice:
    return Choice(
        text=_("Plain view") if making.expert else _("Expert view"),
        url=_address(making, sort=making.sort, expert=not making.expert),
        current=making.expert,
    )


# ---- functions side by side -------------------------------------------------------------------


def _compare(making: _Making) -> Compare:
    least, result = making.panel.disclosure.least, making.panel.result
    groups = compare_roles(making.panel.framework, result.case, least) if least and result else ()
    words = load_wording(language()).dimensions
    if not groups:
        return Compare(
            title=_("Functions cannot be compared"), columns=(), rows=(), note=_why_alone(making)
        )
    return Compare(
        title=_gap_title(groups),
        columns=tuple((_group_name(group), _people(group.respondents)) for group in groups),
        rows=tuple(
            CompareRow(
                dimension=words[id_].name,
                cells=tuple(heat.level_cell(group.levels.get(id_)) for group in groups),
            )
            for id_ in making.panel.framework.dimensions
            if id_ != CUSTOMERS
        ),
        note=_(
            "Mean level of the original answers. Functions with fewer than four people are put "
            "together; questions that fewer than four of a group rated are left out."
        )
        if least != 1
        else _("Mean level of the original answers."),
    )


def _why_alone(making: _Making) -> str:
    if making.panel.disclosure.least == 1:
        return _("All respondents have the same function.")
    return _("A group of fewer than four people is never shown apart.")


def _gap_title(groups: Sequence[RoleGroup]) -> str:
    gap = widest_gap(groups)
    if gap is None or round(gap.levels, 1) == 0:
        return _("All functions give the same levels")
    return _("On “%(dimension)s”, %(higher)s rates %(gap)s levels above %(lower)s") % {
        "higher": _group_name(gap.higher),
        "lower": _group_name(gap.lower),
        "dimension": load_wording(language()).dimensions[gap.dimension].name,
        "gap": numbers.number(gap.levels, 1),
    }


def _group_name(group: RoleGroup) -> str:
    return joined([str(Function(role).label) for role in group.roles])


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {
        "count": numbers.number(count)
    }
