"""Rows for tests, as plain typed functions. What a test does not mention gets a sound default."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from assessments.access.roles import PRIVILEGED
from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Assignment,
    ChannelAccount,
    ChannelKind,
    Engagement,
    EngagementScope,
    EngagementState,
    Function,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    SavedAnswer,
    Sheet,
    SheetStatus,
    Snapshot,
    User,
)
from assessments.results.summary_writing import write_summary
from maturity import Findings, assess, codec, load_framework, read_case

PASSWORD = "correct horse battery staple"
MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

Answer = int | Literal["NA", "DK"]


def make_user(
    email: str,
    *,
    name: str = "",
    password: str | None = None,
    verified: bool = True,
    second_factor: bool = False,
) -> User:
    """A person with an e-mail address. Without a password only `force_login` signs them in,
    which spares the test the hashing; `PASSWORD` is one that the rules accept.
    """
    user = User.objects.create_user(email=email, password=password, name=name)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    if second_factor:
        add_second_factor(user)
    return user


def add_second_factor(user: User) -> None:
    """An authenticator app, as leads, firm admins and consultants must have one."""
    if not user.has_second_factor:
        secret = get_adapter().encrypt(TOTP_SECRET)
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": secret}
        )
        vars(user)["second_factor"] = True


def make_bank(lead: User, *, name: str = "Norvane Bank", **fields: Any) -> Organisation:
    """A bank with its lead, who gets a second factor."""
    bank = Organisation.objects.create(name=name, **fields)
    add_member(bank, lead, Role.LEAD)
    return bank


def make_firm(admin: User, *, name: str = "Harbour Consulting") -> Organisation:
    """A consulting firm with its admin, who gets a second factor."""
    firm = Organisation.objects.create(name=name, kind=OrganisationKind.FIRM)
    add_member(firm, admin, Role.ADMIN)
    return firm


def add_member(organisation: Organisation, user: User, role: Role = Role.RESPONDENT) -> Membership:
    """Give a person a role, and a second factor where the role needs one."""
    if role in PRIVILEGED:
        add_second_factor(user)
    return Membership.objects.create(organisation=organisation, user=user, role=role)


def make_engagement(
    bank: Organisation,
    firm: Organisation,
    *consultants: User,
    scope: EngagementScope = EngagementScope.FACILITATE,
    state: EngagementState = EngagementState.ACCEPTED,
) -> Engagement:
    """An engagement that the bank accepted long before anybody answered."""
    engagement = Engagement.objects.create(
        bank=bank,
        firm=firm,
        asked_scope=scope,
        scope=scope,
        state=state,
        requested_at=LONG_AGO,
        decided_at=LONG_AGO,
        answers_from=LONG_AGO,
    )
    for consultant in consultants:
        Assignment.objects.create(engagement=engagement, user=consultant)
    return engagement


def make_round(
    bank: Organisation,
    *,
    period: str = "2026 H2",
    status: AssessmentStatus = AssessmentStatus.OPEN,
    due_on: date | None = None,
    channels_confirmed: bool = False,
) -> Assessment:
    """A round without sheets."""
    return Assessment.objects.create(
        organisation=bank,
        period=period,
        status=status,
        due_on=due_on,
        channels_confirmed=channels_confirmed,
        framework_version=load_framework().version,
        closed_at=None if status == AssessmentStatus.OPEN else MOMENT,
    )


def make_sheet(
    round_: Assessment,
    respondent: User,
    *,
    function: Function = Function.EXECUTIVE,
    sections: Iterable[str] = (),
    status: SheetStatus = SheetStatus.OPEN,
) -> Sheet:
    """A person's empty sheet in a round, about some dimensions or, with none named, all."""
    return Sheet.objects.create(
        assessment=round_,
        respondent=respondent,
        function=function,
        sections=list(sections),
        status=status,
        submitted_at=None if status == SheetStatus.OPEN else MOMENT,
    )


def fill_sheet(sheet: Sheet, answers: Mapping[str, Answer], *, at: datetime = MOMENT) -> None:
    """Store answers as their first version, each with its line of history."""
    SavedAnswer.objects.bulk_create(
        SavedAnswer(sheet=sheet, item=item, updated_at=at, **_columns(answer))
        for item, answer in answers.items()
    )
    AnswerChange.objects.bulk_create(
        AnswerChange(
            sheet=sheet,
            item=item,
            version=1,
            evidence="E0",
            by=sheet.respondent,
            at=at,
            **_columns(answer),
        )
        for item, answer in answers.items()
    )


def carry_answers(sheet: Sheet, answers: Mapping[str, Answer], *, at: datetime = LONG_AGO) -> None:
    """Answers taken over from the round before, which their respondent has yet to confirm."""
    SavedAnswer.objects.bulk_create(
        SavedAnswer(
            sheet=sheet, item=item, updated_at=at, version=0, carried=True, **_columns(answer)
        )
        for item, answer in answers.items()
    )


def whole_sheet(level: Answer = 3) -> dict[str, Answer]:
    """The same answer to every item of the instrument, for `fill_sheet`."""
    return dict.fromkeys(load_framework().items, level)


def make_invitation(
    organisation: Organisation,
    round_: Assessment | None = None,
    *,
    email: str = "invited@bank.example",
    role: Role = Role.RESPONDENT,
    by: User | None = None,
    sections: Iterable[str] = (),
    function: Function = Function.RISK,
    expires_at: datetime | None = None,
) -> Invitation:
    """An open invitation; without `expires_at` it lives for a week."""
    return Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        assessment=round_,
        function=function,
        sections=list(sections),
        invited_by=by,
        expires_at=expires_at or timezone.now() + timedelta(days=7),
    )


def make_channels(
    round_: Assessment, rows: Iterable[Mapping[str, Any]] = ({},)
) -> list[ChannelAccount]:
    """Accounts of the inventory; each mapping overrides a lively network account."""
    defaults: dict[str, Any] = {
        "platform": "Facebook",
        "kind": ChannelKind.NETWORK,
        "followers": 12_000,
        "posts30": 12,
        "inbound30": 200,
        "answered_percent": 90,
        "median_minutes": 45,
        "last_post_on": MOMENT.date(),
    }
    return [
        ChannelAccount.objects.create(assessment=round_, **(defaults | dict(row))) for row in rows
    ]


def _columns(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, int):
        return {"level": answer, "special": ""}
    return {"level": None, "special": answer, "reason": "No such work" if answer == "NA" else ""}


@lru_cache
def _findings(case: str) -> Findings:
    """The findings of a case as JSON: many tests publish the same few."""
    return assess(load_framework(), read_case(json.loads(case)))


def publish_case(
    bank: Organisation, case: Mapping[str, Any], *, period: str, at: datetime = MOMENT
) -> Assessment:
    """A published round of a case as the case file gives it: snapshot and summary, no sheets."""
    text = json.dumps(case)
    read, findings = read_case(dict(case)), _findings(text)
    round_ = make_round(bank, period=period, status=AssessmentStatus.PUBLISHED)
    Assessment.objects.filter(pk=round_.pk).update(closed_at=at)
    snapshot = Snapshot.objects.create(
        assessment=round_,
        framework_version=findings.framework,
        case=read.to_dict(),
        findings=codec.dump(findings) | {"beside": {"no_regret": [], "limit": None}},
        published_at=at,
    )
    write_summary(snapshot)
    return round_
