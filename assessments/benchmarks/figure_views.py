"""A firm's figures from outside: list, bring a file, preview, add, remove."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access.http import MemberRequest
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.access.uploads import was_too_large
from assessments.benchmarks import figure_file, figure_pages, figure_queries, figure_services
from assessments.benchmarks.figure_file import Fault, Reading
from assessments.benchmarks.forms import UploadForm
from assessments.models import Organisation
from assessments.ui.numbers import number
from assessments.ui.paging import only, page_of
from maturity import load_wording
from maturity.wording import Wording

PREVIEW_SECONDS = 3_600


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figures(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The firm's figures; a file that is sent is shown before anything of it counts."""
    firm = organisation_for(request.user, pk, Permission.ADD_FIGURES)
    if request.method != "POST":
        return _list(request, firm, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    reading = _reading(request, firm, form)
    if reading is None:
        return _list(request, firm, form, status=422)
    if reading.faults:
        return _list(request, firm, UploadForm(), reading, 400)
    token = signing.dumps(reading.text, salt=_salt(request, firm), compress=True)
    page = figure_pages.preview(firm, reading.figures, token, _wording())
    return render(request, "benchmarks/figures_preview.html", {"page": page})


@require_POST
@login_required
def figures_add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Add what this person was shown, all of it or nothing."""
    firm = organisation_for(request.user, pk, Permission.ADD_FIGURES)
    reading = _previewed(request, firm)
    if not reading.faults:
        try:
            now = timezone.now()
            figure_services.add(firm=firm, figures=reading.figures, by=request.user, now=now)
        except figure_services.TooManyError:
            reading = _refused(_too_many())
        except figure_services.AddedMeanwhileError:
            reading = _refused(gettext("Somebody added one of these figures just now."))
    if reading.faults:
        return _list(request, firm, UploadForm(), reading, 422)
    count = len(reading.figures)
    text = ngettext("%(count)s figure is added.", "%(count)s figures are added.", count)
    messages.success(request, text % {"count": number(count)})
    return redirect("firm_figures", pk=pk)


@require_safe
@login_required
def figures_sample(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    organisation_for(request.user, pk, Permission.ADD_FIGURES)
    response = StreamingHttpResponse(figure_file.sample(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="figures-sample.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figure_remove(request: MemberRequest, pk: UUID, figure: int) -> HttpResponse:
    firm = organisation_for(request.user, pk, Permission.ADD_FIGURES)
    found = figure_queries.figure_of(firm, figure)
    if found is None:
        raise Http404
    found.firm = firm
    if request.method != "POST":
        return render(request, "people/confirm.html", {"page": figure_pages.removing(found)})
    figure_services.remove(figure=found, by=request.user)
    messages.success(request, gettext("The figure is removed."))
    return redirect("firm_figures", pk=pk)


def _reading(request: MemberRequest, firm: Organisation, form: UploadForm) -> Reading | None:
    """What the file holds, or its faults; None where no file came."""
    if was_too_large(request):
        return _refused(figure_file.too_large())
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    if file.size > figure_file.MOST_BYTES:
        return _refused(figure_file.too_large())
    today = timezone.now().date()
    return figure_file.read_bytes(file.read(), today, figure_queries.stored_keys(firm))


def _previewed(request: MemberRequest, firm: Organisation) -> Reading:
    """The file as it was shown to this person, read again."""
    try:
        text = signing.loads(
            request.POST.get("token", ""), salt=_salt(request, firm), max_age=PREVIEW_SECONDS
        )
    except signing.BadSignature:
        return _refused(gettext("The preview is too old. Bring the file again."))
    today = timezone.now().date()
    return figure_file.read_text(text, today, figure_queries.stored_keys(firm))


def _salt(request: MemberRequest, firm: Organisation) -> str:
    """A preview is good for the person and the firm that it was made for (S16)."""
    return f"benchmarks.figures:{firm.pk}:{request.user.pk}"


def _refused(text: str) -> Reading:
    return Reading(faults=(Fault(row=0, column="", text=text),))


def _too_many() -> str:
    text = gettext("A firm keeps at most %(most)s figures. Remove some first.")
    return text % {"most": number(figure_queries.MOST_KEPT)}


def _list(
    request: MemberRequest,
    firm: Organisation,
    form: UploadForm,
    reading: Reading | None = None,
    status: int = 200,
) -> HttpResponse:
    only(request.GET, "page")
    found = page_of(figure_queries.figures_of(firm), request.GET)
    page = figure_pages.figures(firm, found, _wording(), reading)
    context = {"page": page, "form": form}
    return render(request, "benchmarks/figures.html", context, status=status)


def _wording() -> Wording:
    return load_wording(get_language() or "en")
