"""Rows a and b: showing eight questions, saving one answer, saving a page of them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, cycle
from uuid import UUID, uuid4

from django.urls import reverse

from assessments.models import AnswerChange, SavedAnswer
from bench.client import Client
from bench.eight import ITEMS, SLUG
from bench.measure import CannotMeasureError, Row, alternate
from bench.stage import Stage
from maturity import load_framework

RUNS = 60
# The floor writes to questions of its own, so that neither side moves the other's versions.
FLOOR_ITEMS = tuple(item.id for item in load_framework().bank_items[8:16])
SINGLE_ITEMS = tuple(item.id for item in load_framework().bank_items[16:18])
_EIGHT = len(ITEMS)


def row_a(stage: Stage) -> Iterator[Row]:
    """Eight questions by the product's section page, against a plain template."""
    client, pk = stage.client, stage.seeds.open_round
    # "back" leads to the review: this page has no successor in the questionnaire.
    page = reverse("section", args=[pk, SLUG]) + f"?back={ITEMS[0]}"
    floor = reverse("bench_questions", args=[pk])
    reply = client.get(page, count=True)
    missing = [item for item in ITEMS if f'name="answer-{item}"'.encode() not in reply.body]
    if missing:
        raise CannotMeasureError(f"the page lacks the questions {', '.join(missing)}")
    yield alternate(
        "a",
        lambda: client.get(page),
        lambda: client.get(floor),
        size=_EIGHT,
        runs=RUNS,
        queries=reply.queries,
        note="page of 8 questions",
    )


class Saves:
    """Sends answers that differ each time, and keeps their versions."""

    def __init__(self, client: Client, path: str, items: tuple[str, ...]) -> None:
        self.client = client
        self.path = path
        self.items = items
        self.versions = count(1)
        self.levels = cycle((4, 2))
        self.queries: int | None = None

    def one(self) -> None:
        """One answer as JSON; the reply must tell the next version."""
        version = next(self.versions)
        body = {"answer": next(self.levels), "version": version, "client_id": str(uuid4())}
        reply = self.client.post_json(self.path, body, count=self.queries is None)
        if reply.json()["version"] != version + 1:
            raise CannotMeasureError(f"{self.path} did not store the answer")
        self.queries = self.queries if reply.queries is None else reply.queries

    def page(self) -> None:
        """All answers of the page, each with the version it was shown with."""
        version, level = str(next(self.versions)), str(next(self.levels))
        form = {"back": self.items[0], "version": version}
        form |= {f"answer-{item}": level for item in self.items}
        form |= {f"version-{item}": version for item in self.items}
        reply = self.client.post_form(self.path, form, count=self.queries is None)
        self.queries = self.queries if reply.queries is None else reply.queries

    def must_be_stored(self, pk: UUID) -> None:
        """Every save so far made one new version and one line of history, or nothing was measured."""
        version = next(self.versions)
        answers = SavedAnswer.objects.filter(sheet__assessment=pk, item__in=self.items)
        changes = AnswerChange.objects.filter(sheet__assessment=pk, item__in=self.items)
        stored = set(answers.values_list("version", flat=True))
        if stored != {version} or changes.count() != version * len(self.items):
            raise CannotMeasureError(f"{self.path} did not store every answer it was sent")


def row_b(stage: Stage) -> Iterator[Row]:
    """One answer by the autosave's door and eight by the form, against the same two writes."""
    client, pk = stage.client, stage.seeds.open_round
    mine, its = SINGLE_ITEMS
    product = Saves(client, reverse("answer", args=[pk, mine]), (mine,))
    floor = Saves(client, reverse("bench_answer", args=[pk, its]), (its,))
    one = alternate("b", product.one, floor.one, size=1, runs=RUNS, note="save one answer")
    pages = Saves(client, reverse("section", args=[pk, SLUG]), ITEMS)
    floors = Saves(client, reverse("bench_section", args=[pk]), FLOOR_ITEMS)
    eight = alternate("b", pages.page, floors.page, size=_EIGHT, runs=RUNS, note="save a page of 8")
    for saves in (product, floor, pages, floors):
        saves.must_be_stored(pk)
    yield replace(one, queries=product.queries)
    yield replace(eight, queries=pages.queries)
