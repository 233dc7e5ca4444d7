"""Every table. Foreign keys cross all rooms, so the schema lives in one place."""

from assessments.models.assessment import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    ChannelAccount,
    ChannelKind,
    ChannelSource,
    ChannelStatus,
    EvidenceGrade,
    Function,
    SavedAnswer,
    Sheet,
    SheetStatus,
    Special,
    Visibility,
)
from assessments.models.chain import Chain
from assessments.models.consensus import (
    AgreedAnswer,
    AgreedChange,
    Comment,
    EvidenceReview,
    SentBack,
)
from assessments.models.engagement import (
    Assignment,
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
)
from assessments.models.event import AppendOnlyError, Event
from assessments.models.export import Export, ExportState
from assessments.models.invitation import Invitation, InvitationLink
from assessments.models.mail import Mail, MailState
from assessments.models.organisation import (
    BANK_ROLES,
    FIRM_ROLES,
    Membership,
    Organisation,
    OrganisationKind,
    Region,
    Role,
    SizeBand,
)
from assessments.models.person import User
from assessments.models.plan import ActionStatus, AdoptedAction, AdoptedPlan
from assessments.models.report import Report, ReportState
from assessments.models.sign_in import SignIn
from assessments.models.snapshot import Snapshot
from assessments.models.tally import Tally

__all__ = [
    "BANK_ROLES",
    "FIRM_ROLES",
    "ActionStatus",
    "AdoptedAction",
    "AdoptedPlan",
    "AgreedAnswer",
    "AgreedChange",
    "AnswerChange",
    "AppendOnlyError",
    "Assessment",
    "AssessmentStatus",
    "Assignment",
    "Chain",
    "ChannelAccount",
    "ChannelKind",
    "ChannelSource",
    "ChannelStatus",
    "Comment",
    "Engagement",
    "EngagementRequest",
    "EngagementScope",
    "EngagementState",
    "Event",
    "EvidenceGrade",
    "EvidenceReview",
    "Export",
    "ExportState",
    "Function",
    "Invitation",
    "InvitationLink",
    "Mail",
    "MailState",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Region",
    "Report",
    "ReportState",
    "Role",
    "SavedAnswer",
    "SentBack",
    "Sheet",
    "SheetStatus",
    "SignIn",
    "SizeBand",
    "Snapshot",
    "Special",
    "Tally",
    "User",
    "Visibility",
]
