"""Who lost access gets no report: not one in line, not one being printed, not a finished one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import (
    Assessment,
    EngagementState,
    Event,
    FileState,
    Membership,
    Report,
    Role,
)
from assessments.reports import pages, services, tasks
from tests.conftest import Cast
from tests.reports.test_services import Press, fresh, line, press, requested, stored

__all__ = ["line", "press"]  # fixtures


def end_engagement(cast: Cast) -> None:
    cast.engagement.state = EngagementState.ENDED
    cast.engagement.save()


def leave_the_firm(cast: Cast) -> None:
    cast.consultant.memberships.all().delete()


def be_taken_off(cast: Cast) -> None:
    cast.engagement.assignments.all().delete()


def be_switched_off(cast: Cast) -> None:
    cast.consultant.is_active = False
    cast.consultant.save()


def ask(client: Client, url: str, method: str = "get") -> int:
    """The status of an answer that was read to its end and whose file is closed."""
    answer = getattr(client, method)(url)
    list(answer)
    for close in answer._resource_closers:  # noqa: SLF001 -- close() would end the transaction
        close()
    return int(answer.status_code)


LOSSES = [end_engagement, leave_the_firm, be_taken_off, be_switched_off]


@pytest.mark.parametrize("lose", LOSSES)
def test_s10_a_report_in_line_is_not_printed_for_whoever_lost_access(
    cast: Cast, answered: Assessment, line: list[Any], press: Press, lose: Callable[[Cast], None]
) -> None:
    report = requested(answered, cast.consultant)
    lose(cast)
    tasks.render_report(report.pk)
    found = fresh(report)
    assert (found.state, found.failure, found.file.name, press.printed) == (
        FileState.FAILED,
        services.REFUSED,
        "",
        0,
    )
    assert pages.status(found).text == (
        "Whoever asked for it may no longer read this report. Ask for it yourself."
    )


def test_s10_access_that_ends_while_printing_leaves_no_file(
    cast: Cast, answered: Assessment, line: list[Any], press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = requested(answered, cast.consultant)
    render = press.render

    def slowly(html: str, beat: Any = None) -> Any:
        end_engagement(cast)
        return render(html, beat)

    monkeypatch.setattr(press, "render", slowly)
    tasks.render_report(report.pk)
    found = fresh(report)
    assert (found.state, found.failure, found.file.name, press.printed) == (
        FileState.FAILED,
        services.REFUSED,
        "",
        1,
    )


def test_s10_a_lead_made_a_respondent_gets_no_report_either(
    cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    report = requested(answered, cast.lead)
    Membership.objects.filter(user=cast.lead).update(role=Role.RESPONDENT)
    tasks.render_report(report.pk)
    assert fresh(report).failure == services.REFUSED


def test_whoever_asks_for_the_same_report_meanwhile_still_gets_it(
    cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    report = requested(answered, cast.consultant)
    end_engagement(cast)
    assert requested(answered, cast.lead) == report
    tasks.render_report(report.pk)
    found = fresh(report)
    assert (found.state, found.requested_by, stored(found)[:5]) == (
        FileState.DONE,
        cast.lead,
        b"%PDF-",
    )


def test_a_refused_report_is_printed_for_whoever_asks_again(
    cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    report = requested(answered, cast.consultant)
    end_engagement(cast)
    tasks.render_report(report.pk)
    requested(answered, cast.lead)
    tasks.render_report(report.pk)
    assert (fresh(report).state, fresh(report).requested_by) == (FileState.DONE, cast.lead)


def test_s10_a_finished_file_is_handed_out_to_nobody_who_lost_access(
    client: Client, cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    report = requested(answered, cast.consultant)
    tasks.render_report(report.pk)
    client.force_login(cast.consultant)
    urls = [
        pages.file_url(fresh(report)),
        reverse("report", args=[report.pk]),
        reverse("report_state", args=[report.pk]),
    ]
    assert [ask(client, url) for url in urls] == [200, 200, 200]
    end_engagement(cast)
    assert [ask(client, url) for url in urls] == [404, 404, 404]


def test_s14_a_job_whose_requester_belongs_elsewhere_refuses(
    cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    for person in (cast.outsider, cast.idle, None):
        report = Report.objects.create(
            assessment=answered,
            language="en",
            content_key=f"key of {person}",
            requested_by=person,
            lease_until=None,
        )
        tasks.render_report(report.pk)
        assert (fresh(report).state, fresh(report).failure) == (
            FileState.FAILED,
            services.REFUSED,
        )
    assert press.printed == 0


def test_s41_a_download_is_written_down_and_a_look_at_its_head_is_not(
    client: Client, cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    report = requested(answered, cast.lead)
    tasks.render_report(report.pk)
    client.force_login(cast.consultant)
    url = pages.file_url(fresh(report))
    ask(client, url, "head")
    ask(client, url)
    rows = Event.objects.filter(verb="report downloaded")
    assert [(row.actor, row.target, row.organisation) for row in rows] == [
        (cast.consultant.pk, f"report:{report.pk}", cast.bank)
    ]


def test_a_second_factor_taken_away_ends_it_too(
    cast: Cast, answered: Assessment, line: list[Any], press: Press
) -> None:
    report = requested(answered, cast.consultant)
    cast.consultant.authenticator_set.all().delete()  # type: ignore[attr-defined]  # allauth's table names no reverse
    tasks.render_report(report.pk)
    assert fresh(report).failure == services.REFUSED
