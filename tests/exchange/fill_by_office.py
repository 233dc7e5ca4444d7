"""Fill cells of a workbook by LibreOffice itself and save it: its own XLSX, as people send it.

    /usr/bin/python3 fill_by_office.py FROM.xlsx TO.xlsx CELLS.json

CELLS.json maps sheet names to {"D6": value}; a number is entered as a number, a text as typed. Runs
under the system's Python, which has the module `uno` (Debian: libreoffice-calc, python3-uno).
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # of the system, beside LibreOffice

START_SECONDS = 60


def desktop(pipe: str) -> Any:
    """The running office, once it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )


def named(name: str, value: object) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def fill(office: Any, source: Path, target: Path, cells: dict[str, dict[str, Any]]) -> None:
    document = office.loadComponentFromURL(
        source.as_uri(), "_blank", 0, (named("Hidden", value=True),)
    )
    for title, entries in cells.items():
        sheet = document.Sheets.getByName(title)
        for where, value in entries.items():
            cell = sheet.getCellRangeByName(where)
            if isinstance(value, str):
                cell.setFormula(value)  # what a person types, whatever that becomes
            else:
                cell.setValue(value)
    document.storeToURL(target.as_uri(), (named("FilterName", "Calc MS Excel 2007 XML"),))
    document.close(True)


def main() -> None:
    source, target, listed = (Path(name) for name in sys.argv[1:])
    with tempfile.TemporaryDirectory() as profile:
        pipe = Path(profile).name
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            running = desktop(pipe)
            fill(running, source, target, json.loads(listed.read_text()))
            running.terminate()
        finally:
            try:
                office.wait(30)
            except subprocess.TimeoutExpired:
                office.kill()


if __name__ == "__main__":
    main()
