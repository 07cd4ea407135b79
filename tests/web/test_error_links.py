"""From the summary of errors each link leads to something that a key can use: of a group of choices to its first."""

from __future__ import annotations

import re

from django import forms
from django.template.loader import render_to_string


class _Asked(forms.Form):
    name = forms.CharField(label="名称")
    what = forms.ChoiceField(label="内容", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    which = forms.MultipleChoiceField(label="点位", choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("a", "甲")])


def test_every_link_of_the_summary_leads_to_a_field() -> None:
    form = _Asked({})
    links = re.findall(r'href="#([^"]+)"', render_to_string("parts/error_summary.html", {"form": form}))
    assert links == ["id_name", "id_what_0", "id_which_0", "id_kind"]
    page = form.as_p()
    for link in links:
        assert re.search(rf'<(input|select)[^>]* id="{link}"', page), link
