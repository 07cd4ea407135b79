"""Who has to build the system of a place (S11)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.building.builder import Builder, PlaceFacts, responsible_builder
from custodes.law.building.categories import CATEGORIES
from custodes.web.lawbook.asking import Complaints, ask, crumbs, english

_COMPLAINTS = Complaints({}, {"agreed": _("所有者与使用者只能约定由其中一方建设，请填写其中一方的名称。")})
MISSING = {
    "agreement": _("约定的书面文件"),
    "owner": _("所有者的名称"),
    "manager": _("管理者的名称"),
}


class BuilderForm(forms.Form):
    """The place and whose it is."""

    category = forms.TypedChoiceField(label=_("场所类别（第九条）"), coerce=int)
    county = forms.CharField(
        label=_("所在县（区）"), max_length=40, required=False, help_text=_("仅第一类填写；不填写的，为市人民政府。")
    )
    state_owned = forms.BooleanField(label=_("场所和部位属于国家所有"), required=False)
    owner = forms.CharField(label=_("所有者"), max_length=100, required=False)
    user = forms.CharField(label=_("使用者"), max_length=100, required=False)
    manager = forms.CharField(label=_("管理者"), max_length=100, required=False)
    agreed = forms.CharField(label=_("约定由谁建设"), max_length=100, required=False, help_text=_("没有约定的不填写。"))
    agreement = forms.CharField(label=_("约定文件"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [(str(one.number), f"{one.clause} {one.en if english() else one.zh}") for one in CATEGORIES]


@require_safe
def builder(request: HttpRequest) -> HttpResponse:
    """The question, and above it the answer once it is asked."""
    form = BuilderForm(request.GET if "category" in request.GET else None)
    found = ask(form, builder_of, _COMPLAINTS)
    context = {
        "form": form,
        "found": found,
        "missing": [MISSING[key] for key in found.missing] if found else [],
        "crumbs": crumbs(_("建设主体")),
    }
    return render(request, "lawbook/builder.html", context)


def builder_of(asked: dict[str, Any]) -> Builder:
    """Who has to build.

    Raises:
        BadInput: the one who was agreed on is neither owner nor user.
    """
    return responsible_builder(
        PlaceFacts(
            asked["category"],
            owner=asked["owner"],
            user=asked["user"],
            manager=asked["manager"],
            state_owned=asked["state_owned"],
            agreed=asked["agreed"],
            agreement=asked["agreement"],
            county=asked["county"],
        )
    )
