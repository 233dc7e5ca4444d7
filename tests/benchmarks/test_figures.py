"""A firm's own figures: brought, previewed, added whole or not at all, seen by the firm alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.benchmarks import figure_file, figure_queries
from assessments.models import Assessment, Event, ExternalFigure
from tests import factories
from tests.benchmarks.conftest import publish
from tests.conftest import Cast

SAMPLE = "".join(figure_file.sample())


@pytest.fixture
def consultant(client: Client, cast: Cast) -> Client:
    client.force_login(cast.consultant)
    return client


def upload(client: Client, cast: Cast, content: str | bytes, name: str = "f.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data, content_type="text/csv")
    return client.post(reverse("firm_figures", args=[cast.firm.pk]), {"file": file})


def add(client: Client, cast: Cast, token: str) -> Any:
    return client.post(reverse("firm_figures_add", args=[cast.firm.pk]), {"token": token})


def added(client: Client, cast: Cast, content: str = SAMPLE) -> None:
    token = upload(client, cast, content).context["page"].token
    assert add(client, cast, token).status_code == 302


def test_a_file_is_shown_before_anything_is_added(consultant: Client, cast: Cast) -> None:
    response = upload(consultant, cast, SAMPLE)
    page = response.context["page"]
    assert (response.status_code, page.title) == (200, "Add 2 figures?")
    assert [row.value for row in page.rows] == ["62.5 %", "95 minutes"]
    assert not ExternalFigure.objects.exists()
    assert add(consultant, cast, page.token).status_code == 302
    figure = ExternalFigure.objects.get(item="CAP.U4")
    assert (figure.firm, figure.added_by, figure.n, figure.comparable) == (
        cast.firm,
        cast.consultant,
        48,
        True,
    )
    event = Event.objects.get(verb="figures added")
    assert (event.organisation, event.details) == (cast.firm, {"count": 2})


def test_B26_a_file_with_one_fault_adds_nothing_and_lists_all(
    consultant: Client, cast: Cast
) -> None:
    response = upload(consultant, cast, SAMPLE.replace("62.5", "162.5").replace("95", "soon"))
    assert response.status_code == 400
    assert [(fault.row, fault.column) for fault in response.context["page"].faults] == [
        ("Row 2", "value"),
        ("Row 3", "value"),
    ]
    assert "Nothing was added: 2 faults in the file" in response.content.decode()
    assert not ExternalFigure.objects.exists()


def test_B25_a_missing_column_is_named_on_the_page(consultant: Client, cast: Cast) -> None:
    response = upload(consultant, cast, SAMPLE.replace("source,", "origin,", 1))
    assert response.status_code == 400
    assert [(fault.column, fault.text) for fault in response.context["page"].faults] == [
        ("source", "This column is missing."),
        ("origin", "There is no such column."),
    ]


def test_S28_what_a_file_holds_is_never_markup(consultant: Client, cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    shown = upload(consultant, cast, SAMPLE.replace("retail banks, Norway", evil))
    assert evil not in shown.content.decode()
    refused = upload(consultant, cast, SAMPLE.replace("item", evil, 1))
    assert refused.status_code == 400
    assert evil not in refused.content.decode()


def test_B29_the_name_of_the_file_is_ignored(consultant: Client, cast: Cast) -> None:
    for name in ("../../x.csv", "x" * 250, "figures.xlsx"):
        assert upload(consultant, cast, SAMPLE, name).context["page"].title == "Add 2 figures?"


@pytest.mark.parametrize("size", [figure_file.MOST_BYTES + 1, 7 * 1024 * 1024])
def test_a_file_that_is_too_large_is_refused(consultant: Client, cast: Cast, size: int) -> None:
    response = upload(consultant, cast, b"x" * size)
    assert response.status_code == 400
    assert response.context["page"].faults[0].text == "The file is larger than 256 KB."


def test_no_file_at_all_is_asked_for(consultant: Client, cast: Cast) -> None:
    response = consultant.post(reverse("firm_figures", args=[cast.firm.pk]), {})
    assert response.status_code == 422
    assert response.context["form"].errors["file"] == ["Choose a CSV file."]


def test_S16_a_preview_is_good_for_its_person_and_firm_alone(
    client: Client, consultant: Client, cast: Cast
) -> None:
    token = upload(consultant, cast, SAMPLE).context["page"].token
    other = factories.make_firm(cast.admin, name="Another firm")
    client.force_login(cast.admin)
    assert add(client, cast, token).status_code == 422
    url = reverse("firm_figures_add", args=[other.pk])
    assert client.post(url, {"token": token}).status_code == 422
    for broken in ("", token[:-1], "x:y:z"):
        assert add(client, cast, broken).status_code == 422
    assert not ExternalFigure.objects.exists()


def test_the_same_preview_is_added_once(consultant: Client, cast: Cast) -> None:
    token = upload(consultant, cast, SAMPLE).context["page"].token
    assert add(consultant, cast, token).status_code == 302
    again = add(consultant, cast, token)
    assert again.status_code == 422
    assert ExternalFigure.objects.count() == 2
    assert upload(consultant, cast, SAMPLE).status_code == 400


def test_a_firm_keeps_a_limited_number(
    consultant: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.benchmarks.figure_services.MOST_KEPT", 1)
    token = upload(consultant, cast, SAMPLE).context["page"].token
    response = add(consultant, cast, token)
    assert response.status_code == 422
    assert "A firm keeps at most" in response.context["page"].faults[0].text
    assert not ExternalFigure.objects.exists()


def test_a_figure_is_removed_after_a_question(consultant: Client, cast: Cast) -> None:
    added(consultant, cast)
    figure = ExternalFigure.objects.first()
    assert figure is not None
    url = reverse("firm_figure_remove", args=[cast.firm.pk, figure.pk])
    assert "Remove this figure?" in consultant.get(url).content.decode()
    assert ExternalFigure.objects.count() == 2
    assert consultant.post(url).status_code == 302
    assert ExternalFigure.objects.count() == 1
    assert Event.objects.get(verb="figure removed").target == f"figure:{figure.pk}"
    assert consultant.get(url).status_code == 404


def test_a_figure_of_another_firm_is_not_there(consultant: Client, cast: Cast) -> None:
    other = factories.make_firm(cast.outsider, name="Another firm")
    added(consultant, cast)
    figure = ExternalFigure.objects.first()
    assert figure is not None
    figure.firm = other
    figure.save()
    url = reverse("firm_figure_remove", args=[cast.firm.pk, figure.pk])
    assert consultant.post(url).status_code == 404
    assert (
        len(consultant.get(reverse("firm_figures", args=[cast.firm.pk])).context["page"].rows) == 1
    )


def test_the_sample_is_a_file_to_download(consultant: Client, cast: Cast) -> None:
    response: Any = consultant.get(reverse("firm_figures_sample", args=[cast.firm.pk]))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert b"".join(response.streaming_content).decode() == SAMPLE


@pytest.mark.parametrize("asked", ["?page=0", "?page=99", "?page=x", "?sort=firm"])
def test_B18_B19_a_wrong_address_of_the_list_is_refused(
    consultant: Client, cast: Cast, asked: str
) -> None:
    url = reverse("firm_figures", args=[cast.firm.pk])
    assert consultant.get(url + asked).status_code == 400


# ---- beside a client's result -----------------------------------------------------------------


def cards(client: Client, round_: Assessment) -> Any:
    return client.get(reverse("results", args=[round_.pk])).context["figures"]


def test_the_firms_people_see_its_figures_beside_a_clients_result(
    consultant: Client, cast: Cast
) -> None:
    round_ = publish(cast.bank, 50)
    assert cards(consultant, round_) is None
    added(consultant, cast)
    shown = cards(consultant, round_)
    assert [(card.value, card.mark) for card in shown.cards] == [
        ("62.5 %", "Comparable"),
        ("95 minutes", "Limited comparison"),
    ]
    assert shown.cards[0].own == "The bank’s level on “Cover and speed”: 3 of 5."
    assert "n = 48" in shown.cards[0].facts
    ExternalFigure.objects.update(year=2020)
    assert {card.mark for card in cards(consultant, round_).cards} == {"Historical"}


def test_S4_neither_the_bank_nor_another_firm_sees_them(
    client: Client, consultant: Client, cast: Cast
) -> None:
    round_ = publish(cast.bank, 50)
    added(consultant, cast, SAMPLE.replace("retail banks", "Kanarienvogel"))
    url = reverse("results", args=[round_.pk])
    assert "Kanarienvogel" in consultant.get(url).content.decode()
    other = factories.make_firm(cast.outsider, name="Another firm")
    factories.make_engagement(cast.bank, other, cast.outsider)
    for person in (cast.lead, cast.outsider):
        client.force_login(person)
        seen = client.get(url)
        assert (seen.status_code, "Kanarienvogel" in seen.content.decode()) == (200, False)
    client.force_login(cast.outsider)
    page = client.get(reverse("firm_figures", args=[other.pk])).content.decode()
    assert "Kanarienvogel" not in page


def test_figures_change_neither_score_nor_report(consultant: Client, cast: Cast) -> None:
    from assessments.reports import queries  # noqa: PLC0415 -- the printing room is slow to import

    round_ = publish(cast.bank, 50)

    def key() -> str:
        edition = queries.edition_for(Assessment.objects.get(pk=round_.pk), language="en")
        assert edition is not None
        return queries.content_key(edition)

    before = key()
    body = consultant.get(reverse("results", args=[round_.pk])).context["body"]
    added(consultant, cast)
    assert key() == before
    assert consultant.get(reverse("results", args=[round_.pk])).context["body"] == body


def test_figures_cost_one_query_however_many(consultant: Client, cast: Cast) -> None:
    round_ = publish(cast.bank, 50)
    url = reverse("results", args=[round_.pk])
    counts = []
    for number in (0, 1, 40):
        for place in range(number):
            ExternalFigure.objects.create(
                firm=cast.firm,
                source=f"Source {place}",
                year=2025,
                population="banks",
                definition="d",
                value=place,
                unit="%",
                added_at=factories.MOMENT,
            )
        consultant.get(url)
        with CaptureQueriesContext(connection) as found:
            consultant.get(url)
        counts.append(len(found))
        assert sum("externalfigure" in query["sql"] for query in found) == 1
    assert len(set(counts)) == 1


def test_a_long_list_of_figures_is_paged(consultant: Client, cast: Cast) -> None:
    rows = SAMPLE.splitlines()
    many = [rows[2].replace("median time", f"median time {n}") for n in range(30)]
    added(consultant, cast, "\n".join([rows[0], *many]))
    page = consultant.get(reverse("firm_figures", args=[cast.firm.pk])).context["page"]
    assert (len(page.rows), page.pages.needed) == (25, True)
    assert len(figure_queries.stored_keys(cast.firm)) == 30
