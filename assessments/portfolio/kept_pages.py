"""Pages about kept filters: the list, saving, changing, deleting."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import Organisation, SavedFilter, User
from assessments.portfolio import asked as asking
from assessments.portfolio import queries, services
from assessments.portfolio.asked import MOST_QUERY, Asked
from assessments.portfolio.forms import FilterForm
from assessments.portfolio.pages import filter_values
from assessments.ui.confirming import ConfirmPage
from assessments.ui.shell import BankNav, firm_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    name: str
    url: str
    says: tuple[str, ...]
    owner: str  # empty for one's own
    shared: bool
    change_url: str  # empty where one may not
    delete_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    bank: BankNav
    rows: tuple[KeptRow, ...]
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """Saving a view, or changing one that is kept."""

    bank: BankNav
    title: str
    says: tuple[str, ...]
    button: str
    back_url: str


def listing(firm: Organisation, user: User) -> KeptPage:
    """One's own filters and those that others share."""
    rows = queries.saved_filters_of(firm, user)
    return KeptPage(
        bank=firm_nav(firm, "clients"),
        rows=tuple(_row(row, firm, user) for row in rows),
        back_url=reverse("firm", args=[firm.pk]),
    )


def _row(row: SavedFilter, firm: Organisation, user: User) -> KeptRow:
    own = row.owner_id == user.pk
    may = own or (row.shared and standing_on(firm).may(Permission.EDIT_FIRM))
    return KeptRow(
        name=row.name,
        url=f"{reverse('firm', args=[firm.pk])}?{row.query}",
        says=_says(row.query),
        owner="" if own else row.owner.display_name,
        shared=row.shared,
        change_url=reverse("saved_filter", args=[row.pk]) if may else "",
        delete_url=reverse("saved_filter_delete", args=[row.pk]) if may else "",
    )


def _says(query: str) -> tuple[str, ...]:
    """The filters of a kept view in words; nothing for one that means nothing any more."""
    try:
        return filter_values(asking.read_kept(query))
    except BadRequest:
        return ()


def keepable(query: QueryDict) -> str:
    """The view of an address as it is kept: without page and selection. Raises BadRequest."""
    view: Asked = asking.read(query)
    text = view.query(select=())
    if len(text) > MOST_QUERY:
        raise BadRequest("query")
    return text


def new(firm: Organisation, query: str) -> FormPage:
    return FormPage(
        bank=firm_nav(firm, "clients"),
        title=gettext("Save this view"),
        says=_says(query),
        button=gettext("Save"),
        back_url=f"{reverse('firm', args=[firm.pk])}?{query}",
    )


def change(row: SavedFilter) -> FormPage:
    return FormPage(
        bank=firm_nav(row.firm, "clients"),
        title=gettext("Change a saved filter"),
        says=_says(row.query),
        button=gettext("Save"),
        back_url=reverse("saved_filters", args=[row.firm_id]),
    )


def removal(row: SavedFilter) -> ConfirmPage:
    return ConfirmPage(
        bank=firm_nav(row.firm, "clients"),
        title=gettext("Delete “%(name)s”") % {"name": row.name},
        text=gettext("The clients stay as they are; only the saved filter goes."),
        consequences=(gettext("Your colleagues lose it too."),) if row.shared else (),
        button=gettext("Delete the saved filter"),
        back_url=reverse("saved_filters", args=[row.firm_id]),
    )


def kept(firm: Organisation, query: str, form: FilterForm, by: User) -> bool:
    """Save the view, or say in the form why not."""
    try:
        services.save_filter(firm=firm, query=query, by=by, now=timezone.now(), **form.cleaned_data)
    except services.NameTakenError:
        form.add_error("name", _taken())
        return False
    except services.TooManyError:
        form.add_error(None, gettext("You keep as many filters as one can. Delete some first."))
        return False
    return True


def changed(row: SavedFilter, form: FilterForm, by: User) -> bool:
    """Change a kept filter, or say in the form why not."""
    try:
        services.change_filter(row=row, by=by, **form.cleaned_data)
    except services.NameTakenError:
        form.add_error("name", _taken())
        return False
    return True


def _taken() -> str:
    return gettext("There is a saved filter of this name already.")
