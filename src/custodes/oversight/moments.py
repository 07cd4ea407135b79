"""Times of records, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _


def moment(us: int) -> str:
    """A time in microseconds UTC, shown in the installation's zone; one that no calendar has says so: records hold what others said."""
    try:
        at = timezone.localtime(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us))
    except OverflowError:
        return _("无法显示的时间")
    return at.strftime("%Y-%m-%d %H:%M:%S")


def between(begin: int, end: int) -> str:
    """A span in microseconds UTC."""
    return f"{moment(begin)}–{moment(end)}"
