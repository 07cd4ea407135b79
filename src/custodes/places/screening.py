"""Whether a declared place may have a camera (S10, N8.1): asked of every camera, one at a time or a thousand.

What is forbidden is refused; what is in doubt needs a person's finding in writing before it goes on.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from custodes.law.building.prohibited import Judgement, Verdict, judge
from custodes.law.building.zones import BY_KEY, ZONES, Zone
from custodes.people.said import in_english

__all__ = ["ScreenedPlace", "Verdict", "judgement_words", "screen", "zone_name", "zone_named"]

NOTE_LENGTH = 200


def screen(day: date, zone: str, *words: str) -> Judgement:
    """What comes of a place.

    Args:
        zone: key of the kind of forbidden place as which it was declared; empty for none.
        words: name, place and view as written.
    """
    return judge(day, kind=zone if zone in BY_KEY else "", words=" ".join(words))


def judgement_words(judgement: Judgement) -> str:
    """The judgement in the language of the page, with its clauses."""
    if in_english():
        said, clauses = judgement.en[:1].upper() + judgement.en[1:], ", ".join(judgement.clauses)
        return f"{said} ({clauses})" if clauses and clauses not in said else said
    clauses = "、".join(judgement.clauses)
    return f"{judgement.zh}（{clauses}）" if clauses and clauses not in judgement.zh else judgement.zh


def zone_named(name: str) -> str:
    """The key of the zone that a table names, by key, name or one of its words; empty for none."""
    wanted = name.strip()
    for zone in ZONES:
        if wanted in (zone.key, zone.zh, zone.en, *zone.words):
            return zone.key
    return ""


def zone_choices() -> list[tuple[str, Any]]:
    """Every kind of forbidden place, and none of them first."""
    return [("", _("不在下列部位")), *((zone.key, zone_name(zone)) for zone in ZONES)]


class ScreenedPlace(forms.Form):
    """Part of a form that declares a place: the forbidden kinds, and the finding where there is doubt.

    A subclass has `name`, `place` and `view` among its fields, or fewer of them.
    """

    zone = forms.ChoiceField(
        label=_("是否位于禁止安装的部位"),
        choices=zone_choices,
        required=False,
        help_text=_("旅馆客房、集体宿舍、公共浴室、更衣室、卫生间等禁止安装（第十条、条例第八条）。"),
    )
    screening_note = forms.CharField(
        label=_("核对说明"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("名称或者位置提到禁止部位的，在此写明采集范围为何不含其内部。"),
    )

    #: The judgement of the last `clean`.
    judgement: Judgement | None = None

    def clean(self) -> dict[str, Any]:
        """Refuse what is forbidden; ask for a finding where there is doubt."""
        data = super().clean() or {}
        self.judgement = screen(
            timezone.localdate(), data.get("zone") or "", *(data.get(key) or "" for key in ("name", "place", "view"))
        )
        words = judgement_words(self.judgement)
        if self.judgement.verdict == Verdict.FORBIDDEN:
            self.add_error("zone", _("%(words)s。该点位不能登记，请改到允许的部位。") % {"words": words})
        elif self.judgement.verdict == Verdict.DOUBTFUL and not data.get("screening_note"):
            self.fields["screening_note"].required = True
            self.add_error("screening_note", _("%(words)s。请核对后写明情况。") % {"words": words})
        return data


def zone_name(zone: Zone) -> Any:
    """Its name in the language of the page, decided when it is shown."""
    return lazystr(_BothNames(zone))


class _BothNames:
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def __str__(self) -> str:
        return self._zone.en if in_english() else self._zone.zh
