"""No upload is kept beyond what any page takes: the rest is read off the wire and thrown away."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST_BYTES = 6 * 1024 * 1024  # above the limit of every form, which then says it in words
_MARK = "maturity.upload_too_large"


class OnlySmallFiles(FileUploadHandler):
    """Stands before the handlers that keep files; a file that grows too large is left out."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MOST_BYTES:
            if self.request is not None:
                self.request.META[_MARK] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""


def was_too_large(request: Any) -> bool:
    """Whether a file of this request was left out for its size; reads the request's body."""
    bool(request.POST)
    return bool(request.META.get(_MARK))
