"""`/parts`: every part of the design system on one page, for developers.

Shown in a training installation or with `DEBUG`; elsewhere the address does not exist. The samples are words only: no
camera, no person and no record of this installation is read.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django import forms
from django.conf import settings as django_settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from custodes.people.models import Paper
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.people.table import Table, TableColumn
from custodes.settings import get_settings

STATES = (
    ("fine", _("录制中")),
    ("attention", _("无数据")),
    ("danger", _("拒绝连接")),
    ("info", _("连接中")),
    ("neutral", _("待登记")),
    ("off", _("未启用")),
)


class SampleForm(forms.Form):
    """One of each kind of field; always shown with its errors."""

    name = forms.CharField(label=_("单位名称"), help_text=_("与营业执照或事业单位法人证书一致。"))
    kind = forms.ChoiceField(
        label=_("单位类别"), choices=(("school", _("学校")), ("bank", _("金融机构")), ("hotel", _("旅馆")))
    )
    network = forms.ChoiceField(
        label=_("是否联网"),
        choices=(("yes", _("联网")), ("no", _("不联网"))),
        widget=forms.RadioSelect,
    )
    letter = PaperField(kinds=SCANS, label=_("委托办理备案授权书"), help_text=_("加盖单位公章的扫描件或者照片。"))
    note = forms.CharField(label=_("备注"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    agreed = forms.BooleanField(label=_("已核对上述内容"))


@dataclass(frozen=True)
class SampleRow:
    """A row of the sample table."""

    name: str
    unit: str
    state: str
    state_label: object
    completeness: str


def _rows() -> list[SampleRow]:
    places = (_("东门"), _("西门"), _("前厅"), _("停车场"))
    return [
        SampleRow(
            f"{places[n % 4]} {n + 1}", str(_("城关区第一小学")), *STATES[n % len(STATES)], f"{99.9 - n / 7:.1f}%"
        )
        for n in range(60)
    ]


@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """All parts, in the mood that `?mood=` names."""
    if not (get_settings().training or django_settings.DEBUG):
        raise Http404
    table = Table.of(
        request,
        TableColumn(_("点位"), sort="name"),
        TableColumn(_("单位")),
        TableColumn(_("状态")),
        TableColumn(_("完整率"), numeric=True),
    )
    today = datetime.date(2026, 6, 3)
    return render(
        request,
        "parts.html",
        {
            "mood": "control" if request.GET.get("mood") == "control" else "office",
            "states": STATES,
            "form": SampleForm({"note": _("校门口新增一个点位。")}),
            "paper": Paper(
                name=str(_("委托办理备案授权书.pdf")),
                size=184_320,
                sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                media_type="application/pdf",
                at=datetime.datetime(2026, 6, 3, 2, 30, tzinfo=datetime.UTC),
            ),
            "table": table,
            "page": Paginator(_rows(), 8).get_page(request.GET.get("page")),
            "crumbs": [(_("工作台"), "/"), (_("部件"), "")],
            "steps": [
                {"label": _("登记单位"), "state": "done"},
                {"label": _("登记点位"), "state": "current"},
                {"label": _("核对并提交"), "state": "todo"},
            ],
            "tasks": [
                {"label": _("填写单位资料"), "href": "#", "state": "fine", "state_label": _("已完成")},
                {
                    "label": _("登记点位"),
                    "href": "#",
                    "hint": _("至少一个点位，地址须能连接。"),
                    "state": "info",
                    "state_label": _("进行中"),
                },
                {"label": _("提交备案"), "state": "off", "state_label": _("尚不能开始")},
            ],
            "facts": [
                (_("建设单位"), _("城关区第一小学")),
                (_("存储期限"), _("30 天")),
                (pgettext_lazy("列表", "点位"), 8),
            ],
            "deadlines": [(today, 14), (today, 2), (today, -3)],
            "choices": [("a", _("全部点位")), ("b", _("只看异常"))],
        },
    )
