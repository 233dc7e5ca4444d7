"""A firm's clients as one table: facts, latest result, round at work, plan."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from assessments.exchange.out_clients_queries import (
    AtWork,
    Beside,
    Client,
    names_of,
    pieces,
    zone,
)
from assessments.exchange.out_tables import firmness
from assessments.models import Organisation, SizeBand, User
from assessments.ui.lists import listed
from assessments.ui.sheets import Cell, Column, Kind, Table
from maturity import load_wording

_POINTS = _("points, 0–100")


def _text(id_: str, heading: object, explanation: object, width: int = 0) -> Column:
    return Column(
        id=id_,
        heading=heading,  # type: ignore[arg-type]  # lazy text
        explanation=explanation,  # type: ignore[arg-type]
        width=width,
    )


def _score(id_: str, heading: object, explanation: object) -> Column:
    return Column(
        id=id_,
        heading=heading,  # type: ignore[arg-type]  # lazy text
        explanation=explanation,  # type: ignore[arg-type]
        kind=Kind.DECIMAL,
        unit=_POINTS,
    )


def _count(id_: str, heading: object, explanation: object) -> Column:
    return Column(
        id=id_,
        heading=heading,  # type: ignore[arg-type]  # lazy text
        explanation=explanation,  # type: ignore[arg-type]
        kind=Kind.WHOLE,
    )


def _yes_no(id_: str, heading: object, explanation: object) -> Column:
    return Column(
        id=id_,
        heading=heading,  # type: ignore[arg-type]  # lazy text
        explanation=explanation,  # type: ignore[arg-type]
        kind=Kind.YES_NO,
    )


def _day(id_: str, heading: object, explanation: object) -> Column:
    return Column(
        id=id_,
        heading=heading,  # type: ignore[arg-type]  # lazy text
        explanation=explanation,  # type: ignore[arg-type]
        kind=Kind.DAY,
    )


_BEFORE = _("Of the published round before this one.")
_DIMENSION = _("The dimension’s score.")
COLUMNS = (
    _text("client", _("Client"), _("The bank’s name."), 28),
    _text("country", _("Country"), _("Two letters, as ISO 3166 has them."), 10),
    _text("size", _("Size"), _("By total assets."), 20),
    _text("tags", _("Tags"), _("Your firm’s words on the client; the bank does not see them."), 24),
    _text("responsible", _("Responsible"), _("Who in your firm answers for the client."), 20),
    _yes_no("fictional", _("Fictional"), _("Whether the bank was made for demonstration.")),
    _text("period", _("Round"), _("The published round of this row; empty without one."), 14),
    _day("published_on", _("Published on"), _("In the bank’s time zone.")),
    _text("framework", _("Framework"), _("The version that the round was scored with."), 12),
    _text(
        "status",
        _("Status"),
        _(
            "complete; provisional: an inventory or too many answers are missing; insufficient: "
            "the bank has no score."
        ),
        14,
    ),
    _text(
        "strategy",
        _("Strategy"),
        _("As the pages name it: with two rounds or more it does not change at a touch."),
        30,
    ),
    _text("found", _("Found"), _("The strategy that this round’s scores alone give."), 30),
    _text("confidence", _("Confidence"), _("Of the placement: firm, leaning or borderline."), 14),
    Column(
        id="probability",
        heading=_("Probability"),
        explanation=_("Of the strategy that this round’s scores give."),
        kind=Kind.PERCENT,
        places=0,
        unit=_("share, 0–1"),
    ),
    _score("bank", _("Bank"), _("As it counts, after the risk gate.")),
    _score("bank_low", _("Bank, 90 % from"), _("Of the score before the gate.")),
    _score("bank_high", _("Bank, 90 % to"), _("Of the score before the gate.")),
    _score("bank_before", _("Bank before"), _BEFORE),
    _score("customer", _("Customers"), _("The customers’ score.")),
    _score("customer_low", _("Customers, 90 % from"), _("Lower end of the 90 % interval.")),
    _score("customer_high", _("Customers, 90 % to"), _("Upper end of the 90 % interval.")),
    _score("customer_before", _("Customers before"), _BEFORE),
    _score("cap", _("Capacity"), _DIMENSION),
    _score("tec", _("Technology"), _DIMENSION),
    _score("sup", _("Support"), _DIMENSION),
    _score("rsk", _("Risk"), _DIMENSION),
    _score("dat", _("Data"), _DIMENSION),
    _score("skl", _("Skills"), _DIMENSION),
    _yes_no(
        "gate_active",
        _("Risk gate active"),
        _("Whether Risk holds the bank below the midline."),
    ),
    _score(
        "agreement",
        _("Agreement"),
        _("Mean agreement of the respondents; empty where no question has two ratings."),
    ),
    _count("silent", _("Silent accounts"), _("Open accounts that leave customers unanswered.")),
    Column(
        id="coverage",
        heading=_("Coverage"),
        explanation=_("Of the dimension that is covered least."),
        kind=Kind.PERCENT,
        places=0,
        unit=_("share, 0–1"),
    ),
    _count("respondents", _("Respondents"), _("How many people’s answers count.")),
    _text(
        "at_work",
        _("Round at work"),
        _("The round that is not published yet; of several the one due first."),
        14,
    ),
    _day("due_on", _("Due on"), _("The last day that is in time, in the bank’s zone.")),
    _yes_no("overdue", _("Overdue"), _("Whether the round at work is open beyond that day.")),
    _count("plan_done", _("Actions done"), _("Of the plan in force.")),
    _count("plan_actions", _("Actions"), _("Of the plan in force, without what was dropped.")),
    _day("active_on", _("Last activity"), _("The last day on which anything was done.")),
)


def clients(
    firm: Organisation,
    user: User,
    *,
    now: dt.datetime,
    only: Collection[UUID] | None = None,
    every_round: bool = False,
) -> Table:
    """The clients that this person works for. Rows are read from the database as they are taken."""
    note = (
        gettext("One row for each published round of each client, the newest first.")
        if every_round
        else gettext("One row for each client, with its last published round.")
    )
    return Table(
        title=gettext("Clients"),
        note=note,
        columns=COLUMNS,
        rows=_rows(firm, user, now=now, only=only, every_round=every_round),
    )


def _rows(
    firm: Organisation,
    user: User,
    *,
    now: dt.datetime,
    only: Collection[UUID] | None,
    every_round: bool,
) -> Iterator[list[Cell]]:
    writer = _Writer(names_of(firm), now)
    for some, beside in pieces(firm, user, only=only, every_round=every_round):
        for client in some:
            yield writer.row(client, beside)


class _Writer:
    """Writes clients out; what repeats from client to client is worked out once."""

    def __init__(self, names: Mapping[int, str], now: dt.datetime) -> None:
        self.names = names
        self.sizes = {size.value: str(size.label) for size in SizeBand}
        words = load_wording(get_language() or "en").strategies
        self.strategies = {id_: strategy.name for id_, strategy in words.items()}
        self.firmness = {id_: firmness(id_) for id_ in ("firm", "leaning", "borderline")}
        self.statuses = {
            "complete": gettext("complete"),
            "provisional": gettext("provisional"),
            "insufficient": gettext("insufficient"),
        }
        self.zone: Callable[[str], dt.tzinfo] = cache(zone)
        self.today = cache(lambda name: now.astimezone(zone(name)).date())

    def row(self, client: Client, beside: Beside) -> list[Cell]:
        """The client's cells, in the order of `COLUMNS`."""
        at_work = beside.at_work.get(client.bank_id)
        done, counted = beside.plans.get(client.bank_id, (None, None))
        tags = beside.tags.get(client.engagement)
        return [
            client.name,
            client.country or None,
            self.sizes.get(client.size),
            listed(tags) if tags else None,
            self.names.get(client.responsible) if client.responsible else None,
            client.fictional,
            *self._figures(client),
            at_work.period if at_work else None,
            at_work.due_on if at_work else None,
            self._overdue(at_work, client) if at_work else None,
            done,
            counted,
            self._on(beside.active.get(client.bank_id), client),
        ]

    def _figures(self, client: Client) -> list[Cell]:
        period, published, version, status, shown, found, sure, *scores = client.figures
        return [
            period,
            self._on(published, client),
            version,
            self.statuses.get(status) if status else None,
            self.strategies.get(shown) if shown else None,
            self.strategies.get(found) if found else None,
            self.firmness.get(sure) if sure else None,
            *scores,
        ]

    def _on(self, moment: dt.datetime | None, client: Client) -> dt.date | None:
        return moment.astimezone(self.zone(client.time_zone)).date() if moment else None

    def _overdue(self, at_work: AtWork, client: Client) -> bool:
        late = at_work.due_on is not None and self.today(client.time_zone) > at_work.due_on
        return at_work.open and late
