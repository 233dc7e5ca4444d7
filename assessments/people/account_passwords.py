"""What a password may not be. No rule asks for kinds of characters, and none limits strength.

There is no network: instead of a service that knows breached passwords, Django's list of the 20,000
most common ones is used, and every password that is one of them in a thin disguise is refused too.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.access.scope import organisations_of
from assessments.models import User

LEAST_OWN = 8  # characters that must be left without the words that anybody could guess
LEAST_WORD = 4
LONGEST_UNIT = 6
LEAST_RUN = 4
_PRODUCT = ("maturity", "social banking", "socialbanking")
_DISGUISES = str.maketrans("@4301!5$7", "aaeoiisst")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_WALKS = tuple(row for line in _ROWS for row in (line, line[::-1]))


class GuessableValidator(CommonPasswordValidator):
    """Refuses the most common passwords, also with digits around them or letters swapped."""

    def validate(self, password: str, user: User | None = None) -> None:
        if any(self._is_common(form) for form in _disguised(password)):
            raise ValidationError(
                _("This password is among the most common ones. Choose a few unrelated words."),
                code="common",
            )
        if _is_repeated(password) or _is_walk(password):
            raise ValidationError(
                _("This password follows a pattern. Choose a few unrelated words."), code="pattern"
            )

    def _is_common(self, word: str) -> bool:
        return word in self.passwords


class ContextValidator:
    """Refuses what is mostly the person's own name, address or organisation, or the product's."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None:
            return
        names = [user.email, user.name]
        if user.pk:
            names += organisations_of(user).values_list("name", flat=True)
        refuse_context_words(password, names)

    def get_help_text(self) -> str:
        return str(_("Not your name, address or organisation."))


def refuse_context_words(password: str, names: Iterable[str]) -> None:
    """Raise ValidationError unless enough is left of a password without these names."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    words = sorted(_words([*names, *_PRODUCT, host]), key=len, reverse=True)
    found = re.sub("|".join(map(re.escape, words)), "", password.casefold())
    if found == password.casefold():
        return
    rest = re.sub(r"(?:19|20)\d\d|[\W_]+|bank", "", found)
    if len(rest) < LEAST_OWN:
        raise ValidationError(
            _(
                "This password is mostly your name, address or organisation, or the product’s name."
                " Choose other words."
            ),
            code="context",
        )


def _words(names: Iterable[str]) -> set[str]:
    """The names and their parts, where long enough to be told from chance."""
    found = set()
    for name in names:
        plain = name.casefold().strip()
        found |= {plain, plain.replace(" ", ""), *re.split(r"[\W_]+", plain)}
    return {word for word in found if len(word) >= LEAST_WORD}


def _disguised(password: str) -> Iterator[str]:
    """The password, and what it is without what people add to a common one."""
    plain = password.casefold()
    yield plain
    for form in (plain, plain.translate(_DISGUISES)):
        for core in (
            form,
            form.strip("0123456789!?.,;:#*+-_=$%&@ "),
            re.sub(r"[\W\d_]+", "", form),
        ):
            if len(core) >= LEAST_WORD and len(plain) - len(core) <= LEAST_OWN:
                yield core


def _is_repeated(password: str) -> bool:
    """Whether it is one short unit over and over, whole or cut off at the end."""
    plain = password.casefold()
    return any(
        (plain[:size] * (len(plain) // size + 1))[: len(plain)] == plain
        for size in range(1, min(LONGEST_UNIT, len(plain) // 2) + 1)
    )


def _is_walk(password: str) -> bool:
    """Whether it is made only of runs along the alphabet, the digits or a row of keys."""
    rest = password.casefold()
    while rest:
        length = next(
            (
                size
                for size in range(len(rest), LEAST_RUN - 1, -1)
                if any(rest[:size] in walk for walk in _WALKS)
            ),
            0,
        )
        if not length:
            return len(rest) < LEAST_RUN and rest != password.casefold()
        rest = rest[length:]
    return True
