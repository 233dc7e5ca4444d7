"""The round before in the PDF: part of its content key, on the placement page, at no page's cost."""

import pytest

from assessments.history.queries import Before
from assessments.models import Assessment, Summary
from assessments.reports import pdf, queries
from tests.reports.conftest import golden_case, make_edition, printed

BEFORE = Before(period="2025 H2", bank=44.0, customer=31.0, bank_sure=True, customer_sure=False)


def test_the_placement_page_shows_where_the_bank_stood_and_what_stays_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shrunk: list[set[int]] = []
    real = pdf._shrunk  # noqa: SLF001 -- what costs the time is hidden there

    def shrink(html: str, sections: set[int], size: str) -> str:
        shrunk.append(sections)
        return real(html, sections, size)

    monkeypatch.setattr(pdf, "_shrunk", shrink)
    case = golden_case("3")
    report = printed(make_edition(case, before=BEFORE, shown_strategy="awareness"))
    text = " ".join(report.reader.pages[2].extract_text().split())
    assert "Since 2025 H2: bank +5.0, customers +28.0 (not sure)." in text
    assert "The strategy named so far stays: “Raise customer awareness”." in text
    assert "2025 H2" in report.html.split("midline 50")[1].split("</svg>")[0]
    assert len(report.reader.pages) <= 16
    assert shrunk == []  # no page had to be set again in smaller type


def test_the_round_before_is_part_of_what_names_a_report() -> None:
    case = golden_case("3")
    plain = queries.content_key(make_edition(case))
    other = Before(period="2025 H2", bank=45.0, customer=31.0, bank_sure=True, customer_sure=False)
    keys = {
        plain,
        queries.content_key(make_edition(case, before=BEFORE)),
        queries.content_key(make_edition(case, before=other)),
        queries.content_key(make_edition(case, shown_strategy="awareness")),
    }
    assert len(keys) == 4


def test_the_report_of_a_published_round_knows_the_round_before(two: list[Assessment]) -> None:
    Summary.objects.filter(assessment=two[1]).update(shown_strategy="awareness")
    edition = queries.edition_for(two[1], language="en")
    assert edition is not None
    assert edition.source.subject.before is not None
    assert edition.source.subject.before.period == "2025 H2"
    assert edition.source.subject.shown_strategy == "awareness"
    first = queries.edition_for(two[0], language="en")
    assert first is not None
    assert first.source.subject.before is None
