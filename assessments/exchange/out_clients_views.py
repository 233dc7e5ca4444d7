"""Take a firm's clients away as data, filtered as the portfolio's address says."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.exchange import out_services
from assessments.exchange.out_clients import clients
from assessments.models import Organisation
from assessments.people.client_choice import chosen
from assessments.ui.filenames import disposition
from assessments.ui.sheets import Table, csv_response, xlsx_response


@login_required
@require_GET
def clients_csv(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """One line a client, or with `rounds=all` one a published round; streamed."""
    firm = organisation_for(request.user, pk, Permission.EXPORT_CLIENTS)
    table = _table(request, firm, "csv")
    return csv_response(table, _named(firm, "csv"))


@login_required
@require_GET
def clients_xlsx(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The same as a workbook that explains its columns."""
    firm = organisation_for(request.user, pk, Permission.EXPORT_CLIENTS)
    table = _table(request, firm, "xlsx")
    return xlsx_response([table], _named(firm, "xlsx"))


def _table(request: MemberRequest, firm: Organisation, form: str) -> Table:
    """What the address asks for, once it is in the trail that somebody took it."""
    now, (query, every_round) = timezone.now(), _asked(request.GET)
    only = chosen(firm, request.user, query, now)
    filters = sorted(name for name, value in query.items() if value)
    out_services.note_clients_file(firm=firm, by=request.user, form=form, filters=filters)
    return clients(firm, request.user, now=now, only=only, every_round=every_round)


def _asked(address: QueryDict) -> tuple[QueryDict, bool]:
    """The portfolio's part of the address, and whether every round is wanted."""
    query = address.copy()
    rounds = query.pop("rounds", ["latest"])
    if rounds not in (["latest"], ["all"]):
        raise BadRequest("rounds")
    return query, rounds == ["all"]


def _named(firm: Organisation, suffix: str) -> str:
    day = timezone.now().date().isoformat()
    return disposition((firm.name, "clients", day), suffix, instead="clients")
