"""The render child: ``python -m assessments.reports.child SECONDS MEGABYTES``.

It reads HTML from standard input and writes PDFs to standard output, one at a time, and does
nothing else: no database, no settings, no network. It limits its own memory, and its own time by
an alarm, so that it neither starves the machine nor outlives a server that was killed. It ends
when its input ends.

A frame is a length of 8 bytes (big-endian) and that many bytes. The child first sends an empty
frame: warm. A request is a frame of UTF-8 HTML; a reply is a frame whose first 4 bytes are the
number of pages, 0 for a failure, and whose rest is the PDF or the failure's kind.
"""

import gc
import resource
import signal
import sys
from typing import BinaryIO

from assessments.reports import pdf

LENGTH = 8
PAGES = 4
MEGABYTE = 1024 * 1024
WARM_UP = (
    '<!doctype html><html lang="en"><head><title>Warm</title></head><body>'
    '<h1>Warm</h1><p>Regular <strong>bold</strong></p><svg viewBox="0 0 9 9" role="img" '
    'aria-label="x"><text x="1" y="8">x</text></svg>'
    "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
    "</body></html>"
)


def main() -> None:
    """Warm up, then serve until the input ends."""
    seconds, megabytes = (int(word) for word in sys.argv[1:3])
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    limit(megabytes)
    pdf.to_pdf(WARM_UP)
    gc.freeze()
    send(replies, b"")
    while (request := receive(requests)) is not None:
        signal.alarm(seconds)
        reply = answer(request.decode("utf-8"))
        signal.alarm(0)
        send(replies, reply)
        del request, reply
        gc.collect()


def limit(megabytes: int) -> None:
    """Cap this process's memory and forbid core dumps, which would hold a client's answers."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(html: str) -> bytes:
    """One reply: pages and PDF, or 0 and the kind of the failure (never its text)."""
    try:
        made = pdf.compose(html)
    except MemoryError:
        raise  # what is left of this process cannot be trusted
    except Exception as error:  # noqa: BLE001 -- one bad document must not end the child
        return bytes(PAGES) + type(error).__name__.encode()
    return made.pages.to_bytes(PAGES, "big") + made.data


def send(stream: BinaryIO, body: bytes) -> None:
    """Write one frame."""
    stream.write(len(body).to_bytes(LENGTH, "big"))
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one frame; None when the other side is gone."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None


if __name__ == "__main__":
    main()
