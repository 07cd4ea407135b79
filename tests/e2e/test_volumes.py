"""The story's volume fills: the administrator sees what grew, adds the new disk, and the node writes to it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.e2e.picture import until
from tests.patience import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_the_new_disk_is_added_on_the_page_and_written_to(page: Page, system: System) -> None:
    new = system.data / "disks" / "new-disk"
    sign_in(page, system, "xitong")
    page.goto("/upkeep/volumes/")
    until(
        page,
        lambda: page.get_by_text("正在写入").count() > 0 or (page.reload() is None and False),
        "it reports",
        patience=max(PATIENCE, 90),
        every=1,
    )
    grown = page.get_by_role("region", name="写入增长最多的点位")
    expect(grown.get_by_role("link", name="大昭寺广场东口")).to_be_visible()

    page.get_by_role("link", name="添加存储卷").click()
    page.get_by_label(str(new)).check()
    page.get_by_label("事由").fill("卷快写满了")
    page.get_by_role("button", name="添加存储卷").click()
    # The demo has no second disk: the node says so, and a person who knows better says it.
    refused = page.get_by_text("这里没有挂载单独的硬盘")
    until(page, lambda: refused.count() > 0, "the node refuses", patience=max(PATIENCE, 90))
    assert list(new.iterdir()) == []

    page.get_by_role("link", name="添加存储卷").click()
    again = page.get_by_label(str(new))
    until(
        page,
        lambda: again.count() > 0 or (page.reload() is None and False),
        "it is offered again",
        patience=max(PATIENCE, 90),
        every=1,
    )
    again.check()
    page.get_by_label("这里没有单独的硬盘").check()
    page.get_by_label("事由").fill("训练装置没有第二块硬盘")
    page.get_by_role("button", name="添加存储卷").click()
    until(
        page,
        lambda: page.get_by_role("heading", name=str(new)).count() > 0,
        "it is a volume",
        patience=max(PATIENCE, 90),
    )
    until(page, lambda: any(new.rglob("*.mp4")), "it is written to", patience=max(PATIENCE, 120))
    note = json.loads((system.data / "node" / "added-volumes.json").read_text())
    assert [one["path"] for one in note["volumes"]] == [str(new)]


def test_a_duty_lead_sees_the_volumes_and_decides_nothing(page: Page, system: System) -> None:
    sign_in(page, system, "zhibanzhang")
    page.goto("/upkeep/volumes/")
    expect(page.get_by_role("heading", name="存储卷", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="添加存储卷")).to_have_count(0)
