"""Template helpers of the results room."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

if TYPE_CHECKING:  # every start reads the template tags, and none needs the figures
    from maturity.benchmark import Card

register = template.Library()


@register.filter
def breakable(text: str) -> SafeString:
    """Let a narrow column break a word after a slash, and nowhere else within it."""
    parts = text.split("/")
    ends = ["/", *["/"] * (len(parts) - 2), ""][-len(parts) :] if len(parts) > 1 else [""]
    return format_html_join("", "{}{}<wbr>", zip(parts, ends, strict=True))


@register.simple_tag
def benchmark_cards(cards: "Iterable[Card]") -> SafeString:
    """Figures from elsewhere, each with its limits folded away.

    Written here because there are dozens of them with as many small parts each: as a template
    they took a third of the page's time.
    """
    words = {"limits": gettext("How far it compares"), "source": gettext("Source:")}
    return format_html(
        '<ul class="benchmarks">{}</ul>',
        format_html_join("", "{}", ((_card(card, words),) for card in cards)),
    )


def _card(card: "Card", words: dict[str, str]) -> SafeString:
    return format_html(
        '<li>{own}<p>{sentence}</p><p class="facts">{population} · {year}, {age} · '
        '<span class="tag">{label}</span></p>{caveats}<details><summary>{limits}</summary>'
        '<dl>{rows}</dl>{asked}{note}<p class="facts">{source_word} {source} ({seed})</p>{asks}'
        "</details></li>",
        own=format_html('<p class="own">{}</p>', card.own) if card.own else "",
        sentence=card.sentence,
        population=card.population,
        year=card.year,
        age=card.age_text,
        label=card.comparability.label,
        caveats=_lines(card.caveats),
        limits=words["limits"],
        rows=format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", card.comparability.rows),
        asked=_lines([card.asked]),
        note=_lines([card.note] if card.note else []),
        source_word=words["source"],
        source=card.source,
        seed=card.seed,
        asks=_lines([card.asks] if card.asks else []),
    )


def _lines(texts: Iterable[str]) -> SafeString:
    return format_html_join("", '<p class="facts">{}</p>', ((text,) for text in texts))
