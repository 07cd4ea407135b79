"""Beginning duty and handing it over."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.people.models import Post


class DutyPostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Duty posts as unit and kind."""

    def label_from_instance(self, post: Post) -> str:
        """Kind and unit."""
        return f"{post.get_kind_display()} · {post.unit.name}"


class SuccessorChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Duty posts as persons."""

    def label_from_instance(self, post: Post) -> str:
        """Name and kind."""
        return f"{post.person.name} · {post.get_kind_display()}"


class BeginForm(forms.Form):
    """On which post, when there are several."""

    post = DutyPostChoice(Post.objects.none(), label=_("值班岗位"), to_field_name="uuid", empty_label=None)

    def __init__(self, *args: object, posts: QuerySet[Post], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom."""

    successor = SuccessorChoice(Post.objects.none(), label=_("接班人员"), to_field_name="uuid")

    def __init__(self, *args: object, posts: QuerySet[Post], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["successor"].queryset = posts  # type: ignore[attr-defined]
        self.fields["successor"].empty_label = _("请选择")  # type: ignore[attr-defined]
