"""The navigation of one bank's pages."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from assessments.access.roles import Permission, Standing
from assessments.models import Assessment, Organisation

Tab = Literal[
    "home", "assessment", "results", "roadmap", "plan", "consultants", "clients", "profile"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    tab: Tab
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankNav:
    """What base.html shows beside the mark: the bank, its label and its tabs."""

    name: str
    fictional: bool
    current: Tab
    links: tuple[NavLink, ...]


def bank_nav(
    organisation: Organisation, current: Tab, assessment: Assessment | None = None
) -> BankNav:
    """Build the tabs; round tabs appear once a round is known, findings for those who may see them."""
    links = [NavLink(tab="home", url=reverse("bank", args=[organisation.pk]))]
    if assessment is not None:
        links.append(NavLink(tab="assessment", url=reverse("round", args=[assessment.pk])))
    if assessment is not None and _sees_results(organisation, assessment):
        links += [
            NavLink(tab="results", url=reverse("results", args=[assessment.pk])),
            NavLink(tab="roadmap", url=reverse("roadmap", args=[assessment.pk])),
        ]
    if organisation.plan_round_id is not None and _holds(organisation, Permission.VIEW_PLAN):
        links.append(NavLink(tab="plan", url=reverse("plan", args=[organisation.plan_round_id])))
    if _holds(organisation, Permission.MANAGE_ENGAGEMENTS):
        links.append(NavLink(tab="consultants", url=reverse("consultants", args=[organisation.pk])))
    links.append(NavLink(tab="profile", url=reverse("bank_profile", args=[organisation.pk])))
    return BankNav(
        name=organisation.name,
        fictional=organisation.fictional,
        current=current,
        links=tuple(links),
    )


def firm_nav(firm: Organisation, current: Tab) -> BankNav:
    """The tabs of a consulting firm."""
    return BankNav(
        name=firm.name,
        fictional=firm.fictional,
        current=current,
        links=(NavLink(tab="clients", url=reverse("firm", args=[firm.pk])),),
    )


def _holds(organisation: Organisation, permission: Permission) -> bool:
    """Whether the reader, as access.scope found them, holds a permission; unknown means no."""
    found = vars(organisation).get("standing")
    return isinstance(found, Standing) and found.may(permission)


def _sees_results(organisation: Organisation, assessment: Assessment) -> bool:
    """Judge by the reader's standing as access.scope left it on a row; unknown means yes.

    The pages behind the tabs judge for themselves, so a tab too many opens nothing.
    """
    found = vars(assessment).get("standing") or vars(organisation).get("standing")
    return not isinstance(found, Standing) or found.may(Permission.VIEW_RESULTS)
