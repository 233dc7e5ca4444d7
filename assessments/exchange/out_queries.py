"""What the downloads of a round read, at a constant number of queries whoever answered."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.consensus.queries import Panel, panel_for
from assessments.exchange.out_tables import Material
from assessments.models import Assessment, Visibility
from assessments.plans.queries import plan_of
from assessments.reports.paper.edition import Edition
from assessments.reports.queries import edition_for
from assessments.results.queries import Result, result_for, source_of, subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a reader may take: tables of single answers, and the whole as a case file.

    `regional`: customers of some region were estimated apart, which is a table of its own.
    """

    apart: bool  # VIEW_ANSWERS
    anonymous: bool  # nobody's answers stand apart (decision 6)
    older: bool  # some were given before the engagement, so the case file would not be whole
    regional: bool = False

    @property
    def table(self) -> bool:
        return self.apart and not self.anonymous

    @property
    def case(self) -> bool:
        return self.table and not self.older


def material_for(assessment: Assessment, now: dt.datetime) -> Material | None:
    """What the round's tables are made from; None while its results may not be shown."""
    result = result_for(assessment, now)
    if result is None:
        return None
    reader = standing_on(assessment)
    panel = panel_for(assessment, now)
    return Material(
        source=source_of(result, subject_of(assessment, now)),
        panel=panel if panel.disclosure.labels is not None else None,
        plan=plan_of(assessment) if reader.may(Permission.VIEW_PLAN) else None,
    )


def offered_for(assessment: Assessment, now: dt.datetime) -> Offered | None:
    """What this reader may take; None while the round's results may not be shown."""
    panel = panel_for(assessment, now)
    return None if panel.result is None else _offered(assessment, panel)


def _offered(assessment: Assessment, panel: Panel) -> Offered:
    rows = (panel.cells or {}).values()
    return Offered(
        apart=standing_on(assessment).may(Permission.VIEW_ANSWERS),
        anonymous=assessment.visibility == Visibility.ANONYMOUS,
        older=any(cell.hidden for row in rows for cell in row),
        regional=panel.result is not None and bool(panel.result.regions),
    )


def case_for(assessment: Assessment, now: dt.datetime) -> Result | None:
    """The round's result if this reader may take the whole case, else None."""
    panel = panel_for(assessment, now)
    if panel.result is None or not _offered(assessment, panel).case:
        return None
    return panel.result


def edition_of(assessment: Assessment) -> Edition | None:
    """What the printed report and the editable roadmap are written from, in this language."""
    return edition_for(assessment, language=get_language() or "en")
