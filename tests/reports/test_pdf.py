"""The finished PDF: pages, story, accessibility, fonts, repeatability."""

import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from assessments.reports import pdf, tasks
from assessments.reports.paper import document
from tests.reports.conftest import GOLDEN, Printed, golden_case, make_edition, printed

ROOT = Path(pdf.__file__).resolve().parent.parent.parent


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def squeezed(text: str) -> str:
    """Without white space: a PDF breaks lines where it likes."""
    return re.sub(r"\s+", "", text)


def root_of(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def elements(reader: PdfReader) -> list[Any]:
    """Every structure element of the tag tree."""
    found, waiting = [], [root_of(reader)["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                waiting.append(node["/K"])
    return found


def fonts(reader: PdfReader) -> dict[str, Any]:
    found = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            entry = font.get_object()
            found[str(entry["/BaseFont"])] = entry
    return found


def test_a_report_has_12_to_16_pages_and_one_sheet_for_every_part(
    several: Printed, alone: Printed
) -> None:
    for made in (several, alone):
        parts = 1 + len(document.build(made.edition).leaves)
        assert len(made.reader.pages) == parts
        assert 12 <= parts <= 16


def test_titles_are_unique_sentences_with_a_number_that_fit_two_lines(several: Printed) -> None:
    titles = [leaf.title for leaf in document.build(several.edition).leaves]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not re.search(r"\d", title)] == []
    assert [title for title in titles if not 20 <= len(title) <= 130] == []


def test_the_outline_names_the_bank_and_every_page_in_order(several: Printed) -> None:
    outline: Any = several.reader.outline
    top, below = outline[0], outline[1]
    assert top["/Title"] == "Norvane Bank"
    titles = [leaf.title for leaf in document.build(several.edition).leaves]
    assert [entry["/Title"] for entry in below] == titles
    pages = [several.reader.get_destination_page_number(entry) for entry in below]
    assert pages == list(range(1, len(titles) + 1))


def test_the_file_says_its_language_title_and_that_it_is_tagged(several: Printed) -> None:
    root = root_of(several.reader)
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- a PDF boolean object
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert several.reader.metadata is not None
    assert several.reader.metadata.title == "Norvane Bank: social banking maturity, 2026 H2"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_every_figure_has_an_alternative_text(several: Printed) -> None:
    figures = [node for node in elements(several.reader) if node["/S"] == "/Figure"]
    assert len(figures) > 20
    assert [node for node in figures if not str(node.get("/Alt", "")).strip()] == []


def test_headings_never_skip_a_level(several: Printed) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", several.html)]
    assert levels[0] == 1
    jumps = [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1]
    assert jumps == []


def test_only_our_fonts_are_embedded_as_truetype_subsets(several: Printed) -> None:
    found = fonts(several.reader)
    assert {name.split("+")[1] for name in found} == {"Inter", "Inter-Bold", "Inter-Semi-Bold"}
    for font in found.values():
        assert font["/Subtype"] == "/Type0"
        below = font["/DescendantFonts"][0].get_object()
        assert below["/Subtype"] == "/CIDFontType2"
        assert "/FontFile2" in below["/FontDescriptor"]


def test_the_paper_states_the_numbers_of_the_screen(several: Printed) -> None:
    page, text = several.edition.page, squeezed(text_of(several.reader))
    roadmap = several.edition.roadmap
    stated = [row.value for row in page.scores[:2]]
    stated += [row.score for row in page.dimensions.rows]
    stated += [page.headline, *(card.title for card in page.gaps)]
    stated += [card.title for card in roadmap.actions]
    stated += list(roadmap.quarters)
    assert [part for part in stated if squeezed(part) not in text] == []


def test_all_six_stages_have_an_account_even_without_an_action(several: Printed) -> None:
    leaf = next(
        leaf
        for leaf in document.build(several.edition).leaves
        if leaf.template == "reports/leaves/stages.html"
    )
    accounts = leaf.accounts  # type: ignore[attr-defined]
    assert [account.number for account in accounts] == ["1", "2", "3", "4", "5", "6"]
    told = [(a.practised, a.planned, a.waiting) for a in accounts]
    assert [entry for entry in told if not all(entry)] == []
    assert accounts[3].planned == "No action of this stage is in the plan."


def test_a_fictional_bank_is_labelled_on_the_cover_and_every_footer(several: Printed) -> None:
    cover, *rest = [page.extract_text() for page in several.reader.pages]
    assert "Fictional bank: every figure is for demonstration." in cover
    assert [text for text in rest if "fictional bank" not in text] == []


def test_a_real_bank_is_not_called_fictional(alone: Printed) -> None:
    assert text_of(alone.reader).lower().count("fictional") == 0


def test_a_draft_says_so_on_the_cover_and_in_the_footer() -> None:
    made = make_edition(golden_case("2"), draft=True)
    built = document.build(made)
    assert built.cover.labels == ("Draft: not published. Answers may still change.",)
    assert built.foot == "Norvane Bank · 2026 H2 · Draft: not published · Confidential"


def test_one_respondent_is_told_what_that_means_instead_of_agreement(alone: Printed) -> None:
    templates = [leaf.template for leaf in document.build(alone.edition).leaves]
    assert templates.count("reports/leaves/agreement.html") == 0
    assert "One respondent: what that means" in text_of(alone.reader)


def test_without_a_date_none_is_printed_and_no_clock_is_read() -> None:
    edition = make_edition(golden_case("2"), date=None, as_of=None)
    built = document.build(edition)
    assert [fact.term for row in built.cover.facts for fact in row] == [
        "Respondents",
        "Coverage",
        "Customer pulse",
        "Channels",
        "Framework",
    ]


def test_without_customers_the_report_is_shorter_and_says_why() -> None:
    case = golden_case("2")
    case.pop("pulse")
    for person in case["respondents"]:
        person["answers"] = {k: v for k, v in person["answers"].items() if k[:3] != "CUS"}
    made = printed(make_edition(case))
    assert len(made.reader.pages) == 10
    assert "this report is shorter by their pages" in text_of(made.reader)


def test_a_bank_without_any_answer_still_gets_an_honest_report() -> None:
    made = printed(make_edition({"respondents": [{"role": "risk", "answers": {}}]}))
    titles = [leaf.title for leaf in document.build(made.edition).leaves]
    assert titles[0] == (
        "0 of 6 dimensions have a score: the bank must answer before it can be placed"
    )
    assert len(made.reader.pages) == 1 + len(titles)


def test_a_name_of_120_characters_and_markup_stays_text_and_breaks_nothing() -> None:
    name = ("<b>&\"Bank's</b> {{7*7}} " + "Sparkassenverbandsgesellschaft " * 5)[:120].strip()
    made = printed(make_edition(golden_case("2"), bank=name))
    assert len(made.reader.pages) == 1 + len(document.build(made.edition).leaves)
    assert squeezed(name) in squeezed(made.reader.pages[0].extract_text())


def test_respondents_notes_and_names_are_no_part_of_what_a_report_is_made_from() -> None:
    edition = make_edition(golden_case("2"))
    assert set(edition.source.case.to_dict()["respondents"][0]) == {"role", "answers"}


@pytest.mark.parametrize("seeds", [("0", "4711")])
def test_two_processes_print_the_same_bytes(seeds: tuple[str, str], tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(golden_case("2")), encoding="utf-8")
    files = []
    for seed in seeds:
        out = tmp_path / f"{seed}.pdf"
        subprocess.run(
            [
                sys.executable,
                "manage.py",
                "report",
                str(case),
                "--bank",
                "Norvane Bank",
                "--period",
                "2026 H2",
                "--date",
                "2026-11-21",
                "--output",
                str(out),
            ],
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
        )
        files.append(out.read_bytes())
    assert files[0] == files[1]
    edition = make_edition(golden_case("2"))
    assert files[0] == pdf.to_pdf(tasks.html(edition))


def test_a_sheet_that_runs_over_is_set_smaller() -> None:
    html = (
        '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>'
        '<section class="cover"><h1>Cover</h1></section>'
        '<section class="leaf"><h2 class="title">One</h2><table class="t"><tbody>'
        + "<tr><td>row</td></tr>" * 43
        + "</tbody></table></section></body></html>"
    )
    document_ = pdf._laid_out(html)  # noqa: SLF001 -- the step before the smaller size
    assert pdf._spilling(document_) == {1}  # noqa: SLF001
    assert pdf.compose(html).pages == 2


def test_the_golden_cases_are_where_these_tests_look() -> None:
    assert sorted(path.name for path in GOLDEN.glob("case-*.json")) == [
        "case-1-step-by-step.json",
        "case-2-raise-awareness.json",
        "case-3-gated.json",
    ]
