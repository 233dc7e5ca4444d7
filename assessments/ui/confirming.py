"""What people/confirm.html shows: a question before something is done that cannot be undone."""

from dataclasses import dataclass

from assessments.ui.shell import BankNav


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """`consequences` are told one by one; `refusal` is why it cannot be done, usually empty."""

    bank: BankNav
    title: str
    text: str
    consequences: tuple[str, ...]
    button: str
    back_url: str
    refusal: str = ""
