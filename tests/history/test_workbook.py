"""Answers carried over and the offline questionnaire: shown blank, confirmed by being given."""

from django.urls import reverse

from assessments.models import Intake, Sheet
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.exchange.bringing import answering, bring, filled, workbook_of


def bring_back(sheet: Sheet, data: bytes) -> None:
    """Bring a workbook and take it in."""
    assert sheet.respondent is not None
    client = signed_in(sheet.respondent)
    assert bring(client, sheet.assessment, data).status_code == 302
    intake = Intake.objects.get(assessment=sheet.assessment)
    assert client.post(reverse("intake", args=[intake.pk])).status_code == 302


def test_what_the_file_answers_is_confirmed_and_what_it_leaves_blank_keeps_waiting(
    cast: Cast,
) -> None:
    sheet = factories.make_sheet(factories.make_round(cast.bank), cast.lead)
    factories.carry_answers(sheet, {"CAP.A1": 3, "CAP.A2": 2, "CAP.A3": 4})
    bring_back(sheet, filled(workbook_of(sheet), answering({"CAP.A1": 3, "CAP.A2": 5})))
    rows = sheet.answers.order_by("item").values_list("item", "level", "version", "carried")
    assert list(rows) == [
        ("CAP.A1", 3, 1, False),  # the same level, said again
        ("CAP.A2", 5, 1, False),
        ("CAP.A3", 4, 0, True),
    ]
    assert sheet.changes.count() == 2
