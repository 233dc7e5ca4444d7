"""Attacks that need no other bank: forged hosts and forms, hostile text, leaks into logs."""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import html5lib
import pytest
import time_machine
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from assessments.access.middleware import RequestId, current_request_id
from assessments.models import Organisation, User
from assessments.people import errors
from tests import factories
from tests.addresses import (
    NOT_ALLOWED,
    PROFILE,
    TABLE,
    Stage,
    ask,
    forgetting,
    plain,
    signed_in,
)
from tests.conftest import Cast
from tests.factories import PASSWORD

EVIL_TARGETS = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "\x00//evil.example",
    " //evil.example",
    "/\t/evil.example",
]
XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    'x" autofocus onfocus="alert(1)',
    "javascript:alert(1)//a",
    "<a href='javascript:alert(1)'>a</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} a",
]
TEMPLATES = ["{{7*7}} a", "{% now 'Y' %} a", "{0.__class__} a", "%(name)s %s a", "${7*7} a"]


def location(response: Any) -> str:
    return str(response.headers["Location"])


def gets_of_a_lead() -> Iterator[str]:
    """Names of the pages that a lead can open."""
    return (name for name, line in sorted(TABLE.items()) if line.get.startswith("200"))


# ---- S26 ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_s26_a_forged_host_is_refused(client: Client) -> None:
    assert client.get(reverse("landing"), headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["account_signup", "account_reset_password"])
def test_s26_mail_links_lead_home_whatever_host_was_asked_for(
    client: Client, settings: Any, path: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://maturity.example"
    factories.make_user("known@bank.example")
    form = {
        "email": "known@bank.example" if path == "account_signup" else "nobody@bank.example",
        "password1": PASSWORD,
        "name": "N",
        "bank": "B",
    }
    client.post(reverse(path), form, headers={"host": "evil.example"})
    message: Any = mail.outbox[0]
    bodies = message.body + message.alternatives[0][0]
    assert set(re.findall(r"https?://[^/\s\"<]+", bodies)) == {"https://maturity.example"}


@pytest.mark.parametrize("target", EVIL_TARGETS)
def test_s26_no_form_redirects_to_another_site(client: Client, cast: Cast, target: str) -> None:
    factories.make_user("known@bank.example", password=PASSWORD)
    credentials = {"login": "known@bank.example", "password": PASSWORD, "next": target}
    found = [location(client.post(reverse("account_login"), credentials))]
    found.append(location(client.get(reverse("account_login"), {"next": target})))
    found.append(location(client.post(reverse("shortcuts"), {"on": "1", "next": target})))
    found.append(location(client.post(reverse("account_logout"), {"next": target})))
    language = {"language": "en", "next": target}
    found.append(location(client.post(reverse("set_language"), language)))
    assert [url for url in found if not re.fullmatch(r"/([a-z][\w/-]*)?", url)] == []


@pytest.mark.django_db
def test_s26_a_path_of_our_own_is_followed(client: Client) -> None:
    factories.make_user("known@bank.example", password=PASSWORD)
    credentials = {"login": "known@bank.example", "password": PASSWORD, "next": "/account/"}
    assert location(client.post(reverse("account_login"), credentials)) == "/account/"


# ---- S27 ---------------------------------------------------------------------------------------
def test_s27_no_form_is_accepted_without_its_token(cast: Cast, stages: tuple[Stage, Stage]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead)
    for name, line in TABLE.items():
        if line.post != NOT_ALLOWED:
            response = ask(client, "post", reverse(name, args=line.ids(stages[0])), line)
            refused = "This form has expired" in response.content.decode()
            assert (name, response.status_code, refused) == (name, 403, True)


def test_s27_no_answer_is_shared_with_another_origin(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.lead)
    foreign = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for name, line in TABLE.items():
        url = reverse(name, args=line.ids(stages[0]))
        for response in (client.get(url, headers=foreign), client.options(url, headers=foreign)):
            shared = [key for key in response.headers if key.lower().startswith("access-control")]
            plain(response)
            assert (name, shared) == (name, [])


# ---- S28, S34 ----------------------------------------------------------------------------------
def scripts_of(page: str) -> list[str]:
    """Everything in a page that could run: script elements, handlers, script addresses."""
    found = []
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        if element.tag == "script" and not element.get("src", "").startswith("/static/"):
            found.append(f"script {element.text}")
        for key, value in element.items():
            name = key.rsplit("}", 1)[-1].lower()
            leads = name in {"href", "src", "action", "formaction", "data", "xlink:href"}
            if name.startswith("on") or (leads and value.strip().lower().startswith("javascript:")):
                found.append(f"{name}={value}")
    return found


@pytest.mark.parametrize("text", ["".join(XSS[:2]), "".join(XSS[2:4])])
def test_s28_hostile_names_run_nowhere(text: str, cast: Cast, stages: tuple[Stage, Stage]) -> None:
    plant(text, cast, stages[0])
    client = signed_in(cast.lead)
    for name in set(gets_of_a_lead()) - {"report_file"}:  # whose address holds the bank's name
        status, content, headers = plain(client.get(reverse(name, args=TABLE[name].ids(stages[0]))))
        if headers["Content-Type"].startswith("text/html"):
            assert (name, status, scripts_of(content.decode())) == (name, 200, [])


def plant(text: str, cast: Cast, own: Stage) -> None:
    """Put a text into every field that people fill."""
    Organisation.objects.filter(pk=cast.bank.pk).update(name=text)
    User.objects.update(name=text)
    own.open.period = text[:40]
    own.open.save()
    own.account.platform = own.account.handle = own.account.owner = text
    own.account.save()
    own.open.sheets.get(respondent=cast.lead).answers.update(note="".join(XSS), reason=text)


def test_s28_hostile_input_runs_in_no_error_message(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    url = reverse("bank_profile", args=[cast.bank.pk])
    for text in (*XSS, *TEMPLATES):
        page = client.post(url, dict.fromkeys(PROFILE, text) | {"business_share": text})
        assert (page.status_code, scripts_of(page.content.decode())) == (422, [])


def test_s34_template_syntax_in_a_name_is_printed_as_it_is(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.lead)
    for text in TEMPLATES:
        client.post(reverse("bank_profile", args=[cast.bank.pk]), PROFILE | {"name": text})
        for name in ("bank", "results", "round"):
            page = client.get(reverse(name, args=TABLE[name].ids(stages[0]))).content.decode()
            mark = html5lib.parse(page, namespaceHTMLElements=False).find(".//a[@class='mark']/bdi")
            assert mark is not None
            assert (name, mark.text) == (name, text)


def test_s34_template_syntax_in_a_note_is_printed_as_it_is(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.lead)
    answers = stages[0].open.sheets.get(respondent=cast.lead).answers.order_by("item")
    for answer, text in zip(answers.filter(item__startswith="RSK.U"), TEMPLATES, strict=True):
        answer.note = text
        answer.save()
    url = reverse("section", args=[stages[0].open.pk, "risk-usage"])
    tree = html5lib.parse(client.get(url).content.decode(), namespaceHTMLElements=False)
    assert [area.text for area in tree.iter("textarea")] == TEMPLATES


# ---- S32 ---------------------------------------------------------------------------------------
HOSTILE_KEYS = {
    "order_by": "user__password",
    "_connector": "OR 1=1",
    "_negated": "1",
    "answers__user__email": "a@b.example",
    "page": "-1",
    "limit": "1000000",
}


@time_machine.travel(factories.MOMENT, tick=False)  # pages may print the minute
def test_s32_unknown_keys_in_an_address_change_nothing_or_are_refused(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.lead)
    for name in gets_of_a_lead():
        url = reverse(name, args=TABLE[name].ids(stages[0]))
        usual, hostile = (plain(client.get(url, keys))[:2] for keys in ({}, HOSTILE_KEYS))
        if hostile[0] not in {400, 422}:
            assert (name, *map_tokens(hostile)) == (name, *map_tokens(usual))


def map_tokens(answer: tuple[int, bytes]) -> tuple[int, bytes]:
    return answer[0], without_tokens(unpacked(answer[1]))


def unpacked(content: bytes) -> bytes:
    """A package's parts one after the other: the package itself holds when each was packed."""
    if not content.startswith(b"PK\x03\x04"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"".join(name.encode() + package.read(name) for name in package.namelist())


def without_tokens(page: bytes) -> bytes:
    """A page without what differs at every visit: the form token and the address asked for."""
    page = re.sub(rb'"[A-Za-z0-9]{64}"', b"", page)
    return re.sub(rb"\?order_by=[^\"'<\s]*", b"", page)


# ---- S35 ---------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "email",
    [
        "a@b.example\r\nBcc: victim@c.example",
        "a@b.example\nSubject: forged",
        "a@b.example,victim@c.example",
        "a@b.example victim@c.example",
        "A" * 300 + "@b.example",
        "\u202ea@b.example",
    ],
)
def test_s35_b15_an_address_that_is_more_than_one_sends_no_mail(client: Client, email: str) -> None:
    form = {"email": email, "password1": PASSWORD, "name": "N", "bank": "Bank"}
    client.post(reverse("account_signup"), form)
    client.post(reverse("account_reset_password"), {"email": email})
    assert (len(mail.outbox), User.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_s35_a_name_reaches_no_mail_header(client: Client) -> None:
    name = "Nora\r\nBcc: victim@c.example"
    form = {"email": "a@b.example", "password1": PASSWORD, "name": name, "bank": "Bank"}
    client.post(reverse("account_signup"), form)
    client.post(reverse("account_signup"), form | {"name": "Nora Bcc: victim@c.example"})
    assert [message.recipients() for message in mail.outbox] == [["a@b.example"]]
    assert "victim" not in str(mail.outbox[0].message().items())


# ---- S39 ---------------------------------------------------------------------------------------
def test_s39_the_page_for_a_failure_needs_no_database_and_shows_its_reference() -> None:
    request = RequestFactory().get("/")
    response = RequestId(errors.server_error)(request)
    page = response.content.decode()
    assert response.status_code == 500
    assert re.search(r'<strong class="reference">[0-9a-f]{16}</strong>', page) is not None


@pytest.mark.django_db
def test_s39_the_reference_on_the_page_is_the_one_in_the_log(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr("assessments.people.about.page", fail)
    references = []
    monkeypatch.setattr(
        "django.core.handlers.exception.log_response",
        lambda *args, **kwargs: references.append(current_request_id()),
    )
    client.raise_request_exception = False
    page = client.get(reverse("landing")).content.decode()
    assert [f'class="reference">{reference}<' in page for reference in references] == [True]


def test_s39_no_log_line_holds_a_password_a_code_or_an_answer(
    cast: Cast, stages: tuple[Stage, Stage], caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary-7f3a9c2e-note"
    with caplog.at_level(logging.DEBUG):
        visitor = Client(raise_request_exception=False)
        form = {"email": "n@b.example", "password1": canary, "name": "N", "bank": "Bank"}
        visitor.post(reverse("account_signup"), form)
        visitor.post(reverse("account_login"), {"login": "n@b.example", "password": canary})
        lead = signed_in(cast.lead)
        section = reverse("section", args=[stages[0].open.pk, "risk-usage"])
        versions = {f"version-RSK.U{n}": "1" for n in range(1, 6)}
        lead.post(section, versions | {"answer-RSK.U1": "4", "note-RSK.U1": canary})
        lead.post(section, {"note-RSK.U1": canary})
        answer = reverse("answer", args=[stages[0].open.pk, "RSK.U2"])
        lead.post(answer, f'{{"note": "{canary}"', content_type="application/json")
    code = re.search(r"^[A-Z0-9-]{6,}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None
    lines = [
        logging.Formatter().format(entry)
        for entry in caplog.records
        if not entry.name.startswith("django.db.backends")  # never logged: needs DEBUG
    ]
    leaks = [line for line in lines if canary in line or code.group() in line]
    assert leaks == []


# ---- S40 ---------------------------------------------------------------------------------------
def test_s40_no_answer_may_be_kept_in_a_cache(cast: Cast, stages: tuple[Stage, Stage]) -> None:
    for name, line in TABLE.items():
        url = reverse(name, args=line.ids(stages[0]))
        for visitor in (cast.lead, cast.outsider, None):
            client = signed_in(visitor)
            for method in ("get", "post"):
                headers = forgetting(client, method, url, line).headers
                assert (name, method, headers["Cache-Control"]) == (name, method, "no-store")


def test_s40_a_suffix_that_caches_like_is_not_served(
    cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client = signed_in(cast.lead)
    for name, line in TABLE.items():
        url = reverse(name, args=line.ids(stages[0]))
        for suffix in ("lib.js", "x.css", ";.js", ".png", "%0a.js", "x/lib.js"):
            response = client.get(url + suffix)
            plain(response)
            # What leads to a reader's page without a live link is gone, whatever its address.
            gone = 410 if url.startswith(("/share/", "/shared/")) else 404
            assert (url, suffix, response.status_code) in {(url, suffix, 404), (url, suffix, gone)}


# ---- the error pages ---------------------------------------------------------------------------
def test_a_missing_page_keeps_the_frame(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    response = client.get(f"/banks/{uuid4()}/")
    assert response.status_code == 404
    assert '<header class="top">' in response.content.decode()


def test_a_refusal_says_which_role_is_needed_and_whom_to_ask(
    client: Client, cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    client.force_login(cast.respondent)
    page = client.get(reverse("results", args=[stages[0].done.pk])).content.decode()
    assert "<strong>Lead</strong>" in page
    assert '<bdi class="strong">Lena Lead</bdi>' in page
