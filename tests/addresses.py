"""Every address of the program with what each role gets there, and a stage that furnishes them.

The table is written by hand and does not come from `GRANTS`: it says what must hold, not what
the program believes. Who adds an address adds a line here; tests/test_tenancy.py fails without it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from assessments.models import (
    AdoptedAction,
    AgreedAnswer,
    Assessment,
    AssessmentStatus,
    Batch,
    BatchPart,
    Brand,
    ChannelAccount,
    Comment,
    ComparisonFile,
    ComparisonKind,
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Export,
    ExternalFigure,
    FileState,
    Intake,
    IntakeKind,
    Invitation,
    Membership,
    Organisation,
    Region,
    Report,
    Role,
    SavedFilter,
    ShareLink,
    SheetStatus,
    Snapshot,
    User,
)
from assessments.plans import services as plans
from assessments.reports import names
from assessments.reports import queries as report_queries
from assessments.results.services import publish
from assessments.survey.queries import ACCOUNTABLE
from maturity import load_framework
from tests import factories

# The columns: lead, reviewer and respondent of the bank; a consultant who is assigned to it and
# the admin of that firm, the engagement covering answers and facilitating; a consultant of the
# firm who is not assigned; the lead of another bank; nobody signed in.
LEAD, REVIEWER, RESPONDENT, CONSULTANT, ADMIN, IDLE, STRANGER, ANONYMOUS = range(8)
NOT_ALLOWED = "405 405 405 405 405 405 405 405"
PUBLIC = "200 200 200 200 200 200 200 200"
GONE = "410 410 410 410 410 410 410 410"
TO_SIGN_IN = "302 302 302 302 302 302 302 302"
SIGNED_IN = "200 200 200 200 200 200 200 302"
READ_ONLY = "405 405 405 405 405 405 405 302"  # a form sent to a page that takes none
CONFIRMED = "302 200 200 302 302 302 302 302"  # a page behind another look at the second factor
OWN_THING = "302 404 404 302 302 302 302 302"  # the same, of something that is not there
MEMBERS = "200 200 200 403 403 404 404 302"  # a page for everybody in the bank
VIEWERS = "200 200 200 200 200 404 404 302"  # a page for the bank and its consultants
MEMBERS_DO = "302 302 302 403 403 404 404 302"  # a form that everybody in the bank may send
ASKED = "200 403 200 403 403 404 404 302"  # a page for who was asked to answer
ASKED_DO = "302 403 302 403 403 404 404 302"  # a form of theirs
LOOK_ONLY = "405 405 405 405 405 405 405 302"  # no form stands on that page
REVIEWERS = "200 200 403 403 403 404 404 302"  # a page for the bank's lead and reviewers
LEADS = "200 403 403 403 403 404 404 302"  # a page for the bank's lead
LEADS_DO = "302 403 403 403 403 404 404 302"  # a form that the lead may send
RESULTS = "200 403 403 200 200 404 404 302"  # a page for the lead and the consultants
RESULTS_DO = "302 403 403 302 302 404 404 302"  # a form of theirs
FIRM = "404 404 404 200 200 200 404 302"  # a page for everybody in the firm
FIRM_DO = "404 404 404 302 302 302 404 302"  # what everybody in the firm may do
WORKS_FOR = "404 404 404 200 200 404 404 302"  # a page for those of the firm who work for the bank
WORKS_FOR_DO = "404 404 404 302 302 404 404 302"
ADMINS = "404 404 404 403 200 403 404 302"  # a page for the firm's admin
ADMINS_DO = "404 404 404 403 302 403 404 302"  # a form of theirs
BATCH = "404 404 404 200 200 404 404 302"  # what one consultant of the firm asked for
BATCH_DO = "404 404 404 302 302 404 404 302"
# An engagement belongs to bank and firm: one side may do this, the other learns that it may not.
OF_FIRM = "403 403 403 403 200 403 404 302"
OF_FIRM_DO = "403 403 403 403 302 403 404 302"
OF_BANK = "200 403 403 403 403 403 404 302"
OF_BANK_DO = "302 403 403 403 403 403 404 302"
OF_BANK_ALONE_DO = "302 403 403 404 404 404 404 302"  # before the bank accepted
OWN_FILE = "200 404 404 404 404 404 404 302"  # what the lead alone asked for
NO_ROUNDS = "404 404 404 404 404 404 404 302"  # a form that names nothing (S8)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Everything an address can name, of one bank."""

    bank: Organisation
    open: Assessment
    done: Assessment
    met: Assessment  # closed, with an agreed level on CAP.A1
    comment: Comment  # the lead's, in `met`
    account: ChannelAccount
    report: Report
    export: Export  # the lead's
    batch: Batch  # finished; by who is assigned to `engagement`, else by the firm's admin
    intake: Intake  # the lead's, for `open`
    comparison: ComparisonFile  # the lead's, of the regions of `done`
    engagement: Engagement  # accepted
    figure: ExternalFigure  # of the firm of `engagement`
    requested: Engagement  # by another firm
    asked: EngagementRequest  # by the firm of `engagement`
    filter: SavedFilter  # of that firm's admin
    member: Membership  # of the last of its people
    invitation: Invitation  # open


@dataclass(frozen=True, kw_only=True)
class Line:
    """Status per role, in the order of the columns above, for GET and for POST."""

    get: str
    post: str
    ids: Callable[[Stage], tuple[Any, ...]] = lambda stage: ()
    data: dict[str, Any] | None = None
    json: bool = False
    personal: bool = False  # its ids name something of the person who asks, not of a bank


def of_nobody(stage: Stage) -> tuple[Any, ...]:
    """The number of something that nobody has: a session, a passkey."""
    return (10**6,)


def of_bank(stage: Stage) -> tuple[Any, ...]:
    return (stage.bank.pk,)


def of_member(stage: Stage) -> tuple[Any, ...]:
    return (stage.bank.pk, stage.member.pk)


def of_invitation(stage: Stage) -> tuple[Any, ...]:
    return (stage.bank.pk, stage.invitation.pk)


def of_open(stage: Stage) -> tuple[Any, ...]:
    return (stage.open.pk,)


def of_done(stage: Stage) -> tuple[Any, ...]:
    return (stage.done.pk,)


def of_filter(stage: Stage) -> tuple[Any, ...]:
    return (stage.filter.pk,)


def of_comparison(stage: Stage) -> tuple[Any, ...]:
    return (stage.comparison.pk,)


def of_comparison_file(stage: Stage) -> tuple[Any, ...]:
    return (stage.comparison.pk, "comparison-regions-en.pdf")


def of_firm(stage: Stage) -> tuple[Any, ...]:
    return (stage.engagement.firm_id,)


def of_batch(stage: Stage) -> tuple[Any, ...]:
    return (stage.batch.pk,)


def of_figure(stage: Stage) -> tuple[Any, ...]:
    return (stage.engagement.firm_id, stage.figure.pk)


def of_engagement(stage: Stage) -> tuple[Any, ...]:
    return (stage.engagement.pk,)


def of_requested(stage: Stage) -> tuple[Any, ...]:
    return (stage.requested.pk,)


def of_account(stage: Stage) -> tuple[Any, ...]:
    return (stage.open.pk, stage.account.pk)


def of_region(stage: Stage) -> tuple[Any, ...]:
    return (stage.open.pk, Region.objects.get(organisation=stage.bank).pk)


def of_sheet(stage: Stage) -> tuple[Any, ...]:
    return (stage.done.pk, stage.done.sheets.order_by("pk")[0].pk)


def of_report(stage: Stage) -> tuple[Any, ...]:
    return (stage.report.pk,)


def of_share(stage: Stage) -> tuple[Any, ...]:
    return (stage.done.pk, ShareLink.objects.filter(assessment=stage.done).earliest("pk").pk)


def of_reader(stage: Stage) -> tuple[Any, ...]:
    return of_share(stage)[1:]


def of_table(stage: Stage) -> tuple[Any, ...]:
    return (stage.done.pk, "answers")


def of_action(stage: Stage) -> tuple[Any, ...]:
    return (stage.done.pk, AdoptedAction.objects.filter(plan__assessment=stage.done)[0].action)


def of_file(stage: Stage) -> tuple[Any, ...]:
    return (stage.report.pk, names.ascii_name(report_queries.title_of(stage.report)))


def of_export(stage: Stage) -> tuple[Any, ...]:
    return (stage.export.pk,)


def of_intake(stage: Stage) -> tuple[Any, ...]:
    return (stage.intake.pk,)


def of_met(stage: Stage) -> tuple[Any, ...]:
    return (stage.met.pk,)


def of_settled(stage: Stage) -> tuple[Any, ...]:
    return (stage.met.pk, "CAP.A1")


def of_unsettled(stage: Stage) -> tuple[Any, ...]:
    return (stage.met.pk, "RSK.U1")


def of_comment(stage: Stage) -> tuple[Any, ...]:
    return (stage.met.pk, "CAP.A1", stage.comment.pk)


PROFILE = {"name": "Renamed", "country": "", "size_band": "", "regions": "", "time_zone": "UTC"}
ACCOUNT = {
    "platform": "X",
    "kind": "microblog",
    "followers": "10",
    "posts30": "0",
    "inbound30": "0",
    "answered_percent": "0",
    "median_minutes": "",
    "last_post_on": "2026-01-02",
    "status": "open",
}
ANSWER = {"answer": 4, "version": 1, "client_id": "5f0c2f0e-6d4e-4d8b-9a53-0c9b1c2d3e4f"}

INVITE = {
    "addresses": "new@bank.example",
    "role": "respondent",
    "round": "none",
    "extent": "whole",
    "function": "risk",
    "action": "send",
    "previewed": "new@bank.example",
}

TABLE: dict[str, Line] = {
    # everybody
    "landing": Line(get=PUBLIC, post=NOT_ALLOWED),
    "healthz": Line(get=PUBLIC, post=NOT_ALLOWED),
    "help": Line(get=PUBLIC, post=NOT_ALLOWED),
    "privacy": Line(get=PUBLIC, post=NOT_ALLOWED),
    "method": Line(get=PUBLIC, post=NOT_ALLOWED),
    "sample": Line(get=PUBLIC, post=NOT_ALLOWED),
    "sample_report": Line(get=PUBLIC, post=NOT_ALLOWED),
    "set_language": Line(get=TO_SIGN_IN, post=TO_SIGN_IN, data={"language": "en"}),
    "roles": Line(get=PUBLIC, post=NOT_ALLOWED),
    # an invitation, of which a visitor without a link learns nothing
    "join": Line(get=GONE, post=GONE),
    "join_link": Line(
        get=GONE, post=NOT_ALLOWED, ids=lambda stage: ("no-such-token",), personal=True
    ),
    # one's own account: these name no bank, so a stranger is a member like any other
    "home": Line(get=TO_SIGN_IN, post=TO_SIGN_IN, data={"bank": "One More", "country": ""}),
    "account": Line(get=SIGNED_IN, post=TO_SIGN_IN, data={"name": "Me"}),
    "sessions": Line(get=SIGNED_IN, post=READ_ONLY),
    "session_end": Line(get=NOT_ALLOWED, post=TO_SIGN_IN, ids=of_nobody, personal=True),
    "sign_out_elsewhere": Line(get=NOT_ALLOWED, post=TO_SIGN_IN),
    "own_data": Line(get=SIGNED_IN, post=READ_ONLY),
    # Who has a second factor shows it again first; these accounts without one have no password.
    "own_data_copy": Line(get=NOT_ALLOWED, post=CONFIRMED),
    "erase": Line(get=CONFIRMED, post="302 422 422 302 302 302 302 302"),
    "account_reauthenticate": Line(
        get="302 403 403 302 302 302 302 302", post="302 403 403 302 302 302 302 302"
    ),
    "mfa_reauthenticate": Line(
        get="200 403 403 200 200 200 200 302", post="200 403 403 200 200 200 200 302"
    ),
    "mfa_reauthenticate_webauthn": Line(
        get="302 403 403 302 302 302 302 302", post="302 403 403 302 302 302 302 302"
    ),
    "mfa_index": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "mfa_authenticate": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "mfa_login_webauthn": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "mfa_activate_totp": Line(get=CONFIRMED, post=CONFIRMED),
    "mfa_deactivate_totp": Line(
        get="302 404 404 302 302 302 302 302", post="302 404 404 302 302 302 302 302"
    ),
    "mfa_add_webauthn": Line(get=CONFIRMED, post=CONFIRMED),
    "mfa_edit_webauthn": Line(
        get=OWN_THING, post=OWN_THING, ids=of_nobody, personal=True, data={"name": "Phone"}
    ),
    "mfa_remove_webauthn": Line(get=OWN_THING, post=OWN_THING, ids=of_nobody, personal=True),
    "mfa_view_recovery_codes": Line(get="404 404 404 404 404 404 404 302", post=READ_ONLY),
    "mfa_generate_recovery_codes": Line(get=CONFIRMED, post=CONFIRMED),
    "second_factor_onward": Line(get=TO_SIGN_IN, post=READ_ONLY),
    "shortcuts": Line(get=NOT_ALLOWED, post=TO_SIGN_IN, data={"on": "1"}),
    "account_login": Line(
        get="302 302 302 302 302 302 302 200", post="302 302 302 302 302 302 302 200"
    ),
    "account_logout": Line(get="200 200 200 200 200 200 200 302", post=TO_SIGN_IN),
    "account_signup": Line(
        get="302 302 302 302 302 302 302 200", post="302 302 302 302 302 302 302 200"
    ),
    "account_inactive": Line(get=PUBLIC, post=NOT_ALLOWED),
    "account_email_verification_sent": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "account_email": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "account_change_password": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "account_set_password": Line(
        get="200 200 200 200 200 200 200 302", post="200 200 200 200 200 200 200 302"
    ),
    "account_reset_password": Line(get=PUBLIC, post=PUBLIC),
    "account_confirm_password_reset_code": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "account_complete_password_reset": Line(get=TO_SIGN_IN, post=TO_SIGN_IN),
    "account_password_reset_completed": Line(get=PUBLIC, post=NOT_ALLOWED),
    "second_factor": Line(get=SIGNED_IN, post=READ_ONLY),
    # people of a bank or a firm
    "found": Line(
        get=SIGNED_IN, post=TO_SIGN_IN, data={"kind": "bank", "bank": "One More", "country": ""}
    ),
    "people": Line(get=LEADS, post=NOT_ALLOWED, ids=of_bank),
    "invite": Line(get=LEADS, post=LEADS_DO, ids=of_bank, data=INVITE),
    "remind_all": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_bank),
    "leave": Line(
        get="200 200 200 404 404 404 404 302",
        post="422 302 302 404 404 404 404 302",  # the only lead must stay
        ids=of_bank,
    ),
    "member": Line(
        get=LEADS, post=LEADS_DO, ids=of_member, data={"role": "reviewer", "seen": "respondent"}
    ),
    "member_remind": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_member),
    "member_remove": Line(get=LEADS, post=LEADS_DO, ids=of_member),
    "invitation_remind": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_invitation),
    "invitation_resend": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_invitation),
    "invitation_link": Line(
        get=NOT_ALLOWED, post="200 403 403 403 403 404 404 302", ids=of_invitation
    ),
    "invitation_revoke": Line(get=LEADS, post=LEADS_DO, ids=of_invitation),
    # the bank
    "bank": Line(get=VIEWERS, post="405 405 405 405 405 405 405 302", ids=of_bank),
    "bank_profile": Line(get=VIEWERS, post=LEADS_DO, ids=of_bank, data=PROFILE),
    "round_new": Line(
        get=LEADS,
        post=LEADS_DO,
        ids=of_bank,
        data={"period": "2031 H1", "function": "executive", "visibility": "anonymous"},
    ),
    # reports for many clients: who asked, and the firm's admin
    "batches": Line(get=FIRM, post=LOOK_ONLY, ids=of_firm),
    # Which clients is in the form; without any it comes back.
    "batch_new": Line(
        get=FIRM,
        post="404 404 404 422 422 422 404 302",
        ids=of_firm,
        data={"action": "start", "language": "en", "kind": "report"},
    ),
    "batch": Line(get=BATCH, post=LOOK_ONLY, ids=of_batch),
    "batch_state": Line(get=BATCH, post=LOOK_ONLY, ids=of_batch),
    "batch_cancel": Line(get=NOT_ALLOWED, post=BATCH_DO, ids=of_batch),
    "batch_retry": Line(get=NOT_ALLOWED, post=BATCH_DO, ids=of_batch),
    "batch_file": Line(get=BATCH, post=LOOK_ONLY, ids=of_batch),
    # the look of reports
    "bank_brand": Line(get=LEADS, post=LEADS_DO, ids=of_bank, data={"colour": "#0B4A6F"}),
    "bank_logo": Line(get=LEADS, post=LOOK_ONLY, ids=of_bank),
    "firm_brand": Line(get=ADMINS, post=ADMINS_DO, ids=of_firm, data={"colour": "#0B4A6F"}),
    "firm_logo": Line(get=ADMINS, post=LOOK_ONLY, ids=of_firm),
    # peers, and a firm's own figures
    "peers": Line(get=LEADS, post=LEADS_DO, ids=of_bank, data={"group": "Norden", "lend": "on"}),
    "peers_leave": Line(get=LEADS, post=LEADS_DO, ids=of_bank),
    "firm_figures": Line(get=FIRM, post="404 404 404 422 422 422 404 302", ids=of_firm),
    "firm_figures_add": Line(
        get=NOT_ALLOWED, post="404 404 404 422 422 422 404 302", ids=of_firm, data={"token": "x"}
    ),
    "firm_figures_sample": Line(get=FIRM, post=NOT_ALLOWED, ids=of_firm),
    "firm_figure_remove": Line(get=FIRM, post="404 404 404 302 302 302 404 302", ids=of_figure),
    # the portfolio
    "firm": Line(get=FIRM, post=NOT_ALLOWED, ids=of_firm),
    "firm_selected": Line(get=FIRM_DO, post=NOT_ALLOWED, ids=of_firm),
    "saved_filters": Line(get=FIRM, post=NOT_ALLOWED, ids=of_firm),
    "saved_filter_new": Line(get=FIRM, post=FIRM_DO, ids=of_firm, data={"name": "Norway"}),
    "saved_filter": Line(
        get="404 404 404 404 200 404 404 302",
        post="404 404 404 404 302 404 404 302",
        ids=of_filter,
        data={"name": "Renamed"},
    ),
    "saved_filter_delete": Line(
        get="404 404 404 404 200 404 404 302",
        post="404 404 404 404 302 404 404 302",
        ids=of_filter,
    ),
    "client_notes": Line(
        get=WORKS_FOR, post=WORKS_FOR_DO, ids=of_engagement, data={"tags": "renewal"}
    ),
    # firms and engagements
    "firm_engagements": Line(get=ADMINS, post=NOT_ALLOWED, ids=of_firm),
    "engagement_ask": Line(
        get=ADMINS,
        post=ADMINS_DO,
        ids=of_firm,
        data={"email": "someone@bank.example", "scope": "1", "message": ""},
    ),
    "engagement_withdraw": Line(
        get=NOT_ALLOWED, post=ADMINS_DO, ids=lambda stage: (stage.asked.pk,)
    ),
    "engagement": Line(get=OF_FIRM, post=NOT_ALLOWED, ids=of_engagement),
    "engagement_assign": Line(get=NOT_ALLOWED, post=OF_FIRM_DO, ids=of_engagement),
    "engagement_more": Line(
        get=NOT_ALLOWED, post=OF_FIRM_DO, ids=of_engagement, data={"scope": "3"}
    ),
    "engagement_give_up": Line(get=OF_FIRM, post=OF_FIRM_DO, ids=of_engagement),
    "consultants": Line(get=LEADS, post=NOT_ALLOWED, ids=of_bank),
    "engagement_accept": Line(
        get=NOT_ALLOWED, post=OF_BANK_ALONE_DO, ids=of_requested, data={"scope": "1"}
    ),
    "engagement_decline": Line(get=NOT_ALLOWED, post=OF_BANK_ALONE_DO, ids=of_requested),
    "engagement_widen": Line(
        get=NOT_ALLOWED, post=OF_BANK_DO, ids=of_engagement, data={"scope": "2"}
    ),
    "engagement_narrow": Line(
        get=NOT_ALLOWED, post=OF_BANK_DO, ids=of_engagement, data={"scope": "1"}
    ),
    "engagement_revoke": Line(get=OF_BANK, post=OF_BANK_DO, ids=of_engagement),
    # its trail, and leaving
    "trail": Line(get=LEADS, post=LOOK_ONLY, ids=of_bank),
    "trail_csv": Line(get=LEADS, post=LOOK_ONLY, ids=of_bank),
    "own_trail": Line(get=SIGNED_IN, post=LOOK_ONLY),
    "leaving": Line(get=LEADS, post=LOOK_ONLY, ids=of_bank),
    "set_retention": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_bank, data={"months": "24"}),
    "export_request": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_bank),
    "export_file": Line(get="200 404 404 404 404 404 404 302", post=LOOK_ONLY, ids=of_export),
    "close_organisation": Line(
        get=LEADS, post=LEADS_DO, ids=of_bank, data={"name": "Norvane Bank"}
    ),
    "cancel_closing": Line(get=NOT_ALLOWED, post=LEADS_DO, ids=of_bank),
    # answering
    "round": Line(get=VIEWERS, post=NOT_ALLOWED, ids=of_open),
    "round_edit": Line(
        get=LEADS,
        post=LEADS_DO,
        ids=of_open,
        data={"period": "2032 H2", "visibility": "anonymous"},
    ),
    "round_delete": Line(get=LEADS, post=LEADS_DO, ids=of_open),
    "respondents": Line(
        get=LEADS,
        post=LEADS_DO,
        ids=of_open,
        data={f"accountable-{dimension}": "executive" for dimension in ACCOUNTABLE}
        | {"was_accountable": "marketing,it,executive,risk,data,hr"},
    ),
    "respondent_add": Line(
        get=LEADS, post="422 403 403 403 403 404 404 302", ids=of_open, data={"member": "0"}
    ),
    # Nobody is taken out of a round that has been published.
    "respondent_remove": Line(
        get=LEADS,
        post="423 403 403 403 403 404 404 302",
        ids=of_sheet,
    ),
    "section": Line(
        get=ASKED,
        post=ASKED_DO,
        ids=lambda stage: (stage.open.pk, "risk-usage"),
        data={"answer-RSK.U1": "5"} | {f"version-RSK.U{n}": "1" for n in range(1, 6)},
    ),
    "confirm_answers": Line(
        get=ASKED,
        post=ASKED_DO,
        ids=lambda stage: (stage.open.pk, "data-usage"),
        data={"item": "DAT.U1"},
    ),
    "answer": Line(
        get=NOT_ALLOWED,
        post="200 403 200 403 403 404 404 401",
        ids=lambda stage: (stage.open.pk, "RSK.U1"),
        data=ANSWER,
        json=True,
    ),
    "channels": Line(
        get=MEMBERS, post=MEMBERS_DO, ids=of_open, data={"source": "typed", "confirmed": "on"}
    ),
    "channel_new": Line(get=MEMBERS, post=MEMBERS_DO, ids=of_open, data=ACCOUNT),
    "channel": Line(
        get=MEMBERS, post=MEMBERS_DO, ids=of_account, data={"set_status": "closed", "version": "1"}
    ),
    "channel_remove": Line(get=MEMBERS, post=MEMBERS_DO, ids=of_account),
    "regions": Line(get=LEADS, post=NOT_ALLOWED, ids=of_open),
    "region": Line(get=LEADS, post=LEADS_DO, ids=of_region, data={"CUS.A1": "3", "seen": ""}),
    "review": Line(get=ASKED, post=NOT_ALLOWED, ids=of_open),
    "submit": Line(get=ASKED_DO, post=ASKED_DO, ids=of_open, data={"confirm": "on"}),
    "reopen": Line(get=NOT_ALLOWED, post=ASKED_DO, ids=of_open),
    "close": Line(get=LEADS, post=LEADS_DO, ids=of_open),
    # answers and cases that come from outside: what was brought is its bringer's alone
    "workbook": Line(get=ASKED, post=NOT_ALLOWED, ids=of_open),
    "workbook_upload": Line(get=ASKED, post="422 403 422 403 403 404 404 302", ids=of_open),
    "case_import": Line(get=LEADS, post="422 403 403 403 403 404 404 302", ids=of_bank),
    "intake": Line(
        get="200 404 404 404 404 404 404 302",
        post="302 404 404 404 404 404 404 302",
        ids=of_intake,
    ),
    "intake_drop": Line(get=NOT_ALLOWED, post="302 404 404 404 404 404 404 302", ids=of_intake),
    # results
    "history": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_bank),
    "results": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_done),
    "scoring": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_done),
    "figures": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_done),
    "roadmap": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_done),
    "roadmap_settings": Line(
        get=NOT_ALLOWED, post=LEADS_DO, ids=of_open, data={"capacity": "10", "quarters": "6"}
    ),
    "publish": Line(get=LEADS, post=LEADS_DO, ids=of_open),
    # the adopted plan
    "plan": Line(get=VIEWERS, post=NOT_ALLOWED, ids=of_done),
    "plan_adopt": Line(get=LEADS_DO, post=LEADS_DO, ids=of_done),
    "plan_add": Line(get=LEADS, post=LEADS_DO, ids=of_done, data={"action": "V06"}),
    "plan_action": Line(
        get=VIEWERS,
        post=LEADS_DO,
        ids=of_action,
        data={"owner": "", "due_quarter": "2", "status": "done", "note": "", "version": "1"},
    ),
    # comparing, settling, reviewing, discussing
    "agreement": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_met),
    "agenda": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_met),
    "agreement_item": Line(
        get=RESULTS,
        post=RESULTS_DO,
        ids=of_unsettled,
        data={"level": "4", "reason": "Seen together", "guests": "Ann", "version": "0"},
    ),
    "agreement_take_back": Line(
        get=RESULTS, post=RESULTS_DO, ids=of_settled, data={"reason": "No", "version": "1"}
    ),
    "evidence": Line(get=REVIEWERS, post=NOT_ALLOWED, ids=of_met),
    "evidence_item": Line(
        get=REVIEWERS,
        post="403 302 403 403 403 404 404 302",  # the lead answered this question
        ids=of_unsettled,
        data={"grade": "E2", "comment": "Seen", "version": "0"},
    ),
    "send_back": Line(get=REVIEWERS, post="422 422 403 403 403 404 404 302", ids=of_met),
    "discussions": Line(get=VIEWERS, post=NOT_ALLOWED, ids=of_met),
    "thread": Line(
        get=VIEWERS,
        post="302 302 302 302 302 404 404 302",
        ids=of_unsettled,
        data={"body": "A remark"},
    ),
    "comment_withdraw": Line(
        get="200 404 404 404 404 404 404 302",
        post="302 404 404 404 404 404 404 302",
        ids=of_comment,
    ),
    # reports
    "clients_csv": Line(get=FIRM, post=LOOK_ONLY, ids=of_firm),
    "clients_xlsx": Line(get=FIRM, post=LOOK_ONLY, ids=of_firm),
    "take_away": Line(get=RESULTS, post=LOOK_ONLY, ids=of_done),
    "round_csv": Line(get=RESULTS, post=LOOK_ONLY, ids=of_table),
    "round_xlsx": Line(get=RESULTS, post=LOOK_ONLY, ids=of_done),
    "case_export": Line(get=RESULTS, post=LOOK_ONLY, ids=of_done),
    "roadmap_docx": Line(get=RESULTS, post=LOOK_ONLY, ids=of_done),
    # links for readers without an account: a browser that followed none learns nothing
    "shares": Line(
        get=RESULTS,
        post="200 403 403 200 200 404 404 302",
        ids=of_done,
        data={"label": "Auditor", "days": "30"},
    ),
    "share_revoke": Line(  # a consultant sees own links alone, and this one is the lead's
        get="200 403 403 404 404 404 404 302", post="302 403 403 404 404 404 404 302", ids=of_share
    ),
    "share_link": Line(
        get=GONE, post=NOT_ALLOWED, ids=lambda stage: ("no-such-token",), personal=True
    ),
    "shared": Line(get=GONE, post=NOT_ALLOWED, ids=of_reader, personal=True),
    "shared_passcode": Line(get=GONE, post=GONE, ids=of_reader, personal=True),
    "shared_roadmap": Line(get=GONE, post=NOT_ALLOWED, ids=of_reader, personal=True),
    "shared_report": Line(get=GONE, post=GONE, ids=of_reader, personal=True),
    "shared_report_state": Line(get=GONE, post=NOT_ALLOWED, ids=of_reader, personal=True),
    "shared_report_file": Line(
        get=GONE, post=NOT_ALLOWED, ids=lambda stage: (*of_reader(stage), "r.pdf"), personal=True
    ),
    "report_request": Line(get=NOT_ALLOWED, post=RESULTS_DO, ids=of_done),
    "report": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_report),
    "report_state": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_report),
    "report_file": Line(get=RESULTS, post=NOT_ALLOWED, ids=of_file),
    # comparison: the address itself lists what the reader may compare; a file is its asker's alone
    "compare": Line(get=SIGNED_IN, post=NOT_ALLOWED),
    "compare_pdf": Line(get=NOT_ALLOWED, post=NO_ROUNDS),
    "compare_xlsx": Line(get=NOT_ALLOWED, post=NO_ROUNDS),
    "comparison": Line(get=OWN_FILE, post=NOT_ALLOWED, ids=of_comparison),
    "comparison_state": Line(get=OWN_FILE, post=NOT_ALLOWED, ids=of_comparison),
    "comparison_file": Line(get=OWN_FILE, post=NOT_ALLOWED, ids=of_comparison_file),
}

_frozen: dict[str, Any] = {}


def furnish(bank: Organisation, people: list[User]) -> Stage:
    bank.peers_since = factories.MOMENT
    bank.save(update_fields=["peers_since"])
    open_ = factories.make_round(bank, period="2026 H2")
    for person in people:
        own = factories.make_sheet(open_, person)
        given = factories.whole_sheet()
        factories.carry_answers(own, {"DAT.U1": given.pop("DAT.U1")})
        factories.fill_sheet(own, given)
    account = factories.make_channels(open_)[0]
    Region.objects.create(organisation=bank, name="North")
    done = factories.make_round(bank, period="2026 H1", status=AssessmentStatus.CLOSED)
    sheet = factories.make_sheet(done, people[0], status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet())
    freeze(done, people[0])
    adopt(done, people[0])
    share(done, people[0])
    met = meet(bank, people)
    report = Report.objects.create(
        assessment=done, language="en", content_key="k" * 64, state=FileState.DONE
    )
    report.file.save("report.pdf", ContentFile(b"%PDF-1.7 secret"))
    engagement, requested, asked = engage(bank)
    for organisation in (bank, engagement.firm):
        dress(organisation)
    return Stage(
        bank=bank,
        open=open_,
        done=done,
        met=met,
        comment=met.comments.get(),
        account=account,
        report=report,
        export=make_export(bank, people[0]),
        intake=make_intake(open_, people[0]),
        batch=make_batch(engagement, report),
        engagement=engagement,
        comparison=make_comparison(done, people[0]),
        figure=add_figure(engagement.firm),
        requested=requested,
        asked=asked,
        filter=keep_filter(engagement.firm),
        member=bank.memberships.get(user=people[-1]),
        invitation=factories.make_invitation(bank, open_),
    )


def add_figure(firm: Organisation) -> ExternalFigure:
    """A figure that a firm brought from a source of its own."""
    return ExternalFigure.objects.create(
        firm=firm,
        source="A survey",
        year=2025,
        population="banks",
        definition="answer within an hour",
        value=62,
        unit="%",
        added_at=factories.MOMENT,
    )


def share(round_: Assessment, lead: User) -> ShareLink:
    """A link to a published result that nobody has."""
    return ShareLink.objects.create(
        assessment=round_,
        token_hash=round_.pk.hex * 2,
        label="Auditor",
        language="en",
        created_by=lead,
        created_at=factories.MOMENT,
        expires_at=timezone.now() + timedelta(days=30),
    )


def meet(bank: Organisation, people: list[User]) -> Assessment:
    """A closed round on which people differ, and what a meeting said of one question."""
    met = factories.make_round(bank, period="2025 H2", status=AssessmentStatus.CLOSED)
    for place, person in enumerate(people):
        sheet = factories.make_sheet(met, person, status=SheetStatus.SUBMITTED)
        factories.fill_sheet(sheet, factories.whole_sheet() | {"CAP.A1": 2 + 2 * place})
    AgreedAnswer.objects.create(
        assessment=met, item="CAP.A1", level=3, reason="Half of it", at=factories.MOMENT
    )
    Comment.objects.create(
        assessment=met, item="CAP.A1", author=people[0], body="Why?", at=factories.MOMENT
    )
    return met


def make_export(bank: Organisation, lead: User) -> Export:
    """A finished export of everything, the lead's own."""
    export = Export.objects.create(
        organisation=bank,
        requested_by=lead,
        state=FileState.DONE,
        expires_at=timezone.now() + timedelta(days=7),
    )
    export.file.save("everything.zip", ContentFile(b"PK secret"))
    return export


def make_batch(engagement: Engagement, report: Report) -> Batch:
    """Reports for many that hold this one client's."""
    worker = engagement.assignments.first()
    admin = engagement.firm.memberships.get(role=Role.ADMIN).user
    batch = Batch.objects.create(
        firm=engagement.firm,
        requested_by=worker.user if worker else admin,
        language="en",
        state=FileState.DONE,
        parts=1,
        parts_done=1,
        finished_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=7),
    )
    batch.file.save(f"{batch.pk}-1.zip", ContentFile(b"PK secret"))
    BatchPart.objects.create(
        batch=batch, assessment=report.assessment, report=report, state=FileState.DONE
    )
    return batch


def make_comparison(round_: Assessment, person: User) -> ComparisonFile:
    """A finished PDF of a round's regions that somebody asked for."""
    comparison = ComparisonFile.objects.create(
        kind=ComparisonKind.REGIONS,
        rounds=[str(round_.pk)],
        language="en",
        content_key="k" * 64,
        state=FileState.DONE,
        requested_by=person,
        expires_at=timezone.now() + timedelta(hours=24),
    )
    comparison.file.save("comparison.pdf", ContentFile(b"%PDF-1.7 secret"))
    return comparison


def dress(organisation: Organisation) -> None:
    """A stored logo."""
    brand, new = Brand.objects.get_or_create(
        organisation=organisation, defaults={"updated_at": factories.MOMENT}
    )
    if new:
        brand.logo.save(f"{organisation.pk}.png", ContentFile(b"PNG secret"))


def make_intake(round_: Assessment, person: User) -> Intake:
    """A workbook that somebody brought, with one answer that would change."""
    answer = {"answer": 4, "version": 1, "texts": {}}
    return Intake.objects.create(
        organisation=round_.organisation,
        assessment=round_,
        kind=IntakeKind.WORKBOOK,
        content={
            "made": factories.MOMENT.isoformat(),
            "promise": round_.visibility,
            "answers": {"CAP.A1": answer},
            "accounts": [],
        },
        brought_by=person,
        expires_at=timezone.now() + timedelta(minutes=30),
    )


def engage(bank: Organisation) -> tuple[Engagement, Engagement, EngagementRequest]:
    """The bank's engagement, a request of another firm, and what the first firm asked elsewhere."""
    engagement = bank.engagements.filter(state=EngagementState.ACCEPTED).first()
    if engagement is None:
        admin = factories.make_user(f"admin@{bank.pk}.example", name="Ines Admin")
        engagement = factories.make_engagement(bank, factories.make_firm(admin, name="Inlet"))
    suitor = factories.make_user(f"suitor@{bank.pk}.example", name="Sven Suitor")
    requested = factories.make_engagement(
        bank, factories.make_firm(suitor, name="Suitors"), state=EngagementState.REQUESTED
    )
    asked = EngagementRequest.objects.create(
        firm=engagement.firm,
        email=f"prospect@{bank.pk}.example",
        asked_scope=EngagementScope.RESULTS,
        requested_at=factories.MOMENT,
    )
    return engagement, requested, asked


def keep_filter(firm: Organisation) -> SavedFilter:
    """A view that the firm's admin keeps for themselves."""
    admin = firm.memberships.get(role=Role.ADMIN).user
    kept, _ = SavedFilter.objects.get_or_create(  # a firm with two clients is met twice
        firm=firm, owner=admin, name=f"Kept {firm.pk}", defaults={"query": "country=NO"}
    )
    return kept


def freeze(round_: Assessment, lead: User) -> None:
    """Publish; the findings of these same answers are computed once for all tests."""
    if not _frozen:
        snapshot = publish(assessment=round_, by=lead, now=factories.MOMENT)
        _frozen.update(case=snapshot.case, findings=snapshot.findings)
    else:
        Snapshot.objects.create(
            assessment=round_, framework_version="1.0", published_at=factories.MOMENT, **_frozen
        )
        round_.status = AssessmentStatus.PUBLISHED
        round_.save()


def adopt(round_: Assessment, lead: User) -> None:
    """The whole roadmap becomes the plan, and the lead owns its first action."""
    round_.refresh_from_db()
    plan = plans.adopt(
        assessment=round_,
        actions=list(load_framework().actions),
        first_quarter_on=factories.MOMENT.date().replace(day=1),
        by=lead,
        now=factories.MOMENT,
    )
    AdoptedAction.objects.filter(pk=plan.actions.all()[0].pk).update(owner=lead)


def ask(client: Client, method: str, url: str, line: Line) -> HttpResponse:
    if method == "get":
        return client.get(url)  # type: ignore[return-value]
    if line.json:
        return client.post(url, line.data, content_type="application/json")  # type: ignore[return-value]
    return client.post(url, line.data or {})  # type: ignore[return-value]


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def plain(response: Any) -> tuple[int, bytes, dict[str, str]]:
    """All that a visitor can see of an answer; its file is closed."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:  # noqa: SLF001 -- close() would end the transaction
        close()
    return response.status_code, content, dict(response.headers)


def forgetting(client: Client, method: str, url: str, line: Line) -> HttpResponse:
    """Ask, then undo what the answer changed, so that the next role finds the same stage."""
    with transaction.atomic():
        response = ask(client, method, url, line)
        plain(response)  # a file is closed once it was read
        transaction.set_rollback(True)
    return response
