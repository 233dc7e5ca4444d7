"""What a meeting settled, as the printed report tells it."""

from dataclasses import replace
from typing import Any

from assessments.reports.paper import agreement, appendix, cover, document
from assessments.reports.paper.edition import Edition
from assessments.results.queries import result_of
from assessments.results.settled import Agreed, Scores, Settlement
from maturity import read_case
from tests.reports.conftest import DATE, make_edition, printed

FUNCTIONS = ("marketing", "risk", "it", "service", "hr")


def people(levels: tuple[int, ...], **more: Any) -> dict[str, Any]:
    """A case in which each person rates three questions; the first divides them."""
    rated = {"CAP.A2": 3, "RSK.A1": 3}
    return {
        "respondents": [
            {"role": role, "answers": {"CAP.A1": level, **rated}}
            for role, level in zip(FUNCTIONS, levels, strict=False)
        ],
        **more,
    }


def settled_edition() -> Edition:
    case = people((1, 2, 5, 5), agreed={"CAP.A1": 2})
    edition = make_edition(case)
    first = result_of(read_case(people((1, 2, 5, 5)))).findings
    return replace(
        edition,
        settlement=Settlement(
            index=70.0,
            share=0.75,
            index_after=100.0,
            share_after=1.0,
            agenda=("CAP.A1",),
            agreed=(Agreed(item="CAP.A1", level=2, reason="", on=DATE, ratings=4, low=1, high=5),),
            before=Scores.of(first),
            after=Scores.of(edition.source.findings),
        ),
    )


def test_the_page_shows_agreement_and_scores_before_and_after() -> None:
    leaf = agreement.build(settled_edition())
    assert leaf is not None
    index = leaf.meeting[0]
    assert (index.name, index.before, index.after) == ("Agreement index", "70.0", "100.0")
    assert leaf.meeting_measure.startswith("1 of 1 agenda questions settled, 1 in all.")
    assert leaf.agenda[0].spread_text == "levels 1 to 5, spread 1.75 · agreed: 2"


def test_without_a_meeting_the_page_speaks_of_none() -> None:
    leaf = agreement.build(make_edition(people((1, 2, 5, 5))))
    assert leaf is not None
    assert (leaf.meeting, leaf.meeting_measure) == ((), "")
    assert "agreed" not in leaf.agenda[0].spread_text


def test_the_page_with_the_meeting_fits_one_sheet() -> None:
    made = printed(settled_edition())
    assert len(made.reader.pages) == len(document.build(made.edition).leaves) + 1


def test_an_anonymous_round_names_no_function_and_hides_the_answers_of_a_few() -> None:
    case = people((1, 2, 5, 5, 4))
    for person in case["respondents"][:2]:
        person["answers"]["SKL.U1"] = 2
    edition = make_edition(case, anonymous=True)
    words = [fact.value for row in cover.build(edition).facts for fact in row]
    assert "5: anonymous" in words
    rows = {
        row.title: (row.level, row.headline, row.tone, row.evidence)
        for column in appendix.build(edition).columns
        for group in column
        for row in group.answers
    }
    assert rows[edition.words("SKL.U1").title] == ("·", "Too few answers to show", 0, "")
    assert rows[edition.words("CAP.A2").title][0] == "3"
