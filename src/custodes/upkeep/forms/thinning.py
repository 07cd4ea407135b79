"""The form by which key frames only are ordered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.places.models import Grade, ThinningOrder

STANDING = "standing"
_HOURS = ((24, _("24 小时")), (72, _("3 天")), (168, _("7 天")))


class ThinningForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Up to which grade, for how long, and why."""

    hours = forms.ChoiceField(
        label=_("有效期"),
        choices=[*((str(hours), words) for hours, words in _HOURS), (STANDING, _("常备指令，收回前一直有效"))],
    )

    class Meta:
        model = ThinningOrder
        fields = ["grade", "reason"]
        help_texts = {
            "grade": _("该等级及以下的点位可以只留关键帧；未到期的录像不受影响。"),
            "reason": _("写入存证日志，例如：新硬盘周五到货。"),
        }

    def __init__(self, *args: object, at: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._at = at
        field = self.fields["grade"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = Grade.choices

    def save(self, commit: bool = True) -> ThinningOrder:
        """The order with its end; it is given by `places.thinning.order_thinning`, not saved here."""
        order: ThinningOrder = super().save(commit=False)
        hours = self.cleaned_data["hours"]
        order.until = None if hours == STANDING else self._at + timedelta(hours=int(hours))
        return order
