"""How old the last place of what moves is, in one short word: for the pages and for the map."""

from __future__ import annotations

from datetime import datetime

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from custodes.places.models import GbMobile


def age_words(row: GbMobile, now: datetime) -> str:
    """How old it is, in one short word."""
    seen = row.seen_at
    if seen is None:
        return _("尚未收到位置")
    if (now - seen).total_seconds() < 60:
        return _("一分钟内的位置")
    return _("%(age)s前的位置") % {"age": timesince(seen, now, depth=1).replace("\xa0", " ")}
