"""What a firm's page of figures from outside shows."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.benchmarks.figure_file import COLUMNS, MOST_FAULTS, Fault, Figure, Reading
from assessments.benchmarks.units import UNITS, written
from assessments.models import ExternalFigure, Organisation
from assessments.ui.confirming import ConfirmPage
from assessments.ui.numbers import number
from assessments.ui.paging import Pager, Slice
from assessments.ui.shell import BankNav, firm_nav
from maturity import load_framework
from maturity.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure, formatted."""

    value: str
    definition: str
    population: str
    source: str
    year: str
    n: str
    comparable: str
    item: str
    remove_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """Where and what; ``row`` is empty for the file as a whole."""

    row: str
    column: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHelp:
    """What a column of the file takes."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPage:
    """The firm's figures, and beside the form what came of a file that was refused."""

    bank: BankNav
    title: str
    rows: tuple[FigureRow, ...]
    pages: Pager
    faults_title: str
    faults: tuple[FaultRow, ...]
    more_faults: str
    columns: tuple[ColumnHelp, ...]
    sample_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """What a file holds, before it is added whole or not at all."""

    bank: BankNav
    title: str
    rows: tuple[FigureRow, ...]
    button: str
    token: str
    add_url: str
    back_url: str


def figures(
    firm: Organisation,
    found: Slice[ExternalFigure],
    wording: Wording,
    reading: Reading | None = None,
) -> FiguresPage:
    """The list with its form; ``reading`` is a file that was refused."""
    faults = reading.faults if reading is not None else ()
    return FiguresPage(
        bank=firm_nav(firm, "clients"),
        title=ngettext("%(count)s figure", "%(count)s figures", found.count)
        % {"count": number(found.count)},
        rows=tuple(_stored(firm, figure, wording) for figure in found.rows),
        pages=found.pager,
        faults_title=ngettext(
            "Nothing was added: %(count)s fault in the file",
            "Nothing was added: %(count)s faults in the file",
            len(faults),
        )
        % {"count": number(len(faults))},
        faults=tuple(_fault(fault) for fault in faults[:MOST_FAULTS]),
        more_faults=_("and %(count)s more") % {"count": number(len(faults) - MOST_FAULTS)}
        if len(faults) > MOST_FAULTS
        else "",
        columns=_columns(),
        sample_url=reverse("firm_figures_sample", args=[firm.pk]),
    )


def preview(
    firm: Organisation, found: tuple[Figure, ...], token: str, wording: Wording
) -> PreviewPage:
    """The figures of a file that may be added."""
    count = {"count": number(len(found))}
    return PreviewPage(
        bank=firm_nav(firm, "clients"),
        title=ngettext("Add %(count)s figure?", "Add %(count)s figures?", len(found)) % count,
        rows=tuple(_row(figure, wording) for figure in found),
        button=ngettext("Add %(count)s figure", "Add %(count)s figures", len(found)) % count,
        token=token,
        add_url=reverse("firm_figures_add", args=[firm.pk]),
        back_url=reverse("firm_figures", args=[firm.pk]),
    )


def removing(figure: ExternalFigure) -> ConfirmPage:
    """The question before a figure is removed."""
    firm = figure.firm
    return ConfirmPage(
        bank=firm_nav(firm, "clients"),
        title=_("Remove this figure?"),
        text=f"{written(figure.value, figure.unit)}, {figure.definition} ({figure.population})",
        consequences=(
            _("It vanishes from the results of all your clients, for everybody in your firm."),
            _("No score changes, and no report: figures of your own stand in neither."),
        ),
        button=_("Remove the figure"),
        back_url=reverse("firm_figures", args=[firm.pk]),
    )


def _stored(firm: Organisation, figure: ExternalFigure, wording: Wording) -> FigureRow:
    url = reverse("firm_figure_remove", args=[firm.pk, figure.pk])
    return _row(figure, wording, url)


def _row(figure: Figure | ExternalFigure, wording: Wording, remove_url: str = "") -> FigureRow:
    title = wording.items[figure.item].title if figure.item in wording.items else ""
    return FigureRow(
        value=written(figure.value, figure.unit),
        definition=figure.definition,
        population=figure.population,
        source=figure.source,
        year=str(figure.year),
        n=number(figure.n) if figure.n else "–",
        comparable=_("yes") if figure.comparable else _("no"),
        item=f"{figure.item} {title}".strip() or "–",
        remove_url=remove_url,
    )


def _fault(fault: Fault) -> FaultRow:
    row = _("Row %(row)s") % {"row": number(fault.row)} if fault.row else _("The file")
    return FaultRow(row=row, column=fault.column, text=fault.text)


def _columns() -> tuple[ColumnHelp, ...]:
    texts = {
        "source": _("Who published it, so that it can be found again"),
        "year": _("The year that the figure is about"),
        "population": _("Who was counted, such as: retail banks, Norway"),
        "definition": _("What was counted, as the source words it"),
        "value": _("The number alone, with a point before decimals"),
        "unit": ", ".join(UNITS),
        "n": _("How many were asked, where the source tells"),
        "comparable": _("yes if the same question was asked of banks like your clients, else no"),
        "item": _("A question such as %(first)s that it belongs to, or nothing")
        % {"first": next(iter(load_framework().items))},
    }
    return tuple(ColumnHelp(name=name, text=texts[name]) for name in COLUMNS)
