"""`script/bench [--only a,b] [--json FILE] [--database sqlite|postgresql]`."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from bench import table
from bench.measure import CannotMeasureError, Row
from bench.stage import Stage

# By name, because most of these need Django set up before they are imported.
ROWS = {
    "a": "bench.questionnaire.row_a",
    "b": "bench.questionnaire.row_b",
    "c": "bench.results.row_c",
    "d": "bench.pdf.row_d",
    "e": "bench.portfolio.row_e",
    "f": "bench.processes.row_f",
    "g": "bench.exports.row_g",
    "h": "bench.model.row_h",
    "i": "bench.browser.row_i",
}
DEADLINE_SECONDS = 30 * 60


class OutOfTimeError(CannotMeasureError):
    """The whole took too long; what was measured so far is shown."""


def main() -> int:
    """Measure, print and write; 0 when everything asked for was measured, else 1."""
    options = _options()
    signal.signal(signal.SIGALRM, _too_late)
    signal.signal(signal.SIGTERM, _ended)
    signal.alarm(DEADLINE_SECONDS)
    rows: list[Row] = []
    failures: list[str] = []
    try:
        with Stage(options.database) as stage:
            for name in options.only:
                _say(f"measuring row {name}")
                try:
                    rows.extend(_row(name)(stage))
                except OutOfTimeError:
                    raise
                except CannotMeasureError as error:
                    failures.append(f"row {name} cannot be measured: {error}")
    except CannotMeasureError as error:
        failures.append(f"cannot measure: {error}")
    sys.stdout.write(table.text(rows) + "\n")
    if options.json and rows:
        options.json.write_text(table.to_json(rows), encoding="utf-8")
    for failure in failures:
        _say(failure)
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description="See docs/bench.md.")
    parser.add_argument("--only", type=_letters, default=list(ROWS), metavar="a,b")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def _letters(raw: str) -> list[str]:
    wanted = [name.strip() for name in raw.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in ROWS]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"the rows are {', '.join(ROWS)}")
    return [name for name in ROWS if name in wanted]


def _row(name: str) -> Callable[[Stage], Iterator[Row]]:
    module, function = ROWS[name].rsplit(".", 1)
    measure: Callable[[Stage], Iterator[Row]] = getattr(import_module(module), function)
    return measure


def _too_late(*_: object) -> None:
    raise OutOfTimeError(f"not done within {DEADLINE_SECONDS} s")


def _ended(*_: object) -> None:
    raise SystemExit(1)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
