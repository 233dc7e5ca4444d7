"""The command line: ``python -m maturity assess FILE|-`` and ``framework [--language en]``.

Bad input ends with status 2 and one line on standard error that names the field and what was
expected; standard output then stays empty. Needs neither Django nor a database.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from maturity import codec
from maturity.assess import assess
from maturity.case import Case, CaseError, parse_case
from maturity.content import ContentError, load_framework

BAD_INPUT = 2
FAILED = 1
STANDARD_INPUT = "-"
JSON_SPACE = b" \t\r"
BYTE_ORDER_MARK = "\ufeff"


class _OneLineParser(argparse.ArgumentParser):
    """Usage errors in one line, as for any other bad input."""

    def error(self, message: str) -> NoReturn:
        raise CaseError(f"{self.prog}: {message}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        options = _parser().parse_args(arguments)
        output = _assessed(options.file) if options.command == "assess" else _framework(options)
    except (CaseError, ContentError) as error:
        return _complain(str(error), BAD_INPUT)
    return _write(output)


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="python -m maturity",
        description="Social banking maturity: findings of a case, or the instrument itself.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="assess|framework")
    assessing = commands.add_parser("assess", allow_abbrev=False, help="print findings as JSON")
    assessing.add_argument(
        "file", metavar="FILE", help="a .json case, a .jsonl file of cases, or - for cases by line"
    )
    framework = commands.add_parser(
        "framework", allow_abbrev=False, help="print the whole instrument as JSON"
    )
    framework.add_argument("--language", default="en", help="such as en")
    return parser


def _assessed(name: str) -> str:
    data = _read(name)
    if name == STANDARD_INPUT or name.lower().endswith(".jsonl"):
        lines = [_compact(_findings(case)) for case in _cases(name, data)]
        return "".join(line + "\n" for line in lines)
    findings = _findings(_case(_label(name), data))
    return json.dumps(findings, indent=1, allow_nan=False) + "\n"


def _framework(options: argparse.Namespace) -> str:
    from maturity import wording  # noqa: PLC0415 -- scoring needs no words

    try:
        document = wording.framework_document(options.language)
    except wording.UnknownLanguageError as error:
        raise CaseError(str(error)) from error
    return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _findings(case: Case) -> dict[str, Any]:
    return codec.dump(assess(load_framework(), case))


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _label(name: str) -> str:
    return "standard input" if name == STANDARD_INPUT else name


def _read(name: str) -> bytes:
    if name == STANDARD_INPUT and sys.stdin is None:  # closed by the shell
        raise CaseError("standard input: expected cases, one a line, but it is closed")
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaseError(f"{_label(name)}: expected a file that can be read: {reason}") from error


def _cases(name: str, data: bytes) -> list[Case]:
    """The cases of a file that holds one a line; blank lines count but are skipped."""
    cases = [
        _case(f"{_label(name)}: line {number}", line)
        for number, line in enumerate(data.split(b"\n"), start=1)
        if line.strip(JSON_SPACE)
    ]
    if not cases:
        raise CaseError(f"{_label(name)}: expected at least one case, one a line")
    return cases


def _case(label: str, data: bytes) -> Case:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = f"byte {error.start + 1} does not fit"
        raise CaseError(f"{label}: expected text in UTF-8: {fault}") from error
    if text.startswith(BYTE_ORDER_MARK):
        raise CaseError(f"{label}: expected text in UTF-8 without a byte order mark")
    try:
        return parse_case(text)
    except CaseError as error:
        raise CaseError(f"{label}: {error}") from error


def _complain(message: str, status: int) -> int:
    sys.stderr.write(_one_line(message) + "\n")
    return status


def _one_line(message: str) -> str:
    """Printable in any terminal: line ends and what is not printable are escaped."""
    shown = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in message.replace("\n", "; ")
    )
    return shown.encode("ascii", "backslashreplace").decode("ascii")


def _write(output: str) -> int:
    """Print everything at once, quietly when the reader has gone."""
    if sys.stdout is None:  # closed by the shell
        return _complain("standard output: cannot be written: it is closed", FAILED)
    try:
        sys.stdout.buffer.write(output.encode("utf-8"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _complain(f"standard output: cannot be written: {error.strerror}", FAILED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
