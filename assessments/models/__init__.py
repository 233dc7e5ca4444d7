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
)
from assessments.models.event import Event
from assessments.models.organisation import (
    Membership,
    Organisation,
    OrganisationKind,
    Region,
    Role,
    SizeBand,
)
from assessments.models.person import User
from assessments.models.report import Report, ReportState
from assessments.models.snapshot import Snapshot

__all__ = [
    "AnswerChange",
    "Assessment",
    "AssessmentStatus",
    "ChannelAccount",
    "ChannelKind",
    "ChannelSource",
    "ChannelStatus",
    "Event",
    "EvidenceGrade",
    "Function",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Region",
    "Report",
    "ReportState",
    "Role",
    "SavedAnswer",
    "Sheet",
    "SheetStatus",
    "SizeBand",
    "Snapshot",
    "Special",
    "User",
]
