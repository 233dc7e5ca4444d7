"""The fictional banks of the demonstration: one in each quadrant, one on a border, one at work, one
that is about to settle where its people disagree.

Every bank, person and answer is invented. A sheet is one string in the order of the instrument,
a word per dimension: 1-5 a level, ? Don't know, n Not applicable, . unanswered.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSheet:
    function: str
    person: str  # empty: the lead
    answers: str
    notes: tuple[tuple[str, str], ...] = ()  # item, note; such answers claim grade E1


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    platform: str
    kind: str
    followers: int
    posts30: int
    inbound30: int
    answered_percent: int
    median_minutes: int | None
    days: int  # since the last post, at the round's end


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAgreed:
    """What a meeting settled; members by name, the lead as "lead"."""

    item: str
    level: int
    reason: str
    present: tuple[str, ...]
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRound:
    halves_ago: int  # 0: the present half-year
    published: bool
    sheets: tuple[DemoSheet, ...]
    accounts: tuple[DemoAccount, ...]
    channels_confirmed: bool = True
    closed: bool = False  # all have submitted, nothing is published
    agreed: tuple[DemoAgreed, ...] = ()
    comments: tuple[tuple[str, str, str], ...] = ()  # item, who, what
    # The adopted plan, beginning with the quarter of publishing: states of the first actions in
    # order, each with its owner ("-" nobody, "lead", or a member's name). Empty: not adopted.
    plan: tuple[tuple[str, str, str], ...] = ()
    # Invitations that nobody has used: name, function, sections. Seeding sends no letter.
    invited: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    # Customers of a region apart: its name and one mark for each customer question.
    customers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBank:
    name: str
    country: str
    size_band: str
    time_zone: str
    regions: tuple[str, ...]
    marketing_share: str
    business_share: str
    rounds: tuple[DemoRound, ...]


def _accounts(*rows: str) -> tuple[DemoAccount, ...]:
    """Rows of: platform kind followers posts inbound answered-% median-minutes days-since-post."""
    return tuple(_account(row.split()) for row in rows)


def _account(words: list[str]) -> DemoAccount:
    platform, kind, *figures = words
    followers, posts, inbound, answered, minutes, days = figures
    return DemoAccount(
        platform=platform,
        kind=kind,
        followers=int(followers),
        posts30=int(posts),
        inbound30=int(inbound),
        answered_percent=int(answered),
        median_minutes=None if minutes == "-" else int(minutes),
        days=int(days),
    )


INNOVATE = DemoBank(
    name="Halden Cove Bank",
    country="NO",
    size_band="large",
    time_zone="Europe/Oslo",
    regions=("Coast", "Inland", "North"),
    marketing_share="18.5",
    business_share="9",
    rounds=(
        DemoRound(
            halves_ago=0,
            published=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="3443434 3443343 4434433 434434434 3433333 3433342 44433 43433",
                    notes=(
                        ("CAP.U4", "Weekly rota and answer-time report, board pack of September."),
                        ("RSK.U3", "Access list reviewed in August; two-factor on all accounts."),
                    ),
                ),
                DemoSheet(
                    function="risk",
                    person="Sunniva Dale",
                    answers="3433334 4443343 3433333 444544444 3423333 3433332 44334 33433",
                    notes=(("RSK.U4", "Crisis rehearsal in May, protocol filed."),),
                ),
                DemoSheet(
                    function="marketing",
                    person="Jonas Ekelund",
                    answers="4544445 3443434 4343443 434343333 4443343 4443343 45443 44423",
                ),
            ),
            accounts=_accounts(
                "Facebook network 184000 26 900 84 38 0",
                "X microblog 61000 24 420 81 45 0",
                "YouTube sharing 23500 5 35 70 500 3",
                "LinkedIn professional 30800 9 18 90 120 1",
            ),
            customers=(("Coast", "44444 44434"), ("North", "32222 23222")),
        ),
    ),
)

AWARENESS = DemoBank(
    name="Brightmere Bank",
    country="IE",
    size_band="medium",
    time_zone="Europe/Dublin",
    regions=("East", "West"),
    marketing_share="11",
    business_share="2.5",
    rounds=(
        DemoRound(
            halves_ago=0,
            published=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="4344434 4434433 3443343 443444443 3433343 4343432 22121 21211",
                ),
                DemoSheet(
                    function="service",
                    person="Aoife Tarrant",
                    answers="3333344 3434343 3343333 443443443 3423333 3343432 32221 22211",
                    notes=(("SUP.U2", "Shared case list with the branch network since March."),),
                ),
                DemoSheet(
                    function="it",
                    person="Piotr Lenn",
                    answers="3434433 4434443 3343333 444434533 3433343 3333431 22221 21211",
                ),
            ),
            accounts=_accounts(
                "Facebook network 38200 14 140 78 95 1",
                "LinkedIn professional 12100 7 9 90 280 4",
                "Instagram sharing 16400 3 22 60 900 6",
            ),
        ),
    ),
)

CAPABILITY = DemoBank(
    name="Norvane Bank",
    country="EE",
    size_band="medium",
    time_zone="Europe/Tallinn",
    regions=("Capital", "Islands"),
    marketing_share="14",
    business_share="6",
    rounds=(
        DemoRound(
            halves_ago=1,
            published=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="3233332 3332233 3323222 2222222?2 3232222 2232221 43333 33322",
                ),
            ),
            accounts=_accounts(
                "Facebook network 131000 11 700 70 190 2",
                "X microblog 51000 9 480 66 300 1",
                "Snapchat sharing 40500 2 30 20 2000 25",
            ),
            plan=(
                ("done", "lead", "Register approved by the board’s risk committee."),
                ("done", "Kadri Voss", ""),
                ("started", "Kadri Voss", "Two-factor is on for four of six accounts."),
                ("planned", "-", ""),
                ("started", "lead", ""),
                ("dropped", "-", "Covered by the group’s own programme."),
            ),
        ),
        DemoRound(
            halves_ago=0,
            published=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="4344343 4443344 4434333 3322232?2 4343333 3343332 44434 44433",
                ),
                DemoSheet(
                    function="risk",
                    person="Kadri Voss",
                    answers="3433333 3443334 3343323 332223222 3333323 3333322 44344 43433",
                    notes=(("RSK.U2", "Two leaks of account matters found in the spring sample."),),
                ),
            ),
            accounts=_accounts(
                "Facebook network 146000 16 820 91 48 0",
                "X microblog 58000 21 610 88 35 0",
                "YouTube sharing 12000 4 15 50 1200 6",
                "Snapchat sharing 41000 0 12 0 - 75",
            ),
        ),
    ),
)

STEPWISE = DemoBank(
    name="Tamsel Savings",
    country="AT",
    size_band="small",
    time_zone="Europe/Vienna",
    regions=(),
    marketing_share="4",
    business_share="0.5",
    rounds=(
        DemoRound(
            halves_ago=0,
            published=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="2211211 2221211 2221211 2?1221121 1211n11 2221121 22221 21211",
                ),
                DemoSheet(
                    function="marketing",
                    person="Resi Hollauer",
                    answers="3221221 2221221 2221121 2?1211121 12?1n21 2231211 32221 22121",
                ),
            ),
            accounts=_accounts(
                "Facebook network 9400 3 46 35 2600 9",
                "YouTube sharing 800 0 2 0 - 240",
            ),
        ),
    ),
)

BORDER = DemoBank(
    name="Crosswater Bank",
    country="NZ",
    size_band="medium",
    time_zone="Pacific/Auckland",
    regions=("North Island", "South Island"),
    marketing_share="9.5",
    business_share="3",
    rounds=(
        DemoRound(
            halves_ago=0,
            published=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="3333433 3333332 3343323 333343433 3332323 3333323 33333 33232",
                ),
                DemoSheet(
                    function="compliance",
                    person="Mere Aldous",
                    answers="3332333 3333333 3333323 344344333 3332323 3323322 43332 33332",
                ),
            ),
            accounts=_accounts(
                "Facebook network 52000 11 230 81 95 1",
                "LinkedIn professional 9000 4 6 100 300 5",
            ),
        ),
    ),
)

AT_WORK = DemoBank(
    name="Fennimore Bank",
    country="PT",
    size_band="small",
    time_zone="Europe/Lisbon",
    regions=("Mainland", "Azores"),
    marketing_share="7",
    business_share="1.5",
    rounds=(
        DemoRound(
            halves_ago=0,
            published=False,
            channels_confirmed=False,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="",
                    answers="3232332 2322322 33?2223 2232..... ....... ....... ..... .....",
                    notes=(("CAP.U1", "One owner, two staffed hours a day."),),
                ),
                DemoSheet(
                    function="service",
                    person="Duarte Lima",
                    answers="....... ....... ....... ......... ....... ....... ..... .....",
                ),
            ),
            invited=(
                ("Inês Prado", "risk", ("RSK", "DAT")),
                ("Tomás Vidal", "hr", ("SKL",)),
            ),
            accounts=_accounts(
                "Facebook network 21300 9 160 64 240 2",
                "Instagram sharing 15700 0 4 0 - 63",
            ),
        ),
    ),
)

DIVIDED = DemoBank(
    name="Larkfield Bank",
    country="CA",
    size_band="medium",
    time_zone="America/Toronto",
    regions=("Prairies", "Lakes"),
    marketing_share="10",
    business_share="2",
    rounds=(
        DemoRound(
            halves_ago=0,
            published=False,
            closed=True,
            sheets=(
                DemoSheet(
                    function="executive",
                    person="Hugo Landry",
                    answers="4434433 4344343 4444433 334343334 3433333 3333333 33332 33323",
                    notes=(("SUP.A1", "Discussed at the board's day in June; minutes filed."),),
                ),
                DemoSheet(
                    function="marketing",
                    person="Imani Brooks",
                    answers="5444544 4443444 4343344 444444444 4443344 4443343 43433 43332",
                    notes=(("CAP.A1", "Sheet of hours and spending, updated in January."),),
                ),
                DemoSheet(
                    function="risk",
                    person="Pavel Moreau",
                    answers="2233322 3332233 2223222 122222212 2323222 2232222 33232 23222",
                    notes=(("RSK.U4", "No rehearsal yet; the playbook is a draft."),),
                ),
                DemoSheet(
                    function="it",
                    person="Sana Qureshi",
                    answers="3323333 2232232 3233322 332342323 1322223 3233232 33322 32322",
                ),
                DemoSheet(
                    function="service",
                    person="Ellen Roy",
                    answers="3333443 3334333 2322222 3333343?3 3433333 3343333 34333 33332",
                ),
            ),
            accounts=_accounts(
                "Facebook network 44700 12 260 77 110 1",
                "LinkedIn professional 15900 6 9 88 260 3",
            ),
            agreed=(
                DemoAgreed(
                    item="CAP.A1",
                    level=3,
                    reason="The sheet exists and is renewed yearly, but nobody checks it against the books.",
                    present=("lead", "Imani Brooks", "Pavel Moreau"),
                    guests=("Head of branches",),
                ),
            ),
            comments=(
                ("RSK.U4", "Pavel Moreau", "The playbook was never rehearsed. Who saw it used?"),
                ("RSK.U4", "Imani Brooks", "We used it in March, for the card outage."),
            ),
        ),
    ),
)

BANKS = (AT_WORK, INNOVATE, AWARENESS, CAPABILITY, STEPWISE, BORDER, DIVIDED)
