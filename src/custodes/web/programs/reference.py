"""The description of the interface, for who is signed in: OpenAPI as JSON, and a plain page of it without anybody's scripts, in Chinese too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from custodes.people.lawful import in_english
from custodes.people.models.program import SCOPES
from custodes.web.programs import problems
from custodes.web.programs.api import api
from custodes.web.programs.description import BASE, completed
from custodes.web.programs.keys import check_key, language_of
from custodes.web.programs.problems import Problem

_SEEN = {
    "units": "本人范围内的单位",
    "places": "本人可见的场所",
    "systems": "本人可见的系统",
    "cameras": "本人可见的点位",
    "filings": "已经提交的备案，限于本人可以查阅材料的系统",
    "filing_drafts": "正在填写的备案，在页面上填写和由程序填写的都在内",
    "dossier": "系统案卷中的材料（第十七条）",
    "removals": "本人可见的系统的拆除（第十八条）",
    "acceptances": "验收结论（第十六条第一款），限于本人可以查阅材料的系统",
    "firms": "设计、施工、验收、维护单位，限于本人可以查阅材料的系统（第十三条第一款、第十七条）",
    "products": "设备型号的产品证书（第十三条第一款）",
    "changes": "在用系统的变更，限于本人应当知道的（第三十四条第七项、全国条例第十四条）",
    "upgrades": "限期升级改造通知，限于本人可以查阅材料的系统（第十六条第二款第三项）",
    "plans": "本人可见点位的计划中断（投票时段在内）和维护时段（第三十四条第六项）",
}
_ONE = {
    "units": "read_unit", "places": "read_place", "systems": "read_system", "cameras": "read_camera",
    "filings": "read_filing", "filing_drafts": "read_filing_draft", "dossier": "read_dossier_item", "removals": "read_removal",
    "acceptances": "read_acceptance", "firms": "read_firm", "products": "read_product", "changes": "read_change", "upgrades": "read_upgrade",
    "plans": "read_plan",
}  # fmt: skip
_EXPORT = "导出为 CSV 文件：带 BOM 的 UTF-8；下级名称以圆点连接；电子表格会当作公式计算的内容前加撇号。一次导出按 20 次请求计。"

OPERATIONS: dict[str, str] = {
    **{f"list_{kind}": f"{seen}，分页列出。" for kind, seen in _SEEN.items()},
    **{f"export_{kind}": f"{seen}。{_EXPORT}" for kind, seen in _SEEN.items()},
    **{_ONE[kind]: f"{seen}：读取一项。" for kind, seen in _SEEN.items()},
    "add_place": "以本人所属单位的名义登记场所。",
    "change_place": "修改本人可以修改的场所；没有提交的字段不变。",
    "add_place_role": "写明哪个单位是场所的所有者、使用者或者管理者，由此确定建设主体（第十一条）和可以安装的单位（全国条例第七条第三款、第九条）。终止在页面上办理。",
    "add_system": "在本人可以修改的场所登记拟建系统。",
    "change_system": "修改本人可以修改的系统；没有提交的字段不变。",
    "add_camera": "登记系统的点位：位置、采集范围、设备。有人试通地址之前，状态为草稿（draft）。",
    "change_camera": "修改点位的登记。已经在用的，位置、视场、采集范围、方向和设备须有已批准的变更，或者写明依据（basis）（第三十四条第七项）。",
    "retire_camera": "在用点位写明依据（原位更换、书面要求）和恢复日期申请停用（第三十四条第六项），由另一人在页面批准后停用，以 state 为准；尚未验收、或者该处不得安装的，写明原因即停用。不再恢复的，应当提前十五日报告拆除（POST /removals）。已有录像保存到期满。",
    "read_steps": "系统下一步可以办理什么、每一步还缺什么、已经办过什么。",
    "take_step": "办理一步。next 所列条件应当齐备；办理时锁定系统重新核对，不齐备的逐条写明依据并拒绝（409）。状态只能由此改变。",
    "try_system_interface": "当场测试各点位的画面能否经预留接口送达（第十二条第一款），最长十五秒。验收（accept）要求试运行开始后有一次全部送达。",
    "read_works": "与系统同时建设的主体工程（第十四条）；本人可以查阅其材料的方可读取。",
    "save_works": "登记或者替换主体工程的各个日期，用以核对系统是否与其同步（第十四条）。",
    "add_acceptance": "登记试运行系统的验收结论。随后于当日办理 accept 或者 fail。",
    "add_firm": "登记设计、施工、验收或者维护单位及其技术人员；资质由系统自行核对。",
    "add_product": "登记设备型号的产品证书。办理 start 和 accept 时按点位的 maker 和 model 核对。",
    "begin_filing": "开始填写一个系统的备案，登记资料中已有的内容自动带入（201）；已有草稿的，无论由谁开始，继续填写（200）。公安机关退回补正的，也由此继续。",
    "save_filing": "保存全部答案，不论是否完整；以本次提交的替换原有的。答复中的 lacking 列明还缺什么。",
    "discard_filing": "删除草稿。已经提交的备案不能删除，只能撤回。",
    "submit_filing": "提交备案。全国条例第十四条和第十六条第二款第一项要求的内容应当齐全；提交日期为当天。草稿随即成为备案。",
    "withdraw_filing": "撤回已经提交、公安机关尚未接收的备案。",
    "add_to_dossier": "把已经上传的材料按其种类归入系统案卷。归入后不能取出，新版本替换旧版本。",
    "hand_in_paper": "上传文件：PDF、OFD、JPEG、PNG、TIFF、DOCX、XLSX 或者纯文本，格式以文件内容为准。可以用表单的 file 一项，也可以直接提交内容并以 ?name= 写明文件名。",
    "read_paper": "下载材料文件：案卷中列出的、备案回执，或者本程序上传的。",
    "read_worklist": "本程序所在区划内逾期、到期、待办理和以后的事项。",
    "report_removal": "向县（区）公安机关报告拆除，报告日为当天。距今不足十五日的予以拒绝，并告知最早的日期。随后应当在 planned 写明的那天拆除并报告（POST /removals/{id}/carry-out）。",
    "report_planned_removal": "报告仅有计划（planned）、尚未报告的拆除，例如由页面或者导入形成的。报告日为当天，逾期的也予接收。",
    "put_off_removal": "改期拆除。已经作出的报告继续有效，报告日不变。",
    "cancel_removal": "不再拆除，写明原因。",
    "carry_out_removal": "写明拆除的日期。报告后不足十五日的予以拒绝，并告知最早的日期；录像保存到期满。",
    "request_change": "申请变更在用系统。请另附各点位现状的图片（/pictures）；由单位审批人在页面上决定。",
    "amend_change": "尚无人决定时重新填写全部内容，图片保留。",
    "find_change": "登记未经批准的变更。无论如何处理，均作为事件保留。",
    "add_change_picture": "添加图片：决定之前为现状，批准之后、完成之前为变更后的情况。",
    "withdraw_change": "不再需要变更，撤回申请。",
    "carry_out_change": "写明变更的日期。应当有图片，登记也应当一致：请先修改点位（PATCH /cameras/{id}，已批准的变更包含这项修改）。随后应当办理变更备案（全国条例第十四条）。",
    "restore_change": "写明未经批准的变更已经恢复原状。",
    "add_upgrade_paper": "为尚未了结的升级改造通知添加材料：方案，或者完成的证明。",
    "plan_upgrade": "写明如何升级改造，方案应当在材料之中。逾期的也予接收。",
    "report_upgrade": "报告升级改造已经完成，证明应当在材料之中。逾期的也予接收；随后由公安机关复核。",
    "ask_plan": "申请中断（例如投票时段）或者维护时段。由另一人在页面上批准，节点随即自行执行。重复的计划在页面上申请。",
    "withdraw_plan": "撤回等待批准或者尚未开始的计划；正在执行的即行终止。",
}


@cache
def schema() -> dict[str, Any]:
    """OpenAPI 3.1, in English whatever the language; made once, as it takes half a second. Nobody changes it."""
    return completed(dict(api.get_openapi_schema(path_prefix=BASE)), _scopes())


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The schema, for whoever is signed in and for any key that stands: a program reads it before it asks."""
    if "Authorization" in request.headers:
        with translation.override(language_of(request)):
            try:
                check_key(request)
            except Problem as problem:
                return problems.answer(problem)
    elif not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it.

    Attributes:
        summary, language: what it does, and the language of these words.
        takes, gives: names of shapes; empty for none.
        files: kinds of files that it takes or gives instead.
    """

    method: str
    path: str
    summary: str
    language: str
    scope: str
    takes: str
    gives: str
    files: str


# The whole description on one page: a fifth of it on the wire. Its one secret, the token against forgery, is masked anew each time.
@gzip_page
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """A plain page: operations, their scopes and shapes."""
    document = schema()
    shapes = [
        (name, [(field, _kind(one), one.get("description", "")) for field, one in shape.get("properties", {}).items()])
        for name, shape in sorted(document["components"]["schemas"].items())
    ]
    context = {
        "operations": list(_operations(document)),
        "shapes": shapes,
        "scopes": SCOPES,
        "base": BASE,
        "crumbs": [(_("接口说明"), "")],
    }
    return render(request, "programs/reference.html", context)


def _operations(document: dict[str, Any]) -> list[Operation]:
    scopes = _scopes()
    found, own = [], {} if in_english() else OPERATIONS
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            good = next(answer for status, answer in one["responses"].items() if str(status).startswith("2"))
            given = good.get("content", {}).get("application/json", {}).get("schema", {})
            scope = scopes.get((method.upper(), one["operationId"]), "")
            files = [*one.get("requestBody", {}).get("content", {}), *good.get("content", {})]
            found.append(
                Operation(
                    method.upper(),
                    path.removeprefix(BASE),
                    own.get(one["operationId"]) or one.get("description", "").removesuffix(f" Scope: `{scope}`."),
                    "zh-Hans" if one["operationId"] in own else "en",
                    scope,
                    _kind(body) if body else "",
                    _kind(given) if given else "",
                    ", ".join(kind for kind in files if kind != "application/json"),
                )
            )
    return found


def _scopes() -> dict[tuple[str, str], str]:
    """Which scope each operation asks for, from the operations themselves."""
    found: dict[tuple[str, str], str] = {}
    for _prefix, router in api._routers:
        for path_view in router.path_operations.values():
            for operation in path_view.operations:
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                for auth in operation.auth_callbacks:
                    found.update({(method, name): getattr(auth, "scope", "") for method in operation.methods})
    return found


def _kind(shape: dict[str, Any]) -> str:
    """A shape in a word."""
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        return " | ".join(_kind(one) for one in shape["anyOf"])
    if shape.get("type") == "array":
        return f"[{_kind(shape.get('items', {}))}]"
    return str(shape.get("format") or shape.get("type") or "")
