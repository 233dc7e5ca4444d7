"""The frame of every page: one organisation's tabs, and the way to the others."""

from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from assessments.access.roles import Permission, Standing
from assessments.access.scope import organisations_of
from assessments.models import Assessment, Organisation, OrganisationKind, User
from assessments.ui.numbers import day

Tab = Literal[
    "home",
    "assessment",
    "agreement",
    "evidence",
    "discussion",
    "results",
    "roadmap",
    "plan",
    "people",
    "consultants",
    "clients",
    "engagements",
    "reports",
    "profile",
]

_TABS: dict[Tab, str | Promise] = {
    "home": _("Home"),
    "assessment": _("Assessment"),
    "agreement": _("Agreement"),
    "evidence": _("Evidence"),
    "discussion": _("Discussion"),
    "results": _("Results"),
    "roadmap": _("Roadmap"),
    "plan": _("Plan"),
    "people": _("People"),
    "consultants": _("Consultants"),
    "clients": _("Clients"),
    "engagements": _("Engagements"),
    "reports": _("Reports"),
    "profile": _("Profile"),
}
MOST_IN_SWITCHER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    tab: Tab
    url: str

    @property
    def text(self) -> str:
        return str(_TABS[self.tab])


@dataclass(frozen=True, slots=True, kw_only=True)
class BankNav:
    """What base.html shows beside the mark: the bank or firm, its label and its tabs."""

    name: str
    fictional: bool
    current: Tab
    links: tuple[NavLink, ...]
    firm: bool = False
    closing: str = ""  # the last day of an organisation that is leaving
    trail_url: str = ""  # for who may read the trail
    leaving_url: str = ""  # for who may export, close or stay
    brand_url: str = ""  # for who may set the look of reports
    peers_url: str = ""  # for who decides whether the bank lends to the peers
    figures_url: str = ""  # for a firm's people

    @property
    def home(self) -> str:
        return self.links[0].url


def bank_nav(
    organisation: Organisation, current: Tab, assessment: Assessment | None = None
) -> BankNav:
    """Build the tabs; round tabs appear once a round is known, findings for those who may see them."""
    links = [NavLink(tab="home", url=reverse("bank", args=[organisation.pk]))]
    if assessment is not None:
        links.append(NavLink(tab="assessment", url=reverse("round", args=[assessment.pk])))
        together = _together(organisation, assessment)
        links += together
        if current == "agreement" and together:
            current = together[0].tab
    if assessment is not None and _sees_results(organisation, assessment):
        links += [
            NavLink(tab="results", url=reverse("results", args=[assessment.pk])),
            NavLink(tab="roadmap", url=reverse("roadmap", args=[assessment.pk])),
        ]
    if organisation.plan_round_id is not None and _holds(organisation, Permission.VIEW_PLAN):
        links.append(NavLink(tab="plan", url=reverse("plan", args=[organisation.plan_round_id])))
    links += _people_tab(organisation)
    if _holds(organisation, Permission.MANAGE_ENGAGEMENTS):
        links.append(NavLink(tab="consultants", url=reverse("consultants", args=[organisation.pk])))
    links.append(NavLink(tab="profile", url=reverse("bank_profile", args=[organisation.pk])))
    return BankNav(
        name=organisation.name,
        fictional=organisation.fictional,
        closing=_closing(organisation),
        trail_url=_only_for(Permission.VIEW_AUDIT, organisation, "trail"),
        leaving_url=_only_for(Permission.LEAVE, organisation, "leaving"),
        brand_url=_only_for(Permission.EDIT_BANK, organisation, "bank_brand"),
        peers_url=_only_for(Permission.MANAGE_PEERS, organisation, "peers"),
        current=current,
        links=tuple(links),
    )


def firm_nav(firm: Organisation, current: Tab) -> BankNav:
    """The tabs of a consulting firm."""
    return BankNav(
        name=firm.name,
        fictional=firm.fictional,
        closing=_closing(firm),
        trail_url=_only_for(Permission.VIEW_AUDIT, firm, "trail"),
        leaving_url=_only_for(Permission.LEAVE, firm, "leaving"),
        brand_url=_only_for(Permission.EDIT_FIRM, firm, "firm_brand"),
        figures_url=_only_for(Permission.ADD_FIGURES, firm, "firm_figures"),
        current=current,
        links=(
            NavLink(tab="clients", url=reverse("firm", args=[firm.pk])),
            *_engagements_tab(firm),
            *_reports_tab(firm),
            *_people_tab(firm),
        ),
        firm=True,
    )


def organisation_nav(
    organisation: Organisation, current: Tab, assessment: Assessment | None = None
) -> BankNav:
    """The tabs of whatever it is, for pages that banks and firms share."""
    if organisation.kind == OrganisationKind.FIRM:
        return firm_nav(organisation, current)
    return bank_nav(organisation, current, assessment)


def home_of(organisation: Organisation) -> str:
    """Where an organisation's members begin."""
    name = "firm" if organisation.kind == OrganisationKind.FIRM else "bank"
    return reverse(name, args=[organisation.pk])


def _reports_tab(firm: Organisation) -> list[NavLink]:
    if not _holds(firm, Permission.MAKE_BATCH):
        return []
    return [NavLink(tab="reports", url=reverse("batches", args=[firm.pk]))]


def _engagements_tab(firm: Organisation) -> list[NavLink]:
    if not _holds(firm, Permission.REQUEST_ENGAGEMENT):
        return []
    return [NavLink(tab="engagements", url=reverse("firm_engagements", args=[firm.pk]))]


def _people_tab(organisation: Organisation) -> list[NavLink]:
    if not _holds(organisation, Permission.MANAGE_MEMBERS):
        return []
    return [NavLink(tab="people", url=reverse("people", args=[organisation.pk]))]


def _together(organisation: Organisation, assessment: Assessment) -> list[NavLink]:
    """One tab for agreement, evidence and discussion: the first of them that the reader may open."""
    found = vars(assessment).get("standing") or vars(organisation).get("standing")
    if not isinstance(found, Standing):
        return []
    ways: tuple[tuple[Tab, str, Permission], ...] = (
        ("agreement", "agreement", Permission.VIEW_AGREEMENT),
        ("evidence", "evidence", Permission.REVIEW_EVIDENCE),
        ("discussion", "discussions", Permission.COMMENT),
    )
    return [
        NavLink(tab=tab, url=reverse(name, args=[assessment.pk]))
        for tab, name, permission in ways
        if found.may(permission)
    ][:1]


def _only_for(permission: Permission, organisation: Organisation, name: str) -> str:
    """A page's address for a reader with a permission; nothing for the others."""
    return reverse(name, args=[organisation.pk]) if _holds(organisation, permission) else ""


def _closing(organisation: Organisation) -> str:
    return day(organisation.closing_on) if organisation.closing_on else ""


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


# ---- the way to the others ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLink:
    name: str
    url: str


class Switcher:
    """The organisations of a person who has several, read only where a page shows them."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self._user = user

    @cached_property
    def links(self) -> tuple[SwitchLink, ...]:
        """Up to a dozen, by name; none for somebody who has one or none."""
        if not isinstance(self._user, User) or not self._user.has_several_organisations:
            return ()
        rows = organisations_of(self._user)[:MOST_IN_SWITCHER]
        return tuple(SwitchLink(name=row.name, url=home_of(row)) for row in rows)
