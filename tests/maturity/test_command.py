"""``python -m maturity`` as a shell sees it."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maturity import assess, codec, load_framework, load_wording, read_case
from maturity.__main__ import main
from tests.maturity.goldens import golden_pairs

ROOT = Path(__file__).resolve().parents[2]
CASES = [pair["case"] for pair in golden_pairs().values()]
GOOD = json.dumps(CASES[0]).encode()


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "maturity", *arguments],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        check=False,
        timeout=60,
    )


def refusal(*arguments: str, given: bytes = b"") -> str:
    """The one line of a refused call; nothing on standard output, status 2."""
    done = run(*arguments, given=given)
    assert done.returncode == 2
    assert done.stdout == b""
    line = done.stderr.decode("ascii")
    assert line.endswith("\n")
    assert line.count("\n") == 1
    return line.rstrip("\n")


def expected(case: dict[str, Any]) -> dict[str, Any]:
    findings: dict[str, Any] = json.loads(
        json.dumps(codec.dump(assess(load_framework(), read_case(case))))
    )
    return findings


def test_a_case_file_gives_its_findings(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(json.dumps(CASES[1], indent=2).encode())
    done = run("assess", str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == expected(CASES[1])


def test_a_file_of_cases_gives_one_line_each(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    lines = [json.dumps(case).encode() for case in CASES[:3]]
    file.write_bytes(b"\n" + lines[0] + b"\r\n \t\n" + lines[1] + b"\n\n" + lines[2])
    done = run("assess", str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        expected(case) for case in CASES[:3]
    ]


def test_standard_input_holds_one_case_a_line() -> None:
    done = run("assess", "-", given=GOOD + b"\n" + GOOD + b"\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 2


def test_a_line_separator_inside_text_does_not_end_a_line() -> None:
    case = {"respondents": [{"role": "a\u2028b\u0085c", "answers": {}}]}
    done = run("assess", "-", given=json.dumps(case, ensure_ascii=False).encode())
    assert (done.returncode, done.stdout.count(b"\n")) == (0, 1)


def test_standard_input_is_not_one_case_over_many_lines() -> None:
    message = refusal("assess", "-", given=json.dumps(CASES[0], indent=2).encode())
    assert message.startswith("standard input: line 1: top level: expected one complete JSON")


def test_one_bad_line_refuses_the_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    bad = b'{"respondents": [{"role": "it", "answers": {"CAP.A1": 9}}]}'
    file.write_bytes(GOOD + b"\n\n" + bad + b"\n" + GOOD + b"\n")
    assert refusal("assess", str(file)) == (
        f"{file}: line 3: respondents[0].answers.CAP.A1: "
        'expected a whole number from 1 to 5, "NA", "DK" or null'
    )


@pytest.mark.parametrize("blank", [b"", b"\n", b"\n \t\r\n\n"])
def test_no_case_at_all_is_bad_input(tmp_path: Path, blank: bytes) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(blank)
    assert refusal("assess", str(file)) == f"{file}: expected at least one case, one a line"
    assert refusal("assess", "-", given=blank) == (
        "standard input: expected at least one case, one a line"
    )


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "top level: expected one complete JSON object"),
    "truncated": (GOOD[:-7], "top level: expected one complete JSON object"),
    "two cases": (GOOD + b"\n" + GOOD, "top level: expected one complete JSON object: Extra data"),
    "a list": (b"[" + GOOD + b"]", "top level: expected an object"),
    "deep": (b"[" * 3000 + b"]" * 3000, "top level: expected at most a few levels of nesting"),
    "deep objects": (b'{"a":' * 3000 + b"1" + b"}" * 3000, "top level: expected at most a few"),
    "deep below a key": (
        b'{"respondents":' + b"[" * 3000 + b"]" * 3000 + b"}",
        "top level: expected at most a few levels of nesting",
    ),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "expected text in UTF-8 without a byte order"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "expected text in UTF-8: byte 1 does not fit"),
    "UTF-16 without mark": (
        GOOD.decode().encode("utf-16-le"),
        "top level: expected one complete JSON object",
    ),
    "Latin-1": (b'{"respondents": [{"role": "\xe9", "answers": {}}]}', "expected text in UTF-8"),
    "overlong": (b'{"respondents": "\xc0\x80"}', "expected text in UTF-8"),
    "raw surrogate": (b'{"respondents": "\xed\xa0\x80"}', "expected text in UTF-8"),
    "binary": (bytes(range(256)), "expected text in UTF-8"),
    "NUL bytes": (b"\0" * 64, "top level: expected one complete JSON object"),
    "a word": (b"nonsense", "top level: expected one complete JSON object"),
    "XML": (b"<case/>", "top level: expected one complete JSON object"),
    "golden wrapper": (b'{"case": ' + GOOD + b"}", "case: expected no such key"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused(tmp_path: Path, name: str) -> None:
    content, message = BAD_FILES[name]
    file = tmp_path / "case.json"
    file.write_bytes(content)
    assert refusal("assess", str(file)).startswith(f"{file}: {message}")


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    assert refusal("assess", str(missing)) == (
        f"{missing}: expected a file that can be read: No such file or directory"
    )
    assert refusal("assess", str(tmp_path)) == (
        f"{tmp_path}: expected a file that can be read: Is a directory"
    )


def test_a_name_with_a_line_end_still_gives_one_line(tmp_path: Path) -> None:
    assert "one; two.json: expected a file" in refusal("assess", str(tmp_path / "one\ntwo.json"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "python -m maturity: the following arguments are required: assess|framework"),
        (("assess",), "python -m maturity assess: the following arguments are required: FILE"),
        (("assess", "a", "b"), "python -m maturity: unrecognized arguments: b"),
        (("framework", "--lang", "en"), "python -m maturity: unrecognized arguments: --lang en"),
        (("framework", "--language"), "python -m maturity framework: argument --language: "),
        (("score", "x.json"), "python -m maturity: argument assess|framework: invalid choice: "),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    assert refusal(*arguments).startswith(message)


@pytest.mark.parametrize("language", ["xx", "", "../en", "e\nn"])
def test_an_unknown_language_is_refused(language: str) -> None:
    assert refusal("framework", "--language", language).startswith("language: there is no ")


def test_the_instrument_is_printed_in_english_by_default() -> None:
    plain, named = run("framework"), run("framework", "--language", "en")
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert plain.stdout == named.stdout
    document = json.loads(plain.stdout)
    assert (document["version"], document["language"]) == ("1.0", "en")
    assert [item["id"] for item in document["items"]] == list(load_framework().items)
    assert len(document["actions"]) == 50


def test_a_reader_that_stops_early_is_not_complained_to(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b"\n".join([GOOD] * 20))
    with subprocess.Popen(
        [sys.executable, "-m", "maturity", "assess", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()
    assert complaint == b""
    assert process.returncode == 1


def test_a_full_disk_is_reported_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "maturity", "framework"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"standard output: cannot be written: No space left on device\n"


def in_process(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, bytes]:
    status = main(arguments)
    return status, b"".join(capsysbinary.readouterr())


def test_the_command_can_be_called_from_a_program(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(GOOD)
    status, output = in_process(capsysbinary, "assess", str(file))
    assert (status, json.loads(output)) == (0, expected(CASES[0]))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD)))
    status, output = in_process(capsysbinary, "assess", "-")
    assert (status, json.loads(output)) == (0, expected(CASES[0]))
    status, output = in_process(capsysbinary, "framework")
    assert (status, json.loads(output)["language"]) == (0, "en")


@pytest.mark.parametrize(
    ("arguments", "content"),
    [
        (("assess",), b""),
        (("assess", "{file}"), b"{}"),
        (("assess", "{file}"), b"\xff"),
        (("assess", "{file}"), b"\xef\xbb\xbf{}"),
        (("assess", "{file}l"), b""),
        (("assess", "{file}.gone"), b""),
        (("framework", "--language", "xx"), b""),
    ],
)
def test_a_program_gets_status_two_for_what_is_refused(
    capsysbinary: pytest.CaptureFixture[bytes],
    tmp_path: Path,
    arguments: tuple[str, ...],
    content: bytes,
) -> None:
    file = tmp_path / "case.json"
    for name in (file, tmp_path / "case.jsonl"):
        name.write_bytes(content)
    status, output = in_process(capsysbinary, *(a.format(file=file) for a in arguments))
    assert (status, output.count(b"\n")) == (2, 1)


@pytest.mark.parametrize(
    ("stream", "status", "message"),
    [
        ("stdin", 2, b"standard input: expected cases, one a line, but it is closed\n"),
        ("stdout", 1, b"standard output: cannot be written: it is closed\n"),
    ],
)
def test_a_stream_closed_by_the_shell_is_reported(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    stream: str,
    status: int,
    message: bytes,
) -> None:
    arguments = ("assess", "-") if stream == "stdin" else ("framework",)
    monkeypatch.setattr(sys, stream, None)
    assert main(arguments) == status
    assert capsysbinary.readouterr().err == message


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), b""),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            b"standard output: cannot be written: No space left on device\n",
        ),
    ],
)
def test_a_stream_that_fails_ends_with_status_one(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fault: OSError,
    message: bytes,
) -> None:
    def fail(data: bytes) -> int:
        raise fault

    with (tmp_path / "output").open("wb") as file:
        stream = SimpleNamespace(buffer=SimpleNamespace(write=fail), fileno=file.fileno)
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(("framework",)) == 1
        monkeypatch.undo()
    assert capsysbinary.readouterr().err == message


def test_neither_django_nor_the_application_is_loaded() -> None:
    listing = (
        "import sys, maturity.__main__, maturity.wording, maturity.benchmark;"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'assessments')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, cwd=ROOT, check=True
    )
    assert done.stdout == b"[]\n"


def test_the_front_door_leads_to_the_words() -> None:
    assert load_wording("en").language == "en"
