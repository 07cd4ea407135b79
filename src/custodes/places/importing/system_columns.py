"""The table of systems: what the register holds of one, and what a filing says that the register can't know."""

from __future__ import annotations

from custodes.places.tables.columns import Column, Sheet

#: Columns of a filing (`filing.fields`): a draft of the filing is opened with them.
FILED = (
    *("contact", "phone", "unit_address", "devices", "retention"),
    *("designer", "constructor", "maintainer", "accepted", "used"),
)

COLUMNS = (
    Column("site", "场所名称", ("场所", "site"), "必填：已登记的场所。", ("示例小学", "示例客运站"), needed=True),
    Column("division", "行政区划", ("区划", "县区", "division"), "有同名场所的填写名称或者六位代码。", ("城关区", "")),
    Column("name", "系统名称", ("系统", "名称", "name"), "必填。", ("示例小学视频系统", "候车厅视频系统"), needed=True),
    Column(
        "unit", "责任单位", ("单位", "unit"), "名称或者统一社会信用代码；只有一个可选单位的可以不填。", ("示例小学", "")
    ),
    Column(
        "network",
        "所在网络",
        ("网络", "network"),
        "公安视频专网、单位内部网络、互联网、物理隔离网络；不填为单位内部网络。",
        ("单位内部网络", "公安视频专网"),
    ),
    Column(
        "built_on",
        "建成日期",
        ("竣工日期", "built_on"),
        "年-月-日。2024 年 5 月 1 日前建成的，登记后即为在用；尚未建成的不填。",
        ("2021-09-01", ""),
    ),
    Column("mlps_level", "等级保护级别", ("等保级别", "mlps_level"), "1 至 4。", ("2", "")),
    Column("mlps_number", "等级保护备案编号", ("等保备案编号", "mlps_number"), "没有的留空。", ("", "")),
    Column("norm_version", "技术规范版本", ("技术规范", "norm_version"), "设计所依据的版本。", ("", "")),
    Column("contact", "备案联系人", ("联系人", "contact"), "施行前建成的系统填写备案栏目。", ("张老师", "")),
    Column("phone", "备案联系电话", ("联系电话", "phone"), "同上。", ("0891-0000000", "")),
    Column("unit_address", "备案单位地址", ("单位地址", "unit_address"), "同上；没有的留空。", ("示例路 8 号", "")),
    Column("devices", "备案设备数量及类型", ("设备数量及类型", "devices"), "同上。", ("摄像机 12 台", "")),
    Column("retention", "备案存储期限", ("存储期限", "retention"), "同上，日，不少于 30。", ("30", "")),
    Column("designer", "设计单位", ("designer",), "同上；没有的留空。", ("", "")),
    Column("constructor", "施工单位", ("constructor",), "同上；没有的留空。", ("", "")),
    Column("maintainer", "维护单位", ("maintainer",), "同上；没有的留空。", ("", "")),
    Column("accepted", "验收合格日期", ("accepted",), "同上，年-月-日。", ("2021-09-20", "")),
    Column("used", "投入使用日期", ("used",), "同上，年-月-日。", ("2021-10-01", "")),
    Column(
        "classified",
        "涉密",
        ("是否涉密", "密级", "classified"),
        "是、否；涉密的不得在联网的装置上登记，整个文件不予接收（第二十条）。",
        ("否", "否"),
    ),
)
SHEET = Sheet("系统", "custodes-systems.xlsx", COLUMNS)
