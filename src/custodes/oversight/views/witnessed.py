"""Witnessing between levels: who cosigned the own log last, and how the logs of platforms below stand."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.witness import encode
from custodes.ledger.witnessed import LogsError, StateError
from custodes.oversight.cosigning import CosignOutcome, CosignWhy, outcomes, own_rewound
from custodes.oversight.witnessing import FoundContradiction, Witnessed, WitnessedStanding, one, witnessed
from custodes.people import delivery as line
from custodes.people.permissions import Permission
from custodes.people.viewer import needs
from custodes.settings import get_settings
from custodes.upkeep.alarms.conditions.notary import COSIGNED_WITHIN
from custodes.upkeep.alarms.kinds.trust import COSIGNATURE_MISSING

WORDS: dict[WitnessedStanding, tuple[str, Promise]] = {
    WitnessedStanding.FORKED: ("danger", _("已证实改写")),
    WitnessedStanding.DOUBTED: ("danger", _("篡改嫌疑")),
    WitnessedStanding.UNREADABLE: ("danger", _("见证记录损坏")),
    WitnessedStanding.SILENT: ("attention", _("中断")),
    WitnessedStanding.LATE: ("attention", _("延迟")),
    WitnessedStanding.NEVER: ("neutral", _("尚未报送")),
    WitnessedStanding.FINE: ("fine", _("正常")),
}


UNCOSIGNED: dict[CosignWhy, Promise] = {
    CosignWhy.AWAY: _("联系不上该见证，自动重试。请查到上级平台的网络和防火墙。"),
    CosignWhy.ANSWER: _("该见证的应答不能使用，自动重试。请与上级平台联系。"),
    CosignWhy.SAW_MORE: _(
        "该见证联署过的条数多于本日志现有的条数：本日志被退回过，或者有人以它的名义签署。请封存日志文件夹，在查清之前不要重装或者恢复备份。"
    ),
    CosignWhy.REFUSED: _("该见证认为本日志与它联署过的不一致，不予联署。请封存日志文件夹，与上级平台一并核验。"),
    CosignWhy.FORGOT: _(
        "该见证被退回到较早的状态，不记得自己联署过的内容。已停止向它报送，等上级平台更换见证密钥并交来新的见证文件。"
    ),
    CosignWhy.KEY: _("该见证不认得本日志的密钥。更换过日志密钥的，请把新的公钥交给上级平台。"),
    CosignWhy.LOG: _("该见证没有登记本日志，或者登记的证书不同。请把 custodes witness join 的输出交给上级平台。"),
    CosignWhy.STOPPED: _("该见证已停止联署：它的记录不能使用，或者被退回过。请与上级平台联系。"),
}
"""Why a witness above has not cosigned the last checkpoint, and what to do."""


@needs(Permission.VIEW_LEDGER)
def overview(request: HttpRequest) -> HttpResponse:
    """Both directions on one page."""
    settings = get_settings()
    context: dict[str, Any] = {"runs": bool(settings.witness_name), "witness": settings.witness_name}
    try:
        rows = witnessed(settings, timezone.now()) if settings.witness_name else []
        context["rows"] = [(row, *WORDS[row.standing]) for row in rows]
    except LogsError:
        context["unreadable"] = True
    try:
        context["rewound"] = own_rewound(settings)
    except StateError:
        context["unreadable"] = True
    try:
        status = line.notary().status()
        tried = outcomes()
        above = [_above(item, tried.get(item.name)) for item in status.cosigned]
        context |= {"size": status.checkpoint_size, "above": above, **_alarm_minutes()}
    except (NotaryUnavailable, NotaryRefused):
        context["down"] = True
    return render(request, "oversight/witnessed.html", context)


def _alarm_minutes() -> dict[str, int]:
    """How long a cosignature may be missing before it is an alarm, and after it came until the alarm ends, whole minutes."""
    patience = timedelta(seconds=COSIGNED_WITHIN * get_settings().checkpoint_seconds)
    minute = timedelta(minutes=1)
    kind = COSIGNATURE_MISSING
    return {"alarm_after": -(-(patience + kind.lasting) // minute), "alarm_ends": -(-kind.settles // minute)}


def _above(last: Any, tried: CosignOutcome | None) -> tuple[str, int, datetime | None, Promise | None]:
    why = UNCOSIGNED[tried.why] if tried is not None and tried.why is not None else None
    return last.name, last.size, datetime.fromtimestamp(last.at, UTC) if last.at else None, why


@needs(Permission.VIEW_LEDGER)
def log(request: HttpRequest, key: str) -> HttpResponse:
    """One log below, with what it can't have signed honestly."""
    row = _row(key)
    state, words = WORDS[row.standing]
    context = {
        "row": row,
        "state": state,
        "words": words,
        "silent_minutes": get_settings().witness_silent_minutes,
        "crumbs": [
            (_("存证日志"), reverse("oversight:ledger")),
            (_("见证"), reverse("oversight:witnessed")),
            (row.log.name, ""),
        ],
    }
    return render(request, "oversight/witnessed_log.html", context)


@needs(Permission.VIEW_LEDGER)
def note(request: HttpRequest, key: str) -> HttpResponse:
    """The checkpoint that was cosigned last: what the log below is held against on the spot (``--seen``)."""
    row = _row(key)
    if row.state is None or not row.state.note:
        raise Http404
    return _file(row.state.note.encode(), "checkpoint", "text/plain; charset=utf-8")


@needs(Permission.VIEW_LEDGER)
def evidence(request: HttpRequest, key: str, digest: str) -> HttpResponse:
    """A contradiction to take away: both checkpoints, the proof between them, and how to check them elsewhere."""
    row = _row(key)
    found = next((each for each in row.found if each.kept.digest == digest), None)
    if found is None:
        raise Http404
    return _file(_packed(row, found), f"contradiction-{digest[:16]}.zip", "application/zip")


def _row(key: str) -> Witnessed:
    row = one(get_settings(), key, timezone.now())
    if row is None:
        raise Http404
    return row


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _packed(row: Witnessed, found: FoundContradiction) -> bytes:
    keys = "".join(f"{key}\n" for key in found.keys)
    files = {
        "README.txt": _readme(row, found),
        "contradiction.json": encode(found.kept).decode(),
        "seen.checkpoint": found.kept.seen,
        "shown.checkpoint": found.shown_note,
        "keys.txt": keys,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, found.at.timetuple()[:6]), text)
    return packed.getvalue()


def _readme(row: Witnessed, found: FoundContradiction) -> str:
    means = (
        gettext(
            "两份检查点均由该日志的密钥签署，却不能同属一部历史：其中至少有一份之后的记录被改写、删除或者另造。此点任何人都可以脱机核验。"
        )
        if found.shown.proven
        else gettext("后一份检查点由该日志的密钥签署，但没有随附前一份已被延续的证明。请持前一份到现场核验该日志。")
    )
    return "\n".join(
        (
            gettext("下级存证日志的两份检查点"),
            "",
            f"{gettext('平台')}: {row.log.name}",
            f"origin: {row.log.origin}",
            f"{gettext('见证收到的时间')}: {timezone.localtime(found.at):%Y-%m-%d %H:%M:%S}",
            f"{gettext('见证时的条数')}: {found.shown.seen.size}",
            f"{gettext('另一份的条数')}: {found.shown.shown.size}",
            "",
            means,
            "",
            gettext("核验方法（密钥请用自己另行留存的）："),
            "custodes verify contradiction contradiction.json --key keys.txt",
            "custodes verify ledger LEDGER --key keys.txt --seen seen.checkpoint",
            "",
        )
    )
