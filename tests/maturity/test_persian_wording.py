"""The Persian wording: its orthography, its settled terms and the numbers it shares with English."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from maturity.content import FRAMEWORKS
from maturity.phrases import EMPHASIS
from maturity.wording import Wording, load_wording
from tests.maturity.test_wording import every_text

DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫", "0123456789.", "٬")
ZWNJ = "\u200c"
# Placeholders of templates and ids of figures stand as they are in every language.
CODES = re.compile(r"\{\w+\}|B\d\d")
# Names that Persian readers know in Latin letters.
NAMES = {"CRM", "FISC", "Celent", "Regus", "Capgemini", "Moneythor"}
NAMES |= {"GMO", "Cloud", "Japan", "Today", "Y"}  # GMO Cloud, Japan Today, Generation Y
FAULTS = {
    "an Arabic letter for a Persian one": r"[\u064a\u0643\u0649\u06c0]",
    "a Latin mark": r"[,;?%\"']",
    "a Latin or Arabic digit": r"[0-9\u0660-\u0669]",
    "a space before a mark": r"\s[،؛؟.:»]|«\s",
    "a space too many": r"\s{2}|^\s|\s$",
    "a joiner that joins nothing": rf"{ZWNJ}(?=[\s،؛؟.:«»{ZWNJ}]|$)|(?:^|\s){ZWNJ}",
    "a prefix or suffix cut off by a space": r"(?:^|\s)ن?می\s|\s(?:ها|های|هایی|تر|ترین)(?=[\s،؛.])",
}


def texts(language: str) -> dict[str, str]:
    """Every text of a language by file and path, without the citations, which keep their names."""
    folder = FRAMEWORKS / "v1" / language
    files = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in folder.glob("*.yaml")}
    return {
        path: text
        for path, text in every_text(files)
        if not re.search(r"\.items\..*\.sources\[|\.id$", path)
    }


@pytest.fixture(scope="module")
def persian() -> Wording:
    return load_wording("fa")


@pytest.mark.parametrize("fault", FAULTS)
def test_persian_texts_keep_the_orthography(fault: str) -> None:
    faulty = {
        path: text
        for path, text in texts("fa").items()
        if re.search(FAULTS[fault], CODES.sub("کد", text.replace(EMPHASIS, "")))
    }
    assert faulty == {}


def test_persian_texts_hold_no_latin_word_but_a_known_name() -> None:
    found = {
        (path, word)
        for path, text in texts("fa").items()
        for word in re.findall(r"[A-Za-z]+", CODES.sub("", text))
    }
    assert {(path, word) for path, word in found if word not in NAMES} == set()


def test_persian_and_english_say_the_same_numbers_in_the_same_places() -> None:
    def numbers(text: str) -> Counter[str]:
        plain = CODES.sub("", text).translate(DIGITS).replace(",", "")
        return Counter(re.findall(r"\d+(?:\.\d+)?", plain))

    persian = texts("fa")
    assert {
        path: persian[path]
        for path, text in texts("en").items()
        if numbers(persian[path]) != numbers(text)
    } == {}


def test_persian_marks_what_changes_where_english_does() -> None:
    english, persian = load_wording("en"), load_wording("fa")
    marked = [
        (item, number)
        for item, words in english.items.items()
        for number, level in enumerate(words.levels)
        if (EMPHASIS in level.behaviour)
        != (EMPHASIS in persian.items[item].levels[number].behaviour)
    ]
    assert marked == []


def test_persian_cites_what_english_cites() -> None:
    english, persian = load_wording("en"), load_wording("fa")
    assert {id_: item.source_list for id_, item in persian.items.items()} == {
        id_: item.source_list for id_, item in english.items.items()
    }


def names(terms: Any) -> list[str]:
    return [term.name for term in terms.values()]


def test_persian_keeps_the_terms_of_its_source(persian: Wording) -> None:
    assert names(persian.dimensions) == [
        "ظرفیت",
        "فن‌آوری",
        "پشتیبانی",
        "ریسک",
        "اطلاعات",
        "مهارت‌ها",
        "مشتریان",
    ]
    assert names(persian.stages) == ["گوش کردن", "تعامل", "ارایه", "نوآوری", "ارتباط", "جانبداری"]
    assert names(persian.levels) == ["خاموش", "نوپا", "جاافتاده", "یکپارچه", "پیشرو"]
    assert names(persian.rules) == ["محتوا", "شفافیت", "ثبات", "سازگاری"]
    assert names(persian.opportunities) == [
        "آگاهی از مشتریان و بازاریابی",
        "بینش مشتری",
        "توسعه کالاها و خدمات",
        "تولید سرنخ‌ها",
        "خدمات مشتریان",
        "توسعه بانک",
        "مدیریت شهرت",
        "وفاداری مشتری",
        "همکاری داخلی",
    ]


def test_persian_strategies_carry_their_settled_names(persian: Wording) -> None:
    assert {id_: (s.name, s.short) for id_, s in persian.strategies.items()} == {
        "innovate": ("نوآوری – ایجاد تفاوت", "نوآوری"),
        "awareness": ("افزایش آگاهی مشتری", "افزایش آگاهی"),
        "capability": ("بهبود قابلیت‌های رسانه‌های اجتماعی", "بهبود قابلیت‌ها"),
        "stepwise": ("رویکرد قدم‌به‌قدم", "قدم‌به‌قدم"),
    }
