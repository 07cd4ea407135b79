"""What each operation does, in Chinese, for the page of the interface. In English each says it of itself, as the OpenAPI document has it.

A program's makers read Chinese here first; the names of operations and fields are English in any language.
"""

from __future__ import annotations

_SEEN = {
    "units": "本人范围内的单位",
    "places": "本人可见的场所",
    "systems": "本人可见的系统",
    "cameras": "本人可见的点位",
    "filings": "已经提交的备案，限于本人可以查阅材料的系统",
    "filing_drafts": "正在填写的备案，在页面上填写和由程序填写的都在内",
    "dossier": "系统案卷中的材料（第十七条）",
    "removals": "本人可见的系统的拆除（第十八条）",
}
_ONE = {
    "units": "read_unit", "places": "read_place", "systems": "read_system", "cameras": "read_camera",
    "filings": "read_filing", "filing_drafts": "read_filing_draft", "dossier": "read_dossier_item", "removals": "read_removal",
}  # fmt: skip
_EXPORT = "导出为 CSV 文件：带 BOM 的 UTF-8；下级名称以圆点连接；电子表格会当作公式计算的内容前加撇号。一次导出按 20 次请求计。"

OPERATIONS: dict[str, str] = {
    **{f"list_{kind}": f"{seen}，分页列出。" for kind, seen in _SEEN.items()},
    **{f"export_{kind}": f"{seen}。{_EXPORT}" for kind, seen in _SEEN.items()},
    **{_ONE[kind]: f"{seen}：读取一项。" for kind, seen in _SEEN.items()},
    "add_place": "以本人所属单位的名义登记场所。",
    "change_place": "修改本人可以修改的场所；没有提交的字段不变。",
    "add_system": "在本人可以修改的场所登记拟建系统。",
    "change_system": "修改本人可以修改的系统；没有提交的字段不变。",
    "begin_filing": "开始填写一个系统的备案，登记资料中已有的内容自动带入（201）；已有草稿的，无论由谁开始，继续填写（200）。公安机关退回补正的，也由此继续。",
    "save_filing": "保存全部答案，不论是否完整；以本次提交的替换原有的。答复中的 lacking 列明还缺什么。",
    "discard_filing": "删除草稿。已经提交的备案不能删除，只能撤回。",
    "submit_filing": "提交备案。全国条例第十四条和第十六条第二款第一项要求的内容应当齐全；提交日期为当天。草稿随即成为备案。",
    "withdraw_filing": "撤回已经提交、公安机关尚未接收的备案。",
    "add_to_dossier": "把已经上传的材料按其种类归入系统案卷。归入后不能取出，新版本替换旧版本。",
    "hand_in_paper": "上传文件：PDF、OFD、JPEG、PNG、TIFF、DOCX、XLSX 或者纯文本，格式以文件内容为准。可以用表单的 file 一项，也可以直接提交内容并以 ?name= 写明文件名。",
    "read_paper": "下载材料文件：案卷中列出的、备案回执，或者本程序上传的。",
    "read_worklist": "本程序所在区划内逾期、到期、待办理和以后的事项。",
}
