"""The one place where the parts are put together: a case in, findings out."""

from collections.abc import Mapping
from dataclasses import dataclass

from maturity.agreement import Agreement, agreement
from maturity.answers import ItemScore
from maturity.case import Case, Midlines
from maturity.channels import ChannelInventory
from maturity.customers import CustomerPart, CustomerScore
from maturity.framework import Framework
from maturity.quadrant import Placement
from maturity.roadmap import Roadmap, plan
from maturity.scoring import BankScore
from maturity.standing import stand


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
    roadmap: Roadmap | None
    items: Mapping[str, ItemScore]
    channels: ChannelInventory | None
    estimate: CustomerPart | None
    pulse: CustomerPart | None
    midlines: Midlines


def assess(framework: Framework, case: Case) -> Findings:
    """Score, place and plan a case. Pure: the same case gives the same findings."""
    standing = stand(framework, case)
    return Findings(
        framework=framework.version,
        bank=standing.bank,
        customer=standing.customers.axis,
        placement=standing.placement,
        agreement=agreement(framework, case),
        roadmap=plan(framework, case, standing),
        items=standing.items,
        channels=standing.inventory,
        estimate=standing.customers.estimate,
        pulse=standing.customers.pulse,
        midlines=case.midlines,
    )
