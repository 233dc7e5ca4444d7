"""What the portfolio shows: one page object, with its rows and picture already written."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import Organisation, SizeBand, User
from assessments.people.countries import countries
from assessments.portfolio import attention, chart, onward, queries, selecting, table
from assessments.portfolio.asked import (
    MOST_SELECTED,
    NOBODY,
    PLACEMENTS,
    STATUSES,
    Asked,
)
from assessments.portfolio.selecting import Seen
from assessments.ui.numbers import number, percent, score
from assessments.ui.shell import BankNav, firm_nav
from maturity import load_framework, load_wording
from maturity.compare import FEWEST
from maturity.compare import MOST as MOST_COMPARED
from maturity.framework import Framework

PER_PAGE = 50
MOST_URGENT = 10
MOST_SAVED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One filter of the form; its options are written out."""

    name: str
    label: str
    options: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLink:
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """A client that needs somebody: the most urgent reason in words, all of them as short tags."""

    name: str
    url: str
    text: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    rows: tuple[Urgent, ...]
    all_url: str  # empty where all are shown
    all_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Why no client shows, and the one way out that helps most."""

    text: str
    way: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    title: str
    picture: SafeString
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioPage:
    bank: BankNav
    title: str
    summary: str
    leaving: bool
    ask_url: str  # empty for whoever may not ask
    engagements_url: str
    q: str
    sort: str
    fields: tuple[Field, ...]
    chips: tuple[Chip, ...]
    saved: tuple[SavedLink, ...]
    saved_url: str
    keep_url: str  # empty where nothing is set
    empty: Empty | None
    figure: Figure | None
    attention: Attention
    heads: SafeString
    rows: SafeString
    count: str
    pages: Pages
    hidden: tuple[tuple[str, str], ...]  # this view, for the form around the table
    select_url: str
    most_compared: int
    compare_text: str  # empty until there is a page that compares
    reports: bool
    files: tuple[tuple[str, str], ...]  # what the table may be taken away as: words, address
    selected: str  # how many, in words; `one` and `many` are for the script to fill in
    selected_one: str
    selected_many: str
    enough: str  # why no further client can be selected
    ramp: tuple[str, ...]  # the scores of each level


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the parts of the page are made of."""

    firm: Organisation
    asked: Asked
    seen: Sequence[Seen]  # every client
    shown: Sequence[Seen]  # those that pass the filters, in their order
    notes: queries.Notes
    saved: Sequence[tuple[str, str]]  # names and addresses
    framework: Framework


def portfolio(firm: Organisation, user: User, asked: Asked, now: dt.datetime) -> PortfolioPage:
    """The clients of a firm that this member works for. Raises BadRequest for a page too many."""
    reader = standing_on(firm)
    sees = reader.may(Permission.VIEW_CLIENTS)
    view = _view(firm, user, asked, now) if sees else _nothing(firm, asked)
    before = PER_PAGE * (asked.page - 1)
    page = view.shown[before : before + PER_PAGE]
    if not page and asked.page > 1:
        raise BadRequest("page")
    placed = chart.placed(view.shown)
    near = chart.focus(placed, asked.select)
    trails = queries.earlier_of({*(one.client.bank_id for one in page), *(c.bank_id for c in near)})
    details = queries.details_of(one.client.bank_id for one in page)
    choices, shape = _choices(view), table.words()
    manages = reader.may(Permission.REQUEST_ENGAGEMENT)
    return PortfolioPage(
        bank=firm_nav(firm, "clients"),
        title=_title(view),
        summary=_summary(view.shown),
        leaving=not sees,
        ask_url=reverse("engagement_ask", args=[firm.pk]) if manages else "",
        engagements_url=reverse("firm_engagements", args=[firm.pk]) if manages else "",
        q=asked.q,
        sort=asked.sort,
        fields=_fields(asked, choices),
        chips=_chips(asked, choices),
        saved=_saved(view),
        saved_url=reverse("saved_filters", args=[firm.pk]) if sees else "",
        keep_url=_keep_url(view) if sees else "",
        empty=None if view.shown else _empty(view, choices, manages=manages),
        figure=_figure(view, placed, near, trails),
        attention=_attention(view, shape),
        heads=table.heads(asked),
        rows=table.rows(shape, page, details, trails, asked.select),
        count=_count(len(view.shown)),
        pages=_pages(view),
        hidden=(*asked.filters.items(), *((("sort", asked.sort),) if asked.sort else ())),
        select_url=reverse("firm_selected", args=[firm.pk]),
        most_compared=MOST_COMPARED,
        compare_text=_compare_text() if onward.mounted("compare") else "",
        reports=onward.mounted("batch_new") and reader.may(Permission.MAKE_BATCH),
        files=_files(view) if reader.may(Permission.EXPORT_CLIENTS) else (),
        selected=_selected(len(asked.select), number(len(asked.select))),
        selected_one=_selected(1, "{}"),
        selected_many=_selected(2, "{}"),
        enough=gettext("At most %(most)s can be compared.") % {"most": number(MOST_COMPARED)},
        ramp=_ramp(framework=load_framework()),
    )


def _view(firm: Organisation, user: User, asked: Asked, now: dt.datetime) -> _View:
    framework = load_framework()
    clients = queries.clients_of(firm, user)
    notes = queries.notes_on(firm, user, asked.region)
    seen = selecting.look(clients, notes.tags, framework, now)
    passing = selecting.narrow(seen, asked.filters, notes.with_region)
    ranked = {}
    if selecting.needs_details(asked):
        ranked = queries.details_of(one.client.bank_id for one in passing)
    return _View(
        firm=firm,
        asked=asked,
        seen=seen,
        shown=selecting.ordered(passing, asked, ranked),
        notes=notes,
        saved=queries.saved_views_of(firm, user),
        framework=framework,
    )


def _nothing(firm: Organisation, asked: Asked) -> _View:
    """A firm that is leaving has no clients any more."""
    return _View(
        firm=firm,
        asked=asked,
        seen=(),
        shown=(),
        notes=queries.Notes(regions=(), with_region=frozenset(), tags={}),
        saved=(),
        framework=load_framework(),
    )


# ---- the head ----------------------------------------------------------------------------------


def _title(view: _View) -> str:
    words = {"shown": number(len(view.shown)), "all": number(len(view.seen))}
    if view.asked.filters:
        return gettext("Clients (%(shown)s of %(all)s)") % words
    return gettext("Clients (%(all)s)") % words


def _summary(shown: Sequence[Seen]) -> str:
    """ "11 in “Improve capabilities” · 3 moved up · 4 overdue": what stands out, in a line."""
    wording = load_wording(get_language() or "en")
    found = Counter(one.client.shown for one in shown if one.client.shown)
    parts = [
        gettext("%(count)s in “%(strategy)s”")
        % {"count": number(count), "strategy": wording.strategies[strategy].short}
        for strategy, count in found.most_common(1)
        if strategy
    ]
    risen = sum(
        attention.rose(one.move, one.client.shown, one.client.strategy_before)
        for one in shown
        if one.client.strategy_before
    )
    kinds = Counter(reason.rank for one in shown for reason in one.reasons)
    fallen, late, bare = (
        kinds[attention.KINDS.index(kind)] for kind in ("down", "overdue", "none")
    )
    counted = (
        (risen, ngettext("%(count)s moved up", "%(count)s moved up", risen)),
        (fallen, ngettext("%(count)s moved down", "%(count)s moved down", fallen)),
        (late, ngettext("%(count)s overdue", "%(count)s overdue", late)),
        (bare, ngettext("%(count)s without a result", "%(count)s without a result", bare)),
    )
    return " · ".join(
        [*parts, *(text % {"count": number(count)} for count, text in counted if count)]
    )


def _count(count: int) -> str:
    text = ngettext("%(count)s client", "%(count)s clients", count)
    return text % {"count": number(count)}


def _selected(count: int, written: str) -> str:
    text = ngettext("%(count)s selected", "%(count)s selected", count)
    return text % {"count": written}


def _files(view: _View) -> tuple[tuple[str, str], ...]:
    """The same clients as data; another room makes the files."""
    query = view.asked.query(select=(), sort="")
    return tuple(
        (text, f"{reverse(name, args=[view.firm.pk])}?{query}")
        for name, text in (("clients_csv", "CSV"), ("clients_xlsx", "XLSX"))
        if onward.mounted(name)
    )


def _compare_text() -> str:
    return gettext("Compare selected (%(least)s–%(most)s)") % {
        "least": number(FEWEST),
        "most": number(MOST_COMPARED),
    }


def _ramp(framework: Framework) -> tuple[str, ...]:
    """ "0–19", "20–39" …: what each colour of a dimension's cell stands for."""
    starts = [math.floor(level.from_score) for level in framework.levels]
    ends = [start - 1 for start in starts[1:]] + [100]
    return tuple(f"{number(start)}–{number(end)}" for start, end in zip(starts, ends, strict=True))


# ---- filters -----------------------------------------------------------------------------------


def filter_labels() -> dict[str, str]:
    """What each filter is called."""
    return {
        "q": gettext("Name contains"),
        "country": gettext("Country"),
        "region": gettext("Region"),
        "size": gettext("Size"),
        "strategy": gettext("Strategy"),
        "status": gettext("Round at work"),
        "placement": gettext("Placement"),
        "version": gettext("Framework version"),
        "period": gettext("Period of the result"),
        "tag": gettext("Tag"),
        "responsible": gettext("Responsible"),
        "attention": gettext("Needs attention"),
    }


def attention_words() -> dict[str, str]:
    """What each reason is called in a word or two."""
    return {
        "any": gettext("For any reason"),
        "overdue": gettext("Overdue"),
        "gate": gettext("Gate closed"),
        "down": gettext("Moved down"),
        "borderline": gettext("Borderline"),
        "provisional": gettext("Provisional"),
        "none": gettext("No result yet"),
    }


def _fixed() -> dict[str, dict[str, str]]:
    """The filters whose values do not depend on the clients."""
    wording = load_wording(get_language() or "en")
    status = {
        "open": gettext("Open"),
        "overdue": gettext("Overdue"),
        "closed": gettext("Closed, not published"),
        "none": gettext("None at work"),
    }
    placement = {
        "firm": gettext("Firm"),
        "leaning": gettext("Leaning"),
        "borderline": gettext("Borderline"),
        "provisional": gettext("Provisional"),
        "none": gettext("Not placed"),
    }
    return {
        "size": {value: str(SizeBand(value).label) for value in SizeBand.values},
        "strategy": {id_: one.short for id_, one in wording.strategies.items()},
        "status": {value: status[value] for value in STATUSES},
        "placement": {value: placement[value] for value in PLACEMENTS},
        "attention": attention_words(),
    }


def filter_values(asked: Asked) -> tuple[str, ...]:
    """The filters that are set, in words, for a page that has no clients to take words from."""
    labels, fixed, names = filter_labels(), _fixed(), dict(countries())
    fixed["country"] = names
    fixed["responsible"] = {NOBODY: gettext("Nobody")}
    if asked.responsible:
        fixed["responsible"] = {asked.responsible: gettext("one person")} | fixed["responsible"]
    return tuple(
        f"{labels[name]}: {fixed.get(name, {}).get(value, value)}"
        for name, value in asked.filters.items()
    )


def _choices(view: _View) -> dict[str, dict[str, str]]:
    """What each filter may be set to among these clients, each value with its words."""
    clients = [one.client for one in view.seen]
    names, fixed = dict(countries()), _fixed()
    found = {code: names.get(code, code) for code in {c.country for c in clients if c.country}}
    people = {
        str(client.responsible): client.responsible_name or client.responsible_email
        for client in clients
        if client.responsible is not None
    }
    tags = {tag.casefold(): tag for one in view.seen for tag in one.tags}
    return {
        "country": _sorted(found),
        "region": {name: name for name in view.notes.regions},
        "size": fixed["size"],
        "strategy": fixed["strategy"],
        "status": fixed["status"],
        "placement": fixed["placement"],
        "version": _same({c.version for c in clients if c.version}),
        "period": dict(reversed(_same({c.period for c in clients if c.period}).items())),
        "tag": _same(set(tags.values())),
        "responsible": {**_sorted(people), NOBODY: gettext("Nobody")},
        "attention": fixed["attention"],
    }


def _same(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in sorted(values, key=str.casefold)}


def _sorted(pairs: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(pairs.items(), key=lambda pair: pair[1].casefold()))


def _fields(asked: Asked, choices: Mapping[str, Mapping[str, str]]) -> tuple[Field, ...]:
    labels = filter_labels()
    return tuple(
        Field(name=name, label=labels[name], options=_options(of, getattr(asked, name)))
        for name, of in choices.items()
    )


def _options(choices: Mapping[str, str], current: str) -> SafeString:
    """The options of one filter; a value that no client has any more stays visible."""
    if current and current not in choices:
        choices = {**choices, current: current}
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == current else ""}>'
        f"{escape(text)}</option>"
        for value, text in {"": gettext("All"), **choices}.items()
    )
    return mark_safe(options)  # noqa: S308 -- both parts are escaped


def _chips(asked: Asked, choices: Mapping[str, Mapping[str, str]]) -> tuple[Chip, ...]:
    labels = filter_labels()
    return tuple(
        Chip(
            label=labels[name],
            value=choices.get(name, {}).get(value, value),
            url=asked.address(**{name: ""}),
        )
        for name, value in asked.filters.items()
    )


def _saved(view: _View) -> tuple[SavedLink, ...]:
    return tuple(
        SavedLink(name=name, url=f"?{query}", current=query == view.asked.query())
        for name, query in view.saved[:MOST_SAVED]
    )


def _keep_url(view: _View) -> str:
    query = view.asked.query(select=())
    if not query or any(kept == query for _, kept in view.saved):
        return ""
    return f"{reverse('saved_filter_new', args=[view.firm.pk])}?{query}"


def _empty(view: _View, choices: Mapping[str, Mapping[str, str]], *, manages: bool) -> Empty:
    if not view.seen:
        none = gettext("You are assigned to no client yet. Your firm’s admin assigns you.")
        if manages:
            none = gettext("No client yet. Ask the lead of a bank for an engagement.")
        return Empty(text=none, way="", url="")
    asked = view.asked
    name, count = selecting.in_the_way(view.seen, asked.filters, view.notes.with_region)
    if not name:
        text = gettext("No client matches these filters, and no single filter is the reason.")
        cleared = asked.address(**dict.fromkeys(asked.filters, ""))
        return Empty(text=text, way=gettext("Remove all filters"), url=cleared)
    value = asked.filters[name]
    words = {
        "filter": filter_labels()[name],
        "value": choices.get(name, {}).get(value, value),
        "count": number(count),
    }
    way = ngettext(
        "Remove “%(filter)s: %(value)s” to see %(count)s client",
        "Remove “%(filter)s: %(value)s” to see %(count)s clients",
        count,
    )
    return Empty(
        text=gettext("No client matches these filters."),
        way=way % words,
        url=asked.address(**{name: ""}),
    )


# ---- the picture -------------------------------------------------------------------------------


def _figure(
    view: _View,
    placed: Sequence[queries.Client],
    near: Sequence[queries.Client],
    trails: Mapping[str, Sequence[queries.Earlier]],
) -> Figure | None:
    if not placed:
        return None
    shown = {one.client.engagement for one in view.shown}
    others = [c for c in chart.placed(view.seen) if c.engagement not in shown]
    return Figure(
        title=_ahead(placed),
        picture=chart.quadrant(placed, others, near, trails, view.framework),
        note=_figure_note(placed, others, near),
    )


def _ahead(placed: Sequence[queries.Client]) -> str:
    count = sum((client.customer or 0) > (client.bank or 0) for client in placed)
    text = ngettext(
        "In %(count)s of %(all)s banks the customers are ahead of the bank",
        "In %(count)s of %(all)s banks the customers are ahead of the bank",
        count,
    )
    return text % {"count": number(count), "all": number(len(placed))}


def _figure_note(
    placed: Sequence[queries.Client],
    others: Sequence[queries.Client],
    near: Sequence[queries.Client],
) -> str:
    """What each kind of mark stands for; the figures are in the table."""
    parts = [gettext("One mark for each bank, at its latest published result.")]
    if near:
        parts.append(gettext("Shaded: 90 % region. Rings: earlier rounds."))
    elif len(placed) > chart.MOST_NAMED:
        most = {"most": number(MOST_SELECTED)}
        parts.append(
            gettext("Select up to %(most)s clients to see names, regions and trails.") % most
        )
    else:
        parts.append(gettext("Select clients to see regions and trails."))
    if others:
        parts.append(gettext("Grey: your other clients."))
    parts.append(gettext("The table holds the same figures."))
    return " ".join(parts)


# ---- who needs somebody ------------------------------------------------------------------------


def _attention(view: _View, shape: table.Words) -> Attention:
    urgent = selecting.by_urgency(view.shown)
    kinds = attention_words()
    rows = [
        Urgent(
            name=one.client.name,
            url=_where(one, shape),
            text=_why(one, shape),
            kinds=tuple(kinds[reason.kind] for reason in one.reasons),
        )
        for one in urgent[:MOST_URGENT]
    ]
    more = len(urgent) > MOST_URGENT
    text = ngettext("All %(count)s client", "All %(count)s clients", len(urgent))
    return Attention(
        rows=tuple(rows),
        all_url=view.asked.address(attention=view.asked.attention or "any") if more else "",
        all_text=text % {"count": number(len(urgent))},
    )


def _where(one: Seen, shape: table.Words) -> str:
    """The page that helps: the late round, else the result, else the bank."""
    client = one.client
    if one.reasons[0].kind == "overdue" and client.round:
        return shape.round_url(client.round)
    return shape.result_url(client.result) if client.result else shape.bank_url(client.bank_id)


def _why(one: Seen, shape: table.Words) -> str:
    """The most urgent reason as a sentence."""
    return _WHY[one.reasons[0].kind](one, shape)


def _why_overdue(one: Seen, shape: table.Words) -> str:
    return gettext("%(period)s: %(overdue)s") % {
        "period": one.client.round_period,
        "overdue": table.overdue(one.late),
    }


def _why_gate(one: Seen, shape: table.Words) -> str:
    words = {"risk": score(one.client.rsk)}
    if attention.is_held(one.client.bank, shape.framework.parameters):
        return gettext("Risk %(risk)s holds it under the midline") % words
    return gettext("The risk gate is closed, Risk %(risk)s") % words


def _why_down(one: Seen, shape: table.Words) -> str:
    if one.move is not None and one.move <= -attention.FALL:
        return gettext("Bank score down %(points)s since the round before") % {
            "points": score(-one.move)
        }
    return gettext("From “%(before)s” to “%(now)s” since the round before") % {
        "before": shape.short[one.client.strategy_before or ""],
        "now": shape.short[one.client.shown or ""],
    }


def _why_borderline(one: Seen, shape: table.Words) -> str:
    return gettext("On the border: “%(strategy)s” is %(likely)s likely") % {
        "strategy": shape.short[one.client.strategy or ""],
        "likely": percent(one.client.probability),
    }


def _why_provisional(one: Seen, shape: table.Words) -> str:
    if one.client.coverage is None:
        return gettext("Provisional: too little was answered")
    return gettext("Provisional: one dimension is covered to %(coverage)s only") % {
        "coverage": percent(one.client.coverage)
    }


def _why_none(one: Seen, shape: table.Words) -> str:
    return gettext("Nothing is published yet")


_WHY: Mapping[str, Callable[[Seen, table.Words], str]] = {
    "overdue": _why_overdue,
    "gate": _why_gate,
    "down": _why_down,
    "borderline": _why_borderline,
    "provisional": _why_provisional,
    "none": _why_none,
}


# ---- pages -------------------------------------------------------------------------------------


def _pages(view: _View) -> Pages:
    asked, last = view.asked, max(1, -(-len(view.shown) // PER_PAGE))
    words = gettext("Page %(page)s of %(pages)s") % {
        "page": number(asked.page),
        "pages": number(last),
    }
    return Pages(
        words=words if last > 1 else "",
        before=asked.address(page=asked.page - 1) if asked.page > 1 else "",
        after=asked.address(page=asked.page + 1) if asked.page < last else "",
    )
