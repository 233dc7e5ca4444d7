"""Write the audit trail."""

from django.utils import timezone

from assessments.access.middleware import current_request_id
from assessments.models import Event, Organisation, User


def record(
    *, organisation: Organisation, by: User | None, verb: str, target: str, **details: object
) -> Event:
    """Append one event. `target` names the object as "kind:id"; details hold no answers or names."""
    return Event.objects.create(
        organisation=organisation,
        actor=by.pk if by else None,
        verb=verb,
        target=target,
        details=details,
        request_id=current_request_id(),
        at=timezone.now(),
    )
