"""A division's chain: after how many minutes without acknowledgement which post is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.models import Division, PostKind
from custodes.people.permissions import Permission
from custodes.people.scope import Scope
from custodes.places.scope import kinds_with
from custodes.upkeep.alarms.escalation.chain import DEFAULTS, Chain, Step
from custodes.upkeep.alarms.escalation.change import LATEST, MOST_STEPS
from custodes.upkeep.forms.recipients import divisions_of
from custodes.upkeep.models import Severity

FIRST = 2
"""Steps that the page shows at once."""
MINUTES = LATEST // timedelta(minutes=1)


class ChainForm(forms.Form):
    """Up to four steps; rows that are left empty are none."""

    division = forms.ModelChoiceField(
        Division.objects.none(),
        label=_("行政区划"),
        empty_label=None,
        help_text=_("对该区划以及其中各区划的告警有效。"),
    )
    severity = forms.TypedChoiceField(
        label=_("级别"), choices=[*reversed(Severity.choices)], coerce=lambda value: Severity(int(value))
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions_of(scope)  # type: ignore[attr-defined]
        posts = [(str(kind), kind.label) for kind in PostKind if kind in kinds_with(Permission.ACKNOWLEDGE_ALARMS)]
        for number in range(1, MOST_STEPS + 1):
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=_("第 %(number)d 步：无人确认满（分钟）") % {"number": number},
                min_value=1,
                max_value=MINUTES,
                required=number == 1,
            )
            self.fields[f"post_{number}"] = forms.ChoiceField(
                label=_("第 %(number)d 步：通知岗位") % {"number": number},
                choices=posts if number == 1 else [("", _("没有这一步")), *posts],
                required=number == 1,
            )

        for number, step in enumerate(DEFAULTS[Severity.CRITICAL], start=1):
            self.fields[f"minutes_{number}"].initial = step.after // timedelta(minutes=1)
            self.fields[f"post_{number}"].initial = str(step.post)

    @property
    def first_steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The steps that most chains have: minutes and post of each."""
        return [self._step(number) for number in range(1, FIRST + 1)]

    @property
    def further_steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The others, which the page folds away."""
        return [self._step(number) for number in range(FIRST + 1, MOST_STEPS + 1)]

    @property
    def further_open(self) -> bool:
        """Whether something was filled in there."""
        return any(field.value() for pair in self.further_steps for field in pair)

    def _step(self, number: int) -> tuple[forms.BoundField, forms.BoundField]:
        return self[f"minutes_{number}"], self[f"post_{number}"]

    def clean(self) -> dict[str, Any]:
        """Minutes and post of a step belong together, and no step is left out between two."""
        data = super().clean() or {}
        ended = False
        for number in range(1, MOST_STEPS + 1):
            minutes, post = data.get(f"minutes_{number}"), data.get(f"post_{number}")
            if self.errors.keys() & {f"minutes_{number}", f"post_{number}"}:
                continue
            if bool(minutes) != bool(post):
                self.add_error(
                    f"post_{number}" if minutes else f"minutes_{number}", _("分钟数和岗位要么都填，要么都不填。")
                )
            elif minutes and ended:
                self.add_error(f"minutes_{number}", _("前一步没有填写。请按顺序填写。"))
            ended = ended or not minutes
        return data

    @property
    def chain(self) -> Chain:
        """The steps that were filled in."""
        data = self.cleaned_data
        return tuple(
            Step(timedelta(minutes=data[f"minutes_{number}"]), PostKind(data[f"post_{number}"]))
            for number in range(1, MOST_STEPS + 1)
            if data.get(f"minutes_{number}")
        )
