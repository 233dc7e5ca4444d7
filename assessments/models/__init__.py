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
from assessments.models.batch import Batch, BatchKind, BatchPart
from assessments.models.benchmark import (
    ExternalFigure,
    PeerCell,
    PeerContribution,
    PeerSnapshot,
    PeerView,
)
from assessments.models.brand import Brand
from assessments.models.chain import Chain
from assessments.models.comparison import ComparisonFile, ComparisonKind
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
from assessments.models.export import Export
from assessments.models.file_state import FileState
from assessments.models.intake import Intake, IntakeKind
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
from assessments.models.portfolio import ClientTag, SavedFilter
from assessments.models.region import RegionEstimate
from assessments.models.report import Report
from assessments.models.share import ShareLink
from assessments.models.sign_in import SignIn
from assessments.models.snapshot import Snapshot
from assessments.models.summary import Summary
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
    "Batch",
    "BatchKind",
    "BatchPart",
    "Brand",
    "Chain",
    "ChannelAccount",
    "ChannelKind",
    "ChannelSource",
    "ChannelStatus",
    "ClientTag",
    "Comment",
    "ComparisonFile",
    "ComparisonKind",
    "Engagement",
    "EngagementRequest",
    "EngagementScope",
    "EngagementState",
    "Event",
    "EvidenceGrade",
    "EvidenceReview",
    "Export",
    "ExternalFigure",
    "FileState",
    "Function",
    "Intake",
    "IntakeKind",
    "Invitation",
    "InvitationLink",
    "Mail",
    "MailState",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "PeerCell",
    "PeerContribution",
    "PeerSnapshot",
    "PeerView",
    "Region",
    "RegionEstimate",
    "Report",
    "Role",
    "SavedAnswer",
    "SavedFilter",
    "SentBack",
    "ShareLink",
    "Sheet",
    "SheetStatus",
    "SignIn",
    "SizeBand",
    "Snapshot",
    "Special",
    "Summary",
    "Tally",
    "User",
    "Visibility",
]
