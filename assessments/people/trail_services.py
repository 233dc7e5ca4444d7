"""The one thing about the trail that is itself put into it: that somebody took it away."""

from assessments.access.audit import record
from assessments.models import Organisation, User


def note_download(*, organisation: Organisation, by: User, filters: list[str]) -> None:
    """Append that the trail was downloaded; the event names the filters, not their values."""
    record(
        organisation=organisation,
        by=by,
        verb="trail downloaded",
        target=f"organisation:{organisation.pk}",
        filters=filters,
    )
