"""A PDF as a reader of another make (PDFium) sees it."""

from __future__ import annotations

import re

import pypdfium2


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without blanks and line ends: those are the typesetter's."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"[\s\u200b\ufffe]+", "", page.get_textpage().get_text_bounded()) for page in opened]
    finally:
        opened.close()


def text(pdf: bytes) -> str:
    """All pages one after the other."""
    return "".join(pages(pdf))
