"""The forms by which a person decides about a volume."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.upkeep.templatetags.upkeep import bytes_words


class DecisionForm(PlainText, forms.Form):
    """Why; it stands in the log."""

    reason = forms.CharField(
        label=_("事由"), max_length=200, help_text=_("写入存证日志，例如：该硬盘坏道增多，已订新盘。")
    )


class SharedDisk(forms.Form):
    """A folder on the disk of the node's own data is mostly the bare folder of a disk that is not mounted."""

    shared_disk = forms.BooleanField(
        label=_("这里没有单独的硬盘，与系统数据放在同一块盘上"),
        help_text=_("一般不选。没有选中时，节点会拒绝没有挂载硬盘的文件夹，以免录像写满系统盘。"),
        required=False,
    )


class ReplaceForm(DecisionForm, SharedDisk):
    """Using what is at a volume's folder now."""


class AddForm(DecisionForm, SharedDisk):
    """One of the places that the node offers, and nothing else."""

    path = forms.ChoiceField(label=_("文件夹"), widget=forms.RadioSelect)

    field_order = ("path", "shared_disk", "reason")

    def __init__(self, *args: object, places: list[dict[str, Any]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["path"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(place["path"], _words(place)) for place in places if place["holds"] != "files"]


def _words(place: dict[str, Any]) -> str:
    sizes = gettext("%(path)s（共 %(total)s，可用 %(free)s）") % {
        "path": place["path"],
        "total": bytes_words(place["total"]),
        "free": bytes_words(place["free"]),
    }
    notes = [gettext("没有单独的硬盘")] if place["shared_disk"] else []
    notes += [gettext("已有存储卷的标识")] if place["holds"] == "volume" else []
    return " · ".join([sizes, *notes])
