"""The QR code says what the README says it does."""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2

from custodes.documents.provenance import PrintedCheckpoint, Provenance, qr_text
from custodes.documents.rendering import render
from tests.documents import samples


def test_the_text_has_six_lines_in_a_stated_order() -> None:
    assert qr_text(samples.PROVENANCE, "训回〔2026〕0012 号").split("\n") == [
        "CUSTODES-DOCUMENT/1",
        "origin log.example/lhasa",
        "number 训回〔2026〕0012 号",
        "index 4711",
        "size 5120",
        f"root {samples.ROOT}",
    ]


def test_what_there_is_not_is_a_dash_and_nothing_adds_a_line() -> None:
    early = Provenance("训练", "log\nindex 9", None, None)
    assert qr_text(early, "\nindex 7").split("\n")[1:] == [
        "origin log index 9",
        "number index 7",
        "index -",
        "size -",
        "root -",
    ]


def test_a_camera_reads_the_code_off_the_page() -> None:
    at = Provenance("训练", "log.example/lhasa", 7, PrintedCheckpoint(9, samples.ROOT))
    document = samples.filled()["upgrade"]
    pdf = pypdfium2.PdfDocument(render(document, templates=None, provenance=at))
    pictures = [np.asarray(pdf[0].render(scale=scale).to_pil().convert("L")) for scale in (3, 4, 6)]
    pdf.close()
    # A reader that misses it at one distance is held closer, as a person does.
    read = [cv2.QRCodeDetector().detectAndDecode(picture[picture.shape[0] * 3 // 4 :])[0] for picture in pictures]
    assert qr_text(at, document.number) in read
