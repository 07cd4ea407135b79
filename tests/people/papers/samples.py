"""Files made by the tests themselves: good ones of each kind, and what somebody might send instead."""

from __future__ import annotations

import io
import zipfile
import zlib

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def upload(data: bytes, name: str = "授权书.pdf", said: str = "application/octet-stream") -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile(name, data, said)


def pdf(body: bytes = b"", catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one empty page, object 9, with `body` among its objects and `catalog`, `page` and `trailer` in these."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n2 0 obj\n"
        b"<< /Type /Pages /Kids [9 0 R] /Count 1 >>\nendobj\n9 0 obj\n"
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        + page
        + b" >>\nendobj\n"
        + body
        + b"\ntrailer << /Root 1 0 R "
        + trailer
        + b" >>\n%%EOF\n"
    )


def object_stream(content: bytes) -> bytes:
    """An object stream that hides `content`."""
    packed = zlib.compress(content)
    return (
        b"7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj"
        % (len(packed), packed)
    )


def picture(format: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A red rectangle."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format)
    return out.getvalue()


def package(parts: dict[str, str | bytes], deflate: bool = False) -> bytes:
    """A ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(more: dict[str, str | bytes] | None = None, types: str = "") -> bytes:
    """A DOCX with some more parts."""
    main = f'<Override PartName="/word/document.xml" ContentType="{_WORD}.main+xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(main + types),
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": "<document/>",
    }
    return package(parts | (more or {}))


def ofd(more: dict[str, str | bytes] | None = None) -> bytes:
    """An OFD with some more parts."""
    root = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>'
    return package({"OFD.xml": root, "Doc_0/Document.xml": "<Document/>", **(more or {})})


def xlsx() -> bytes:
    """A workbook as openpyxl writes it."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()
