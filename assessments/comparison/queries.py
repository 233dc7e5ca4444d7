"""Reads the rounds of a comparison: as many queries for six as for two."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from assessments.access.roles import Permission
from assessments.access.scope import (
    client_rounds_of,
    rounds_open_to,
    standing_on,
)
from assessments.comparison.asked import Asked, RefusedError, count
from assessments.comparison.lineup import Lineup, Side
from assessments.models import (
    Assessment,
    AssessmentStatus,
    ComparisonFile,
    ComparisonKind,
    Organisation,
    Snapshot,
    User,
    Visibility,
)
from assessments.reports import queries as reports
from assessments.results.subject import Source, Subject
from assessments.survey.queries import zone_of
from maturity import Case, Findings, codec, read_case
from maturity.compare import MOST, Profile, common_items, compare, edition, profile
from maturity.framework import Framework
from maturity.wording import Wording

_KEPT = 64
# The words by which two versions are told apart; every version is worded in it.
WORDED_IN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a snapshot froze."""

    case: Case
    findings: Findings
    regions: Mapping[str, Findings]


def lineup_of(rounds: Sequence[Assessment], asked: Asked) -> Lineup:
    """The comparison of rounds that access.scope fetched, in their order.

    Raises RefusedError for rounds that cannot be compared.
    """
    count(asked)
    kind = _kind(rounds, asked)
    if any(round_.status != AssessmentStatus.PUBLISHED for round_ in rounds):
        raise RefusedError("unpublished")
    found = _published(rounds)
    if kind == ComparisonKind.REGIONS:
        sides, left_out = _regions(rounds[0], *found[rounds[0].pk], asked)
    else:
        sides, left_out = (
            tuple(
                _side(place, round_, *found[round_.pk], asked=asked)
                for place, round_ in enumerate(rounds)
            ),
            0,
        )
    return _lineup(kind, asked, sides, left_out)


def _lineup(kind: ComparisonKind, asked: Asked, sides: tuple[Side, ...], left_out: int) -> Lineup:
    common = common_items([_edition(side.source.findings.framework) for side in sides])
    kept = None if common.whole else common.items
    profiles: list[Profile] = [
        profile(side.source.findings, side.source.framework, kept) for side in sides
    ]
    return Lineup(
        kind=kind,
        lettered=asked.letters,
        sides=sides,
        found=compare(profiles),
        common=common,
        regions_left_out=left_out,
    )


def _kind(rounds: Sequence[Assessment], asked: Asked) -> ComparisonKind:
    if asked.regions:
        return ComparisonKind.REGIONS
    banks = {round_.organisation_id for round_ in rounds}
    if len(banks) == 1:
        return ComparisonKind.ROUNDS
    if len(banks) < len(rounds):
        raise RefusedError("mixed")
    return ComparisonKind.BANKS


def _edition(version: str, language: str = WORDED_IN) -> tuple[Framework, Wording]:
    """A version with its words, in the language that all have where it lacks the reader's.

    A result of a version that is gone cannot be compared.
    """
    for words in dict.fromkeys((language, WORDED_IN)):
        with suppress(LookupError):
            return edition(version, words)
    raise RefusedError("version")


def _side(
    place: int,
    round_: Assessment,
    found: Published,
    published: dt.date,
    *,
    asked: Asked,
    region: str = "",
) -> Side:
    bank = round_.organisation
    findings = found.regions[region] if region else found.findings
    framework, wording = _edition(findings.framework, get_language() or WORDED_IN)
    lettered = asked.letters
    return Side(
        place=place,
        round=round_.pk,
        bank="" if lettered else bank.name,
        period="" if lettered else round_.period,
        published=published,
        source=Source(
            findings=findings,
            wording=wording,
            framework=framework,
            case=found.case,
            subject=Subject(
                bank="",
                fictional=bank.fictional,
                published=True,
                anonymous=round_.visibility == Visibility.ANONYMOUS,
            ),
        ),
        answers=standing_on(round_).may(Permission.VIEW_ANSWERS),
        fictional=bank.fictional,
        region=region,
    )


def _regions(
    round_: Assessment, found: Published, published: dt.date, asked: Asked
) -> tuple[tuple[Side, ...], int]:
    """The whole bank and the regions whose customers differ most from it, by name."""
    if not found.regions:
        raise RefusedError("none")
    whole = found.findings.customer.score or 0.0
    ranked = sorted(
        found.regions,
        key=lambda name: (-abs((found.regions[name].customer.score or 0.0) - whole), name),
    )
    shown = sorted(ranked[: MOST - 1])
    sides = tuple(
        _side(place, round_, found, published, asked=asked, region=name)
        for place, name in enumerate(("", *shown))
    )
    return sides, len(ranked) - len(shown)


def _published(rounds: Sequence[Assessment]) -> dict[UUID, tuple[Published, dt.date]]:
    """What was frozen of each round and on which day where the bank is: one query, at first two."""
    of = {round_.pk: round_ for round_ in rounds}
    rows = Snapshot.objects.filter(assessment__in=list(of))
    moments = dict(rows.values_list("assessment_id", "published_at"))
    if len(moments) < len(of):  # published a moment ago, or being taken back
        raise RefusedError("unpublished")
    found = {pk: _kept[pk, at] for pk, at in moments.items() if (pk, at) in _kept}
    new = [pk for pk in moments if pk not in found]
    for snapshot in rows.filter(assessment__in=new) if new else ():
        found[snapshot.assessment_id] = _keep(snapshot)
    return {
        pk: (found[pk], at.astimezone(zone_of(of[pk].organisation)).date())
        for pk, at in moments.items()
    }


# Snapshots never change, and reading one takes longer than the rest of a page.
_kept: dict[tuple[UUID, dt.datetime], Published] = {}


def _keep(snapshot: Snapshot) -> Published:
    while len(_kept) >= _KEPT:
        _kept.pop(next(iter(_kept)), None)
    made = Published(
        case=read_case(snapshot.case),
        findings=codec.load(snapshot.findings),
        regions={name: codec.load(found) for name, found in snapshot.regions.items()},
    )
    _kept[snapshot.assessment_id, snapshot.published_at] = made
    return made


# ---- what there is to choose from --------------------------------------------------------------


def published_rounds(
    user: User, *, firm: Organisation | None, bank: UUID | None, words: str
) -> QuerySet[Assessment]:
    """Published rounds whose results this person may read, by bank, the newest first.

    Of one firm's clients, of one bank, or with some words in the bank's name or the period's.
    """
    rows = (
        rounds_open_to(user, Permission.VIEW_RESULTS)
        if firm is None
        else client_rounds_of(firm, user, Permission.VIEW_RESULTS)
    )
    rows = rows.filter(status=AssessmentStatus.PUBLISHED)
    if bank is not None:
        rows = rows.filter(organisation=bank)
    for word in words.split():
        rows = rows.filter(Q(organisation__name__icontains=word) | Q(period__icontains=word))
    return (
        rows.select_related("organisation", "snapshot")
        .order_by("organisation__name", "organisation_id", "-snapshot__published_at", "pk")
        .defer("snapshot__case", "snapshot__findings", "snapshot__regions")
    )


# ---- files -------------------------------------------------------------------------------------


def asked_by(file: ComparisonFile) -> Asked:
    """What a file was made from, as an address asks for it."""
    return Asked(
        rounds=tuple(UUID(pk) for pk in file.rounds),
        regions=file.kind == ComparisonKind.REGIONS,
        letters=file.lettered,
    )


def content_key(lineup: Lineup, language: str) -> str:
    """A sha256 over everything that the bytes of the PDF depend on."""
    material = {
        "kind": lineup.kind,
        "lettered": lineup.lettered,
        "language": language,
        "left out": lineup.regions_left_out,
        "sides": [
            {
                "round": side.round,
                "name": name,
                "when": lineup.when(side),
                "answers": side.answers,
                "anonymous": side.source.subject.anonymous,
                "fictional": side.fictional,
                "case": side.source.case.to_dict(),
                "findings": codec.dump(side.source.findings),
            }
            for side, name in zip(lineup.sides, lineup.names, strict=True)
        ],
        "program": reports.program_key(),
        "room": _room_key(),
    }
    text = json.dumps(material, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _room_key() -> str:
    """A sha256 over this room's code and templates, once per process."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from Path(__file__).resolve().parent.rglob("*.py")
    yield from (settings.BASE_DIR / "templates" / "comparison" / "leaves").glob("*.html")
