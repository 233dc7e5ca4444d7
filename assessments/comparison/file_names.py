"""What a comparison's files are called; no name of a bank or a period stands in them."""

from assessments.comparison.lineup import Lineup
from assessments.models import ComparisonFile


def of_file(file: ComparisonFile) -> str:
    """``comparison-3-banks-en.pdf``: in a folder of downloads nobody reads who was compared."""
    return f"{_stem(file.kind, len(file.rounds), lettered=file.lettered)}-{file.language}.pdf"


def of_workbook(lineup: Lineup) -> tuple[str, ...]:
    """The parts of a workbook's name, for `ui.filenames`."""
    rounds = {side.round for side in lineup.sides}
    return (_stem(lineup.kind, len(rounds), lettered=lineup.lettered),)


def _stem(kind: str, count: int, *, lettered: bool) -> str:
    parts = ["comparison"] + ([str(count)] if count > 1 else []) + [kind]
    return "-".join(parts + ["letters"] * lettered)
