"""Which clients an address asks for, for rooms beside this one (`people.client_choice`)."""

import datetime as dt
from uuid import UUID

from django.http import QueryDict

from assessments.models import Organisation, User
from assessments.portfolio import asked as asking
from assessments.portfolio import queries, selecting
from maturity import load_framework


def chosen(
    firm: Organisation, user: User, query: QueryDict, now: dt.datetime
) -> frozenset[UUID] | None:
    """The engagements behind the rows that the table would show, on all its pages.

    Order, page and selection do not count. None where nothing is filtered.
    """
    view = asking.read(query)
    if not view.filters:
        return None
    notes = queries.notes_on(firm, user, view.region)
    seen = selecting.look(queries.clients_of(firm, user), notes.tags, load_framework(), now)
    found = selecting.narrow(seen, view.filters, notes.with_region)
    return frozenset(UUID(one.client.engagement) for one in found)
