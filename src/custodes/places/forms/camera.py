"""The form of a camera's register data; of one in use, on what a change of its place, field or device rests (S34(7))."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from custodes.law.bad_input import BadInput
from custodes.law.building.sound import place_forbids
from custodes.law.duties.finding import DutyStatus
from custodes.law.grounds.stating import says_something
from custodes.people.forms import DayInput, PlainText, not_after_today
from custodes.people.lawful import in_english
from custodes.people.models import Person
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import PICTURES
from custodes.places.changes.gate import HELD, ChangeWanted, GateBasis, Why, covered, guarded, touched
from custodes.places.devices.channel import channel_of
from custodes.places.doubts import ScreenedPlace
from custodes.places.fields import CAMERA, Group, names
from custodes.places.forms.field_of_view import check_whole
from custodes.places.forms.revised import Revised
from custodes.places.forms.with_papers import WithPapers
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera, Node, System, TrialAddress
from custodes.places.models.camera import MASKED_ZONES
from custodes.places.overlap import SHOWN, overlap_finding, overlap_of
from custodes.places.scope import exact_cameras
from custodes.places.sound import order_of
from custodes.places.together import TILT, add_unfit
from custodes.places.voice_output import FIELD as VOICE
from custodes.places.voice_output import voice_unfit

NAMES = ("basis", "basis_words", "found_on")
CHOICES = (
    (Why.CORRECTION.value, _("更正登记：现场没有改变，原来的登记有误")),
    (Why.FOUND.value, _("登记擅自改变：现场已经改变，事先没有批准")),
)


class ChangeBasis(forms.Form):
    """Asked of a camera in use; where an approved change covers it, nothing is asked."""

    basis = forms.ChoiceField(
        label=_("改变上述内容的依据"),
        choices=CHOICES,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "在用点位的安装位置、采集范围、指向和设备不得擅自改变（第三十四条第七项）。拟改变的，先申请变更，批准后再修改。"
        ),
    )
    basis_words = forms.CharField(
        label=_("理由或者情况"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    found_on = forms.DateField(
        label=_("擅自改变的日期"),
        required=False,
        widget=DayInput,
        validators=[not_after_today],
        help_text=_("只在登记擅自改变时填写；日期不详的，填写发现之日。"),
    )

    instance: Camera

    def drop_basis(self) -> None:
        """Ask nothing of a camera that is not in use, or of which everything may be written."""
        if not self.instance.pk or not guarded(self.instance) or covered(self.instance, HELD):
            for name in NAMES:
                self.fields.pop(name, None)

    def check_basis(self) -> None:
        """Without a basis the change is refused, and the form says what to do instead."""
        if "basis" not in self.fields or self.errors:
            return
        changed = touched(Camera.objects.get(pk=self.instance.pk), self.instance)
        if not changed or covered(self.instance, changed):
            return
        if not self.cleaned_data.get("basis"):
            self.add_error("basis", str(ChangeWanted(changed)))
        elif not says_something(self.cleaned_data.get("basis_words", "")):
            self.add_error("basis_words", _("请写明理由或者情况。"))
        elif self.cleaned_data["basis"] == Why.FOUND and not self.cleaned_data.get("found_on"):
            self.add_error("found_on", _("请填写擅自改变的日期；不详的，填写发现之日。"))

    def chosen(self) -> GateBasis | None:
        """What was said; None where nothing was."""
        data: dict[str, Any] = self.cleaned_data
        if not data.get("basis"):
            return None
        on = data.get("found_on") or timezone.localdate()
        return GateBasis(Why(data["basis"]), data.get("basis_words", ""), on)


TURNING_TITLE = _("云台（能转动的点位）")
#: What nobody asks of a camera that stands fixed.
_TURNING = frozenset(names(lambda field: field.group is Group.TURNING and field.name != "home_preset"))
_LINE = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"})


def asked(group: Group, *first: str) -> tuple[str, ...]:
    """Fields under a heading: `first`, among them what is no column, then the others of the table in its order."""
    return (*first, *names(lambda field: field.asked and field.group is group and field.name not in first))


class CameraForm(Revised, WithPapers, PlainText, ScreenedPlace, ChangeBasis, forms.ModelForm):  # type: ignore[type-arg]
    """What the register says of a camera, apart from its address."""

    sign_upload = PaperField(label=_("告知标识照片"), kinds=PICTURES, required=False)
    mask_upload = PaperField(label=_("遮挡后的画面截图"), kinds=PICTURES, required=False)

    papers = {"sign_upload": "sign_paper", "mask_upload": "mask_paper"}
    SECTIONS = (
        (_("点位和位置"), asked(Group.SPOT, "number", "name", "place", "view", "place_reason", "zone")),
        (_("坐标和视场"), asked(Group.FIELD)),
        (_("告知标识和遮挡"), asked(Group.SIGN, "sign_upload", "mask_zone", "mask_upload")),
        (TURNING_TITLE, asked(Group.TURNING, "home_preset", *TILT, "presets_only")),
        (_("设备"), asked(Group.DEVICE, "maker", "model", "onvif_motion")),
        (_("录像安排"), asked(Group.KEEPING)),
        (_("改变的依据"), NAMES),
    )

    class Meta:
        model = Camera
        fields = names(lambda field: field.asked)
        widgets = {name: _LINE for name in fields if isinstance(Camera._meta.get_field(name), models.DecimalField)}
        help_texts = {field.name: field.hint for field in CAMERA if field.hint}

    def __init__(self, *args: Any, system: System, person: Person, at: datetime, **kwargs: Any) -> None:
        """
        Args:
            person: who fills it in; overlap is counted with the cameras whose place they may read (R9).
            at: now.
        """
        super().__init__(*args, **kwargs)
        self._person, self._at, self._system = person, at, system
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
        self._check_term(data)
        if "record" in self.changed_data and not data.get("record") and guarded(self.instance):
            said = _("在用点位不得由一人停止录像（第三十四条第六项）。请申请计划中断、录像时段，或者停用。")
            self.add_error("record", said)
        if self.instance.pk and order_of(self.instance) is not None:
            words = " ".join(data.get(key) or "" for key in ("name", "place", "view"))
            forbidden = place_forbids(timezone.localdate(), words, data.get("zone") or "")
            if forbidden is not None:
                self.add_error(
                    "place", _("该位置不能采集声音（%(clause)s）。请先关闭声音。") % {"clause": forbidden.clause}
                )
        return data

    def _check_term(self, data: dict[str, Any]) -> None:
        """A longer term than the law's has its purpose (N17): asked where one of the two is entered."""
        if not {"retention_days", "keeping_purpose"} & set(self.changed_data) or "retention_days" not in data:
            return
        asked = Camera(system=self._system, retention_days=data["retention_days"])
        asked.keeping_purpose = data.get("keeping_purpose") or ""
        try:
            conflict = keeping_of(asked, timezone.localdate(self._at)).conflict
        except BadInput:
            return  # out of the field's own bounds, which are asked after this
        if conflict is not None:
            self.add_error("keeping_purpose", conflict[1] if in_english() else conflict[0])

    def _post_clean(self) -> None:
        """Ask for the reason of an overlap once the field is known (S8.3)."""
        super()._post_clean()  # type: ignore[misc]
        self.check_basis()
        field = self.instance.field
        if field is None or self.errors:
            return
        overlap = overlap_of(field, exact_cameras(self._person, self._at), without=self.instance.pk)
        finding = overlap_finding(overlap, self.cleaned_data.get("overlap_reason", ""), timezone.localdate(self._at))
        if finding.status is DutyStatus.MISSING:
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
