"""The navigation of one bank's pages."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from assessments.models import Assessment, Organisation

Tab = Literal["home", "assessment", "results", "roadmap", "profile"]


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
    """Build the tabs; round tabs appear once a round is known."""
    links = [NavLink(tab="home", url=reverse("bank", args=[organisation.pk]))]
    if assessment is not None:
        links += [
            NavLink(tab="assessment", url=reverse("round", args=[assessment.pk])),
            NavLink(tab="results", url=reverse("results", args=[assessment.pk])),
            NavLink(tab="roadmap", url=reverse("roadmap", args=[assessment.pk])),
        ]
    links.append(NavLink(tab="profile", url=reverse("bank_profile", args=[organisation.pk])))
    return BankNav(
        name=organisation.name,
        fictional=organisation.fictional,
        current=current,
        links=tuple(links),
    )
