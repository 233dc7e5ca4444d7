"""Views that are loaded when somebody first asks for their page.

The list of addresses names every room, and a room brings its charts, forms and wording along.
A start, a check or a command needs none of that, so a name in the list stands for its view until
the first request. tests/test_later.py sees that every name leads somewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

View = Callable[..., HttpResponseBase]
# What the resolver asks of every view while it only lists addresses.
_OF_CLASSES = frozenset({"view_class", "func", "cls", "_partialmethod"})


class LaterView:
    """One view by its name. Its marks, such as "csrf_exempt", are read from the view itself."""

    def __init__(self, module: str, name: str, *, of_class: bool = False) -> None:
        self.__module__ = module
        self.__name__ = name
        self.__qualname__ = name
        self._of_class = of_class
        self._loaded: View | None = None

    def as_view(self) -> "LaterView":
        """The view of the class that the name stands for."""
        return LaterView(self.__module__, self.__name__, of_class=True)

    def load(self) -> View:
        """The view itself. Raises ImportError or AttributeError where there is none."""
        if self._loaded is None:
            named = getattr(import_module(self.__module__), self.__name__)
            self._loaded = named.as_view() if self._of_class else named
        return self._loaded

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.load()(request, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in _OF_CLASSES or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.load(), name)


class LaterViews:
    """A module of views: every name asked of it is a view to be loaded later."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> LaterView:
        if name.startswith("_"):
            raise AttributeError(name)
        return LaterView(self._module, name)


def views_among(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[LaterView]:
    """The views to be loaded later among addresses."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views_among(pattern.url_patterns)
        elif isinstance(pattern.callback, LaterView):
            yield pattern.callback


def load_all() -> None:
    """Load every view, so that nobody waits for it; a server does so once it has answered first."""
    for view in views_among(get_resolver().url_patterns):
        view.load()
