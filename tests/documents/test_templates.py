"""Templates are replaced by file; a broken one says where, and nothing else is printed in its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from custodes.documents import fonts as fonts_module
from custodes.documents.fonts import Fonts, FontsMissing
from custodes.documents.rendering import BUILT_IN, TemplateError, render
from tests.documents import samples
from tests.documents.reading import text

RECEIPT = samples.receipt()


def _print(folder: Path) -> bytes:
    return render(RECEIPT, templates=folder, provenance=samples.PROVENANCE)


def test_a_template_of_the_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "receipt.typ").write_text(
        '#import "common.typ": *\n#show: document-page\n本市另定：#d.system\n', "utf-8"
    )
    shown = text(_print(tmp_path))
    assert "本市另定：校园视频系统" in shown
    assert "已收材料" not in shown


def test_the_frame_alone_can_be_replaced(tmp_path: Path) -> None:
    frame = (BUILT_IN / "common.typ").read_text("utf-8").replace("打印：", "印制：")
    (tmp_path / "common.typ").write_text(frame, "utf-8")
    shown = text(_print(tmp_path))
    assert "印制：拉萨市公共安全视频系统（训练）" in shown
    assert "已收材料" in shown


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("一\n\n#nothing-of-this-name\n", 3),
        ("#let x = (1\n", 1),
        ('一\n#read("../../etc/passwd")\n', 2),
        ('一\n#read("/etc/hostname")\n', 2),
        ('#import "missing.typ": *\n', 1),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path: Path, broken: str, line: int) -> None:
    path = tmp_path / "receipt.typ"
    path.write_text(broken, "utf-8")
    with pytest.raises(TemplateError) as refused:
        _print(tmp_path)
    assert (refused.value.file, refused.value.line) == (path, line)
    assert str(path) in str(refused.value)
    assert "custodes-document-" not in str(refused.value)


def test_what_breaks_the_frame_is_found_in_the_frame(tmp_path: Path) -> None:
    shutil.copy(BUILT_IN / "common.typ", tmp_path / "common.typ")
    with (tmp_path / "common.typ").open("a", encoding="utf-8") as frame:
        frame.write("#nothing-of-this-name\n")
    lines = (tmp_path / "common.typ").read_text("utf-8").count("\n")
    with pytest.raises(TemplateError) as refused:
        _print(tmp_path)
    assert (refused.value.file, refused.value.line) == (tmp_path / "common.typ", lines)


@pytest.mark.parametrize(
    "reaching",
    [
        '#import "@preview/cetz:0.3.4"\n',
        '#import ("@" + "preview/cetz:0.3.4")\n',
        '#import "\\u{40}preview/cetz:0.3.4"\n',
        '#let name = "@preview/cetz:0.3.4"\n#import name\n',
        '#include "@preview/cetz:0.3.4"\n',
        '#eval("1")\n',
        '#let f = dictionary(std).at("ev" + "al")\n',
        '#plugin("x.wasm")\n',
    ],
)
def test_a_template_reaches_its_own_folder_alone(tmp_path: Path, reaching: str) -> None:
    (tmp_path / "receipt.typ").write_text(reaching, "utf-8")
    with pytest.raises(TemplateError) as refused:
        _print(tmp_path)
    assert refused.value.line == reaching.count("\n")


def test_a_link_out_of_the_folder_is_no_template(tmp_path: Path) -> None:
    (tmp_path / "receipt.typ").symlink_to("/etc/hostname")
    with pytest.raises(TemplateError, match="no link"):
        _print(tmp_path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no such folder"):
        _print(tmp_path / "nowhere")


def test_without_a_chinese_font_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Fonts(None)
    bare._files = {name: file for name, file in bare._files.items() if "CJK" not in name}
    monkeypatch.setattr("custodes.documents.rendering.fonts", lambda folder: bare)
    with pytest.raises(FontsMissing, match="fonts-noto-cjk"):
        render(RECEIPT, templates=None, provenance=samples.PROVENANCE)


def test_the_chain_begins_with_a_chinese_font() -> None:
    assert fonts_module.fonts(None).chain(fonts_module.SONG)[0] in {*fonts_module.SONG, *fonts_module.HEI}
