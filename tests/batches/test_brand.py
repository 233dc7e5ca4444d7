"""The look of a bank's and a firm's reports: what is stored, what is printed, and for whom."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from assessments.access.roles import Permission
from assessments.access.scope import still_may
from assessments.batches import brand_services
from assessments.batches.logos import encoded_anew
from assessments.models import Assessment, Brand, Event, FileState, Organisation, Report
from assessments.people import leaving_services, leaving_tasks, own_data_services
from assessments.reports import pdf, queries, tasks
from assessments.reports.brand_queries import dress_of
from assessments.reports.branding import PLAIN, Closing, Dress, Logo, Look
from assessments.reports.paper.edition import Edition
from tests import factories
from tests.addresses import plain
from tests.batches.conftest import client_of, published
from tests.batches.test_logos import picture
from tests.conftest import Cast
from tests.reports.conftest import golden_case, make_edition
from tests.reports.test_services import Press

CLOSING = Closing(
    title="Harbour helps banks listen",
    text="First paragraph.\n\nSecond <b>paragraph</b> {{ 7*7 }}.",
    contact="Ada Admin\nada@harbour.example",
)
WORDS = {
    "colour": "#0B6E4F",
    "closing_title": CLOSING.title,
    "closing_text": CLOSING.text,
    "contact": CLOSING.contact,
}


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(data: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def dressed(organisation: Organisation, **values: str) -> Brand:
    """A look with a logo, as its owner would store it."""
    head = organisation.memberships.order_by("pk")[0].user
    brand_services.change_look(
        organisation=organisation,
        values=values or {"colour": "#7A1F3D"},
        picture=encoded_anew(picture()),
        remove_logo=False,
        by=head,
        now=timezone.now(),
    )
    return Brand.objects.get(organisation=organisation)


def logo(colour: str = "#B3261E") -> Logo:
    """A stored logo without a row."""
    made = encoded_anew(picture(colour=colour))
    name = default_storage.save(f"logos/{made.digest[:16]}.png", io.BytesIO(made.data))
    return Logo(name=name, digest=made.digest, width=made.width, height=made.height)


def worn(dress: Dress) -> Edition:
    return replace(make_edition(golden_case("2")), dress=dress)


# ---- setting it --------------------------------------------------------------------------------


def test_a_firm_s_admin_sets_logo_colour_and_closing_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    url = reverse("firm_brand", args=[cast.firm.pk])
    assert client.post(url, WORDS | {"logo": upload(picture())}).status_code == 302
    brand = Brand.objects.get(organisation=cast.firm)
    assert (brand.colour, brand.closing_title, brand.contact) == (
        "#0B6E4F",
        CLOSING.title,
        CLOSING.contact,
    )
    with default_storage.open(brand.logo.name or "") as file:
        found = Image.open(BytesIO(file.read()))
    assert (found.format, found.size) == ("PNG", (brand.logo_width, brand.logo_height))
    event = Event.objects.get(organisation=cast.firm, verb="look changed")
    assert event.details == {
        "fields": ["closing_text", "closing_title", "colour", "contact", "logo"]
    }
    html = client.get(url).content.decode()
    assert "Cover of Norvane Bank on #0B6E4F, with the logo of Harbour Consulting" in html
    assert f"Closing page: {CLOSING.title}" in html
    assert "Second &lt;b&gt;paragraph&lt;/b&gt; {{ 7*7 }}." in html


def test_a_bank_has_no_closing_page_to_set(cast: Cast, client: Client) -> None:
    client.force_login(cast.lead)
    url = reverse("bank_brand", args=[cast.bank.pk])
    assert "closing" not in client.get(url).content.decode().lower()
    client.post(url, WORDS)
    brand = Brand.objects.get(organisation=cast.bank)
    assert (brand.colour, brand.closing_title, brand.closing_text) == ("#0B6E4F", "", "")


def test_a_pale_colour_is_refused_with_its_contrast_and_the_nearest_that_passes(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.lead)
    response = client.post(reverse("bank_brand", args=[cast.bank.pk]), {"colour": "#f0a030"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "White words on #F0A030 reach a contrast of 2.14 to 1; they need 4.5 to 1." in html
    assert "The nearest darker colour that does: #A16B20." in html
    assert not Brand.objects.exists()


@pytest.mark.parametrize("colour", ["red", "#12", "#0B4A6F}body{display:none", "url(//x)"])
def test_what_is_no_colour_is_refused(cast: Cast, client: Client, colour: str) -> None:
    client.force_login(cast.lead)
    response = client.post(reverse("bank_brand", args=[cast.bank.pk]), {"colour": colour})
    assert (response.status_code, Brand.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a<script>",
        picture() + b"<html>",
    ],
)
def test_S33_an_svg_or_polyglot_is_refused_whatever_it_says_to_be(
    cast: Cast, client: Client, data: bytes
) -> None:
    client.force_login(cast.admin)
    url = reverse("firm_brand", args=[cast.firm.pk])
    response = client.post(url, {"logo": upload(data, "logo.png"), "colour": "#0B6E4F"})
    assert response.status_code == 422
    assert not Brand.objects.exists()
    assert not default_storage.exists("logos")


@pytest.mark.parametrize("size", [2_000_001, 7_000_000])
def test_S33_a_file_that_is_too_large_is_refused_and_nothing_is_stored(
    cast: Cast, client: Client, size: int
) -> None:
    client.force_login(cast.admin)
    url = reverse("firm_brand", args=[cast.firm.pk])
    response = client.post(url, {"logo": upload(bytes(size)), "colour": "#0B6E4F"})
    assert response.status_code == 422
    assert "a logo may have 2 MB" in response.content.decode()
    assert not Brand.objects.exists()


def test_B29_the_name_of_the_file_is_ignored(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    url = reverse("firm_brand", args=[cast.firm.pk])
    client.post(url, {"logo": upload(picture(), "../../../evil.php")})
    brand = Brand.objects.get(organisation=cast.firm)
    assert brand.logo.name == f"logos/{cast.firm.pk}-{brand.logo_digest[:16]}.png"


def test_the_logo_is_served_to_its_own_people_alone(cast: Cast, client: Client) -> None:
    brand = dressed(cast.bank)
    url = reverse("bank_logo", args=[cast.bank.pk])
    for person, status in ((cast.respondent, 403), (cast.consultant, 403), (cast.outsider, 404)):
        client.force_login(person)
        assert plain(client.get(url))[0] == status
    client.force_login(cast.lead)
    status, content, headers = plain(client.get(url))
    with default_storage.open(brand.logo.name or "") as file:
        assert (status, content) == (200, file.read())
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_new_logo_replaces_the_file_and_taking_all_back_leaves_nothing(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    first = dressed(cast.bank).logo.name or ""
    client.force_login(cast.lead)
    url = reverse("bank_brand", args=[cast.bank.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"logo": upload(picture(colour="#0B6E4F")), "colour": "#7A1F3D"})
    second = Brand.objects.get().logo.name or ""
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"remove_logo": "on", "colour": ""})
    assert (Brand.objects.count(), default_storage.exists(second)) == (0, False)


def test_saving_without_a_change_leaves_no_trace(cast: Cast, client: Client) -> None:
    dressed(cast.bank)
    before = Event.objects.count()
    client.force_login(cast.lead)
    url = reverse("bank_brand", args=[cast.bank.pk])
    page = client.post(url, {"colour": "#7A1F3D"}, follow=True).content.decode()
    assert "Nothing was changed." in page
    assert Event.objects.count() == before


# ---- printing it -------------------------------------------------------------------------------


def test_a_bank_s_own_people_print_the_bank_s_look_and_a_firm_s_people_both(cast: Cast) -> None:
    bank, firm = dressed(cast.bank), dressed(cast.firm, **WORDS)
    own, theirs = dress_of(cast.bank, None), dress_of(cast.bank, cast.firm)
    assert (own.firm, own.accent) == (None, bank.colour)
    assert theirs.bank == own.bank
    assert theirs.firm is not None
    assert (theirs.accent, theirs.firm.closing) == (firm.colour, CLOSING)


def test_asked_for_by_lead_and_by_consultant_they_are_two_reports(
    cast: Cast, client: Client, press: Press
) -> None:
    dressed(cast.firm, **WORDS)
    round_ = published(cast.bank)
    for person in (cast.lead, cast.consultant, cast.admin):
        client.force_login(person)
        client.post(reverse("report_request", args=[round_.pk]))
    firms = Report.objects.order_by("created_at").values_list("firm", flat=True)
    assert list(firms) == [None, cast.firm.pk]
    for report in Report.objects.all():
        tasks.render_report(report.pk)
    assert set(Report.objects.values_list("state", flat=True)) == {FileState.DONE}


def test_another_firm_of_the_bank_cannot_open_a_report_in_a_firm_s_look(
    cast: Cast, client: Client, press: Press
) -> None:
    dressed(cast.firm, **WORDS)
    round_ = published(cast.bank)
    client.force_login(cast.consultant)
    client.post(reverse("report_request", args=[round_.pk]))
    report = Report.objects.get()
    rival = factories.make_user("rival@rivals.example")
    factories.make_engagement(cast.bank, factories.make_firm(rival, name="Rivals"))
    client.force_login(rival)
    assert client.get(reverse("report", args=[report.pk])).status_code == 404
    client.force_login(cast.lead)
    assert client.get(reverse("report", args=[report.pk])).status_code == 200


def test_S10_a_report_in_a_firm_s_look_is_not_printed_once_the_engagement_ended(
    cast: Cast, client: Client, press: Press
) -> None:
    dressed(cast.firm, **WORDS)
    client.force_login(cast.consultant)
    client.post(reverse("report_request", args=[published(cast.bank).pk]))
    cast.engagement.state = "ended"
    cast.engagement.save()
    report = Report.objects.get()
    tasks.render_report(report.pk)
    report.refresh_from_db()
    assert (report.state, press.printed) == (FileState.FAILED, 0)


def test_every_part_of_a_look_is_part_of_the_content_key(db: None) -> None:
    one, two = logo(), logo("#0B6E4F")
    looks = [
        Look(name="Harbour"),
        Look(name="Harbor"),
        Look(name="Harbour", logo=one),
        Look(name="Harbour", logo=two),
        Look(name="Harbour", colour="#0B6E4F"),
        *(Look(name="Harbour", closing=Closing(**{name: "x"})) for name in ("title", "text")),
        Look(name="Harbour", closing=Closing(contact="x")),
    ]
    dresses = [PLAIN, *(Dress(firm=look) for look in looks), *(Dress(bank=look) for look in looks)]
    assert len({queries.content_key(worn(dress)) for dress in dresses}) == len(dresses)


def test_a_report_without_a_look_names_nobody() -> None:
    html = tasks.html(make_edition(golden_case("2")))
    assert "<style>" not in html
    assert "Prepared by" not in html
    assert "<img" not in html


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """One report in both looks: its text before and after printing."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        bank = Look(name="Norvane Bank", logo=logo(), colour="#7A1F3D")
        firm = Look(
            name="Harbour Consulting", logo=logo("#0B6E4F"), colour="#0B6E4F", closing=CLOSING
        )
        html = tasks.html(worn(Dress(bank=bank, firm=firm)))
    return html, pdf.to_pdf(html)


def test_the_cover_carries_both_logos_and_the_last_page_the_firm_s_words(
    printed: tuple[str, bytes],
) -> None:
    html, data = printed
    reader = PdfReader(BytesIO(data))
    first, last = reader.pages[0], reader.pages[-1]
    assert "Prepared by Harbour Consulting" in first.extract_text()
    text = last.extract_text()
    for words in (CLOSING.title, "First paragraph.", "ada@harbour.example"):
        assert words in text
    assert "Second <b>paragraph</b> {{ 7*7 }}." in text  # S34: printed as it was typed
    assert html.count("<img") == 3  # both on the cover, the firm's once more at the end
    assert len({image.data for image in first.images}) == 2  # and each is in the file once
    assert html.count("#0B6E4F") == 4
    assert "#7A1F3D" not in html  # one colour a document, and the firm's comes first


def test_logos_have_names_in_the_tagged_document(printed: tuple[str, bytes]) -> None:
    """A figure without an alternative text fails PDF/UA."""
    reader = PdfReader(BytesIO(printed[1]))
    alts = _alternatives(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]  # a tagged document has one
    assert {"Norvane Bank", "Harbour Consulting"} <= alts


def _alternatives(node: Any) -> set[str]:
    found: set[str] = set()
    stack = [node]
    while stack:
        here = stack.pop()
        here = here.get_object() if hasattr(here, "get_object") else here
        if isinstance(here, list):
            stack += here
        elif isinstance(here, dict):
            if "/Alt" in here:
                found.add(str(here["/Alt"]))
            if "/K" in here:
                stack.append(here["/K"])
    return found


def test_the_same_look_gives_the_same_bytes_in_another_process(
    printed: tuple[str, bytes], tmp_path: Path
) -> None:
    html, data = printed
    (tmp_path / "in.html").write_text(html, encoding="utf-8")
    program = (
        "import sys; from assessments.reports import pdf; "
        "open(sys.argv[2], 'wb').write(pdf.to_pdf(open(sys.argv[1], encoding='utf-8').read()))"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "in.html"), str(tmp_path / "out.pdf")],
        check=True,
        cwd=pdf.HERE.parent.parent,
        env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "7"},
    )
    assert (tmp_path / "out.pdf").read_bytes() == data


# ---- leaving -----------------------------------------------------------------------------------


def test_an_export_of_everything_holds_the_look(cast: Cast) -> None:
    brand = dressed(cast.firm, **WORDS)
    export = leaving_services.request_export(
        organisation=cast.firm, language="en", by=cast.admin, now=timezone.now()
    )
    leaving_tasks.build_export(str(export.pk))
    export.refresh_from_db()
    with default_storage.open(export.file.name or "") as file, zipfile.ZipFile(file) as found:
        look = json.loads(found.read("organisation.json"))["look"]
        with default_storage.open(brand.logo.name or "") as logo_:
            assert found.read("logo.png") == logo_.read()
    assert {name: look[name] for name in WORDS} == WORDS


def test_S38_closing_a_firm_takes_its_logo_and_what_wears_it_along(
    cast: Cast, client: Client, press: Press
) -> None:
    name = dressed(cast.firm, **WORDS).logo.name or ""
    client.force_login(cast.consultant)
    client.post(reverse("report_request", args=[published(cast.bank).pk]))
    report = Report.objects.get()
    tasks.render_report(report.pk)
    report.refresh_from_db()
    cast.firm.closing_on = timezone.now().date().replace(year=2020)
    cast.firm.save()
    assert leaving_services.purge_closed(timezone.now()) == 1
    assert (default_storage.exists(name), Brand.objects.count()) == (False, 0)
    assert (default_storage.exists(report.file.name or ""), Report.objects.count()) == (False, 0)


def test_S38_erasing_a_person_takes_them_out_of_the_closing_page_and_what_wears_it(
    cast: Cast, client: Client, press: Press, django_capture_on_commit_callbacks: Any
) -> None:
    brand = dressed(cast.firm, colour="#0B6E4F", contact="Carl Consultant\n+47 22")
    round_ = client_of(cast.firm, cast.consultant, name="Alder")
    client.force_login(cast.consultant)
    client.post(reverse("report_request", args=[round_.pk]))
    report = Report.objects.get()
    tasks.render_report(report.pk)
    report.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        own_data_services.erase(user=cast.consultant)
    brand.refresh_from_db()
    assert brand.contact == "+47 22"
    assert (Report.objects.count(), default_storage.exists(report.file.name or "")) == (0, False)


def test_a_member_s_report_is_judged_as_a_member(cast: Cast, rounds: list[Assessment]) -> None:
    round_ = published(cast.bank)
    assert still_may(cast.lead, round_, Permission.EXPORT_REPORT)
    assert not still_may(cast.lead, round_, Permission.EXPORT_REPORT, cast.firm)
