"""The form field: its refusal stands beside it, and it works as a plain input."""

from __future__ import annotations

from django import forms

from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from tests.people.papers.samples import docx, pdf, upload


class LetterForm(forms.Form):
    letter = PaperField(kinds=SCANS, most=1 << 20, label="授权书")
    more = PaperField(required=False, label="其他材料")


def test_a_good_file_passes_and_can_be_read_again() -> None:
    form = LetterForm({}, {"letter": upload(pdf())})
    assert form.is_valid()
    assert b"".join(form.cleaned_data["letter"].chunks()) == pdf()
    assert form.cleaned_data["more"] is None


def test_a_refusal_names_rule_and_remedy_at_the_field() -> None:
    form = LetterForm({}, {"letter": upload(docx(), "授权书.docx")})
    assert not form.is_valid()
    (error,) = form.errors["letter"]
    assert "不接受" in error
    assert "PDF" in error
    assert LetterForm({}, {"letter": upload(b"")}).errors["letter"] == ["文件是空的（0 字节）。请重新选择文件。"]
    assert LetterForm({}, {}).errors["letter"] == ["请选择文件。"]


def test_the_part_is_a_plain_file_input_that_says_what_is_taken() -> None:
    html = str(LetterForm())
    assert '<input type="file" name="letter" accept=".pdf,.ofd,.jpg,' in html
    assert "PDF · OFD · JPEG · PNG · TIFF，不超过 1.0" in html
    assert "<script" not in html
    assert " style=" not in html


def test_a_file_that_other_mistakes_send_back_is_asked_for_again() -> None:
    assert "所选文件没有保留" in str(LetterForm({}, {"letter": upload(pdf()), "more": upload(b"")}))
    assert "所选文件没有保留" not in str(LetterForm())
