"""What the scores rest on, how they are made, and what they are not."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Fact, Leaf
from assessments.results import reasons
from assessments.results.subject import midline
from assessments.ui import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One line of the sum that makes the bank's score."""

    term: str
    value: str
    weight: str
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLeaf(Leaf):
    """The sum, the parameters, the limits."""

    sum_title: str
    sum: tuple[Sum, ...]
    parameters_title: str
    parameters: tuple[Fact, ...]
    limits_title: str
    limits: tuple[str, ...]
    ladder_title: str
    ladder: tuple[Fact, ...]

    template: ClassVar[str] = "reports/leaves/method.html"


def build(edition: Edition) -> MethodLeaf:
    """The method page."""
    return MethodLeaf(
        kicker=_("Method and limits"),
        title=_title(edition),
        sentence=_("Every number can be recomputed by hand from the answers on the next page."),
        sum_title=_("From dimensions to the bank’s score"),
        sum=_sum(edition),
        parameters_title=_("Weights, thresholds and doubt"),
        parameters=_parameters(edition),
        limits_title=_("What this report is not"),
        limits=_limits(edition),
        ladder_title=_("Five levels"),
        ladder=tuple(
            Fact(
                term=f"{numbers.number(band.number)} "
                f"{edition.source.wording.levels[band.number].name}",
                value=_("from %(score)s") % {"score": numbers.number(band.from_score)},
            )
            for band in edition.source.framework.levels
        ),
        source=_(
            "Source: framework %(version)s. Weights, penalties, multipliers and error terms are "
            "reasoned defaults without empirical calibration; each is versioned and printed here."
        )
        % {"version": edition.source.findings.framework},
    )


def _title(edition: Edition) -> str:
    return ngettext(
        "The scores rest on %(answered)s of %(asked)s bank questions, answered by %(count)s person",
        "The scores rest on %(answered)s of %(asked)s bank questions, answered by %(count)s people",
        edition.respondents,
    ) % {
        "answered": numbers.number(len(edition.answered)),
        "asked": numbers.number(len(edition.asked)),
        "count": numbers.number(edition.respondents),
    }


def _sum(edition: Edition) -> tuple[Sum, ...]:
    bank, parameters = edition.source.findings.bank, edition.source.framework.parameters
    scored = {id_: d for id_, d in bank.dimensions.items() if d.score is not None}
    rows = [
        Sum(
            term=edition.source.dimension(id_),
            value=numbers.score(dimension.score),
            weight=f"1/{numbers.number(len(scored))}",
        )
        for id_, dimension in scored.items()
    ]
    if bank.questionnaire is None:
        return tuple(rows)
    share = parameters.channel_share if bank.channel_index is not None else 0.0
    rows.append(
        Sum(
            term=_("Questionnaire"),
            value=numbers.score(bank.questionnaire),
            weight=numbers.percent(1 - share),
        )
    )
    if bank.channel_index is not None:
        rows.append(
            Sum(
                term=_("Channel index"),
                value=numbers.score(bank.channel_index),
                weight=numbers.percent(share),
            )
        )
    rows.append(Sum(term=_("Bank score"), value=numbers.score(bank.raw), weight="", total=True))
    if edition.source.gate_bites:
        rows.append(
            Sum(
                term=_("Counted, because Risk is under its gate"),
                value=numbers.score(bank.effective),
                weight="",
                total=True,
            )
        )
    return tuple(rows)


def _parameters(edition: Edition) -> tuple[Fact, ...]:
    p = edition.source.framework.parameters
    lines = edition.source.findings.midlines
    facts = [
        Fact(
            term=_("Answers"),
            value=_(
                "Level 1–5 is worth 0, 25, 50, 75, 100 points. Core questions weigh double. Don’t "
                "know counts 0 (awareness) or 25 (usage); not applicable is left out; blank widens "
                "the range."
            ),
        ),
        Fact(
            term=_("Facets"),
            value=_("Awareness %(a)s, usage %(u)s of a dimension; six dimensions weigh alike.")
            % {
                "a": numbers.percent(p.awareness_weight),
                "u": numbers.percent(p.usage_weight),
            },
        ),
        Fact(
            term=_("Respondents"),
            value=_("Mean of all who rated; the accountable function counts double."),
        ),
        Fact(
            term=_("Midlines"),
            value=_("Bank %(bank)s, customers %(customer)s; a tie counts as high.")
            % {"bank": midline(lines.bank), "customer": midline(lines.customer)},
        ),
        Fact(
            term=_("Risk gate"),
            value=_(
                "Under %(gate)s the bank cannot count above the midline. A failed or unknown "
                "critical control caps Risk at %(cap)s."
            )
            % {"gate": midline(p.risk_gate), "cap": midline(p.critical_cap)},
        ),
        Fact(
            term=_("90 % range"),
            value=_(
                "Rater noise %(noise)s level, shared leniency %(tau)s points or more by how far "
                "raters differ, evidence, unknown answers, and for the bank’s own estimate of "
                "customers %(bias)s points more."
            )
            % {
                "noise": numbers.number(p.rating_sd, 1),
                "tau": numbers.number(p.leniency_least),
                "bias": numbers.number(p.customer_bias),
            },
        ),
        Fact(
            term=_("Placement"),
            value=_(
                "Firm from %(firm)s, leaning from %(leaning)s, else borderline. Provisional where "
                "under %(least)s of a dimension is answered."
            )
            % {
                "firm": numbers.percent(p.firm),
                "leaning": numbers.percent(p.leaning),
                "least": numbers.percent(p.least_coverage),
            },
        ),
    ]
    return (*facts, *_agreeing(edition), *_planning(edition))


def _agreeing(edition: Edition) -> tuple[Fact, ...]:
    found = edition.source.findings.agreement
    if found is None:
        return ()
    settled = sum(score.agreed for score in edition.source.findings.items.values())
    text = _(
        "Mean distance from the average answer up to %(limit)s levels counts as agreement; "
        "index %(index)s, alpha %(alpha)s."
    ) % {
        "limit": numbers.number(edition.source.framework.parameters.widest_deviation, 1),
        "index": numbers.score(found.mean_index),
        "alpha": numbers.number(found.alpha, 2),
    }
    if settled:
        agreed = ngettext(
            "A meeting settled %(count)s question; its level replaces the mean.",
            "A meeting settled %(count)s questions; its levels replace the means.",
            settled,
        )
        text = f"{text} {agreed % {'count': numbers.number(settled)}}"
    return (Fact(term=_("Agreement"), value=text),)


def _planning(edition: Edition) -> tuple[Fact, ...]:
    roadmap, planner = edition.source.findings.roadmap, edition.source.framework.roadmap
    if roadmap is None:
        return ()
    return (
        Fact(
            term=_("Roadmap"),
            value=_(
                "%(capacity)s effort points a quarter; an action closes %(bank)s of the distance to "
                "its aim, for customers %(customer)s. %(ranking)s"
            )
            % {
                "capacity": reasons.points(roadmap.capacity),
                "bank": numbers.percent(planner.bank_progress),
                "customer": numbers.percent(planner.customer_progress),
                "ranking": edition.roadmap.ranking,
            },
        ),
    )


def _limits(edition: Edition) -> tuple[str, ...]:
    texts = [
        _("Self-assessment is not assurance: nobody outside the bank has verified these answers."),
        _(
            "The range covers noise and leniency as modelled; it does not cover questions that "
            "nobody thought of."
        ),
        _("A projection clears no gate and changes no score: only the next assessment does."),
        _("Dated figures from elsewhere are context; there is no peer benchmark below five banks."),
    ]
    if edition.roadmap.limit:
        texts.append(edition.roadmap.limit)
    if edition.source.findings.bank.status == "provisional":
        texts.append(
            _("This result is provisional: an inventory or answers are missing, as page 2 says.")
        )
    return tuple(texts)
