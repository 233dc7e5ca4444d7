"""The product's addresses, a page of eight questions among them, and the floors."""

from django.urls import path

from assessments.config.urls import (
    handler400,
    handler403,
    handler404,
    handler429,
    handler500,
)
from assessments.config.urls import urlpatterns as product
from bench import eight, floors, fresh

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

eight.lay_out()

urlpatterns = [
    *product,
    path("bench/<uuid:pk>/questions/", floors.questions, name="bench_questions"),
    path("bench/<uuid:pk>/answers/<str:item>/", floors.answer, name="bench_answer"),
    path("bench/<uuid:pk>/section/", floors.section, name="bench_section"),
    path("bench/<uuid:pk>/results/", fresh.results, name="bench_results"),
    path("bench/<uuid:pk>/stored/", floors.answers, name="bench_stored"),
    path("bench/<uuid:pk>/snapshot/", floors.snapshot, name="bench_snapshot"),
    path("bench/<uuid:pk>/clients.csv", floors.clients_csv, name="bench_clients_csv"),
    path("bench/<uuid:pk>/clients.xlsx", floors.clients_xlsx, name="bench_clients_xlsx"),
]
