"""What is wrong with a row is told with line, column, rule and remedy: every kind of mistake once, all of them in one file."""

from __future__ import annotations

import pytest

from custodes.people.models import Unit, UnitKind
from custodes.places.models import Camera, Site, System, SystemState
from tests.places.importing import CAMERA, SITE, SYSTEM, checked, told

SCHOOL = "城关区第一小学"
LONG = "长" * 130

#: 错误 → 该行与正确行的不同之处，应当指出的栏目，应当说明的话
SITES = {
    "没有场所名称": ({"场所名称": ""}, "场所名称", "必填"),
    "场所名称过长": ({"场所名称": LONG}, "场所名称", "不超过 120 个字，现有 130 个"),
    "场所名称含看不见的字符": ({"场所名称": "东门\u202e口"}, "场所名称", "看不见的字符"),
    "场所名称是公式": ({"场所名称": "=1+1"}, "场所名称", "单元格是公式"),
    "单元格超过五百字": ({"必要性说明": "长" * 501}, "必要性说明", "内容过长"),
    "没有场所类别": ({"场所类别": ""}, "场所类别", "必填"),
    "场所类别超出第九条": ({"场所类别": "15"}, "场所类别", "1 至 14"),
    "没有地址": ({"地址": ""}, "地址", "必填"),
    "没有行政区划": ({"行政区划": ""}, "行政区划", "必填"),
    "行政区划不存在": ({"行政区划": "月球"}, "行政区划", "没有这个行政区划"),
    "登记单位是他人的": ({"登记单位": "堆龙宾馆"}, "登记单位", "不是您可以登记的单位"),
    "安装依据不存在": ({"安装依据": "N8"}, "安装依据", "没有这个安装依据"),
    "重点目标含糊": ({"重点目标": "大概"}, "重点目标", "“是”或者“否”"),
    "重点目标没有文件": ({"重点目标": "是"}, "重点目标文件", "文件名称和文号"),
    "国家所有含糊": ({"国家所有": "也许"}, "国家所有", "“是”或者“否”"),
    "周边单位写了名称": ({"周边涉密单位": "某部队"}, "周边涉密单位", "“有”或者“无”"),
    "只有经度": ({"经度": "91.1"}, "纬度", "要么都填"),
    "经度超出范围": ({"经度": "191.1", "纬度": "29.6"}, "经度", "不得大于 180"),
    "纬度超出范围": ({"经度": "91.1", "纬度": "-99"}, "纬度", "不得小于 -90"),
    "经度不是数字": ({"经度": "东经九十一度", "纬度": "29.6"}, "经度", "应当是数字，例如 91.132200"),
    "经度是无穷大": ({"经度": "Infinity", "纬度": "29.6"}, "经度", "应当是数字"),
    "线路没有号牌": ({"运营线路": "12 路"}, "号牌", "请同时填写号牌"),
    "号牌过长": ({"号牌": "藏" * 21}, "号牌", "不超过 20 个字"),
    "该区划已登记同名场所": ({"场所名称": SCHOOL}, "场所名称", "已登记同名场所"),
}
SYSTEMS = {
    "场所不存在": ({"场所名称": "没有的小学"}, "场所名称", "请先登记场所"),
    "场所是他人的": ({"场所名称": "堆龙宾馆"}, "场所名称", "没有您可以登记的同名场所"),
    "没有系统名称": ({"系统名称": ""}, "系统名称", "必填"),
    "同名场所没有区分": ({"场所名称": "同名场所"}, "行政区划", "请填写行政区划加以区分"),
    "场所已有同名系统": ({"系统名称": "校门和操场"}, "系统名称", "已登记同名系统"),
    "所在网络不存在": ({"所在网络": "卫星"}, "所在网络", "可以填写：公安视频专网"),
    "建成日期无法识别": ({"建成日期": "去年秋天"}, "建成日期", "请按“年-月-日”填写"),
    "建成日期不存在": ({"建成日期": "2023-02-30"}, "建成日期", "请按“年-月-日”填写"),
    "建成日期的日子过大": ({"建成日期": "2021-9-99999999999"}, "建成日期", "请按“年-月-日”填写"),
    "建成日期在将来": ({"建成日期": "2999-01-01"}, "建成日期", "不能晚于今天"),
    "建成日期过早": ({"建成日期": "0012-01-01"}, "建成日期", "请核对年份"),
    "等级保护级别不存在": ({"等级保护级别": "7"}, "等级保护级别", "没有这个选项"),
    "等级保护备案编号过长": ({"等级保护备案编号": "1" * 61}, "等级保护备案编号", "不超过 60 个字"),
    "备案存储期限不是整数": ({"建成日期": "2020-01-01", "备案存储期限": "一个月"}, "备案存储期限", "应当是整数"),
    "备案存储期限不足": ({"建成日期": "2020-01-01", "备案存储期限": "15"}, "备案存储期限", "不得少于三十日"),
    "新建系统填了备案栏目": ({"备案联系人": "张老师"}, "备案联系人", "尚未验收，不能填写备案栏目"),
    "投入使用日期在将来": ({"建成日期": "2020-01-01", "投入使用日期": "2999-01-01"}, "投入使用日期", "不能晚于今天"),
}
CAMERAS = {
    "系统不存在": ({"系统名称": "没有的系统"}, "系统名称", "请先登记系统"),
    "系统是他人的": ({"系统名称": "大堂"}, "系统名称", "没有您可以登记点位的同名系统"),
    "同名系统没有区分": ({"系统名称": "同名系统"}, "场所名称", "请填写场所名称加以区分"),
    "系统已经拆除": ({"系统名称": "拆掉的系统"}, "系统名称", "已经拆除"),
    "没有点位编号": ({"点位编号": ""}, "点位编号", "必填"),
    "本系统已有该编号": ({"点位编号": "0101"}, "点位编号", "本系统已有该编号"),
    "没有点位名称": ({"点位名称": ""}, "点位名称", "必填"),
    "没有安装位置": ({"安装位置": ""}, "安装位置", "必填"),
    "高度小数过多": ({"安装高度": "3.14159"}, "安装高度", "小数不超过 1 位"),
    "安装在禁止部位": ({"禁止部位": "更衣室"}, "禁止部位", "该点位不能登记"),
    "禁止部位名称不存在": ({"禁止部位": "天台"}, "禁止部位", "没有这个名称的禁止部位"),
    "触及部位不能遮挡": ({"触及部位": "天台"}, "触及部位", "不能以遮挡处理"),
    "视场不完整": ({"经度": "91.1", "纬度": "29.6", "方位角": "90"}, "可视距离", "要么都填"),
    "视场没有位置": ({"方位角": "90", "水平视角": "80", "可视距离": "40"}, "经度", "同时填写经度和纬度"),
    "方位角超过一圈": ({"方位角": "361"}, "方位角", "不得大于 360"),
    "可视距离不是整数": ({"可视距离": "12.5"}, "可视距离", "应当是整数"),
    "可视距离过远": ({"可视距离": "2001"}, "可视距离", "不得大于 2000"),
    "安装高度为负": ({"安装高度": "-1"}, "安装高度", "不得小于 0"),
    "俯仰角只有一端": ({"俯仰角下限": "-30"}, "俯仰角上限", "要么都填"),
    "俯仰角上下颠倒": ({"俯仰角下限": "0", "俯仰角上限": "-30"}, "俯仰角上限", "应当小于上限"),
    "转动范围不完整": ({"水平转动范围": "350", "垂直转动下限": "-90"}, "垂直转动上限", "要么都填"),
    "存储期限不足三十日": ({"存储期限": "7"}, "存储期限", "不得小于 30"),
    "保障等级不存在": ({"录像保障等级": "特级"}, "录像保障等级", "可以填写：一般、重要、关键"),
    "媒体节点不存在": ({"媒体节点": "node-9"}, "媒体节点", "没有这个媒体节点"),
    "录像一栏含糊": ({"录像": "有时"}, "录像", "“是”或者“否”"),
}


@pytest.fixture
def confusing(stage):
    """Things of the same name, a removed system, and what belongs to others."""
    unit, division = stage.cast.units["a"], stage.school.site.division
    other = Site._meta.get_field("division").related_model.objects.get(code="540103")
    twins = [
        Site.objects.create(name="同名场所", category=9, address="路", division=place, unit=unit)
        for place in (division, other)
    ]
    for site in twins:
        System.objects.create(site=site, name="同名系统", unit=unit, state=SystemState.LEGACY)
    System.objects.create(site=twins[0], name="拆掉的系统", unit=unit, state=SystemState.REMOVED)
    assert stage.school.name == "校门和操场"
    assert Camera.objects.filter(system=stage.school, number="0101").exists()
    return stage


@pytest.mark.parametrize(
    ("kind", "right", "name", "mistakes"),
    [
        ("sites", SITE, "场所名称", SITES),
        ("systems", SYSTEM, "系统名称", SYSTEMS),
        ("cameras", CAMERA, "点位编号", CAMERAS),
    ],
)
def test_every_mistake_is_told_at_its_row_and_column(confusing, client_of, kind, right, name, mistakes):
    rows = [
        {**right, **({name: f"{right[name]}-{number}"} if name not in wrong else {}), **wrong}
        for number, (wrong, _column, _words) in enumerate(mistakes.values())
    ]
    table = checked(client_of("caretaker"), kind, rows)
    said = told(table)
    assert (table.ready, table.faulty) == (0, len(rows)), said
    for line, (mistake, (_wrong, column, words)) in enumerate(mistakes.items(), start=2):
        found = [(heading, text) for number, heading, text in said if number == line]
        assert any(heading == column and words in text for heading, text in found), (mistake, line, found)


def test_the_tables_above_hold_fifty_kinds_and_more():
    assert len(SITES) + len(SYSTEMS) + len(CAMERAS) >= 50


def test_a_row_that_is_there_twice_names_the_first(stage, client_of):
    table = checked(client_of("caretaker"), "sites", [SITE, {**SITE, "场所名称": "另一所"}, SITE])
    assert told(table) == [(4, "场所名称", "与第 2 行重复。请删除其中一行，或者改正。")]


def test_a_row_longer_than_its_headings_is_told(stage, client_of):
    from custodes.places.models import TableImport
    from custodes.web.background import work_off
    from tests.places.importing import hand_in

    hand_in(client_of("caretaker"), "sites", "场所名称,场所类别,地址,行政区划\n甲,9,路,城关区,多余\n".encode())
    work_off()
    [(line, column, words)] = told(TableImport.objects.get())
    assert (line, column) == (2, "场所名称")
    assert "比表头多" in words


def test_a_cell_that_nobody_thought_of_is_a_fault_of_its_row_alone(stage, client_of, monkeypatch):
    from custodes.places.importing import sites

    def breaks(said):
        if said == "坏":
            raise RuntimeError(said)
        return said

    begin = sites.SiteWork.__init__

    def broken(self, *args):
        begin(self, *args)
        self.cells = {**self.cells, "address": breaks}

    monkeypatch.setattr(sites.SiteWork, "__init__", broken)
    table = checked(client_of("caretaker"), "sites", [SITE, {**SITE, "场所名称": "另一所", "地址": "坏"}])
    assert (table.ready, table.faulty) == (1, 1)
    assert told(table) == [(3, "地址", "内容无法识别。请核对后重新填写。")]


UNITS = {
    "没有单位名称": ({"单位名称": ""}, "单位名称", "必填"),
    "单位类别不存在": ({"单位类别": "神秘机构"}, "单位类别", "可以填写"),
    "上级单位不存在": ({"上级单位": "没有的局"}, "上级单位", "不是您可以登记的单位"),
    "信用代码校验不符": ({"统一社会信用代码": "911111111111111111"}, "统一社会信用代码", ""),
    "同名单位": ({"单位名称": "城关区第一小学"}, "单位名称", "已登记同名单位"),
}


def test_units_are_held_to_the_rules_of_their_form(stage, client_of):
    kind = dict(UnitKind.choices)[UnitKind.ENTERPRISE]
    right = {"单位名称": "北门商店", "单位类别": str(kind), "行政区划": "城关区"}
    rows = [
        {**right, "单位名称": f"北门商店 {number}", **wrong} for number, (wrong, *_rest) in enumerate(UNITS.values())
    ]
    browser = client_of("system_admin")
    table = checked(browser, "units", [right, *rows])
    said = told(table)
    assert table.ready == 1, said
    for line, (mistake, (_wrong, column, words)) in enumerate(UNITS.items(), start=3):
        assert any(number == line and heading == column and words in text for number, heading, text in said), (
            mistake,
            said,
        )
    from tests.places.importing import confirm

    assert confirm(browser, table, "right").entered == 1
    assert Unit.objects.get(name="北门商店").division.code == "540102"
