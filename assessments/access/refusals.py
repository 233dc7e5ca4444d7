"""Why the access layer refuses. Free of models, so that settings can name the middleware."""

from uuid import UUID

from django.core.exceptions import PermissionDenied


class NotPermittedError(PermissionDenied):
    """A member's role lacks a permission; the 403 page says which role has it and whom to ask."""

    def __init__(self, permission: str, organisation: UUID) -> None:
        super().__init__(f"needs permission to {permission}")
        self.permission = permission
        self.organisation = organisation


class NotAskedError(NotPermittedError):
    """A member without a sheet in a round wants to answer in it."""


class OutsideSectionsError(NotAskedError):
    """A respondent wants to answer about a dimension that somebody else was asked about."""

    def __init__(self, permission: str, organisation: UUID, dimension: str) -> None:
        super().__init__(permission, organisation)
        self.dimension = dimension


class SecondFactorNeededError(PermissionDenied):
    """A lead, a firm's admin or a consultant signed in with a password alone (S23)."""
