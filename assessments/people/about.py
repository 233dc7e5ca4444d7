"""What the public pages say about the instrument, taken from the instrument itself."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from assessments.people.sections import MINUTES_FOR_ALL
from assessments.ui.numbers import interval, number, percent
from maturity import load_framework, load_wording
from maturity.framework import CUSTOMERS, Framework


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    name: str
    about: str
    answered_by: str
    questions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    id: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    number: str
    band: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Parameters of the framework, formatted."""

    questions: str
    bank_questions: str
    customer_questions: str
    actions: str
    minutes: str
    midline: str
    gate: str
    cap: str
    held_at: str
    channel_share: str
    axis_share: str
    awareness_share: str
    coverage: str
    firm: str
    leaning: str
    critical: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    """Landing, help, method and privacy. The sample's addresses are empty where there is none."""

    sample_url: str
    sample_report_url: str
    figures: Figures
    dimensions: tuple[Dimension, ...]
    strategies: tuple[Strategy, ...]
    levels: tuple[Level, ...]
    stages: tuple[Stage, ...]


def page() -> AboutPage:
    return _page(get_language() or "en")


@cache
def _page(language: str) -> AboutPage:
    """Built once per language: nothing in it depends on who reads."""
    framework, wording = load_framework(), load_wording(language)
    return AboutPage(
        sample_url=_url("sample"),
        sample_report_url=_url("sample_report"),
        figures=_figures(framework),
        dimensions=tuple(
            Dimension(
                name=wording.dimensions[id_].name,
                about=wording.dimensions[id_].about,
                answered_by=wording.dimensions[id_].best_answered_by,
                questions=number(sum(i.dimension == id_ for i in framework.items.values())),
            )
            for id_ in (*framework.dimensions, CUSTOMERS)
        ),
        strategies=tuple(
            Strategy(id=id_, name=text.name, meaning=text.meaning)
            for id_, text in wording.strategies.items()
        ),
        levels=_levels(framework, language),
        stages=tuple(
            Stage(name=stage.name, about=stage.about) for stage in wording.stages.values()
        ),
    )


def _figures(framework: Framework) -> Figures:
    parameters = framework.parameters
    return Figures(
        questions=number(len(framework.items)),
        bank_questions=number(len(framework.bank_items)),
        customer_questions=number(len(framework.customer_items)),
        actions=number(len(framework.actions)),
        minutes=number(MINUTES_FOR_ALL),
        midline=number(parameters.bank_midline),
        gate=number(parameters.risk_gate),
        cap=number(parameters.critical_cap),
        held_at=number(parameters.bank_midline - parameters.gate_margin),
        channel_share=percent(parameters.channel_share),
        axis_share=percent(1 - parameters.channel_share),
        awareness_share=percent(parameters.awareness_weight),
        coverage=percent(parameters.least_coverage),
        firm=percent(parameters.firm),
        leaning=percent(parameters.leaning),
        critical=number(len(framework.critical_items)),
        version=framework.version,
    )


def _levels(framework: Framework, language: str) -> tuple[Level, ...]:
    edges = [*(level.from_score for level in framework.levels), 100.0]
    names = load_wording(language).levels
    return tuple(
        Level(
            number=number(place),
            band=interval(edges[place - 1], edges[place], 0),
            name=names[place].name,
            meaning=names[place].meaning,
        )
        for place in range(1, len(edges))
    )


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
