"""What the renderer may not reach (S30), watched from inside by an audit hook."""

import base64
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from assessments.reports import pdf

ROOT = Path(pdf.__file__).resolve().parent.parent.parent
WATCH = """
import json, sys
from assessments.reports import pdf
pdf.to_pdf(sys.argv[2])  # imports, fonts and caches are read before the watch begins
seen = []
def watch(event, args):
    if event.startswith("socket."):
        seen.append([event, repr(args)])
    elif event in ("open", "os.listdir", "os.scandir", "subprocess.Popen", "urllib.Request"):
        seen.append([event, repr(args[0])])
sys.addaudithook(watch)
open("/dev/null").close()  # proves that the watch sees
made = pdf.to_pdf(sys.argv[1])
done = list(seen)
print(json.dumps({"seen": done, "size": len(made)}))
"""
QUIET = '<html lang="en"><head><title>x</title></head><body><p>x</p></body></html>'


@pytest.fixture
def redirecting() -> Iterator[str]:
    """A server on loopback that would send a visitor to a file, and counts its visitors."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()

    visits: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    assert visits == []


def seen_while_printing(body: str, head: str = "") -> list[list[str]]:
    """Files opened and sockets touched while a document with this content is printed."""
    html = (
        f'<html lang="en"><head><title>x</title>{head}</head><body><h1>x</h1>{body}</body></html>'
    )
    out = subprocess.run(
        [sys.executable, "-c", WATCH, html, QUIET],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    result = json.loads(out)
    assert result["size"] > 1000
    first, *seen = result["seen"]
    assert first == ["open", "'/dev/null'"]
    return list(seen)


@pytest.fixture
def canary(tmp_path: Path) -> str:
    path = tmp_path / "canary.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>canary</text></svg>')
    return path.as_uri()


def test_S30_no_file_is_read_whatever_refers_to_it(canary: str) -> None:
    body = (
        f'<img src="{canary}"><object data="{canary}"></object><embed src="{canary}">'
        f'<p style="background: url({canary}); list-style-image: url({canary})">x</p>'
        f'<p style="content: url({canary})">x</p><a rel="attachment" href="{canary}">x</a>'
        '<img src="file:///etc/passwd"><iframe src="file:///etc/passwd"></iframe>'
    )
    head = f'<link rel="stylesheet" href="{canary}"><link rel="attachment" href="{canary}">'
    assert seen_while_printing(body, head) == []


def test_S30_no_style_import_and_no_font_face_reaches_out(canary: str) -> None:
    head = (
        f'<style>@import url("{canary}"); @import "http://169.254.169.254/latest/meta-data/";'
        f'@font-face {{ font-family: Evil; src: url("{canary}") }} h1 {{ font-family: Evil }}'
        "</style><base href='file:///etc/'>"
    )
    assert seen_while_printing('<img src="passwd">', head) == []


def test_S30_no_image_inside_an_svg_is_fetched(canary: str) -> None:
    body = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image href="{canary}" width="9" height="9"/><image xlink:href="{canary}"/>'
        f'<use href="{canary}#a"/><rect fill="url({canary}#b)" width="9" height="9"/>'
        "</svg>"
    )
    assert seen_while_printing(body) == []


def test_S30_no_metadata_address_and_no_redirect_is_followed(redirecting: str) -> None:
    body = (
        '<img src="http://169.254.169.254/latest/meta-data/">'
        f'<img src="{redirecting}"><img src="//127.0.0.1/x"><img src="ftp://127.0.0.1/x">'
        f'<img src="{redirecting}x.eps"><img src="data:image/svg+xml,%3Csvg/%3E">'
    )
    assert seen_while_printing(body, f'<link rel="stylesheet" href="{redirecting}">') == []


def test_S30_the_fonts_are_the_only_addresses_that_are_answered() -> None:
    fetcher = pdf._fetcher()  # noqa: SLF001 -- what WeasyPrint is given
    for path in sorted(pdf.FONTS.glob("*.ttf")):
        assert fetcher.fetch(path.as_uri()).read() == path.read_bytes()
    for refused in (
        pdf.STYLE.as_uri(),
        (pdf.FONTS / "Inter-Regular.ttf").as_uri() + "?",
        (pdf.HERE / "fonts" / ".." / "pdf.py").as_uri(),
        "file:///etc/passwd",
        "https://example.com/",
        "data:text/plain,x",
    ):
        with pytest.raises(pdf.RefusedError):
            fetcher.fetch(refused)


# ---- pictures that a document holds itself -----------------------------------------------------


def png(width: int = 64, height: int = 64) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0B6E4F").save(file, "PNG")
    return file.getvalue()


def within(data: bytes) -> str:
    """The address of a picture as the report writes it."""
    return pdf.PICTURE + base64.b64encode(data).decode()


def test_S30_a_logo_is_printed_without_opening_anything() -> None:
    quiet = QUIET.replace("<p>x</p>", f'<p>x</p><img src="{within(png(32, 32))}" alt="x"/>')
    html = QUIET.replace("<p>x</p>", f'<p>x</p><img src="{within(png())}" alt="x"/>')
    out = subprocess.run(
        [sys.executable, "-c", WATCH, html, quiet],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    assert json.loads(out)["seen"] == [["open", "'/dev/null'"]]
    assert len(PdfReader(io.BytesIO(pdf.to_pdf(html))).pages[0].images) == 1


def test_S30_a_logo_cannot_fetch_anything(canary: str, redirecting: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{canary}"/></svg>'.encode()
    linked = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{redirecting}"/></svg>'.encode()
    pictures = [svg, linked, png()[:40], b"GIF89a", b"%!PS-Adobe-3.0 EPSF-3.0"]
    body = "".join(f'<img src="{within(data)}">' for data in pictures)
    body += '<img src="data:image/svg+xml;base64,' + base64.b64encode(svg).decode() + '">'
    assert seen_while_printing(body) == []


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64,",
        "data:image/png;base64,****",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/png,iVBORw0KGgo=",
        "data:image/svg+xml;base64,PHN2Zy8+",
        within(b"<svg/>"),
        within(png(4001, 1)),
        within(png()) + "A" * pdf.MOST_PICTURE,
    ],
)
def test_S30_what_is_no_picture_of_ours_is_refused(address: str) -> None:
    with pytest.raises(pdf.RefusedError):
        pdf._fetcher().fetch(address)  # noqa: SLF001 -- what WeasyPrint is given


def test_S30_a_picture_is_answered_with_its_own_bytes() -> None:
    answer = pdf._fetcher().fetch(within(png()))  # noqa: SLF001 -- what WeasyPrint is given
    assert (answer.read(), answer.content_type) == (png(), "image/png")
