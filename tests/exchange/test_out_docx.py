import datetime as dt
import io
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import docx
import pytest
from django.test import override_settings
from docx.oxml.ns import qn

from assessments.exchange import out_docx
from assessments.exchange.out_story import Bullets, Grid, Heading, Text, tell
from assessments.reports.paper.edition import Edition
from assessments.reports.queries import edition_of
from assessments.results.queries import result_of
from assessments.results.subject import Subject
from maturity import read_case
from tests.exchange.rounds import parts
from tests.maturity.goldens import golden_pairs

SUBJECT = Subject(
    bank="Norvane Bank", country="NO", period="2026 H2", as_of=dt.date(2026, 11, 21), published=True
)
ATTACKS = (
    "<script>alert(1)</script>",
    "{{7*7}} {0.__class__}",
    '"><w:p/>&amp;',
    "بانک نمونه",
    "銀行サンプル",
)


def edition(name: str = "case-3-gated", *, bank: str = "", language: str = "en") -> Edition:
    result = result_of(read_case(golden_pairs()[name]["case"]))
    subject = replace(SUBJECT, bank=bank) if bank else SUBJECT
    return edition_of(result, subject, language=language, date=SUBJECT.as_of)


@cache
def written(name: str = "case-3-gated") -> bytes:
    return out_docx.document(edition(name))


def opened(raw: bytes) -> Any:
    return docx.Document(io.BytesIO(raw))


def headings(document: Any, level: int) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == f"Heading {level}"]


def everything(document: Any) -> str:
    cells = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_document_tells_the_story_of_the_report_in_its_own_words() -> None:
    whole = edition()
    document = opened(written())
    text = everything(document)

    kickers = [p.text for p in document.paragraphs if p.style.name == "Kicker"]
    assert kickers == [
        "Social banking maturity",
        "Placement",
        "Strategy",
        "Roadmap",
        "Six stages",
        "First steps",
        "Actions",
        "Method and limits",
    ]
    page = whole.roadmap
    said = [
        whole.page.confidence.text if whole.page.confidence else "",
        page.lead,
        page.targets_title,
        *(lane.account.about for lane in page.lanes),
        *(card.title for card in page.actions),
        *(card.first_step for card in page.actions),
        *(card.kpi for card in page.actions),
    ]
    assert [words for words in said if words not in text] == []


@pytest.mark.parametrize("name", ["case-1-step-by-step", "case-2-raise-awareness", "case-3-gated"])
def test_every_action_stands_in_the_table_with_owner_effort_quarter_and_kpi(name: str) -> None:
    page = edition(name).roadmap
    table = next(t for t in opened(written(name)).tables if t.rows[0].cells[-1].text == "KPI")

    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [(r[0], r[1].split("\n")[0], r[3], r[4], r[6]) for r in rows] == [
        (card.when, card.title, card.owner, card.effort, card.kpi) for card in page.actions
    ]


def test_headings_are_real_and_skip_no_level() -> None:
    document = opened(written())
    levels = [
        int(p.style.name[-1]) for p in document.paragraphs if p.style.name.startswith("Heading ")
    ]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(headings(document, 1)) == 7
    assert [text[0] for text in headings(document, 2) if text[0].isdigit() and text[1] == " "][
        -6:
    ] == list("123456")


def test_tables_repeat_their_header_and_never_cut_a_row() -> None:
    body = opened(written()).element.body

    rows = body.findall(f".//{qn('w:tr')}")
    marks = [{child.tag for child in row.find(qn("w:trPr"))} for row in rows]
    assert all(mark & {qn("w:tblHeader"), qn("w:cantSplit")} for mark in marks)
    assert sum(qn("w:tblHeader") in mark for mark in marks) == 7  # tables with columns


def test_picture_and_tables_have_a_text_for_who_does_not_see_them() -> None:
    document = opened(written())
    pictures = document.element.body.findall(f".//{qn('wp:docPr')}")

    assert [picture.get("descr")[:9] for picture in pictures] == ["Quadrant:"]
    described = document.element.body.findall(f".//{qn('w:tblDescription')}")
    assert len(described) == len(document.tables)
    assert all(mark.get(qn("w:val")) for mark in described)


def test_the_document_is_a4_names_its_language_and_turns_for_the_wide_table() -> None:
    document = opened(written())

    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]
    assert sizes == [(210, 297), (297, 210), (210, 297)]
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.title == "Norvane Bank: roadmap for social banking"
    language = document.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert language.get(qn("w:val")) == "en-GB"


@override_settings(LANGUAGES=[("en", "English"), ("fa", "Persian")])
def test_a_language_read_from_the_right_turns_text_tables_and_pages() -> None:
    document = opened(out_docx.document(edition(language="fa")))

    assert document.styles["Normal"].element.pPr.find(qn("w:bidi")) is not None
    assert document.styles["Normal"].element.rPr.find(qn("w:rtl")) is not None
    body = document.element.body
    assert len(body.findall(f".//{qn('w:sectPr')}/{qn('w:bidi')}")) == len(document.sections)
    assert len(body.findall(f".//{qn('w:bidiVisual')}")) == len(document.tables)


def test_nothing_in_it_runs_or_leads_out() -> None:
    found = parts(written())

    assert not [name for name in found if "vba" in name.lower() or "embeddings" in name]
    assert not [name for name, text in found.items() if 'TargetMode="External"' in text]
    fields = {
        line.split("<")[0] for text in found.values() for line in text.split("<w:instrText>")[1:]
    }
    assert fields == {"PAGE"}


def test_the_same_roadmap_gives_the_same_bytes() -> None:
    assert out_docx.document(edition()) == written()


@pytest.mark.parametrize("name", ATTACKS)
def test_S28_S34_a_bank_s_name_is_printed_as_it_is(name: str) -> None:
    document = opened(out_docx.document(edition(bank=name)))

    titles = [p.text for p in document.paragraphs if p.style.name == "Title"]
    assert titles == [name]
    assert document.core_properties.title == f"{name}: roadmap for social banking"
    assert name in document.sections[0].footer.paragraphs[0].text


def test_what_xml_cannot_hold_is_left_out() -> None:
    document = opened(out_docx.document(edition(bank="Nor\x07vane\ufffe")))

    assert [p.text for p in document.paragraphs if p.style.name == "Title"] == ["Norvane"]


def test_without_a_placement_it_says_what_is_missing_instead_of_a_plan() -> None:
    case = dict(golden_pairs()["case-1-step-by-step"]["case"])
    case["respondents"] = [
        {
            "role": person["role"],
            "answers": {k: v for k, v in person["answers"].items() if not k.startswith("CUS")},
        }
        for person in case["respondents"]
    ]
    whole = edition_of(
        result_of(read_case(case)), SUBJECT, language="en", date=SUBJECT.as_of, draft=True
    )
    assert whole.source.findings.placement is None

    document = opened(out_docx.document(whole))
    text = everything(document)

    assert len(headings(document, 1)) == 2
    assert "Why there is no quadrant." in text
    assert "Draft: not published. Answers may still change." in text


def test_a_plan_without_actions_says_that_every_target_is_met() -> None:
    case = dict(golden_pairs()["case-2-raise-awareness"]["case"])
    case["roadmap"] = {"targets": {"bank": 1, "customer": 1, "risk": 1}}
    whole = edition_of(result_of(read_case(case)), SUBJECT, language="en", date=SUBJECT.as_of)
    assert whole.source.findings.roadmap is not None
    assert whole.source.findings.roadmap.plan == ()

    story = tell(whole)

    titles = [block.text for block in story.blocks if isinstance(block, Heading)]
    assert "Every target is met: 0 actions are needed now" in titles
    assert opened(out_docx.document(whole)).tables


def test_every_block_says_something() -> None:
    for name in golden_pairs():
        for block in tell(edition(name)).blocks:
            if isinstance(block, Text | Heading):
                assert block.text, name
            elif isinstance(block, Bullets):
                assert all(block.texts), name
            elif isinstance(block, Grid):
                assert block.rows, name
                assert round(sum(block.widths), 6) == 1, (name, block.name)
