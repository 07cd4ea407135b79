"""The form of a camera's register data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.law.building.sound import place_forbids
from custodes.people.forms.plain import PlainText
from custodes.places.models import Camera, Node, System
from custodes.places.screening import ScreenedPlace
from custodes.places.sound import order_of


class CameraForm(PlainText, ScreenedPlace, forms.ModelForm):  # type: ignore[type-arg]
    """What the register says of a camera, apart from its address."""

    class Meta:
        model = Camera
        fields = [
            "number",
            "name",
            "place",
            "view",
            "screening_note",
            "node",
            "onvif_motion",
            "home_preset",
            "record",
            "retention_days",
            "grade",
        ]
        help_texts = {
            "number": _("本系统内不重复，例如 0101。"),
            "place": _("例如：一层大厅东侧，距地 3.2 米。属于基础信息，限制查阅（第三十三条）。"),
            "view": _("固定的采集范围（第十五条），例如：大厅入口至服务台。"),
            "onvif_motion": _("默认不接收：移动侦测事件较多。只接收设备对画面变化的判断，不识别人员。"),
            "home_preset": _(
                "无人操控后自动转回的预置位编号，应当与登记的采集范围一致（第十五条）；不填为设备的归位位置。"
            ),
            "record": _("取消后不再录像，这段时间登记为“计划内不录”。"),
            "grade": _("存储空间不足时，先降低、停止等级低的点位的新录像；已有录像不受影响。"),
            "retention_days": _("不得少于三十日（第三十二条、条例第十七条）。"),
        }

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.system = system
        nodes = Node.objects.all()
        field = self.fields["node"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = nodes
        if self.instance.sealed_password:
            field.disabled = True
            field.help_text = _("密码已封存给该节点；换节点须停用后重新接入。")
        if not self.instance.onvif_port:
            del self.fields["onvif_motion"]
        if not self.instance.steerable:
            del self.fields["home_preset"]
        only = list(nodes[:2])
        if len(only) == 1 and not self.instance.node_id:
            field.initial = only[0]
            field.empty_label = None

    def clean(self) -> dict[str, Any]:
        """A camera whose sound is recorded is not moved to where that is forbidden."""
        data = super().clean() or {}
        if self.instance.pk and order_of(self.instance) is not None:
            words = " ".join(data.get(key) or "" for key in ("name", "place", "view"))
            forbidden = place_forbids(timezone.localdate(), words, data.get("zone") or "")
            if forbidden is not None:
                self.add_error(
                    "place", _("该位置不能采集声音（%(clause)s）。请先关闭声音。") % {"clause": forbidden.clause}
                )
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # The system is set here and not in the form; its number must be checked against it all the same.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"system"}
