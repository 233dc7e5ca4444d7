"""The one place where the parts are put together: a case in, findings out."""

from collections.abc import Mapping
from dataclasses import dataclass

from maturity.agreement import Agreement, agreement
from maturity.answers import ItemScore, merge_all
from maturity.case import Case, Midlines
from maturity.channels import ChannelInventory, score_channels
from maturity.customers import CustomerPart, CustomerScore, score_customers
from maturity.framework import Framework
from maturity.quadrant import Placement, place
from maturity.scoring import BankScore, score_bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything known about one case; ``framework`` is the version it was scored with.

    ``placement`` and ``roadmap`` are None when either axis has no score, ``agreement`` when no
    bank item has two ratings, ``channels`` without an inventory.
    """

    framework: str
    bank: BankScore
    customer: CustomerScore
    placement: Placement | None
    agreement: Agreement | None
    items: Mapping[str, ItemScore]
    channels: ChannelInventory | None
    estimate: CustomerPart | None
    pulse: CustomerPart | None
    midlines: Midlines


def assess(framework: Framework, case: Case) -> Findings:
    """Score, place and plan a case. Pure: the same case gives the same findings."""
    scores = merge_all(framework, case)
    inventory = None if case.channels is None else score_channels(framework.channels, case.channels)
    bank = score_bank(framework, case, scores, inventory)
    customers = score_customers(framework, scores, case.pulse)
    return Findings(
        framework=framework.version,
        bank=bank,
        customer=customers.axis,
        placement=place(framework, case.midlines, bank, customers.axis),
        agreement=agreement(framework, case),
        items=scores,
        channels=inventory,
        estimate=customers.estimate,
        pulse=customers.pulse,
        midlines=case.midlines,
    )
