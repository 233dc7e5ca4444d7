"""Reads a case file for a new round: what it says, what the tables hold of it, and what else."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from assessments.exchange.in_limits import RefusedFileError
from assessments.exchange.in_lines import line_of
from assessments.models import ChannelAccount, Function
from assessments.ui.lists import listed
from assessments.ui.numbers import number
from assessments.ui.text import validate_plain_line
from maturity import Case, load_framework
from maturity.case import (
    TOP_LEVEL,
    CaseError,
    Channel,
    RoadmapSettings,
    Targets,
    parse_case,
)

MOST_BYTES = 1024 * 1024
MOST_RESPONDENTS = 500
MOST_CHANNELS = 500
_MOST_COUNT = 2**31 - 1  # of a column of the tables
_MOST_DAYS = 36_525  # a hundred years
_FIELD = re.compile(r"^(.+?): expected ")


def read_case_file(data: bytes) -> Case:
    """Read one case. Raises RefusedFileError that names line and field."""
    if not data:
        raise RefusedFileError(gettext("The file is empty."))
    if len(data) > MOST_BYTES:
        raise RefusedFileError(too_large(), status=413)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = gettext("Line %(line)s: the file is not in UTF-8. A case file is JSON in UTF-8.")
        raise RefusedFileError(message % {"line": number(line)}) from error
    try:
        case = parse_case(text)
        _check_fits(case)
    except CaseError as error:
        raise RefusedFileError(_with_line(text, str(error))) from error
    return case


def too_large() -> str:
    text = gettext("The file is larger than %(limit)s MB, far more than one assessment needs.")
    return text % {"limit": number(MOST_BYTES // 1024 // 1024)}


def _with_line(text: str, message: str) -> str:
    """The reader's refusal, and before it the line of the field that it names."""
    found = _FIELD.match(message)
    line = line_of(text, found[1]) if found and found[1] != TOP_LEVEL else None
    if line is None:
        return message
    return gettext("Line %(line)s: %(message)s") % {"line": number(line), "message": message}


def _check_fits(case: Case) -> None:
    """Raise CaseError for what the tables cannot hold, naming the field as the reader does."""
    if len(case.respondents) > MOST_RESPONDENTS:
        raise CaseError(f"respondents: expected at most {MOST_RESPONDENTS}")
    functions = listed(Function.values)
    for place, person in enumerate(case.respondents):
        if person.role not in Function.values:
            raise CaseError(f"respondents[{place}].role: expected one of {functions}")
    for dimension, role in case.accountable.items():
        if role not in Function.values:
            raise CaseError(f"accountable.{dimension}: expected one of {functions}")
    if len(case.channels or ()) > MOST_CHANNELS:
        raise CaseError(f"channels: expected at most {MOST_CHANNELS}")
    for place, channel in enumerate(case.channels or ()):
        _check_channel(channel, f"channels[{place}]")


def _check_channel(channel: Channel, path: str) -> None:
    longest = ChannelAccount._meta.get_field("platform").max_length or 0  # noqa: SLF001 -- Django's own name
    if not channel.platform.strip() or len(channel.platform) > longest:
        raise CaseError(f"{path}.platform: expected 1 to {longest} characters")
    try:
        validate_plain_line(channel.platform)
    except ValidationError as error:
        raise CaseError(f"{path}.platform: expected plain text; {error.messages[0]}") from error
    for name in ("followers", "posts30", "inbound30", "median_min"):
        if (getattr(channel, name) or 0) > _MOST_COUNT:
            raise CaseError(f"{path}.{name}: expected at most {_MOST_COUNT}")
    if (channel.days_since_post or 0) > _MOST_DAYS:
        raise CaseError(f"{path}.days_since_post: expected at most {_MOST_DAYS}")


# ---- what the tables hold -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """Columns for the round. `brought` is what has none: it stands in the engine's input as it is."""

    channels: tuple[Mapping[str, Any], ...]
    plan_settings: Mapping[str, Any]
    brought: Mapping[str, Any]


def case_rows(case: Case, closing_day: dt.date) -> CaseRows:
    """Spread a case over the tables, so that reading them back gives an equal case.

    An inventory with a fraction that no column holds is kept beside its rounded accounts, which
    only serve to be looked at.
    """
    whole = case.to_dict()
    defaults = load_framework()
    brought: dict[str, Any] = {}
    if "pulse" in whole:
        brought["pulse"] = whole["pulse"]
    middle = (defaults.parameters.bank_midline, defaults.parameters.customer_midline)
    if (case.midlines.bank, case.midlines.customer) != middle:
        brought["midlines"] = whole["midlines"]
    if not all(_fits(channel) for channel in case.channels or ()):
        brought["channels"] = whole["channels"]
    usual = RoadmapSettings(
        capacity=defaults.roadmap.capacity, quarters=defaults.roadmap.quarters, targets=Targets()
    )
    return CaseRows(
        channels=tuple(_account(channel, closing_day) for channel in case.channels or ()),
        plan_settings={} if case.roadmap == usual else _without_blanks(whole["roadmap"]),
        brought=brought,
    )


def _without_blanks(roadmap: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the form of the roadmap keeps them: what is left to the default is absent."""
    targets = {name: goal for name, goal in roadmap["targets"].items() if goal is not None}
    kept = {name: roadmap[name] for name in ("capacity", "quarters")} | {"targets": targets}
    return kept if roadmap["strategy"] is None else kept | {"strategy": roadmap["strategy"]}


def _fits(channel: Channel) -> bool:
    """Whether the columns hold these figures exactly."""
    counts = (
        channel.followers,
        channel.posts30,
        channel.inbound30,
        channel.median_min or 0,
        channel.days_since_post or 0,
    )
    return (
        all(count == int(count) for count in counts)
        and float(_percent(channel)) / 100 == channel.answered
    )


def _percent(channel: Channel) -> Decimal:
    return Decimal(str(round(channel.answered * 100, 1)))


def _account(channel: Channel, closing_day: dt.date) -> dict[str, Any]:
    days = channel.days_since_post
    return {
        "platform": channel.platform,
        "kind": channel.kind,
        "followers": math.floor(channel.followers),
        "posts30": math.floor(channel.posts30),
        "inbound30": math.floor(channel.inbound30),
        "answered_percent": _percent(channel),
        "median_minutes": None if channel.median_min is None else math.floor(channel.median_min),
        "last_post_on": None if days is None else closing_day - dt.timedelta(days=math.floor(days)),
        "status": channel.status,
    }
