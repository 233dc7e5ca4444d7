"""The server's side of the render child: start it, feed it, and replace it when it misbehaves.

One child per server process, started on first use and kept warm (decision 25). It receives HTML
and returns a PDF: all reading and writing of rows stays with the server, so that no second
process ever holds a database connection or a lock, and the child needs no secret of ours.
"""

import atexit
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings

from assessments.reports.child import LENGTH, PAGES
from assessments.reports.pdf import Pdf

ROOT = Path(__file__).resolve().parent.parent.parent
BEAT_SECONDS = 10.0
START_SECONDS = 60.0
STOP_SECONDS = 3.0
CHUNK = 1 << 16
# What a bare Python and fontconfig need; neither the secret key nor the database's address.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")


class PressError(Exception):
    """No PDF came of it. `str()` is a short kind that may be shown and logged."""


class StoppedError(PressError):
    """The server is going down; nobody is to blame."""


def nothing() -> None:
    """The beat of somebody who holds no lease."""


class Press:
    """One warm child and the lock that gives it one document at a time."""

    def __init__(self, *, seconds: float, megabytes: int) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def render(self, html: str, beat: Callable[[], None] = nothing) -> Pdf:
        """Send one document and wait for its PDF, calling `beat` every ten seconds meanwhile.

        Raises PressError when the child fails, dies or takes longer than its seconds; a child
        that died or was too slow is gone afterwards, and the next document gets a new one.
        """
        with self._lock:
            try:
                child = self._child or self._start(beat)
                request = html.encode("utf-8")
                frame = len(request).to_bytes(LENGTH, "big") + request
                reply = self._exchange(child, frame, self.seconds, beat)
            except PressError as error:
                self._discard()
                raise (StoppedError("stopped") if self._stopped else error) from None
            except BaseException:
                self._discard()
                raise
        pages = int.from_bytes(reply[:PAGES], "big")
        if not pages:
            raise PressError(reply[PAGES:].decode("ascii", "replace"))
        return Pdf(data=reply[PAGES:], pages=pages)

    def stop(self) -> None:
        """End the child for good; a document under way raises StoppedError."""
        self._stopped = True
        child = self._child
        if child is not None:
            child.kill()
        if self._lock.acquire(timeout=STOP_SECONDS):
            self._discard()
            self._lock.release()

    @property
    def pid(self) -> int | None:
        """The child's process id, None before the first document."""
        return self._child.pid if self._child else None

    def _start(self, beat: Callable[[], None]) -> subprocess.Popen[bytes]:
        if self._stopped:
            raise StoppedError("stopped")
        self._child = subprocess.Popen(  # noqa: S603 -- our own module, no user text
            [
                sys.executable,
                "-m",
                "assessments.reports.child",
                str(max(1, round(self.seconds))),
                str(self.megabytes),
            ],
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # WeasyPrint's warnings quote the document
            start_new_session=True,  # an interrupt at the terminal is the server's to handle
        )
        self._exchange(self._child, b"", START_SECONDS, beat)
        return self._child

    def _exchange(
        self,
        child: subprocess.Popen[bytes],
        frame: bytes,
        seconds: float,
        beat: Callable[[], None],
    ) -> bytes:
        """Write a frame, read a frame, never blocking beyond the deadline."""
        if child.stdin is None or child.stdout is None:
            raise PressError("no pipe")
        wire = _Wire(to=child.stdin.fileno(), back=child.stdout.fileno(), unsent=frame)
        deadline = time.monotonic() + seconds
        next_beat = time.monotonic() + BEAT_SECONDS
        with wire.selector() as ready:
            while (reply := wire.reply()) is None:
                now = time.monotonic()
                if now >= deadline:
                    raise PressError("took too long")
                if now >= next_beat:
                    beat()
                    next_beat = now + BEAT_SECONDS
                for key, _ in ready.select(min(deadline, next_beat) - now):
                    wire.move(ready, key.fd)
        return reply

    def _discard(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # a broken pipe is closed all the same
                    continue


class _Wire:
    """One request out and one reply back over two pipes, without blocking."""

    def __init__(self, *, to: int, back: int, unsent: bytes) -> None:
        self.to = to
        self.back = back
        self.unsent = memoryview(unsent)
        self.got = bytearray()
        os.set_blocking(to, False)
        os.set_blocking(back, False)

    def selector(self) -> selectors.BaseSelector:
        ready = selectors.DefaultSelector()
        ready.register(self.back, selectors.EVENT_READ)
        if self.unsent:
            ready.register(self.to, selectors.EVENT_WRITE)
        return ready

    def move(self, ready: selectors.BaseSelector, fd: int) -> None:
        """Move what the pipe takes or gives. Raises PressError when the child is gone."""
        try:
            if fd == self.to:
                self.unsent = self.unsent[os.write(fd, self.unsent[:CHUNK]) :]
                if not self.unsent:
                    ready.unregister(fd)
                return
            piece = os.read(fd, CHUNK)
        except BrokenPipeError:
            piece = b""
        if not piece:
            raise PressError("ended before it was done")
        self.got += piece

    def reply(self) -> bytes | None:
        """The whole frame's body once it is here."""
        if len(self.got) < LENGTH:
            return None
        size = int.from_bytes(self.got[:LENGTH], "big")
        return bytes(self.got[LENGTH:]) if len(self.got) == LENGTH + size else None


_of_process: dict[int, Press] = {}


def press() -> Press:
    """This process's press. A forked server process never talks to its parent's child."""
    here = os.getpid()
    if here not in _of_process:
        _of_process.clear()
        made = Press(seconds=settings.RENDER_TIMEOUT_SECONDS, megabytes=settings.RENDER_MEMORY_MB)
        _of_process[here] = made
        _stop_at_exit()
    return _of_process[here]


@cache
def _stop_at_exit() -> None:
    atexit.register(_stop_own)


def _stop_own() -> None:
    mine = _of_process.get(os.getpid())
    if mine is not None:
        mine.stop()
