"""Background work by name: a service says what is to be done and imports nobody who does it.

There is no broker. Each server process has one thread that takes its jobs in order; rows carry
a lease, and a sweep finds what a crash left behind, so nothing depends on this queue surviving.
The name of a job stands for a function that takes ids, never objects, because it runs after the
transaction, in another thread, perhaps twice.
"""

import atexit
import logging
import os
import queue
import random
import threading
import time
from functools import partial

from django.db import connections, transaction
from django.utils.module_loading import import_string

JOBS = {
    "forget_erased": "assessments.people.own_data_services.forget_erased",
    "render_comparison": "assessments.comparison.tasks.render_comparison",
    "render_report": "assessments.reports.tasks.render_report",
    "send_mail": "assessments.outbox.send",
    "build_batch": "assessments.batches.tasks.build_batch",
    "build_export": "assessments.people.leaving_tasks.build_export",
    "sweep": "assessments.sweep.run_in_server",
}
STOP_SECONDS = 5.0
SWEEP_SECONDS = 300.0  # give or take half, so that the processes of a server spread out

log = logging.getLogger(__name__)

Job = tuple[str, tuple[str, ...]]


def enqueue(name: str, *ids: object) -> None:
    """Run a job once the current transaction is committed. Raises KeyError for an unknown name."""
    if name not in JOBS:
        raise KeyError(name)
    transaction.on_commit(partial(worker.submit, name, tuple(str(pk) for pk in ids)))


def run(name: str, ids: tuple[str, ...]) -> None:
    """Do one job here and now; a failure is logged by its kind, because its text may tell answers."""
    try:
        import_string(JOBS[name])(*ids)
    except Exception as error:  # noqa: BLE001 -- the next job must run
        log.error("job %s %s failed: %s", name, " ".join(ids), type(error).__name__)  # noqa: TRY400 -- see above


class Worker:
    """A thread and its queue, made on first use and made anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, name: str, ids: tuple[str, ...]) -> None:
        """Put a job in line."""
        with self._lock:
            if self._pid != os.getpid():
                self._begin()
            self._queue.put((name, ids))

    def stop(self, seconds: float | None = STOP_SECONDS) -> None:
        """Finish what is in line if that ends soon, and take nothing more."""
        if self._pid == os.getpid() and self._thread is not None:
            self._queue.put(None)
            self._thread.join(seconds)
            self._pid = 0  # what comes later gets a thread of its own

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._queue = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                run(*job)
            finally:
                connections.close_all()


worker = Worker()


def finish() -> None:
    """Wait for the jobs that this process put in line; for commands, which end afterwards."""
    worker.stop(None)


def keep_sweeping() -> None:
    """Have this server process sweep every few minutes, and each that is forked from it."""
    os.register_at_fork(after_in_child=begin_again)
    begin_ticking()


def begin_again() -> None:
    """In a fork, threads are gone and a lock may have been held: start with new ones."""
    global worker  # noqa: PLW0603 -- one worker per process is the point
    worker = Worker()
    begin_ticking()


def begin_ticking() -> None:
    threading.Thread(target=tick, name="sweeps", daemon=True).start()


def tick() -> None:
    dice = random.SystemRandom()
    while True:
        time.sleep(SWEEP_SECONDS * dice.uniform(0.5, 1.5))
        worker.submit("sweep", ())
