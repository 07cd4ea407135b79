"""How long a camera's footage is kept: the register says what the unit wants, the law says what it comes to (S32, N17)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from custodes.law.calendar.days import day_of
from custodes.law.clauses.clause import Rank
from custodes.law.retention import OtherTerm, RetentionTerm, keeping
from custodes.places.models import Camera


def keeping_of(camera: Camera, captured: date | datetime) -> RetentionTerm:
    """How long footage that `camera` takes at `captured` is kept, and by which rules: the longest that applies.

    The term that the register gives is the unit's own decision: it can be longer than the law's, never shorter. A key
    target is kept for ninety days (CTL32); where N9 governs the place, N17 does not bind and S32 does.
    """
    day = day_of(captured) if isinstance(captured, datetime) else captured
    own = OtherTerm(camera.retention_days, _("登记的存储期限"), Rank.STANDARD, camera.keeping_purpose)
    site = camera.system.site
    return keeping(day, key_target=site.key_target, national=not site.n9, others=(own,))
