"""A table is handed in, a bar grows, wrong rows are told and come back as a file, the right ones are in the register; in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

ROWS = 4_000
HEAD = "场所名称,场所类别,地址,行政区划,登记单位\n"
UNIT = "拉萨市公安局（训练）"


def table(folder: Path) -> Path:
    """Right rows, and two that are wrong."""
    rows = [f"导入试验 {number:05d},9,示例路 {number} 号,城关区,{UNIT}\n" for number in range(ROWS)]
    wrong = [f"类别写错的场所,99,路,城关区,{UNIT}\n", f"区划写错的场所,9,路,月球,{UNIT}\n"]
    path = folder / "places.csv"
    path.write_text(HEAD + "".join(rows + wrong), encoding="utf-8")
    return path


def test_a_table_is_imported_with_a_bar_and_its_wrong_rows_come_back(
    page: Page, system: System, tmp_path: Path
) -> None:
    sign_in(page, system, "xitong")
    page.goto("/sites/")
    page.get_by_role("link", name="导入场所").click()
    expect(page.get_by_role("link", name="下载模板")).to_be_visible()
    page.locator("input[type=file]").set_input_files(table(tmp_path))
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/imports/table/**")
    bar = page.locator("progress")
    expect(bar).to_be_visible()
    assert bar.get_attribute("max") == str(ROWS + 2)
    # The page asks for itself anew once the check is over.
    expect(page.get_by_text(f"{ROWS} 行可以登记，2 行需要改正")).to_be_visible(timeout=max(PATIENCE, 120) * 1000)
    row = page.locator("tr", has_text="区划写错的场所")
    expect(row).to_contain_text("没有这个行政区划")
    page.get_by_role("button", name=f"只登记无误的 {ROWS} 行").click()
    expect(page.locator("progress")).to_be_visible()
    expect(page.get_by_text(f"已登记 {ROWS} 行，未登记 2 行")).to_be_visible(timeout=max(PATIENCE, 120) * 1000)
    with page.expect_download() as waited:
        page.get_by_role("link", name="下载这些行和原因（CSV）").click()
    refused = Path(waited.value.path()).read_text(encoding="utf-8-sig")
    assert "未登记原因" in refused
    assert refused.count("写错的场所") == 2
    page.goto("/sites/?q=导入试验 03999")
    expect(page.get_by_role("link", name="导入试验 03999")).to_be_visible()
    with page.expect_download() as waited:
        page.locator(".export").get_by_role("link", name="CSV").click()
    exported = Path(waited.value.path()).read_text(encoding="utf-8-sig")
    assert exported.count("\n") == 2
    assert "导入试验 03999" in exported
