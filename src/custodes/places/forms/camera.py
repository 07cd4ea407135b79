"""The form of a camera's register data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from custodes.law.building.sound import place_forbids
from custodes.law.duties.finding import Status
from custodes.people.forms.plain import PlainText
from custodes.people.models import Person
from custodes.people.papers.field import PaperField
from custodes.people.papers.kinds import PICTURES
from custodes.places.devices.channel import channel_of
from custodes.places.forms.change_basis import NAMES, ChangeBasis
from custodes.places.forms.field_of_view import TURNING, check_whole
from custodes.places.forms.revised import Revised
from custodes.places.forms.with_papers import WithPapers
from custodes.places.models import Camera, Node, System, TrialAddress
from custodes.places.models.camera import MASKED_ZONES
from custodes.places.overlap import SHOWN, overlap_finding, overlap_of
from custodes.places.scope import exact_cameras
from custodes.places.screening import ScreenedPlace
from custodes.places.sound import order_of
from custodes.places.together import TURNS, add_unfit
from custodes.places.voice_output import FIELD as VOICE
from custodes.places.voice_output import voice_unfit

TURNING_TITLE = _("云台（能转动的点位）")
_TURNING = frozenset({*TURNING, "presets_only"})
_LINE = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"})


class CameraForm(Revised, WithPapers, PlainText, ScreenedPlace, ChangeBasis, forms.ModelForm):  # type: ignore[type-arg]
    """What the register says of a camera, apart from its address."""

    sign_upload = PaperField(label=_("告知标识照片"), kinds=PICTURES, required=False)
    mask_upload = PaperField(label=_("遮挡后的画面截图"), kinds=PICTURES, required=False)

    papers = {"sign_upload": "sign_paper", "mask_upload": "mask_paper"}
    SECTIONS = (
        (_("点位和位置"), ("number", "name", "place", "view", "zone", "screening_note")),
        (
            _("坐标和视场"),
            ("longitude", "latitude", "mount_height", "azimuth", "angle", "reach", "overlap_reason"),
        ),
        (_("告知标识和遮挡"), ("sign_upload", "mask_zone", "mask_upload")),
        (TURNING_TITLE, ("home_preset", "tilt_low", "tilt_high", "presets_only", *TURNS)),
        (_("设备"), ("maker", "model", "onvif_motion", "voice_output")),
        (_("录像安排"), ("node", "record", "retention_days", "grade")),
        (_("改变的依据"), NAMES),
    )

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
            *("longitude", "latitude", "mount_height", "azimuth", "angle", "reach", "overlap_reason"),
            *("mask_zone", "maker", "model", "voice_output", "presets_only", *TURNING),
        ]
        widgets = dict.fromkeys(("longitude", "latitude", "mount_height", "azimuth", "angle", *TURNING), _LINE)
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
            "longitude": _("十进制度，2000 国家大地坐标系，例如 91.132200。属于基础信息，限制查阅。"),
            "latitude": _("例如 29.653100。"),
            "azimuth": _("画面中线的朝向，正北为 0，顺时针至 360。"),
            "angle": _("画面左右两边的夹角；全景为 360。"),
            "reach": _("能够看清的最远距离，不超过 2000 米。方位角、视角和距离一并填写。"),
            "tilt_low": _(
                "画面中心允许的最低俯仰角：水平为 0，向上为正，向下为负，例如 -30。固定点位不填；填写后超出的转动将被停止。"
            ),
            "tilt_high": _("画面中心允许的最高俯仰角，例如 0。上下限一并填写。"),
            "turns_pan": _(
                "见设备说明书，从一端到另一端，例如 350；连续旋转的为 360。以 ONVIF 接入、设备不报告角度的填写，三项一并填写。"
            ),
            "turns_low": _("见设备说明书，水平为 0，向下为负，例如 -90。"),
            "turns_high": _("见设备说明书，例如 10。"),
            "presets_only": _(
                "勾选后不能手动转动、框选和巡航，只能转到预置位和规定指向；变倍、聚焦不受影响。设备不报告角度的建议勾选。"
            ),
            "voice_output": _(
                "值班人员喊话时发声的设备：国标设备目录中类型编码为 137 的通道，或者该通道、该设备自身的编码；没有扬声器的不填。"
            ),
            "overlap_reason": _("采集范围已由现有点位覆盖的，说明为何仍须建设（第八条第三款）。"),
            "mask_zone": _("点位在其外部、画面可能触及的，须在摄像机上设置遮挡，并上传遮挡后的截图。"),
            "retention_days": _("不得少于三十日（第三十二条、条例第十七条）。"),
        }

    def __init__(self, *args: Any, system: System, person: Person, at: datetime, **kwargs: Any) -> None:
        """
        Args:
            person: who fills it in; overlap is counted with the cameras whose place they may read (R9).
            at: now.
        """
        super().__init__(*args, **kwargs)
        self._person, self._at = person, at
        zones = self.fields["mask_zone"]
        assert isinstance(zones, forms.ChoiceField)
        zones.choices = [("", _("不触及")), *MASKED_ZONES]
        self.instance.system = system
        self.drop_basis()
        if "basis_words" in self.fields:
            self.fields["basis_words"].validators = self.fields["basis_words"].validators[:-1]  # several lines
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

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, as the page shows them: of a camera that is known to stand fixed, nothing of turning."""
        hidden = _TURNING if self.turning == "fixed" else frozenset()
        if not self.may_speak:
            hidden |= {VOICE}
        return [
            (title, [self[name] for name in names if name in self.fields and name not in hidden])
            for title, names in self.SECTIONS
        ]

    @property
    def turning(self) -> Literal["turns", "fixed", "unknown"]:
        """Whether it turns, as its device said or somebody entered."""
        said = self.errors if self.is_bound else {}
        entered = any(self[name].value() not in (None, "", False) for name in _TURNING)
        able = self.instance.steering
        if entered or (able and able.get("move")) or any(name in said for name in _TURNING):
            return "turns"
        return "unknown" if able is None else "fixed"

    @property
    def may_speak(self) -> bool:
        """Whether it is, or may become, a channel of a GB/T 28181 device, or somebody entered a loudspeaker all the same."""
        address = self._address
        return not address or channel_of(address) is not None or bool(self[VOICE].value())

    @cached_property
    def _address(self) -> str:
        """Of its main stream, or that which is on trial."""
        tried = TrialAddress.objects.filter(camera=self.instance.pk).values_list("main_url", flat=True)
        return self.instance.main_url or tried.first() or ""

    @property
    def folded(self) -> tuple[Any, ...]:
        """Headings whose fields are opened by whoever needs them."""
        return (TURNING_TITLE,) if self.turning == "unknown" else ()

    def clean(self) -> dict[str, Any]:
        """A whole field of view or none; a camera whose sound is recorded is not moved to where that is forbidden."""
        data = super().clean() or {}
        check_whole(self, data)
        add_unfit(self, voice_unfit(data, self._address))
        if self.instance.pk and order_of(self.instance) is not None:
            words = " ".join(data.get(key) or "" for key in ("name", "place", "view"))
            forbidden = place_forbids(timezone.localdate(), words, data.get("zone") or "")
            if forbidden is not None:
                self.add_error(
                    "place", _("该位置不能采集声音（%(clause)s）。请先关闭声音。") % {"clause": forbidden.clause}
                )
        return data

    def _post_clean(self) -> None:
        """Ask for the reason of an overlap once the field is known (S8.3)."""
        super()._post_clean()  # type: ignore[misc]
        self.check_basis()
        field = self.instance.field
        if field is None or self.errors:
            return
        overlap = overlap_of(field, exact_cameras(self._person, self._at), without=self.instance.pk)
        finding = overlap_finding(overlap, self.cleaned_data.get("overlap_reason", ""), timezone.localdate(self._at))
        if finding.status is Status.MISSING:
            said = {
                "share": f"{overlap.share:.0%}",
                "names": "、".join(f"{row.name} {share:.0%}" for row, share in overlap.cameras[:SHOWN]),
            }
            self.add_error(
                "overlap_reason",
                _("%(share)s 的采集范围已由现有点位覆盖（%(names)s）。请说明理由，或者调整视场（第八条第三款）。")
                % said,
            )

    def _get_validation_exclusions(self) -> set[str]:
        # The system is set here and not in the form; its number must be checked against it all the same.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"system"}
