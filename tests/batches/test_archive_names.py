"""Names in a ZIP: any script, no path, all distinct (B29)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.batches.archive_names import distinct, stem


@pytest.mark.parametrize(
    ("bank", "period", "name"),
    [
        ("Norvane Bank", "2026 H2", "Norvane-Bank-2026H2-maturity-en"),
        ("みずほ銀行", "2026年下期", "みずほ銀行-2026年下期-maturity-en"),
        ("بانک ملت", "۱۴۰۵", "بانک-ملت-۱۴۰۵-maturity-en"),
        ("../../etc/passwd", "..", "etcpasswd-round-maturity-en"),
        ("C:\\Windows", "a/b", "CWindows-ab-maturity-en"),
        ("\u202egnp.exe", "x\x00y", "gnp.exe-xy-maturity-en"),
        ("///", "", "bank-round-maturity-en"),
    ],
)
def test_B29_a_name_is_a_name_and_never_a_path(bank: str, period: str, name: str) -> None:
    assert stem(bank, period, "en") == name


def test_names_alike_on_some_system_get_numbers() -> None:
    assert list(distinct(["Bank", "bank", "BANK", "Bänk", "Ba\u0308nk", "Bank-2"])) == [
        "Bank",
        "bank-2",
        "BANK-3",
        "Bänk",
        "Ba\u0308nk-2",
        "Bank-2-2",
    ]


def test_a_long_name_in_wide_letters_fits_every_file_system() -> None:
    (name,) = distinct([stem("銀" * 120, "期" * 40, "ja")])
    assert len(f"{name}-200.docx".encode()) <= 255
    assert name.endswith("-maturity-ja")


@given(st.lists(st.tuples(st.text(max_size=130), st.text(max_size=45)), max_size=8))
def test_B29_whatever_a_bank_is_called(names: list[tuple[str, str]]) -> None:
    stems = list(distinct(stem(bank, period, "en") for bank, period in names))
    assert len({name.casefold() for name in stems}) == len(names)
    for name in stems:
        assert 0 < len(f"{name}.docx".encode()) <= 255
        assert not set(name) & set('/\\:*?"<>|')
        assert name.isprintable()
        assert name[0] not in ". "
