"""Adding and removing a firm's figures from outside."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from assessments.access.audit import record
from assessments.benchmarks.figure_file import Figure
from assessments.benchmarks.figure_queries import MOST_KEPT, figures_of, stored_keys
from assessments.models import ExternalFigure, Organisation, User


class TooManyError(ValueError):
    """The firm would keep more figures than there is room for."""


class AddedMeanwhileError(ValueError):
    """One of the figures was added by somebody else since the preview."""


@transaction.atomic
def add(*, firm: Organisation, figures: Sequence[Figure], by: User, now: dt.datetime) -> None:
    """Store all figures or none. Raises TooManyError or AddedMeanwhileError."""
    held = Organisation.objects.select_for_update().get(pk=firm.pk)
    if set(stored_keys(held)) & {figure.key for figure in figures}:
        raise AddedMeanwhileError
    if figures_of(held).count() + len(figures) > MOST_KEPT:
        raise TooManyError
    ExternalFigure.objects.bulk_create(
        ExternalFigure(firm=held, added_by=by, added_at=now, **asdict(figure)) for figure in figures
    )
    record(
        organisation=held,
        by=by,
        verb="figures added",
        target=f"organisation:{held.pk}",
        count=len(figures),
    )


@transaction.atomic
def remove(*, figure: ExternalFigure, by: User) -> None:
    """Delete one figure; it vanishes from the pages of the firm's clients at once."""
    pk, firm = figure.pk, figure.firm
    figure.delete()
    record(organisation=firm, by=by, verb="figure removed", target=f"figure:{pk}")
