"""The fictional consulting firms of the demonstration: one at work, one that asks for work."""

from dataclasses import dataclass

from assessments.models import EngagementScope


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    bank: str
    scope: EngagementScope
    message: str
    consultants: tuple[str, ...] = ()
    accepted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFirm:
    name: str
    clients: tuple[DemoClient, ...]
    admin: str = ""  # empty: the person who signs in
    consultants: tuple[str, ...] = ()


FIRM = DemoFirm(
    name="Tidewater Advisory",
    consultants=("Imke Verhoeven", "Teun Akkerman"),
    clients=(
        DemoClient(
            bank="Halden Cove Bank",
            scope=EngagementScope.FACILITATE,
            message="We prepare and run the meeting that settles where you disagree.",
            consultants=("Imke Verhoeven",),
        ),
        DemoClient(
            bank="Norvane Bank",
            scope=EngagementScope.ANSWERS,
            message="We review the answers on data and skills with your marketing lead.",
            consultants=("Imke Verhoeven", "Teun Akkerman"),
        ),
        DemoClient(
            bank="Tamsel Savings",
            scope=EngagementScope.RESULTS,
            message="We read the result and comment on the roadmap.",
        ),
    ),
)

SUITOR = DemoFirm(
    name="Lantern Partners",
    admin="Odile Marchetti",
    clients=(
        DemoClient(
            bank="Fennimore Bank",
            scope=EngagementScope.FACILITATE,
            message="Duarte suggested that we run your closing session in December.",
            accepted=False,
        ),
    ),
)
