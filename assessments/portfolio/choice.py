"""Which clients an address of the portfolio lets through, for rooms that take them elsewhere.

Found by its name from `people.client_choice`, because rooms beside this one may not import it.
"""

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
    """The engagements that pass the filters; None where none is set. Raises BadRequest."""
    asked = asking.read(query)
    if not asked.filters:
        return None
    notes = queries.notes_on(firm, user, asked.region)
    clients = queries.clients_of(firm, user)
    seen = selecting.look(clients, notes.tags, load_framework(), now)
    passing = selecting.narrow(seen, asked.filters, notes.with_region)
    return frozenset(UUID(one.client.engagement) for one in passing)
