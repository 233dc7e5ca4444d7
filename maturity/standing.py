"""Where a case stands before anything is planned: items, both axes and the quadrant."""

from collections.abc import Mapping
from dataclasses import dataclass

from maturity.answers import ItemScore, merge_all
from maturity.case import Case
from maturity.channels import ChannelInventory, score_channels
from maturity.customers import Customers, score_customers
from maturity.framework import Framework
from maturity.quadrant import Placement, place
from maturity.scoring import BankScore, score_bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The scored case. ``inventory`` is None without channels, ``placement`` without an axis."""

    items: Mapping[str, ItemScore]
    inventory: ChannelInventory | None
    bank: BankScore
    customers: Customers
    placement: Placement | None


def stand(framework: Framework, case: Case) -> Standing:
    """Score both axes of a case and place it."""
    items = merge_all(framework, case)
    inventory = None if case.channels is None else score_channels(framework.channels, case.channels)
    bank = score_bank(framework, case, items, inventory)
    customers = score_customers(framework, items, case.pulse)
    return Standing(
        items=items,
        inventory=inventory,
        bank=bank,
        customers=customers,
        placement=place(framework, case.midlines, bank, customers.axis),
    )
