"""The Japanese wording: its signs, its settled terms and the numbers it shares with English."""

import re
from collections import Counter
from typing import Any

import pytest

from maturity.phrases import EMPHASIS
from maturity.wording import Wording, load_wording
from tests.maturity.test_persian_wording import CODES, texts

FAULTS = {
    "a full-width digit or letter": r"[０-９Ａ-Ｚａ-ｚ]",
    "a Latin mark": r"[,;?!\"'](?!\d)",
    "a sign that the printed typeface lacks": r"[～‐‑→✓●▲■◆≥≤≠\u202f\u2007]",
    "a space beside a Japanese sign": r"[ぁ-んァ-ヶ一-龠、。]\s|\s[ぁ-んァ-ヶ一-龠、。]",
    "a space too many": r"\s{2}|^\s|\s$",
    "half-width katakana": r"[ｦ-ﾟ]",
}
# What a reader in a bank would take for something else, or would feel to be translated.
MISREAD = {
    "札": "a banknote; a tag is タグ",
    "信号": "a traffic light; a signal is シグナル or 声",
    "沈黙": "an account without posts is 更新の止まったアカウント",
    "後援": "patronage of an event; an executive sponsor is 担当役員",
    "編集カレンダー": "the calendar of posts is 投稿カレンダー",
    "人らし": "a human tone is 人間味のある口調",
    "取引企業": "a bank's corporate clients; a vendor is 委託先 or ベンダー",
    "、サービス、": "the department is 顧客サービス",
    "、リスク、": "the department is リスク管理",
}
# Millions and billions are written in units of ten thousand and of a hundred million.
OTHER_UNITS = {
    ".technology.items.TEC.A3.why",
    ".benchmarks.benchmarks.B10.sentence",
    ".benchmarks.benchmarks.B10.what",
}


@pytest.fixture(scope="module")
def japanese() -> Wording:
    return load_wording("ja")


@pytest.mark.parametrize("fault", FAULTS)
def test_japanese_texts_keep_their_signs(fault: str) -> None:
    faulty = {
        path: text
        for path, text in texts("ja").items()
        if re.search(FAULTS[fault], CODES.sub("記号", text.replace(EMPHASIS, "")))
    }
    names = {path for path in faulty if path.startswith(".benchmarks.sources")}
    assert {path: text for path, text in faulty.items() if path not in names} == {}


def test_questions_are_polite_and_headlines_end_without_a_full_stop(japanese: Wording) -> None:
    for item in japanese.items.values():
        assert item.question.endswith("か。")
        assert all(not level.headline.endswith("。") for level in item.levels)
        assert all(level.behaviour.endswith("。") for level in item.levels)
        assert not any(
            re.search("(です|ます)。", level.behaviour.replace(EMPHASIS, ""))
            for level in item.levels
        )


@pytest.mark.parametrize("word", MISREAD)
def test_japanese_says_nothing_that_a_bank_would_misread(word: str) -> None:
    found = {path: text for path, text in texts("ja").items() if word in text}
    assert found == {}, MISREAD[word]


def test_questions_ask_about_active_customers_where_english_does(japanese: Wording) -> None:
    english = load_wording("en")
    for item, words in english.items.items():
        active = "active customers" in words.question
        assert ("取引のある顧客" in japanese.items[item].question) == active, item


def test_japanese_says_every_number_that_english_says() -> None:
    def numbers(text: str) -> Counter[str]:
        return Counter(re.findall(r"\d+(?:\.\d+)?", CODES.sub("", text).replace(",", "")))

    japanese = texts("ja")
    lost = {
        path: japanese[path]
        for path, text in texts("en").items()
        if numbers(text) - numbers(japanese[path]) and path not in OTHER_UNITS
    }
    assert lost == {}


def test_japanese_marks_what_changes_where_english_does_and_cites_the_same() -> None:
    english, japanese = load_wording("en"), load_wording("ja")
    for item, words in english.items.items():
        own = japanese.items[item]
        assert own.source_list == words.source_list
        for level, other in zip(words.levels, own.levels, strict=True):
            assert (EMPHASIS in level.behaviour) == (EMPHASIS in other.behaviour)


def names(terms: Any) -> list[str]:
    return [term.name for term in terms.values()]


def test_japanese_keeps_the_settled_terms(japanese: Wording) -> None:
    assert names(japanese.dimensions) == [
        "体制・資源",
        "技術",
        "支援",
        "リスク",
        "情報",
        "スキル",
        "顧客",
    ]
    assert names(japanese.stages) == [
        "聴く",
        "対話する",
        "届ける",
        "革新する",
        "つながる",
        "推奨を広げる",
    ]
    assert names(japanese.levels) == ["休眠", "萌芽", "定着", "統合", "先導"]
    assert names(japanese.rules) == ["コンテンツ", "透明性", "一貫性", "法令順守"]
    assert {id_: (s.name, s.short) for id_, s in japanese.strategies.items()} == {
        "innovate": ("革新による差別化", "革新"),
        "awareness": ("顧客の認知を高める", "顧客の認知を高める"),
        "capability": ("ソーシャルメディア対応力の強化", "対応力の強化"),
        "stepwise": ("段階的に進める", "段階的に進める"),
    }
