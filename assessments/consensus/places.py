"""The pages of this room that a reader may open, as links between them."""

from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import Assessment

Place = Literal["agreement", "agenda", "evidence", "discussion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLink:
    text: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    links: tuple[PlaceLink, ...]


def places_of(assessment: Assessment, current: Place) -> Places:
    """Links to what the reader may open in a round fetched through access.scope."""
    may = standing_on(assessment).may
    known: tuple[tuple[Place, str, Permission], ...] = (
        ("agreement", _("Agreement"), Permission.VIEW_AGREEMENT),
        ("agenda", _("Meeting agenda"), Permission.VIEW_AGREEMENT),
        ("evidence", _("Evidence"), Permission.REVIEW_EVIDENCE),
        ("discussion", _("Discussion"), Permission.COMMENT),
    )
    links = tuple(
        PlaceLink(
            text=text,
            url=reverse("discussions" if place == "discussion" else place, args=[assessment.pk]),
            current=place == current,
        )
        for place, text, permission in known
        if may(permission)
    )
    return Places(links=links)
