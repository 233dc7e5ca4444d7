"""One question as HTML, made of parts that never change and the state of one answer.

The template is rendered once per language and question, with marks where the state goes; a request
only fills the marks. Stock form rendering takes several times as long for the same page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from assessments.models import EvidenceGrade, Special
from assessments.survey.answers import BLANK, NOTE_LIMIT, Answer, Value
from assessments.survey.outline import outline
from assessments.ui.markup import emphasise
from assessments.ui.numbers import number
from maturity import load_framework, load_wording
from maturity.framework import AWARENESS

_OPEN, _SHUT = "\ue000", "\ue001"  # private use: no wording holds them
_MARK = re.compile(f"{_OPEN}([A-Za-z0-9_]+){_SHUT}")
_GIVEN = "\ue002"
_EMPTY = SafeString("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashView:
    """A conflict as the reader sees it; `seen` is the version that “keep” replaces."""

    item: str
    seen: int
    when: str
    there: str
    here: str
    keep: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionState:
    """What one question shows: a value, its version, and what is wrong with it."""

    value: Value = BLANK
    version: int = 0
    clock: str = ""  # when it was stored
    readers: str = ""  # who reads note and link
    given: str = ""  # the day on which an answer that was carried over was given
    locked: bool = False
    late: bool = False  # what is shown came after the lock and is not stored
    clash: ClashView | None = None
    faults: Mapping[str, str] = field(default_factory=dict)  # field → message
    typed: Mapping[str, str] = field(default_factory=dict)  # texts that could not be stored

    def text(self, name: str) -> str:
        return self.typed.get(name, getattr(self.value, name))


def language() -> str:
    """The language of the current request's wording."""
    return get_language() or "en"


def answer_label(item: str, answer: Answer) -> str:
    """An answer in words: "4 Measured"."""
    if isinstance(answer, int):
        headline = load_wording(language()).items[item].levels[answer - 1].headline
        return f"{number(answer)} {headline}"
    return short_label(answer)


def short_label(answer: Answer) -> str:
    """An answer on a button: "4"."""
    if isinstance(answer, int):
        return number(answer)
    if answer is None:
        return gettext("Not answered")
    return str(Special(answer).label)


def draw(item: str, state: QuestionState) -> SafeString:
    """The question with its state filled in."""
    slots = _slots(item, state)
    return mark_safe(  # noqa: S308 -- parts are a rendered template, slots are escaped below
        "".join(
            part if position % 2 == 0 else slots.get(part, _EMPTY)
            for position, part in enumerate(_parts(language(), item))
        )
    )


def chip(kind: str, clock: str = "") -> SafeString:
    """The status of a question in a word or two."""
    return _chip(language(), kind).replace("\ue000", conditional_escape(clock))  # type: ignore[return-value]


@cache
def _chip(code: str, kind: str) -> SafeString:
    return render_to_string("survey/chip.html", {"kind": kind, "clock": "\ue000"}).strip()  # type: ignore[return-value]


class _Marks:
    """Gives the template a mark for whatever name it asks for."""

    def __getitem__(self, name: str) -> SafeString:
        return mark_safe(f"{_OPEN}{name}{_SHUT}")  # noqa: S308 -- a constant frame


@cache
def _parts(code: str, item: str) -> tuple[str, ...]:
    """Literal and mark in turn, beginning with a literal. `code` is the language."""
    html = render_to_string("survey/question.html", {"q": _static(code, item), "slot": _Marks()})
    return tuple(_MARK.split(html))


def _static(code: str, item: str) -> dict[str, object]:
    words = load_wording(code).items[item]
    framed = load_framework().items[item]
    marks = _Marks()
    return {
        "item": item,
        "number": outline().number_of[item],
        "title": words.title,
        "question": words.question,
        "why": words.why,
        "evidence_hint": words.evidence_hint,
        "critical": framed.critical,
        "awareness": framed.facet == AWARENESS,
        "levels": [
            {
                "value": value,
                "number": number(value),
                "headline": level.headline,
                "behaviour": emphasise(level.behaviour),
                "checked": marks[f"level_{value}"],
            }
            for value, level in enumerate(words.levels, start=1)
        ],
    }


def _slots(item: str, state: QuestionState) -> dict[str, str]:
    value = state.value
    note = state.text("note")
    slots = {
        "version": str(state.version),
        "chip": _status(state),
        "reason": conditional_escape(state.text("reason")),
        "note": conditional_escape(note),
        "link": conditional_escape(state.text("link")),
        "count": note_count(len(note)),
        "readers": conditional_escape(state.readers),
        value.evidence: " checked",
    }
    if value.level is not None:
        slots[f"level_{value.level}"] = " checked"
    if value.special:
        slots[value.special] = " checked"
    if _note_in_use(state):
        slots["open"] = " open"
    if state.locked:
        slots["disabled"] = " disabled"
    if value.carried and not state.locked:
        slots["state"] = " is-carried"
        slots["carried"] = _carried(language(), item).replace(
            _GIVEN, conditional_escape(state.given)
        )
    if state.clash:
        slots["state"] = " has-clash"
        slots["clash"] = render_to_string("survey/clash.html", {"clash": state.clash})
    if state.faults:
        slots |= _fault_slots(item, state)
    return slots


@cache
def _carried(code: str, item: str) -> str:
    """The line that asks to confirm; `code` is the language."""
    return render_to_string("survey/carried.html", {"item": item, "given": _GIVEN}).strip()


def note_count(length: int) -> str:
    """How much of a note's room is used."""
    room = {"count": number(length), "limit": number(NOTE_LIMIT)}
    return gettext("%(count)s of %(limit)s") % room


def _note_in_use(state: QuestionState) -> bool:
    kept = state.value.evidence != EvidenceGrade.CLAIMED.value
    texts = bool(state.text("note") or state.text("link"))
    return kept or texts or bool({"note", "link", "evidence"} & set(state.faults))


def _status(state: QuestionState) -> str:
    value = state.value
    found = (
        ("late", state.late),
        ("locked", state.locked),
        ("clash", state.clash),
        ("fault", state.faults),
        ("carried", value.carried),
        ("reason", value.reason_missing),
        ("blank", value.answer is None),
    )
    return chip(next((kind for kind, holds in found if holds), "saved"), state.clock)


def _fault_slots(item: str, state: QuestionState) -> dict[str, str]:
    slots = {
        "state": " has-error",
        "described": format_html(' aria-describedby="e-{}"', item),
        "errors": format_html(
            '<p class="error" id="e-{}"><span class="visually-hidden">{} </span>{}</p>',
            item,
            gettext("Error:"),
            format_html_join(" ", "{}", ((message,) for message in state.faults.values())),
        ),
    }
    for name in state.faults:
        slots[f"{name}_fault"] = SafeString(' aria-invalid="true"')
    return slots
