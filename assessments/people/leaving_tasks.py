"""What the job thread does for somebody who takes everything away."""

import json
import tempfile
import unicodedata
import zipfile
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation
from django.utils.translation import gettext

from assessments.models import Export, OrganisationKind
from assessments.people import export_queries as queries
from assessments.people import leaving_services as services

COMPRESSED = zipfile.ZIP_DEFLATED


def build_export(export_id: str) -> None:
    """Write one export. Safe to run twice: the second run finds nothing to take."""
    export = services.claim_export(export_id, timezone.now())
    if export is None:
        return
    if not services.still_wanted(export):
        services.fail_export(export, final=True)
        return
    try:
        with tempfile.TemporaryFile() as file, translation.override(export.language or "en"):
            _write(export, file)
            size = file.tell()
            file.seek(0)
            name = default_storage.save(f"exports/{export.pk}-{export.attempts}.zip", File(file))
    except Exception:
        services.fail_export(export, final=False)
        raise
    if not services.store_export(export, name, size):
        default_storage.delete(name)


def _write(export: Export, file: IO[bytes]) -> None:
    """One part after the other, so that only one is ever in memory."""
    organisation = export.organisation
    rounds, reports = queries.rounds(organisation), queries.reports(organisation)
    parts = 3 + len(rounds) + len(reports)
    with zipfile.ZipFile(file, "w", COMPRESSED) as archive:
        archive.writestr("README.txt", _readme(export))
        profile = queries.profile(organisation) | {"look": queries.look(organisation)}
        _add(archive, "organisation.json", profile)
        _copy(archive, "logo.png", queries.logo(organisation))
        _add(archive, "engagements.json", queries.engagements(organisation))
        if organisation.kind == OrganisationKind.FIRM:
            _add(archive, "saved-filters.json", queries.saved_filters(organisation))
        services.note_progress(export, done=1, parts=parts)
        with archive.open("trail.jsonl", "w") as trail:
            for event in queries.events(organisation):
                trail.write((_json(event, indent=None) + "\n").encode())
        services.note_progress(export, done=2, parts=parts)
        for done, assessment in enumerate(rounds, start=3):
            folder = _folder(assessment.period, assessment.pk)
            _add(archive, f"rounds/{folder}/round.json", queries.round_(assessment))
            services.note_progress(export, done=done, parts=parts)
        for done, report in enumerate(reports, start=3 + len(rounds)):
            folder = _folder(report.assessment.period, report.assessment_id)
            _copy(
                archive,
                f"rounds/{folder}/report-{report.language}-{str(report.pk)[:8]}.pdf",
                report.file.name or "",
            )
            services.note_progress(export, done=done, parts=parts)


def _add(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    archive.writestr(name, _json(content, indent=1))


def _json(content: Any, *, indent: int | None) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent)


def _copy(archive: zipfile.ZipFile, name: str, stored: str) -> None:
    """A report's file; one that is gone is left out."""
    if not stored or not default_storage.exists(stored):
        return
    with default_storage.open(stored) as source, archive.open(name, "w") as target:
        for chunk in source.chunks():
            target.write(chunk)


def _folder(period: str, pk: object) -> str:
    """A round's folder: its period without what a path could be, and the start of its id."""
    plain = unicodedata.normalize("NFKD", period).encode("ascii", "ignore").decode()
    kept = "-".join("".join(c if c.isalnum() else " " for c in plain).split())
    return f"{kept or 'round'}-{str(pk)[:8]}"


def _readme(export: Export) -> str:
    """What is in the file and what is not, in the language of who asked."""
    lines = [
        gettext("Everything that Maturity keeps for %(name)s") % {"name": export.organisation.name},
        "",
        gettext(
            "organisation.json: profile, regions, members, invitations and the look of reports."
        ),
        gettext("engagements.json: which consulting firms worked with whom, and their scopes."),
        gettext("trail.jsonl: the audit trail, one event per line, oldest first, with its seals."),
    ]
    if export.organisation.kind == OrganisationKind.BANK:
        lines += [
            gettext(
                "rounds/: one folder per assessment. round.json holds settings, channels, answers "
                "with their history, agreed values, reviews, comments, the published findings and "
                "the adopted plan. The reports lie beside it as PDF."
            ),
            "",
            gettext(
                "Single answers are in it as the round’s setting allows: never those of an "
                "anonymous round, none while a round is open, and with names only where the round "
                "shows names."
            ),
        ]
    else:
        lines.append(
            gettext("saved-filters.json: the views of the clients that the firm’s people keep.")
        )
    lines += ["", gettext("Times are in UTC. All files are UTF-8.")]
    return "\n".join(lines) + "\n"
