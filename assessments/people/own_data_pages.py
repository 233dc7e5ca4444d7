"""The copy of one's own data: a file for programs and a page for people, in one ZIP."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext

from assessments.models import User
from assessments.people import own_data_queries as queries


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDataPage:
    blocked_by: tuple[str, ...]  # organisations that would be left without lead or admin


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One heading of the readable copy, with a table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def own_data(user: User) -> OwnDataPage:
    names = queries.headless_without(user).values_list("name", flat=True)
    return OwnDataPage(blocked_by=tuple(names))


def archive(data: dict[str, Any]) -> bytes:
    """Both files, zipped."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("my-data.json", json.dumps(data, ensure_ascii=False, indent=1))
        files.writestr("my-data.html", readable(data))
    return packed.getvalue()


def readable(data: dict[str, Any]) -> str:
    """The same as a page that needs nothing else to be read."""
    context = {"made_at": data["made_at"], "parts": _parts(data)}
    return render_to_string("people/own_data_copy.html", context)


def _parts(data: dict[str, Any]) -> list[Part]:
    titles = {
        "account": gettext("Account"),
        "second_factors": gettext("Second factors"),
        "sessions": gettext("Where you are signed in"),
        "organisations": gettext("Organisations"),
        "invitations": gettext("Invitations"),
        "comments": gettext("Your comments"),
        "reviews": gettext("Your reviews"),
        "settled": gettext("Levels that you recorded in a meeting"),
        "actions": gettext("Actions that you own"),
        "links": gettext("Links to results that you made"),
        "filters": gettext("Filters that you saved"),
        "clients": gettext("Clients that you answer for"),
        "mail": gettext("Mail to you"),
        "events": gettext("What was noted in the history"),
    }
    parts = [_table(title, _rows_of(data[key])) for key, title in titles.items()]
    for sheet in data["sheets"]:
        about = " · ".join((sheet["organisation"], sheet["period"], sheet["function"]))
        parts.append(_table(f"{gettext('Answers')}: {about}", sheet["answers"]))
        parts.append(_table(f"{gettext('History of answers')}: {about}", sheet["history"]))
        parts.append(_table(f"{gettext('Sent back to you')}: {about}", sheet["sent_back"]))
    return parts


def _rows_of(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        plain = {key: held for key, held in value.items() if not isinstance(held, list)}
        return [plain]
    return list(value)


def _table(title: str, rows: list[dict[str, Any]]) -> Part:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    cells = tuple(tuple(_text(row.get(name)) for name in columns) for row in rows)
    return Part(title=title, columns=tuple(name.replace("_", " ") for name in columns), rows=cells)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
