"""The look that a report wears: a bank's own, and that of the firm whose people ask for it.

Values only; `brand_queries` reads them from the rows. Colours are "#RRGGBB" or empty. A picture is
a PNG that this program encoded itself; its digest stands for its bytes in the content key.
"""

import base64
from dataclasses import dataclass

from django.core.files.storage import default_storage

PNG_ADDRESS = "data:image/png;base64,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A stored picture: its name in the storage, its SHA-256, and its size in pixels."""

    name: str
    digest: str
    width: int
    height: int

    def address(self) -> str:
        """The picture itself as an address that needs no fetching. Raises OSError when it is gone."""
        with default_storage.open(self.name) as file:
            return PNG_ADDRESS + base64.b64encode(file.read()).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What a firm says of itself on the last page. Lines are parted by line feeds."""

    title: str = ""
    text: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one organisation gave of itself."""

    name: str
    logo: Logo | None = None
    colour: str = ""
    closing: Closing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """All that a report wears. `firm` is None on what the bank's own people ask for."""

    bank: Look | None = None
    firm: Look | None = None

    @property
    def accent(self) -> str:
        """The firm's colour, else the bank's, else none."""
        looks = (self.firm, self.bank)
        return next((look.colour for look in looks if look is not None and look.colour), "")


PLAIN = Dress()
