"""The rows of the portfolio's table as HTML, written here because fifty rows of twenty cells take a
template three times as long. Every text from outside is escaped on its way in.
"""

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape  # Django's own asks each text first whether it is safe already
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from assessments.models import AssessmentStatus
from assessments.portfolio.asked import COLUMNS, DIMENSIONS, Asked
from assessments.portfolio.figures import NONE, Figures, figures_in, half_up
from assessments.portfolio.queries import Client, Details, Earlier
from assessments.portfolio.selecting import Seen, zone
from assessments.results.canvas import mark_icon
from assessments.ui import numbers
from maturity import load_framework, load_wording
from maturity.framework import Framework

_ANY = UUID(int=0)
_NUMERIC = frozenset(COLUMNS) - {"name", "strategy", "placement", "gate", "activity", "due"}


def heads(asked: Asked) -> SafeString:
    """Every head of the table, a link that sorts by it; another click turns the order round."""
    texts, full = labels(), {key: name for key, (_, name) in dimension_names().items()}
    return mark_safe(  # noqa: S308 -- every text is escaped
        "".join(_head(asked, name, escape(texts[name]), full.get(name, "")) for name in COLUMNS)
    )


def _head(asked: Asked, name: str, text: str, full: str) -> str:
    turned = f"-{name}" if asked.sort in {name, _silent(name)} else name
    url = escape(asked.address(sort=turned))
    css = ' class="num"' if name in _NUMERIC else ""
    direction, arrow = _sorted(asked, name), ""
    if direction:
        css += f' aria-sort="{direction}"'
        arrow = f'<span aria-hidden="true"> {"▲" if direction == "ascending" else "▼"}</span>'
    shown = f'<abbr title="{escape(full)}">{text}</abbr>' if full else text
    return f'<th scope="col"{css}><a href="{url}">{shown}{arrow}</a></th>'


def _silent(name: str) -> str:
    """What no order in the address means: by name."""
    return "" if name == "name" else name


def _sorted(asked: Asked, name: str) -> str:
    if asked.column != name:
        return ""
    return "descending" if asked.descending else "ascending"


def labels() -> dict[str, str]:
    """What each column is called, short."""
    return {
        "name": gettext("Bank"),
        "strategy": gettext("Strategy"),
        "placement": gettext("Placement"),
        "bank": gettext("Bank score"),
        "move": gettext("Bank moved"),
        "customer": gettext("Customers"),
        "customer_move": gettext("Customers moved"),
        **{key: short for key, (short, _) in dimension_names().items()},
        "gate": gettext("Risk gate"),
        "agreement": gettext("Agreement"),
        "silent": gettext("Silent accounts"),
        "coverage": gettext("Coverage"),
        "plan": gettext("Plan done"),
        "activity": gettext("Last activity"),
        "due": gettext("Due"),
    }


def dimension_names() -> dict[str, tuple[str, str]]:
    """Short and full name of each dimension, by its column."""
    full = load_wording(get_language() or "en").dimensions
    short = {
        "cap": gettext("Cap."),
        "tec": gettext("Tech"),
        "sup": gettext("Supp."),
        "rsk": gettext("Risk"),
        "dat": gettext("Data"),
        "skl": gettext("Skills"),
    }
    return {key: (short[key], full[key.upper()].name) for key in DIMENSIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the rows of one page share: texts, marks and the shapes of addresses."""

    framework: Framework
    labels: Mapping[str, str]  # escaped
    strategies: Mapping[str, str]  # mark and name
    names: Mapping[str, str]  # of the strategies, escaped
    short: Mapping[str, str]  # the same as plain text
    firmness: Mapping[str, str]
    thresholds: Sequence[float]
    figures: Figures
    says: Mapping[str, str]  # what cells say, escaped
    bank_url: Callable[[str], str]
    result_url: Callable[[str], str]
    round_url: Callable[[str], str]
    notes_url: Callable[[str], str]


def words() -> Words:
    framework = load_framework()
    wording = load_wording(get_language() or "en")
    names = {id_: escape(one.short) for id_, one in wording.strategies.items()}
    return Words(
        framework=framework,
        labels={key: escape(text) for key, text in labels().items()},
        strategies={
            id_: f'<span class="strategy-name">{mark_icon(id_)}{name}</span>'
            for id_, name in names.items()
        },
        names=names,
        short={id_: one.short for id_, one in wording.strategies.items()},
        firmness={
            "firm": escape(gettext("firm")),
            "leaning": escape(gettext("leaning")),
            "borderline": escape(gettext("borderline")),
        },
        figures=figures_in(get_language() or "en"),
        says={key: escape(text) for key, text in _sayings().items()},
        thresholds=[level.from_score for level in framework.levels],
        bank_url=_shape("bank"),
        result_url=_shape("results"),
        round_url=_shape("round"),
        notes_url=_shape("client_notes"),
    )


def _sayings() -> dict[str, str]:
    return {
        "select": gettext("Select %(bank)s"),
        "fictional": gettext("Fictional"),
        "notes": gettext("Notes"),
        "nothing": gettext("No result yet"),
        "not placed": gettext("Not placed"),
        "found": gettext("found: %(strategy)s"),
        "provisional": gettext("provisional"),
        "new": gettext("new"),
        "shut": pgettext("the risk gate", "closed"),
        "free": pgettext("the risk gate", "open"),
        "plan": gettext("%(done)s of %(all)s"),
        "undated": gettext("no date"),
        "closed": str(AssessmentStatus.CLOSED.label),
    }


def _shape(name: str) -> Callable[[str], str]:
    """Addresses of one kind, found once: fifty rows would look a hundred and fifty up."""
    before, after = reverse(name, args=[_ANY]).split(str(_ANY))
    return lambda pk: f"{before}{_dashed(pk)}{after}"


def _dashed(pk: str) -> str:
    """An id as addresses spell it."""
    if len(pk) == _WITH_DASHES:
        return pk
    return f"{pk[:8]}-{pk[8:12]}-{pk[12:16]}-{pk[16:20]}-{pk[20:]}"


_WITH_DASHES = 36


def rows(
    shared: Words,
    page: Sequence[Seen],
    details: Mapping[str, Details],
    trails: Mapping[str, Sequence[Earlier]],
    selected: Sequence[str],
) -> SafeString:
    """The body of the table. `selected` are rounds as 32 hexadecimal digits."""
    empty = Details(None, 0, 0)
    parts = []
    for one in page:
        client = one.client
        found = details.get(client.bank_id, empty)
        chosen = client.result is not None and client.result.replace("-", "") in selected
        parts.append(
            _row(shared, one, found, _place(client, trails.get(client.bank_id, ())), chosen=chosen)
        )
    return mark_safe("".join(parts))  # noqa: S308 -- every text is escaped where it enters


def _place(client: Client, trail: Sequence[Earlier]) -> str:
    """Where the script draws this client while its row has the pointer or the focus."""
    if client.bank is None or client.customer is None:
        return ""
    earlier = " ".join(f"{step.customer:.1f},{step.bank:.1f}" for step in trail)
    return (
        f' data-x="{client.customer:.1f}" data-y="{client.bank:.1f}"'
        f' data-sx="{client.customer_se or 0:.1f}" data-sy="{client.bank_se or 0:.1f}"'
        f' data-s="{client.shown}" data-t="{earlier}"'
    )


def _row(shared: Words, one: Seen, found: Details, place: str, *, chosen: bool) -> str:
    client, label, figures = one.client, shared.labels, shared.figures
    cells = [
        _pick(shared.says, client, chosen=chosen),
        _name(shared, one),
        _cell("", label["strategy"], _strategy(shared, client)),
        _cell("", label["placement"], _placement(shared, client)),
        _cell("num strong", label["bank"], figures.tenths(client.bank)),
        _cell("num move", label["move"], _move(shared, one.move, client)),
        _cell("num strong", label["customer"], figures.tenths(client.customer)),
        _cell("num move", label["customer_move"], _move(shared, one.customer_move, client)),
        *(
            _dimension(shared, label[key], value, gated=key == "rsk" and bool(client.gate))
            for key, value in zip(DIMENSIONS, _scores(client), strict=True)
        ),
        _cell("", label["gate"], _gate(shared.says, client)),
        _cell("num", label["agreement"], figures.whole(client.agreement)),
        _cell("num", label["silent"], figures.whole(client.silent)),
        _cell("num", label["coverage"], figures.percent(client.coverage)),
        _cell("num", label["plan"], _plan(shared, found)),
        _cell("nowrap", label["activity"], _activity(shared, client, found)),
        _cell("nowrap", label["due"], _due(shared, one)),
    ]
    css = ' class="on"' if chosen else ""
    return f"<tr{css}{place}>{''.join(cells)}</tr>\n"


def _cell(css: str, label: str, html: str) -> str:
    """One cell; the label stands beside it where the screen is narrow."""
    return f'<td class="{css}" data-label="{label}">{html}</td>'


def _scores(client: Client) -> tuple[float | None, ...]:
    return client.cap, client.tec, client.sup, client.rsk, client.dat, client.skl


def _pick(says: Mapping[str, str], client: Client, *, chosen: bool) -> str:
    if client.result is None:
        return '<td class="pick"></td>'
    name = says["select"] % {"bank": escape(client.name)}
    checked = " checked" if chosen else ""
    return (
        f'<td class="pick"><label><input type="checkbox" name="select" value="{_dashed(client.result)}"'
        f'{checked} aria-label="{name}"></label></td>'
    )


def _name(shared: Words, one: Seen) -> str:
    client, says = one.client, shared.says
    name = escape(client.name)
    fictional = f' <span class="tag">{says["fictional"]}</span>' if client.fictional else ""
    tags = "".join(f'<span class="tag own"><bdi>{escape(tag)}</bdi></span>' for tag in one.tags)
    person = ""
    if client.responsible is not None:
        person = f"<bdi>{escape(client.responsible_name or client.responsible_email)}</bdi>"
    return (
        f'<th scope="row"><a class="bank-link" href="{shared.bank_url(client.bank_id)}">'
        f"<bdi>{name}</bdi></a>{fictional}"
        f'<span class="under">{person}{tags}<a href="{shared.notes_url(client.engagement)}">'
        f'{says["notes"]}<span class="visually-hidden"> {name}</span></a></span></th>'
    )


def _strategy(shared: Words, client: Client) -> str:
    says = shared.says
    if client.result is None:
        return f'<span class="muted">{says["nothing"]}</span>'
    url = shared.result_url(client.result)
    under = f'<span class="under"><bdi>{escape(client.period or "")}</bdi></span>'
    if not client.shown:
        return f'<a href="{url}">{says["not placed"]}</a>{under}'
    if client.strategy != client.shown and client.strategy:
        found = says["found"] % {"strategy": shared.names[client.strategy]}
        under = f'<span class="under">{found}</span>{under}'
    return f'<a href="{url}">{shared.strategies[client.shown]}</a>{under}'


def _placement(shared: Words, client: Client) -> str:
    if client.result is None:
        return NONE
    word = shared.firmness.get(client.firmness or "", NONE)
    if client.firmness and client.probability is not None:
        word += f' <span class="muted">{shared.figures.likely(client.probability)}</span>'
    if client.status != "complete":
        word += f'<span class="under warn-text">{shared.says["provisional"]}</span>'
    return word


def _move(shared: Words, move: float | None, client: Client) -> str:
    if move is None:
        return NONE if client.result is None else shared.says["new"]
    text = shared.figures.signed(move)
    sign = "▲" if text[0] == "+" else "▼" if move < 0 else "="
    return f'<span aria-hidden="true">{sign}</span> {text}'


def _dimension(shared: Words, label: str, value: float | None, *, gated: bool) -> str:
    if value is None:
        return f'<td class="d" data-label="{label}">{NONE}</td>'
    level = bisect(shared.thresholds, half_up(value, 1))  # by the number that stands there
    css = f"d l{level} gated" if gated else f"d l{level}"
    return f'<td class="{css}" data-label="{label}">{shared.figures.whole(value)}</td>'


def _gate(says: Mapping[str, str], client: Client) -> str:
    if client.gate is None:
        return NONE
    if client.gate:
        return f'<strong class="error-word">{says["shut"]}</strong>'
    return f'<span class="muted">{says["free"]}</span>'


def _plan(shared: Words, found: Details) -> str:
    if not found.plan_counted:
        return NONE
    whole = shared.figures.whole
    return shared.says["plan"] % {
        "done": whole(found.plan_done),
        "all": whole(found.plan_counted),
    }


def _activity(shared: Words, client: Client, found: Details) -> str:
    if found.active_at is None:
        return NONE
    # The bank's calendar, like every day in this row.
    return shared.figures.day(found.active_at.astimezone(zone(client.time_zone)).date())


def _due(shared: Words, one: Seen) -> str:
    client, says = one.client, shared.says
    if client.round is None:
        return NONE
    when = shared.figures.day(client.due_on) if client.due_on else says["undated"]
    period = f'<a href="{shared.round_url(client.round)}"><bdi>{escape(client.round_period or "")}</bdi></a>'
    if one.late:
        state = f' <strong class="warn-text">{escape(overdue(one.late))}</strong>'
    elif client.round_status == AssessmentStatus.CLOSED:
        state = f" {says['closed']}"
    else:
        state = ""
    return f'{when}<span class="under">{period}{state}</span>'


def overdue(days: int) -> str:
    """ "3 days overdue"."""
    text = ngettext("%(days)s day overdue", "%(days)s days overdue", days)
    return text % {"days": numbers.number(days)}
