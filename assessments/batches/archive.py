"""The ZIP: a file per client and the index that says what is in it, what is not, and why."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.batches import archive_names, queries, services, words
from assessments.models import Batch, BatchKind, BatchPart, FileState, Summary
from assessments.ui.sheets import Cell, Column, Kind, Table, xlsx_file
from maturity import load_wording
from maturity.wording import Wording

CHUNK = 1 << 16
RECHECKS = 3

COLUMNS = (
    Column(
        id="client", heading=gettext_lazy("Client"), explanation=gettext_lazy("The bank."), width=32
    ),
    Column(
        id="round",
        heading=gettext_lazy("Round"),
        explanation=gettext_lazy("The period that was assessed."),
    ),
    Column(
        id="published",
        heading=gettext_lazy("Published"),
        explanation=gettext_lazy("The day on which the result was frozen."),
        kind=Kind.DAY,
    ),
    Column(
        id="strategy",
        heading=gettext_lazy("Strategy"),
        explanation=gettext_lazy("As the report names it; empty without a placement."),
        width=26,
    ),
    Column(
        id="bank_score",
        heading=gettext_lazy("Bank"),
        explanation=gettext_lazy("Maturity of the bank, the gate included."),
        kind=Kind.DECIMAL,
        unit=gettext_lazy("points, 0 to 100"),
    ),
    Column(
        id="customer_score",
        heading=gettext_lazy("Customers"),
        explanation=gettext_lazy("Maturity of the bank’s customers."),
        kind=Kind.DECIMAL,
        unit=gettext_lazy("points, 0 to 100"),
    ),
    Column(
        id="state",
        heading=gettext_lazy("State"),
        explanation=gettext_lazy("Whether the client’s files are in this ZIP."),
    ),
    Column(
        id="files",
        heading=gettext_lazy("Files"),
        explanation=gettext_lazy("What they are called in this ZIP."),
        width=44,
    ),
    Column(
        id="reason",
        heading=gettext_lazy("Reason"),
        explanation=gettext_lazy("Why there is no file."),
        width=44,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A part with what its files are called, or with none."""

    part: BatchPart
    files: tuple[tuple[str, str], ...] = ()  # name in the ZIP, name in the storage


def close(batch: Batch) -> None:
    """Pack what may be handed over now. What ended while it was packed is packed out again."""
    for _attempt in range(RECHECKS):
        if _leave_out_what_ended(batch) is None:
            services.refuse(batch)
            return
        packed = _pack(batch, queries.parts_of(batch))
        if not any(one.files for one in packed):
            services.store_nothing(batch)
            return
        with tempfile.TemporaryFile() as file, translation.override(batch.language):
            _write(batch, packed, file)
            if _leave_out_what_ended(batch):
                continue
            _store(batch, file)
            return
    services.stumble(batch)


def _leave_out_what_ended(batch: Batch) -> list[BatchPart] | None:
    """Fail the parts whose client is no longer open, and give them; None when nothing is (S10)."""
    user = services.requester(batch)
    if user is None:
        return None
    still = queries.open_ids(batch, user, batch.firm)
    parts = queries.parts_of(batch)
    ended = [
        part for part in parts if part.state == FileState.DONE and part.assessment_id not in still
    ]
    services.leave_out(batch, ended, words.ENDED)
    return ended


def _pack(batch: Batch, parts: Sequence[BatchPart]) -> list[Packed]:
    """Name the files of each part; a part whose file is gone fails."""
    stems = archive_names.distinct(
        archive_names.stem(
            part.assessment.organisation.name, part.assessment.period, batch.language
        )
        for part in parts
    )
    packed = [_packed(batch, part, stem) for part, stem in zip(parts, stems, strict=True)]
    gone = [one.part for one in packed if one.part.state == FileState.DONE and not one.files]
    services.leave_out(batch, gone, words.GONE)
    for part in gone:
        part.state, part.failure = FileState.FAILED, words.GONE
    return packed


def _packed(batch: Batch, part: BatchPart, stem: str) -> Packed:
    if part.state != FileState.DONE:
        return Packed(part=part)
    files = []
    if batch.kind != BatchKind.ROADMAP:
        files.append((f"{stem}.pdf", (part.report.file.name or "") if part.report else ""))
    if batch.kind != BatchKind.REPORT:
        files.append((f"{stem}.docx", roadmap_name(batch, part)))
    there = all(stored and default_storage.exists(stored) for _name, stored in files)
    return Packed(part=part, files=tuple(files) if there else ())


def roadmap_name(batch: Batch, part: BatchPart) -> str:
    """Where a part's document waits for the packing."""
    return f"{services.FOLDER}/{batch.pk}-{part.pk}.docx"


def _write(batch: Batch, packed: Sequence[Packed], file: IO[bytes]) -> None:
    """One file after the other in small pieces: memory holds none as a whole."""
    made_at = batch.created_at.timetuple()[:6]
    with zipfile.ZipFile(file, "w") as archive:  # PDF and DOCX are compressed already
        for one in packed:
            for name, stored in one.files:
                place = zipfile.ZipInfo(name, made_at)
                with default_storage.open(stored) as source, archive.open(place, "w") as target:
                    for chunk in source.chunks(CHUNK):
                        target.write(chunk)
            services.renew(batch)
        table = Table(
            columns=COLUMNS,
            rows=_rows(packed),
            title=_("Reports"),
            note=_("One line for each client that was chosen."),
        )
        place = zipfile.ZipInfo(_("Index") + ".xlsx", made_at)
        with xlsx_file([table]) as index, archive.open(place, "w") as target:
            while chunk := index.read(CHUNK):
                target.write(chunk)


def _rows(packed: Sequence[Packed]) -> Iterator[tuple[Cell, ...]]:
    """Figures stand only where the file does: what is left out shows nothing of the client."""
    wording = load_wording(translation.get_language() or "en")
    for one in packed:
        part, summary = one.part, _summary(one.part) if one.files else None
        yield (
            part.assessment.organisation.name,
            part.assessment.period,
            summary.published_at.date() if summary else None,
            _strategy(wording, summary),
            summary.bank if summary else None,
            summary.customer if summary else None,
            _("in this ZIP") if one.files else _("left out"),
            ", ".join(name for name, _stored in one.files) or None,
            words.reason(part.failure) or None,
        )


def _strategy(wording: Wording, summary: Summary | None) -> str | None:
    named = (summary.shown_strategy or summary.strategy) if summary else ""
    return wording.strategies[named].short if named else None


def _summary(part: BatchPart) -> Summary | None:
    found: Summary | None = getattr(part.assessment, "summary", None)
    return found


def _store(batch: Batch, file: IO[bytes]) -> None:
    size = file.tell()
    file.seek(0)
    name = default_storage.save(f"{services.FOLDER}/{batch.pk}-{batch.attempts}.zip", File(file))
    if not services.store(batch, name, size):
        default_storage.delete(name)
