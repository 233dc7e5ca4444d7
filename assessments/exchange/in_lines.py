"""Which line of a JSON text a field stands on, so that a refusal can point there."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


DEEPEST = 12  # brackets within each other; a case has five


def line_of(text: str, path: str) -> int | None:
    """The line of a field such as "respondents[0].answers.CAP.A1", counted from 1.

    Of a field that is missing, the line of what should hold it; None for what holds everything, and
    beyond what is nested deeper than any case. The text has been read as JSON already.
    """
    nearest = None
    for here, line in _Walk(text).fields():
        if here == path:
            return line
        if path.startswith((f"{here}.", f"{here}[")):
            nearest = line
    return nearest


class _Walk:
    """Goes through a JSON text token by token and knows where it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.outer: list[str] = []  # paths of the open brackets
        self.places: list[int | None] = []  # for a list, which entry; for an object, None
        self.key = ""
        self.before_key = False

    def fields(self) -> Iterator[tuple[str, int]]:
        """Every field with its path, as the case reader writes it, and its line."""
        line, seen = 1, 0
        for token in _TOKEN.finditer(self.text):
            line += self.text.count("\n", seen, token.start())
            seen = token.start()
            if path := self._step(token[0]):
                yield path, line
            if len(self.outer) > DEEPEST:
                return

    def _step(self, mark: str) -> str:
        """The path of the field that begins at this token, or nothing."""
        if mark in "{[":
            return self._open(mark)
        if mark in "}]":
            self.outer.pop()
            self.places.pop()
            return ""
        if mark == ",":
            return self._onward()
        if mark == ":" or not self.places:
            return ""
        if self.before_key:
            self.key, self.before_key = mark[1:-1], False
            return self._path()
        return "" if self.places[-1] is None else self._path()

    def _open(self, mark: str) -> str:
        path = self._path()
        self.outer.append(path)
        self.places.append(0 if mark == "[" else None)
        self.before_key = mark == "{"
        return path

    def _onward(self) -> str:
        place = self.places[-1]
        self.before_key = place is None
        if place is not None:
            self.places[-1] = place + 1
        return ""

    def _path(self) -> str:
        if not self.places:
            return ""
        if self.places[-1] is not None:
            return f"{self.outer[-1]}[{self.places[-1]}]"
        return f"{self.outer[-1]}.{self.key}" if self.outer[-1] else self.key
