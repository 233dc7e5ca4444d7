"""What can be checked from outside the questionnaire: accounts, customers, colleagues, figures."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results import svg
from assessments.results.subject import Source, joined
from assessments.ui import numbers
from maturity.benchmark import Card, cards, contradiction
from maturity.case import Channel
from maturity.channels import AccountScore, without_silent
from maturity.scoring import with_channels

CLOSE = 3.0  # points within which guess and pulse show the same picture
_HOUR, _DAY = 60, 1440


# ---- channels ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account of the inventory. ``state`` is an id, ``state_name`` the word."""

    platform: str
    state: str
    state_name: str
    last_post: str
    answered: str
    first_answer: str
    score: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The inventory, and what its silent accounts cost."""

    title: str
    measure: str
    rows: tuple[AccountRow, ...]
    cost_title: str
    cost: str


def channels(source: Source) -> Channels:
    """All accounts with their states; an inventory that is missing says so."""
    inventory = source.findings.channels
    if inventory is None or source.case.channels is None:
        return Channels(
            title=_("The bank’s accounts are not listed yet"),
            measure="",
            rows=(),
            cost_title=_("No inventory."),
            cost=_("Without it the channel index is unknown and the result stays provisional."),
        )
    rows = tuple(
        _account_row(channel, account)
        for channel, account in zip(source.case.channels, inventory.accounts, strict=True)
    )
    title, text = _cost(source)
    return Channels(
        title=_channels_title(source),
        measure=_("Every account in the inventory. Channel index %(index)s")
        % {"index": numbers.score(inventory.index)},
        rows=rows,
        cost_title=title,
        cost=text,
    )


def _channels_title(source: Source) -> str:
    inventory = source.findings.channels
    silent = len(inventory.silent) if inventory else 0
    live = sum(a.state == "live" for a in inventory.accounts) if inventory else 0
    if silent:
        return ngettext(
            "%(count)s silent account blocks three roadmap stages",
            "%(count)s silent accounts block three roadmap stages",
            silent,
        ) % {"count": numbers.number(silent)}
    if not live:
        return _("No account is open, and none is silent")
    return ngettext(
        "%(count)s account is live, none is silent",
        "%(count)s accounts are live, none is silent",
        live,
    ) % {"count": numbers.number(live)}


def _account_row(channel: Channel, account: AccountScore) -> AccountRow:
    return AccountRow(
        platform=channel.platform,
        state=account.state,
        state_name={
            "live": _("Live"),
            "dormant": _("Dormant"),
            "abandoned": _("Abandoned"),
            "closed": _("Closed"),
            "signposted": _("Signposted"),
        }[account.state],
        last_post=_days(channel.days_since_post),
        answered=numbers.percent(channel.answered) if channel.inbound30 else "–",
        first_answer=_duration(channel.median_min) if channel.inbound30 else "–",
        score=numbers.number(account.score) if account.score is not None else "–",
    )


def _days(days: float | None) -> str:
    if days is None:
        return _("never")
    if days < 1:
        return _("today")
    return ngettext("%(count)s day ago", "%(count)s days ago", int(days)) % {
        "count": numbers.number(int(days))
    }


def _duration(minutes: float | None) -> str:
    if minutes is None:
        return "–"
    if minutes < _HOUR:
        return _("%(count)s min") % {"count": numbers.number(minutes)}
    if minutes < 2 * _DAY:
        hours = minutes / _HOUR
        return _("%(count)s h") % {"count": numbers.number(hours, 0 if hours % 1 == 0 else 1)}
    return _("%(count)s days") % {"count": numbers.number(minutes / _DAY, 1)}


def _cost(source: Source) -> tuple[str, str]:
    """What inactivity costs: the index and the score with and without the silent accounts."""
    inventory, bank = source.findings.channels, source.findings.bank
    if inventory is None or source.case.channels is None:
        return "", ""
    if not inventory.silent:
        return (
            _("No account is silent."),
            _(
                "An account that falls silent would cost more than having none: the index counts it."
            ),
        )
    freed = without_silent(source.framework.channels, source.case.channels)
    values = {
        "names": joined([account.platform for account in inventory.silent]),
        "now": numbers.score(inventory.index),
        "freed": numbers.score(freed),
    }
    title = _("Inactive is worse than none: %(names)s.") % values
    if bank.questionnaire is None or bank.raw is None:
        return title, (
            _("Closing or signposting would move the channel index from %(now)s to %(freed)s.")
            % values
        )
    gain = with_channels(source.framework.parameters, bank.questionnaire, freed) - bank.raw
    return title, _(
        "Closing or signposting would move the channel index from %(now)s to %(freed)s, worth "
        "%(gain)s bank points, and open the stages %(stages)s."
    ) % {
        **values,
        "gain": numbers.signed(gain),
        "stages": joined([source.wording.stages[n].name for n in (4, 5, 6)]),
    }


# ---- customers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """The bank's guess beside what customers say, for the score or one facet."""

    name: str
    guess: str
    measured: str
    chart: svg.Compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """The customer axis and where it comes from."""

    title: str
    measure: str
    has_pulse: bool
    rows: tuple[CustomerRow, ...]
    note_title: str
    note: str


def customers(source: Source) -> Customers:
    """Estimate and pulse side by side, or what is missing."""
    guess, pulse = source.findings.estimate, source.findings.pulse
    shown = pulse if pulse and pulse.score is not None else None
    parts = (
        (_("Customer score"), "score"),
        (_("Awareness"), "awareness"),
        (_("Usage"), "usage"),
    )
    rows = tuple(
        _customer_row(name, getattr(guess, part, None), getattr(shown, part, None))
        for name, part in parts
        if guess or shown
    )
    title, note = _customer_note(source)
    return Customers(
        title=_customers_title(source),
        measure=_("Bank’s guess against %(count)s customer answers, 0–100")
        % {"count": numbers.number(shown.n or 0)}
        if shown
        else _("Bank’s guess, 0–100"),
        has_pulse=shown is not None,
        rows=rows,
        note_title=title,
        note=note,
    )


def _customer_row(name: str, guess: float | None, measured: float | None) -> CustomerRow:
    texts = {
        "name": name,
        "guess": numbers.score(guess),
        "measured": numbers.score(measured),
    }
    if measured is None:
        label = _("%(name)s: the bank’s guess %(guess)s.") % texts
    else:
        label = _("%(name)s: the bank’s guess %(guess)s, customers say %(measured)s.") % texts
    return CustomerRow(
        name=name,
        guess=texts["guess"],
        measured=texts["measured"],
        chart=svg.Compare(label=label, guess=guess, measured=measured),
    )


def _customers_title(source: Source) -> str:
    guess, pulse, axis = source.findings.estimate, source.findings.pulse, source.findings.customer
    if axis.score is None:
        return _("What customers know and use is not known yet")
    if guess and pulse and guess.score is not None and pulse.score is not None:
        return _apart_title(guess.score - pulse.score)
    if pulse and pulse.score is not None:
        return _("Customers were asked, the bank did not guess")
    if axis.awareness is not None and axis.usage is not None:
        return _("By the bank’s guess customers know %(awareness)s and use %(usage)s") % {
            "awareness": numbers.score(axis.awareness),
            "usage": numbers.score(axis.usage),
        }
    return _("The customer score is the bank’s own guess")


def _apart_title(apart: float) -> str:
    values = {"points": numbers.score(abs(apart))}
    if abs(apart) <= CLOSE:
        return _("Bank and customers see the same picture")
    if apart > 0:
        return _("The bank rates its customers %(points)s points too high") % values
    return _("The bank rates its customers %(points)s points too low") % values


def _customer_note(source: Source) -> tuple[str, str]:
    pulse = source.findings.pulse
    if pulse is None:
        return (
            _("No customer pulse yet."),
            _(
                "Banks guess their customers poorly; 50 answers to eight questions replace the guess."
            ),
        )
    values = {
        "count": numbers.number(pulse.n or 0),
        "weight": numbers.percent(pulse.weight),
        "share": numbers.percent(pulse.share, 1),
    }
    if pulse.score is None:
        return (
            _("Too few customers to show."),
            _("%(count)s answered; nothing is shown below 10 effective answers.") % values,
        )
    texts = []
    if pulse.share is not None and pulse.share_ci90 is not None:
        values["range"] = "–".join(numbers.number(100 * end, 1) for end in pulse.share_ci90)
        texts.append(
            _("%(share)s of the customers asked score 50 or more; the 90 %% interval is %(range)s.")
            % values
        )
    if source.findings.customer.basis == "measured":
        texts.append(_("The pulse replaces the bank’s guess."))
    else:
        texts.append(_("The pulse carries %(weight)s of the customer score.") % values)
    return _("Customer pulse."), " ".join(texts)


# ---- agreement --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """One question on which respondents differ."""

    title: str
    dimension: str
    ratings: str
    spread: str
    chart: svg.AgreementStrip


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementView:
    """The meeting agenda, or why there is none."""

    title: str
    measure: str
    rows: tuple[AgendaRow, ...]
    note: str
    axis: svg.RatingAxis
    short: str = ""  # in the page's head; empty where nothing can be compared


def agreement(source: Source) -> AgreementView:
    """The five questions with the widest differences."""
    found = source.findings.agreement
    axis = svg.RatingAxis(
        label=_("Levels from 1 to 5"), names=tuple(numbers.number(n) for n in range(1, 6))
    )
    if found is None:
        return AgreementView(
            title=_("Agreement inside the bank cannot be measured yet"),
            measure="",
            rows=(),
            note=_(
                "One person answered. From two respondents on, the widest differences stand here "
                "as a meeting agenda."
            )
            if source.respondents == 1
            else _("No question has two ratings yet, so there is nothing to compare."),
            axis=axis,
        )
    rows = tuple(_agenda_row(source, id_) for id_ in found.agenda if found.items[id_].ad > 0)
    values = {
        "share": numbers.percent(found.share_ok, 1),
        "index": numbers.score(found.mean_index),
        "limit": numbers.number(source.framework.parameters.widest_deviation, 1),
        "count": numbers.number(len(found.items)),
    }
    title = (
        _("Respondents disagree most on “%(title)s”") % {"title": rows[0].title}
        if rows
        else _("Respondents agree on every question")
    )
    notes = [
        _(
            "One dot per rating, levels 1–5. Mean distance from the average answer; %(limit)s or less counts as agreement."
        )
        % values
    ]
    if min(item.n for item in found.items.values()) < 3:  # noqa: PLR2004 -- framework B.8
        notes.append(_("Read with caution: some questions have fewer than three ratings."))
    return AgreementView(
        title=title,
        measure=_(
            "%(share)s of %(count)s shared questions agree within %(limit)s levels; index %(index)s"
        )
        % values,
        rows=rows,
        note=" ".join(notes),
        axis=axis,
        short=_("Agreement on %(share)s of shared questions") % values,
    )


def _agenda_row(source: Source, id_: str) -> AgendaRow:
    assert source.findings.agreement is not None  # noqa: S101 -- agreement() saw to it
    item = source.findings.agreement.items[id_]
    ratings = source.ratings(id_)
    if source.few(id_):
        return AgendaRow(
            title=source.item(id_),
            dimension=source.dimension(source.framework.items[id_].dimension),
            ratings=_("too few to show"),
            spread="–",
            chart=svg.AgreementStrip(label=_("Too few ratings to show"), ratings=()),
        )
    values = {
        "title": source.item(id_),
        "low": numbers.number(min(ratings)),
        "high": numbers.number(max(ratings)),
        "spread": numbers.number(item.ad, 2),
    }
    return AgendaRow(
        title=values["title"],
        dimension=source.dimension(source.framework.items[id_].dimension),
        ratings=_("%(low)s to %(high)s") % values,
        spread=values["spread"],
        chart=svg.AgreementStrip(
            label=_("%(title)s: ratings from %(low)s to %(high)s, mean distance %(spread)s.")
            % values,
            ratings=ratings,
        ),
    )


# ---- figures from elsewhere -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarks:
    """Dated figures as context: those beside an own number first, the rest folded away."""

    title: str
    measure: str
    beside: tuple[Card, ...]
    others: tuple[Card, ...]
    contradiction: str
    more: str


def benchmarks(source: Source) -> Benchmarks | None:
    """The cards of framework F; None where no date is known from which to count their age."""
    subject = source.subject
    if subject.as_of is None:
        return None
    levels = {id_: score.level for id_, score in source.findings.items.items()}
    found = cards(
        source.framework,
        source.wording,
        as_of=subject.as_of.year,
        country=subject.country or None,
        budget_share=subject.marketing_share,
        business_share=subject.business_share,
        levels=levels,
        number=_plain,
    )
    beside = tuple(card for card in found if card.own)
    others = tuple(card for card in found if not card.own)
    return Benchmarks(
        title=_("Old figures from elsewhere: context, never a target"),
        measure=_("Each beside the bank’s own number, with its year and how far it compares"),
        beside=beside,
        others=others,
        contradiction=contradiction(source.framework, source.wording, number=_plain),
        more=ngettext("%(count)s further figure", "%(count)s further figures", len(others))
        % {"count": numbers.number(len(others))},
    )


def _plain(value: float) -> str:
    places = next(p for p in (0, 1, 2) if p == 2 or round(value, p) == round(value, 2))  # noqa: PLR2004
    return numbers.number(value, places)
