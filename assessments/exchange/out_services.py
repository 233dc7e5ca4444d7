"""Each file that leaves is put into the trail before its first byte does."""

from assessments.access.audit import record
from assessments.models import Assessment, Organisation, User


def note_round_file(*, assessment: Assessment, by: User, verb: str, **details: object) -> None:
    """Append that somebody took a file of a round; the event names the file, not its content."""
    record(
        organisation=assessment.organisation,
        by=by,
        verb=verb,
        target=f"assessment:{assessment.pk}",
        **details,
    )


def note_clients_file(*, firm: Organisation, by: User, form: str, filters: list[str]) -> None:
    """Append that somebody took the firm's clients as data; filters by name, without values."""
    record(
        organisation=firm,
        by=by,
        verb="clients exported",
        target=f"organisation:{firm.pk}",
        form=form,
        filters=filters,
    )
