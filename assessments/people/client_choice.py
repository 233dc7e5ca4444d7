"""Which of a firm's clients an address of the portfolio asks for.

The portfolio reads its own addresses. Rooms beside it may not import it, so its reader is found by
name, as jobs are.
"""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.http import QueryDict
from django.utils.module_loading import import_string

from assessments.models import Organisation, User

READER = "assessments.portfolio.choice.chosen"

Reader = Callable[[Organisation, User, QueryDict, dt.datetime], frozenset[UUID] | None]


def chosen(
    firm: Organisation, user: User, query: QueryDict, now: dt.datetime
) -> frozenset[UUID] | None:
    """The engagements that pass an address's filters; None where it filters nothing.

    Only clients that this person works for. Raises BadRequest for a key or value that no address
    of the portfolio has.
    """
    read: Reader = import_string(READER)
    return read(firm, user, query, now)
