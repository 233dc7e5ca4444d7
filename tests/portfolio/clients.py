"""Clients as the portfolio reads them, for tests that need no database."""

from typing import Any

from assessments.portfolio.queries import Client
from maturity import load_framework

PARAMETERS = load_framework().parameters
BARE: dict[str, Any] = dict.fromkeys(Client._fields) | {
    "engagement": "e" * 32,
    "bank_id": "b" * 32,
    "name": "Norvane Bank",
    "country": "NO",
    "size_band": "small",
    "time_zone": "UTC",
    "fictional": False,
    "responsible_name": "",
    "responsible_email": "",
}
PUBLISHED: dict[str, Any] = {
    "result": "a" * 32,
    "period": "2026 H1",
    "version": "1.0",
    "status": "complete",
    "strategy": "innovate",
    "shown": "innovate",
    "firmness": "firm",
    "probability": 0.9,
    "bank": 70.0,
    "bank_se": 4.0,
    "customer": 60.0,
    "customer_se": 5.0,
    "cap": 70.0,
    "rsk": 65.0,
    "gate": False,
    "coverage": 1.0,
    "silent": 0,
    "strategy_before": "",
}


def bare(**facts: Any) -> Client:
    """A client without a result."""
    return Client(**(BARE | facts))


def published(**facts: Any) -> Client:
    """A client with a sound result and no round at work."""
    return bare(**(PUBLISHED | facts))
