"""The state of an application, for whoever has its receipt number and the telephone number that it named."""

from __future__ import annotations

import datetime
import hmac

from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people import lockout
from custodes.people.applying.refused import ApplicationRefused
from custodes.people.models import UnitApplication
from custodes.people.phones import digits


def look_up(receipt: str, phone: str, at: datetime.datetime) -> UnitApplication:
    """The application.

    Raises:
        ApplicationRefused: not both fit, in the same words whichever does not; or too many tries for this receipt.
    """
    number = receipt.strip().upper()[:24]
    key = f"receipt {number}"  # no user name has a space
    until = lockout.begin(key, at)
    if until is not None:
        local = timezone.localtime(until).strftime("%H:%M")
        raise ApplicationRefused(_("查询次数过多，请在 %(time)s 以后再试。") % {"time": local})
    row = UnitApplication.objects.select_related("division").filter(receipt=number).first()
    named = digits(row.phone) if row else ""
    if row is None or not hmac.compare_digest(named.encode(), digits(phone).encode()):
        lockout.failed(key, at)
        raise ApplicationRefused(_("受理编号与联系电话不符。请核对后重新填写。"))
    lockout.give_back(key)
    return row
