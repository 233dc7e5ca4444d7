"""Customers of one region beside the bank as a whole (framework C, Regions).

One bank score, one customer score a region, one strategy each.
"""

from collections.abc import Mapping
from dataclasses import replace

from maturity.case import Answer, Case, Respondent
from maturity.framework import CUSTOMERS, Framework

# A role that no function of a bank is called; it rates no bank item, so the bank's score and its
# error stay what they are.
REGION = "region"


def regional_case(framework: Framework, case: Case, answers: Mapping[str, Answer]) -> Case:
    """The same case with one region's customers in the place of all customers.

    ``answers`` holds customer items alone: 1 to 5, "NA" or "DK". The pulse asked customers
    everywhere, so it is left out. Raises ``ValueError`` for an item that is not about customers.
    """
    about = {item.id for item in framework.items.values() if item.dimension == CUSTOMERS}
    if strange := sorted(set(answers) - about):
        raise ValueError(f"{strange[0]}: expected an item about customers")
    bank_only = tuple(
        replace(person, answers={id_: a for id_, a in person.answers.items() if id_ not in about})
        for person in case.respondents
    )
    local = Respondent(role=REGION, answers=dict(answers))
    return replace(
        case,
        respondents=(*bank_only, local),
        evidence={id_: grade for id_, grade in case.evidence.items() if id_ not in about},
        agreed={id_: level for id_, level in case.agreed.items() if id_ not in about},
        pulse=None,
    )
