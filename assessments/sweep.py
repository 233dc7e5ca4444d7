"""What must happen without anybody asking: sealing, retrying, reminding, deleting.

`manage.py sweep` does it all at once, and a server process does it every few minutes by itself.
Each step may run in several processes at once and may be cut off anywhere, because it looks for
what is left to do and does it in short transactions. A step that fails keeps no other from running.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.module_loading import import_string

# Name of a step → function(now) that does what is due and says how many things it did.
SWEEPS: dict[str, str] = {
    "seal": "assessments.access.seal.seal_due",
    "check": "assessments.access.seal.check_due",
    "reports": "assessments.reports.services.sweep",
    "comparisons": "assessments.comparison.services.sweep",
    "mail": "assessments.outbox.retry",
    "batches": "assessments.batches.services.sweep_all",
    "exports": "assessments.people.leaving_services.sweep_exports",
    "closing_reminders": "assessments.people.leaving_services.remind_of_closing",
    "closed": "assessments.people.leaving_services.purge_closed",
    "retention": "assessments.people.leaving_services.apply_retention",
    "old_invitations": "assessments.people.leaving_services.forget_invitations",
    "old_mail": "assessments.outbox.forget",
    "sessions": "assessments.sweep.forget_sessions",
    "shares": "assessments.sharing.services.end_left_behind",
    "intakes": "assessments.exchange.in_services.forget",
    "plans": "assessments.plans.letter_services.remind",
    "peers": "assessments.benchmarks.services.freeze_due",
}
STEP_LEASE_SECONDS = 600  # after this long a step counts as dead and another process takes it
PAUSE_SECONDS = 240  # between two sweeps of all servers together; each asks every five minutes

log = logging.getLogger(__name__)

Step = Callable[[dt.datetime], int]


class Outcome(StrEnum):
    DONE = "done"
    BUSY = "busy"  # another process is at it
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What came of one step."""

    name: str
    outcome: Outcome
    things: int = 0


def run(now: dt.datetime, names: Iterable[str] | None = None) -> list[Swept]:
    """Take every step, or the named ones. Raises KeyError for an unknown name."""
    paths = {name: SWEEPS[name] for name in (SWEEPS if names is None else names)}
    return [_take(name, path, now) for name, path in paths.items()]


def run_in_server() -> None:
    """Sweep unless another server process did so a moment ago."""
    if cache.add("sweep", "held", PAUSE_SECONDS):
        run(timezone.now())


def forget_sessions(now: dt.datetime) -> int:
    """Delete sessions that ended by themselves; nobody counts them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return 0


def _take(name: str, path: str, now: dt.datetime) -> Swept:
    """One step under a lease; a failure is logged by its kind, because its text may tell answers."""
    lease = f"sweep:{name}"
    try:
        if not cache.add(lease, "held", STEP_LEASE_SECONDS):
            return Swept(name=name, outcome=Outcome.BUSY)
        try:
            step: Step = import_string(path)
            things = step(now)
        finally:
            cache.delete(lease)
    except Exception as error:  # noqa: BLE001 -- the next step must run
        log.error("sweep %s failed: %s", name, type(error).__name__)  # noqa: TRY400 -- see above
        return Swept(name=name, outcome=Outcome.FAILED)
    if things:
        log.info("sweep %s: %d", name, things)
    return Swept(name=name, outcome=Outcome.DONE, things=things)
