"""Peer figures: the rules one by one, a case by hand, and that no sequence of looks isolates a few."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maturity.peers import (
    ALL,
    COMPLEMENT,
    FEW,
    GROUP,
    MIXED,
    SCORES,
    SIZES,
    Cell,
    Figures,
    Lender,
    Pool,
    cells,
    figures,
    next_pool,
    packable,
    publishable,
    seen_by,
    tells_too_much,
)

EMPTY = Pool()


def lender(
    bank: str, score: float = 50, *, result: str = "1", group: str = "", place: str = "large JP"
) -> Lender:
    """A bank with one score everywhere."""
    size, _, country = place.partition(" ")
    return Lender(
        bank=bank,
        result=result,
        scores=dict.fromkeys(SCORES, score),
        group=group,
        size=size,
        country=country,
    )


def banks(names: str, place: str = "large JP") -> list[Lender]:
    """One bank a letter, with scores of 5, 10 and so on."""
    return [lender(name, 5.0 * n, place=place) for n, name in enumerate(names, start=1)]


def by_slice(pool: Pool) -> dict[str, Cell]:
    return {cell.slice: cell for cell in cells(pool)}


def seen(pool: Pool, bank: str, *slices: str) -> dict[str, Cell]:
    everybody = [*pool.waiting, *(member for pack in pool.packs for member in pack.members)]
    reader = next((one for one in everybody if one.bank == bank), None)
    return {cell.slice: cell for cell in seen_by(pool, by_slice(pool), reader, slices or (ALL,))}


def hidden(pool: Pool) -> dict[str, str]:
    return {name: cell.hidden for name, cell in by_slice(pool).items()}


# ---- a case by hand ---------------------------------------------------------------------------


def test_the_case_worked_by_hand() -> None:
    """Twelve banks score 21, 30, 34, 40, 45, 50, 55, 58, 61, 66, 70 and 88; the one with 50 looks.

    Eleven others: 21 30 34 40 45 55 58 61 66 70 88. The median is the sixth, 55. A quarter of the
    way lies between the third and the fourth, 34 + (40 - 34)/2 = 37; three quarters between 61 and
    66, 63.5, which is 64 in whole points. An outsider sees all twelve: (50 + 55)/2 = 52.5, so 53;
    a quarter of the way 34 + 0.75*6 = 38.5, so 39; three quarters 61 + 0.25*5 = 62.25, so 62.
    """
    scores = (21, 30, 34, 40, 45, 50, 55, 58, 61, 66, 70, 88)
    lenders = [
        lender(name, score, place="large JP" if n % 2 else "small NO")
        for n, (name, score) in enumerate(zip("abcdefghijkl", scores, strict=True))
    ]
    pool = next_pool(EMPTY, lenders, "2026Q2")
    found = seen(pool, "f", ALL, "size:large", "country:JP", "size:small")
    everywhere = Figures(median=55, lower=37, upper=64)
    assert found[ALL] == Cell(
        slice=ALL, n=11, as_of="2026Q2", figures=dict.fromkeys(SCORES, everywhere)
    )
    assert by_slice(pool)[ALL].figures["RSK"] == Figures(median=53, lower=39, upper=62)
    # Its own band holds 30, 40, 58, 66 and 88 beside it: a median of five, no quartiles.
    assert found["size:large"].figures["bank"] == Figures(median=58)
    assert found["size:large"].n == 5
    assert found["country:JP"].figures == found["size:large"].figures
    # The other band is whole to it: 21 34 45 55 61 70.
    assert found["size:small"].figures["bank"] == Figures(median=50)


@pytest.mark.parametrize(("count", "quartiles"), [(5, False), (9, False), (10, True), (25, True)])
def test_quartiles_are_shown_from_ten_banks(count: int, quartiles: bool) -> None:
    shown = figures([lender(str(n), n) for n in range(count)])["bank"]
    assert (shown.lower is not None, shown.upper is not None) == (quartiles, quartiles)


def test_below_five_banks_there_are_no_figures() -> None:
    with pytest.raises(ValueError, match="five banks"):
        figures(banks("abcd"))


def test_neither_the_lowest_nor_the_highest_score_is_ever_shown() -> None:
    for count in range(5, 40):
        shown = figures([lender("low", 0), *[lender(str(n), 50) for n in range(count)]])
        assert shown["bank"] in (Figures(median=50), Figures(median=50, lower=50, upper=50))


def test_a_result_with_a_gap_is_not_lent() -> None:
    whole = lender("a")
    for scores in ({**whole.scores, "RSK": 101.0}, {"bank": 50.0}):
        with pytest.raises(ValueError, match="eight scores"):
            replace(whole, scores=scores)


# ---- who may be shown -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "may"),
    [
        (["", "", "", ""], False),
        (["", "", "", "", ""], True),
        (["A", "B", "C", "D", "A"], False),  # two of five are 40 %
        (["A", "A", "", "", "", "", ""], False),  # two of seven are 29 %
        (["A", "A", "", "", "", "", "", ""], True),  # two of eight are exactly a fourth
        ([*"AAA", *[""] * 8], False),
        ([*"AAA", *[""] * 9], True),
    ],
)
def test_five_banks_and_no_group_above_a_fourth(groups: list[str], may: bool) -> None:
    assert publishable(groups) is may


def test_a_pack_is_publishable_whichever_bank_is_left_out() -> None:
    for count in range(1, 20):
        for same in range(count + 1):
            groups = ["G"] * same + [""] * (count - same)
            without = [publishable(groups[:n] + groups[n + 1 :]) for n in range(count)]
            assert packable(groups) is (bool(without) and all(without))


def test_the_reason_for_an_empty_cell_is_named() -> None:
    grouped = [lender(name, group="G" if name in "ab" else "") for name in "abcdef"]
    assert hidden(next_pool(EMPTY, banks("abcde"), "2026Q2")) == dict.fromkeys(
        (ALL, "country:JP", "size:large"), FEW
    )
    assert hidden(next_pool(EMPTY, grouped, "2026Q2"))[ALL] == GROUP
    # Seven large banks, two countries, one group: no pack of large banks, a wider one of all.
    wide = [
        *(lender(name, group="G" if name in "ab" else "") for name in "abcdefg"),
        *banks("hijkl", "small NO"),
    ]
    pool = next_pool(EMPTY, wide, "2026Q2")
    assert hidden(pool) == {
        ALL: "",
        "country:JP": GROUP,
        "country:NO": FEW,
        "size:large": GROUP,
        "size:small": FEW,
    }


def test_a_single_hidden_sibling_hides_the_next_smallest() -> None:
    pool = next_pool(
        EMPTY,
        [*banks("abcdefgh", "large JP"), *banks("ijklmn", "medium JP"), *banks("op", "small JP")],
        "2026Q2",
    )
    assert hidden(pool) == {
        ALL: "",
        "country:JP": "",
        "size:large": "",
        "size:medium": COMPLEMENT,
        "size:small": FEW,
    }


def test_banks_that_stand_in_wider_packs_are_not_regrouped() -> None:
    first = next_pool(EMPTY, [*banks("abcd", "large JP"), *banks("ef", "small NO")], "2026Q1")
    assert [pack.slices for pack in first.packs] == [(ALL,)]
    more = [*banks("abcd", "large JP"), *banks("ef", "small NO"), *banks("gh", "large JP")]
    second = next_pool(first, more, "2026Q2")
    assert [one.bank for one in second.waiting] == ["g", "h"]
    assert hidden(second)["size:large"] == MIXED


def test_a_bank_without_a_size_counts_among_all_alone() -> None:
    pool = next_pool(EMPTY, [lender(name, place=" ") for name in "abcdef"], "2026Q2")
    assert hidden(pool) == {ALL: ""}


# ---- quarters ---------------------------------------------------------------------------------


def test_a_cell_keeps_its_quarter_while_too_few_change() -> None:
    first = next_pool(EMPTY, banks("abcdefgh"), "2026Q1")
    newer = [lender(name, 90, result="2") for name in "abc"]
    second = next_pool(first, [*newer, *banks("abcdefgh")[3:], lender("new")], "2026Q2")
    assert by_slice(second) == by_slice(first)
    assert by_slice(second)[ALL].as_of == "2026Q1"
    assert [one.bank for one in second.waiting] == ["new"]


def test_half_a_pack_with_newer_results_brings_them_in_once_they_are_six() -> None:
    first = next_pool(EMPTY, banks("abcdefghijkl"), "2026Q1")
    newer = [lender(name, 90, result="2") for name in "abcdef"]
    second = next_pool(first, [*newer, *banks("abcdefghijkl")[6:]], "2026Q2")
    assert [one.bank for pack in second.packs for one in pack.members] == list("abcdef")
    # The other six have stood in a pack: shown again without it, they would tell it apart.
    assert second.waiting == ()
    assert by_slice(second)[ALL].as_of == "2026Q2"


def test_who_leaves_is_gone_from_the_next_quarter_and_takes_the_pack_along() -> None:
    first = next_pool(EMPTY, [*banks("abcdef"), *banks("ghijkl", "small NO")], "2026Q1")
    second = next_pool(first, [*banks("abcde"), *banks("ghijkl", "small NO")], "2026Q2")
    assert [one.bank for pack in second.packs for one in pack.members] == list("ghijkl")
    assert (by_slice(second)[ALL].n, by_slice(second)[ALL].as_of) == (6, "2026Q2")
    assert by_slice(second)["size:small"].as_of == "2026Q1"
    back = next_pool(second, [*banks("abcdef"), *banks("ghijkl", "small NO")], "2026Q3")
    assert len(back.packs) == 1  # the same result never enters a second pack


def test_a_pack_that_lost_a_row_leaves() -> None:
    first = next_pool(EMPTY, banks("abcdefg"), "2026Q1")
    pack = first.packs[0]
    torn = replace(first, packs=(replace(pack, members=pack.members[1:]),))
    assert next_pool(torn, banks("bcdefg"), "2026Q2").packs == ()


def test_a_group_that_grows_too_large_dissolves_its_pack() -> None:
    first = next_pool(EMPTY, banks("abcdef"), "2026Q1")
    merged = [replace(one, group="G") if one.bank in "ab" else one for one in banks("abcdef")]
    assert next_pool(first, merged, "2026Q2").packs == ()


def test_the_order_of_the_banks_changes_nothing() -> None:
    lenders = [*banks("abcdefgh"), *banks("ijklmnop", "small NO"), *banks("qrs", "small JP")]
    assert next_pool(EMPTY, lenders, "2026Q2") == next_pool(EMPTY, lenders[::-1], "2026Q2")
    with pytest.raises(ValueError, match="once"):
        next_pool(EMPTY, [lenders[0], lenders[0]], "2026Q2")


# ---- S36: what a reader can work out ------------------------------------------------------------

Entry = tuple[str, str]  # a bank and one of its results
PLACES = [f"{size} {country}" for size in (*SIZES[:2], "") for country in ("JP", "NO", "")]


def pieces(
    looks: Iterable[frozenset[Entry]], known: frozenset[str]
) -> dict[tuple[int, ...], set[str]]:
    """The smallest groups that any union, intersection, difference or complement of looks yields.

    The attacker is given more than the page shows: of every look all scores of its banks, without
    their names. Whom he may read anyway he takes out. Two banks are told apart only by a look that
    has one and not the other, so banks with the same looks are a piece.
    """
    sets = sorted(
        {frozenset(one for one in look if one[0] not in known) for look in looks}, key=sorted
    )
    found: dict[tuple[int, ...], set[str]] = {}
    for entry in frozenset().union(*sets):
        where = tuple(n for n, look in enumerate(sets) if entry in look)
        found.setdefault(where, set()).add(entry[0])
    return found


def looks(pool: Pool, known: frozenset[str]) -> Iterator[frozenset[Entry]]:
    """Every cell that a reader of these banks gets to see in a quarter, through each of them."""
    shown = by_slice(pool)
    for name, cell in shown.items():
        packs = pool.packs_in(name)
        if cell.hidden or tells_too_much(
            [[(m.bank, m.group) for m in p.members] for p in packs], known
        ):
            continue
        whole = frozenset((m.bank, m.result) for pack in packs for m in pack.members)
        for own in known:
            without = frozenset(entry for entry in whole if entry[0] != own)
            # What is shown is made from exactly this set.
            assert seen(pool, own, name)[name].n == len(without)
            yield without


@st.composite
def histories(draw: st.DrawFn) -> list[list[Lender]]:
    """Some quarters of banks that join, leave, come back and publish anew."""
    count = draw(st.integers(6, 26))
    homes = draw(st.lists(st.sampled_from(PLACES), min_size=count, max_size=count))
    groups = draw(
        st.lists(st.sampled_from(["", "", "", "", "A", "B"]), min_size=count, max_size=count)
    )
    results = [1] * count
    quarters = []
    for _ in range(draw(st.integers(1, 5))):
        away = draw(st.sets(st.integers(0, count - 1), max_size=draw(st.integers(0, 8))))
        for bank in draw(st.sets(st.integers(0, count - 1), max_size=count)):
            results[bank] += 1
        quarters.append(
            [
                lender(f"{n:02d}", n, result=str(results[n]), group=groups[n], place=homes[n])
                for n in range(count)
                if n not in away
            ]
        )
    return quarters


def quarters_of(history: Iterable[list[Lender]]) -> Iterator[Pool]:
    pool = EMPTY
    for number, lenders in enumerate(history):
        pool = next_pool(pool, lenders, f"{2020 + number // 4}Q{number % 4 + 1}")
        yield pool


@settings(max_examples=250, deadline=None)
@given(histories(), st.sets(st.integers(0, 25), min_size=1, max_size=9))
def test_S36_no_sequence_of_looks_isolates_fewer_than_five_banks(
    history: list[list[Lender]], own: set[int]
) -> None:
    known = frozenset(f"{n:02d}" for n in own)
    everything = [look for pool in quarters_of(history) for look in looks(pool, known)]
    assert [piece for piece in pieces(everything, known).values() if len(piece) < 5] == []


@settings(max_examples=60, deadline=None)
@given(histories())
def test_S36_nor_does_a_piece_show_one_banking_group(history: list[list[Lender]]) -> None:
    groups = {one.bank: one.group for lenders in history for one in lenders}
    known = frozenset(["00"])
    everything = [look for pool in quarters_of(history) for look in looks(pool, known)]
    for piece in pieces(everything, known).values():
        assert publishable([groups[bank] for bank in piece])


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_cell_that_changed_changed_by_five_banks_or_more(history: list[list[Lender]]) -> None:
    before: Mapping[str, frozenset[Entry]] = {}
    dates: dict[str, str] = {}
    for pool in quarters_of(history):
        now = {
            name: frozenset(
                (m.bank, m.result) for pack in pool.packs_in(name) for m in pack.members
            )
            for name, cell in by_slice(pool).items()
            if not cell.hidden
        }
        for name, members in now.items():
            changed = members ^ before.get(name, members)
            assert not changed or len({bank for bank, _ in changed}) >= 5
            if name in before:
                assert (pool.as_of[name] == dates[name]) is (not changed)
        before, dates = now, dict(pool.as_of)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_is_hidden_does_not_depend_on_scores(history: list[list[Lender]]) -> None:
    flat = [
        [replace(one, scores=dict.fromkeys(SCORES, 50.0)) for one in lenders] for lenders in history
    ]
    for real, plain in zip(quarters_of(history), quarters_of(flat), strict=True):
        assert hidden(real) == hidden(plain)
        assert {name: cell.n for name, cell in by_slice(real).items()} == {
            name: cell.n for name, cell in by_slice(plain).items()
        }


def naive_looks(history: Iterable[list[Lender]], own: str) -> Iterator[frozenset[Entry]]:
    """The rules without packs: five others, and a new figure once three banks have changed."""
    shown: dict[str, frozenset[Entry]] = {}
    for lenders in history:
        for name in {slice_ for one in lenders for slice_ in one.slices}:
            now = frozenset((m.bank, m.result) for m in lenders if name in m.slices)
            changed = {bank for bank, _ in now ^ shown.get(name, frozenset())}
            if len(changed) >= 3 and len(now) > 5:
                shown[name] = now
                yield frozenset(entry for entry in now if entry[0] != own)


def test_S36_the_attack_succeeds_against_rules_without_packs() -> None:
    """So the proof above could fail: three banks join, and the next quarter tells them apart."""
    before = banks("abcdefgh")
    history = [before, [*before, *banks("xyz")]]
    found = pieces(naive_looks(history, "a"), frozenset("a"))
    assert {"x", "y", "z"} in found.values()
    safe = [look for pool in quarters_of(history) for look in looks(pool, frozenset("a"))]
    assert [len(piece) for piece in pieces(safe, frozenset("a")).values()] == [7]


def test_S36_who_reads_several_banks_of_a_pack_does_not_see_it() -> None:
    """A consultant with two of six clients in a pack would know the other four too well."""
    pool = next_pool(EMPTY, [*banks("abcdef"), *banks("ghijklm", "small NO")], "2026Q2")
    packs = [[(m.bank, m.group) for m in pack.members] for pack in pool.packs]
    assert not tells_too_much(packs, {"a"})
    assert tells_too_much(packs, {"a", "b"})
    assert not tells_too_much(packs, set("abcdef"))
    assert not tells_too_much(packs, {"g", "h"})
    for pair in combinations("ghijklm", 3):
        assert tells_too_much(packs, set(pair))


def test_six_banks_of_as_many_groups_make_the_smallest_pack() -> None:
    assert Counter(packable(["G"] * n + [""] * (6 - n)) for n in range(7)) == {True: 2, False: 5}
