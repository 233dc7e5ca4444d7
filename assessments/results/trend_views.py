"""A bank's history: every published round, and what moved between two of them."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.history.queries import Pair, PublishedRound, pair_of, published_rounds
from assessments.models import Organisation
from assessments.results.trend_page import trend_page

_ASKED = {"from", "to"}


@require_GET
@login_required
def history(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Scores over time, and what moved between two rounds: the last two unless others are named."""
    organisation = organisation_for(request.user, pk, Permission.VIEW_RESULTS)
    rounds = published_rounds(organisation)
    pair, fault = _pair(request, organisation, rounds)
    page = trend_page(organisation, rounds, pair, fault=fault)
    context = {"page": page}
    return render(request, "results/trend.html", context, status=422 if fault else 200)


def _pair(
    request: MemberRequest, organisation: Organisation, rounds: Sequence[PublishedRound]
) -> tuple[Pair | None, str]:
    """The two rounds to compare, the earlier first, or why there are none."""
    if not set(request.GET) <= _ASKED:
        raise BadRequest("unknown parameter")
    asked = {_place(rounds, request.GET[name]) for name in _ASKED & set(request.GET)}
    if not asked:
        asked = set(range(len(rounds))[-2:])
    elif len(request.GET) < len(_ASKED) or len(asked) < len(_ASKED):
        return None, gettext("Choose two different rounds.")
    if len(asked) < len(_ASKED):
        return None, ""
    first, second = sorted(asked)
    return pair_of(organisation, rounds[first], rounds[second]), ""


def _place(rounds: Sequence[PublishedRound], text: str) -> int:
    """Which of the rounds is meant. A foreign one does not exist here."""
    try:
        wanted = UUID(text)
    except ValueError as error:
        raise BadRequest("not the id of a round") from error
    for place, one in enumerate(rounds):
        if one.pk == wanted:
            return place
    raise Http404
