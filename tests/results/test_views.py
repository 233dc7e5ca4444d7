"""Who sees what when, the plan's form, publishing, and names that try to be markup."""

import json
import re
from typing import Any

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus, Event, SheetStatus, Snapshot
from assessments.results import queries, services
from maturity import codec
from tests import factories
from tests.conftest import Cast
from tests.results.conftest import MakeRound

PAGES = ("results", "scoring", "figures", "roadmap")
XSS = "</script><svg onload=alert(1)>\"'&<b>x"


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def address(name: str, round_: Assessment) -> str:
    return reverse(name, args=[round_.pk])


@pytest.mark.parametrize("name", PAGES)
def test_the_lead_reads_a_closed_round(lead: Client, ready: MakeRound, name: str) -> None:
    assert lead.get(address(name, ready())).status_code == 200


@pytest.mark.parametrize("name", [*PAGES, "publish"])
def test_a_respondent_is_refused_and_a_stranger_finds_nothing(
    client: Client, cast: Cast, ready: MakeRound, name: str
) -> None:
    url = address(name, ready())
    client.force_login(cast.respondent)
    assert client.get(url).status_code == 403
    client.force_login(cast.outsider)
    assert client.get(url).status_code == 404


def test_an_open_round_of_several_shows_no_result_and_says_why(
    lead: Client, round_: Assessment
) -> None:
    round_.sheets.update(status=SheetStatus.SUBMITTED)
    response = lead.get(address("results", round_))
    assert response.status_code == 200
    page = response.context["page"]
    assert (page.title, page.missing) == (
        "No results yet",
        "2 of 2 people asked have submitted.",
    )
    assert lead.get(address("figures", round_)).status_code == 404


def test_one_respondent_sees_results_once_submitted(lead: Client, cast: Cast) -> None:
    round_ = factories.make_round(cast.bank)
    sheet = factories.make_sheet(round_, cast.lead)
    factories.fill_sheet(sheet, factories.whole_sheet(4))
    assert lead.get(address("results", round_)).context["page"].title == "No results yet"
    round_.sheets.update(status=SheetStatus.SUBMITTED)
    page = lead.get(address("results", round_)).context["page"]
    assert page.headline == "Innovate to differentiate: the bank and its customers are both ready"


@pytest.mark.parametrize("name", ["results", "scoring", "roadmap"])
def test_queries_do_not_grow_with_respondents(lead: Client, ready: MakeRound, name: str) -> None:
    counts = []
    for people in (1, 12):
        round_ = ready(people, accounts=people)
        Assessment.objects.filter(pk=round_.pk).update(period=f"{people} people")
        with CaptureQueriesContext(connection) as found:
            assert lead.get(address(name, round_)).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] <= 11  # with what was agreed and reviewed, and regions


# ---- publishing -------------------------------------------------------------------------------


def test_publishing_freezes_the_result(lead: Client, cast: Cast, ready: MakeRound) -> None:
    round_ = ready(level=2)
    asked = lead.get(address("publish", round_))
    assert "Publishing freezes the result; it cannot be reopened." in asked.content.decode()
    assert lead.post(address("publish", round_)).status_code == 302
    round_.refresh_from_db()
    snapshot = Snapshot.objects.get(assessment=round_)
    assert (round_.status, snapshot.framework_version) == (AssessmentStatus.PUBLISHED, "1.0")
    event = Event.objects.get(verb="round published")
    assert (event.actor, event.target) == (cast.lead.pk, f"assessment:{round_.pk}")
    before = lead.get(address("results", round_)).context["page"].headline
    for sheet in round_.sheets.all():
        sheet.answers.update(level=5)
    assert lead.get(address("results", round_)).context["page"].headline == before


def test_a_published_result_is_read_without_computing(
    lead: Client, ready: MakeRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = ready()
    lead.post(address("publish", round_))

    def never(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("computed a published result")

    monkeypatch.setattr(queries, "assess", never)
    monkeypatch.setattr(queries, "no_regret", never)
    monkeypatch.setattr(queries, "binding_limit", never)
    queries._computed.cache_clear()  # noqa: SLF001 -- what was kept must not help
    for name in ("results", "scoring", "roadmap", "figures"):
        assert lead.get(address(name, round_)).status_code == 200


def test_a_published_result_is_read_from_its_snapshot_once(lead: Client, ready: MakeRound) -> None:
    round_ = ready()
    lead.post(address("publish", round_))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            page = lead.get(address("results", round_)).content
        counts.append(sum("assessments_snapshot" in query["sql"] for query in found))
        shown = page.split(b"</header>")[-1]
    assert counts == [2, 1]
    assert shown == lead.get(address("results", round_)).content.split(b"</header>")[-1]


def test_what_is_kept_of_a_page_follows_the_banks_profile(
    lead: Client, cast: Cast, ready: MakeRound
) -> None:
    round_ = ready()
    lead.post(address("publish", round_))
    for share, told in ((None, False), (12, True)):
        cast.bank.marketing_share = share
        cast.bank.save()
        body = lead.get(address("results", round_)).context["body"]
        assert ("12 %" in body.replace("\u00a0", " ")) is told


def test_publishing_twice_keeps_the_first(cast: Cast, ready: MakeRound) -> None:
    round_ = ready()
    first = services.publish(assessment=round_, by=cast.lead, now=factories.MOMENT)
    with pytest.raises(services.AlreadyPublishedError):
        services.publish(assessment=round_, by=cast.lead, now=factories.MOMENT)
    assert Snapshot.objects.get(assessment=round_).pk == first.pk


def test_nothing_is_published_before_there_is_a_result(cast: Cast, round_: Assessment) -> None:
    with pytest.raises(services.NotReadyError):
        services.publish(assessment=round_, by=cast.lead, now=factories.MOMENT)
    assert Snapshot.objects.count() == 0


def test_a_snapshot_gives_back_equal_findings(cast: Cast, ready: MakeRound) -> None:
    round_ = ready(3)
    live = queries.result_for(round_, factories.MOMENT)
    assert live is not None
    services.publish(assessment=round_, by=cast.lead, now=factories.MOMENT)
    round_.refresh_from_db()
    frozen = queries.result_for(round_, factories.MOMENT)
    assert frozen is not None
    assert codec.dump(frozen.findings) == codec.dump(live.findings)
    assert (frozen.case, frozen.no_regret) == (live.case, live.no_regret)
    assert frozen.limit == live.limit


# ---- the plan's form --------------------------------------------------------------------------


def test_a_setting_left_out_of_the_address_is_as_in_the_plan_in_force(
    lead: Client, ready: MakeRound
) -> None:
    response = lead.get(address("roadmap", ready()) + "?capacity=12")
    assert response.status_code == 200
    assert (
        response.context["form"].data["capacity"],
        response.context["form"].data["quarters"],
    ) == ("12", "8")


@pytest.mark.parametrize(
    ("query", "field", "error"),
    [
        ("capacity=eight&quarters=4", "capacity", "Enter a number, such as 62.5."),
        ("capacity=0&quarters=4", "capacity", "Enter 1 or more."),
        ("capacity=41&quarters=4", "capacity", "Enter 40 or less."),
        ("capacity=8&quarters=13", "quarters", "Enter 12 or less."),
        ("capacity=8&quarters=2.5", "quarters", "Enter a whole number, such as 1,200."),
        ("capacity=8&quarters=4&bank=101", "bank", "Enter 100 or less."),
        ("capacity=8&quarters=4&risk=-1", "risk", "Enter 0 or more."),
        ("capacity=8&quarters=4&customer=1e400", "customer", "Enter a number, such as 62.5."),
        ("capacity=8&capacity=9&quarters=4", "capacity", "Enter one value only."),
        ("capacity=8&quarters=4&colour=red", "__all__", "There is no setting called “colour”."),
        ("capacity=&quarters=4", "capacity", "This field is required."),
    ],
)
def test_a_bad_setting_is_named_at_its_field(
    lead: Client, ready: MakeRound, query: str, field: str, error: str
) -> None:
    response = lead.get(address("roadmap", ready()) + "?" + query)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [error]}
    assert "error-summary" in response.content.decode()


@pytest.mark.parametrize("junk", ["%00", "capacity=%00", "capacity=%ff", "a=1&a=2", "capacity[]=1"])
def test_junk_in_the_address_is_never_a_500(lead: Client, ready: MakeRound, junk: str) -> None:
    assert lead.get(address("roadmap", ready()) + "?" + junk).status_code == 422


def test_the_page_answers_with_the_plan_asked_for(lead: Client, ready: MakeRound) -> None:
    round_ = ready(level=2)
    response = lead.get(address("roadmap", round_) + "?capacity=3&quarters=2&bank=40")
    page = response.context["page"]
    assert page.quarters == ("2027 Q1", "2027 Q2")
    assert page.targets[0].name == "Bank 40"
    assert response.context["frame"].what_if
    round_.refresh_from_db()
    assert round_.plan_settings == {}


def test_settings_are_kept_by_post_and_audited(lead: Client, ready: MakeRound) -> None:
    round_ = ready(level=2)
    lead.post(
        address("roadmap_settings", round_),
        {"capacity": "6", "quarters": "4", "bank": "45", "customer": "", "risk": "40"},
    )
    round_.refresh_from_db()
    assert round_.plan_settings == {
        "capacity": 6,
        "quarters": 4,
        "targets": {"bank": 45, "risk": 40},
    }
    assert Event.objects.filter(verb="plan settings saved").count() == 1
    page = lead.get(address("roadmap", round_)).context["page"]
    assert page.columns == 4


def test_the_plan_of_a_published_result_stays(lead: Client, cast: Cast, ready: MakeRound) -> None:
    round_ = ready()
    lead.post(address("publish", round_))
    lead.post(address("roadmap_settings", round_), {"capacity": "6", "quarters": "4"})
    round_.refresh_from_db()
    assert round_.plan_settings == {}


def test_a_respondent_cannot_change_the_plan(client: Client, cast: Cast, ready: MakeRound) -> None:
    client.force_login(cast.respondent)
    url = address("roadmap_settings", ready())
    assert client.post(url, {"capacity": "6", "quarters": "4"}).status_code == 403


# ---- markup -----------------------------------------------------------------------------------


def document(content: bytes) -> Any:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(content)


@pytest.mark.parametrize("name", ["results", "scoring", "roadmap", "publish"])
def test_S28_a_bank_called_like_markup_stays_text(
    lead: Client, cast: Cast, ready: MakeRound, name: str
) -> None:
    round_ = ready()
    cast.bank.name = XSS
    cast.bank.save()
    round_.channels.update(platform=XSS[:60])
    content = lead.get(address(name, round_)).content.decode()
    assert "<svg onload" not in content
    assert "<b>x" not in content


def test_S28_figures_carry_no_tag(lead: Client, cast: Cast, ready: MakeRound) -> None:
    cast.bank.name = XSS
    cast.bank.save()
    response = lead.get(address("figures", ready()))
    assert "<" not in response.content.decode()
    figures = json.loads(response.content)
    assert set(figures) == {"quadrant", "dimensions", "path"}


@pytest.mark.parametrize("name", ["results", "scoring", "roadmap"])
def test_no_page_carries_inline_style_script_or_handler(
    lead: Client, ready: MakeRound, name: str
) -> None:
    tree = document(lead.get(address(name, ready(3))).content)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag != "style"
        assert [key for key in element.attrib if key == "style" or str(key).startswith("on")] == []
        if element.tag == "script":
            assert element.attrib.get("src")
            assert not (element.text or "").strip()


@pytest.mark.parametrize("name", ["results", "roadmap"])
def test_every_figure_has_a_caption_a_label_and_its_numbers(
    lead: Client, ready: MakeRound, name: str
) -> None:
    tree = document(lead.get(address(name, ready(3))).content)
    figures = list(tree.iter("figure"))
    assert figures
    for figure in figures:
        assert figure.find(".//figcaption") is not None
        assert figure.find(".//table") is not None
        drawings = [e for e in figure.iter() if e.attrib.get("role") == "img"]
        assert drawings
        assert all(drawing.attrib["aria-label"] for drawing in drawings)


@pytest.mark.parametrize("name", ["results", "roadmap", "scoring"])
def test_ids_are_unique(lead: Client, ready: MakeRound, name: str) -> None:
    content = lead.get(address(name, ready(2))).content.decode()
    ids = re.findall(r' id="([^"]+)"', content)
    assert len(ids) == len(set(ids))


def test_the_sample_is_public_and_labelled_fictional(client: Client) -> None:
    response = client.get(reverse("sample"))
    assert response.status_code == 200
    assert response.context["page"].headline == (
        "Improve social media capabilities: customers are ready, risk controls are not"
    )
    assert "Fictional bank" in str(response.context["page"].quadrant.chart.screen)


# ---- several respondents -----------------------------------------------------------------------


def test_the_head_counts_those_who_answered_among_those_asked(
    lead: Client, cast: Cast, ready: MakeRound
) -> None:
    round_ = ready(5)
    factories.make_sheet(round_, cast.respondent)
    page = lead.get(address("results", round_)).context["page"]
    assert "5 of 6 respondents" in page.facts
    assert "Coverage 100\u00a0%" in page.facts
    round_.sheets.filter(respondent=cast.respondent).delete()
    page = lead.get(address("results", round_)).context["page"]
    assert "5 respondents" in page.facts


def test_the_agreement_is_summed_up_and_leads_to_its_page(lead: Client, ready: MakeRound) -> None:
    round_ = ready(3)
    response = lead.get(address("results", round_))
    assert response.context["frame"].agreement_url == address("agreement", round_)
    content = response.content.decode()
    assert content.count(f'href="{address("agreement", round_)}"') >= 2
    assert "Agreement on 100.0\u00a0% of shared questions" in content


def test_one_respondent_has_no_agreement_to_lead_to(lead: Client, ready: MakeRound) -> None:
    content = lead.get(address("results", ready(1))).content.decode()
    assert "Agreement on" not in content


def test_the_head_says_whether_the_round_may_still_change(
    lead: Client, cast: Cast, ready: MakeRound
) -> None:
    round_ = ready(1)
    states = []
    for status in (AssessmentStatus.OPEN, AssessmentStatus.CLOSED):
        Assessment.objects.filter(pk=round_.pk).update(status=status)
        states.append(lead.get(address("results", round_)).context["frame"].state)
    services.publish(assessment=round_, by=cast.lead, now=factories.MOMENT)
    states.append(lead.get(address("results", round_)).context["frame"].state)
    assert states == ["Round still open", "Closed, not published", "Published"]


def test_a_closed_round_that_nobody_answered_says_so(lead: Client, ready: MakeRound) -> None:
    round_ = ready(2)
    round_.sheets.update(status=SheetStatus.OPEN)
    page = lead.get(address("results", round_)).context["page"]
    assert page.text.startswith("The round is closed, and nobody has submitted answers")


def test_shared_results_open_to_respondents_without_the_lead_s_buttons(
    client: Client, cast: Cast, ready: MakeRound
) -> None:
    round_ = ready(3)
    client.force_login(cast.respondent)
    assert client.get(address("results", round_)).status_code == 403
    Assessment.objects.filter(pk=round_.pk).update(shared_with_respondents=True)
    for name in ("results", "roadmap"):
        response = client.get(address(name, round_))
        frame = response.context["frame"]
        assert response.status_code == 200
        assert (frame.publish_url, frame.report_url, frame.settings_url) == ("", "", "")
        assert address("publish", round_) not in response.content.decode()
    assert (
        "opened these results to respondents"
        in client.get(address("results", round_)).content.decode()
    )


def test_consultants_see_no_button_that_would_refuse_them(
    client: Client, cast: Cast, ready: MakeRound
) -> None:
    client.force_login(cast.consultant)
    frame = client.get(address("results", ready(3))).context["frame"]
    assert (frame.publish_url, frame.shared) == ("", False)
    assert frame.report_url


def test_two_readers_share_what_was_made_but_not_their_tabs(
    client: Client, cast: Cast, ready: MakeRound
) -> None:
    round_ = ready(3)
    bodies, tabs = [], []
    for person in (cast.lead, cast.consultant, cast.lead):
        client.force_login(person)
        rendered: Any = client.get(address("results", round_)).context
        context = next(part for part in rendered if "body" in part)  # not the body's own
        bodies.append(context["body"])
        tabs.append([link.tab for link in context["page"].bank.links])
    assert bodies[0] is bodies[1] is bodies[2]
    assert tabs[0] == tabs[2] != tabs[1]
