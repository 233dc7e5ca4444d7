"""The small line charts: what is drawn where, on screen and on paper."""

from assessments.results.trend_svg import Trend, TrendPoint


def point(period: str, value: float | None, half: float | None = 5) -> TrendPoint:
    if value is None or half is None:
        text = "–" if value is None else f"{value:.1f}"
        return TrendPoint(period=period, value=value, low=None, high=None, text=text)
    return TrendPoint(
        period=period, value=value, low=value - half, high=value + half, text=f"{value:.1f}"
    )


def trend(*points: TrendPoint, **more: object) -> Trend:
    return Trend(label="Bank by round", points=points, **more)  # type: ignore[arg-type]


def test_every_score_has_its_dot_its_whisker_and_its_label() -> None:
    svg = trend(point("2025 H2", 40), point("2026 H2", 60)).screen
    assert svg.count("<circle") == 2
    assert svg.count("M-4 0L4 0") == 4  # both ends of both whiskers
    assert [text in svg for text in (">40.0<", ">60.0<", ">2025 H2<", ">2026 H2<")] == [True] * 4


def test_a_round_without_a_score_leaves_a_gap_in_the_dots_and_none_in_the_line() -> None:
    svg = trend(point("1", 40), point("2", None), point("3", 60)).screen
    assert svg.count("<circle") == 2
    assert svg.count('class="line-brand w-20"') == 1
    assert ">2<" in svg


def test_a_score_without_a_range_has_no_whisker() -> None:
    assert "M-4 0L4 0" not in trend(point("1", 40, None)).screen


def test_where_the_framework_changed_a_dashed_line_stands_between_the_rounds() -> None:
    svg = trend(point("1", 40), point("2", 50), point("3", 60), breaks=(2,)).screen
    assert svg.count("dash") == 1
    assert '<line x1="70.5%"' in svg  # halfway between 50 and 91


def test_of_many_rounds_the_first_and_the_last_are_labelled() -> None:
    svg = trend(*(point(f"r{place}", 10 * place) for place in range(1, 8))).screen
    assert [f">r{place}<" in svg for place in range(1, 8)] == [True, *[False] * 5, True]


def test_it_is_drawn_for_paper_too() -> None:
    svg = trend(point("1", 40), point("2", 50), midline=50.0).paper
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" role="img"')
    assert "%" not in svg
