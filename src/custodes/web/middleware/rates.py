"""How many requests one person, and one address, may make: a bucket that fills evenly, so that a page of many tiles passes and
a program that reads everything out does not.

In memory: there is one web process. What must hold beyond a restart, guesses at passwords and wishes to look, has limits of its
own in the database (`people/lockout.py`, `access/api.py`).
"""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from custodes.people.buckets import Buckets
from custodes.settings import get_settings
from custodes.web import views
from custodes.web.middleware.answers import refuse, wants_json

#: Views that cost as much as so many plain ones: they read the log, ask nodes or look at the whole machine.
COSTS = {
    "checkup": 20,
    "oversight:verify": 20,
    "oversight:retention": 5,
    "oversight:next_pass": 20,
    "print:retention_report": 20,
    "upkeep:completeness": 5,
    "upkeep:camera_day": 5,
    "places:probe": 5,
    # Files of up to a hundred thousand rows, and an address that no browser's sign-in stands before.
    "places:import_add": 20,
    "places:import_refused": 20,
    "upkeep:date_feed_read": 20,
    "upkeep:work_file": 20,
    # It may write a hundred thousand rows.
    "sharing:tree_act": 5,
    # One compares two whole versions, for whoever asks, the other a version with the register as it stands.
    "sharing:public_version": 5,
    "sharing:directory": 5,
    # As a PDF it may have to be set first.
    "sharing:public_file": 20,
    "sharing:directory_print_draft": 20,
    # One reads hours of footage and waits for the notary; the others are asked every two or three seconds while it goes on.
    "print:evidence": 20,
    "access:package_progress": 2,
    "access:release_progress": 2,
}
EXPORT_COST = 20
"""Of a list as a file of up to a hundred thousand rows."""
#: An office behind one address is many persons.
PERSONS_AN_ADDRESS = 10


def price_of(view_name: str) -> int:
    """In plain requests."""
    exports = ":export_" in view_name or view_name.endswith("_export")
    return COSTS.get(view_name, EXPORT_COST if exports else 1)


class Rates(MiddlewareMixin):
    """Refuses with 429 and the seconds to wait; nodes, which sign what they say, are not counted."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        each = get_settings().requests_per_minute
        self.persons = Buckets(each)
        self.addresses = Buckets(each * PERSONS_AN_ADDRESS)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Take the view's price from the person's bucket and from the address's."""
        if request.path.startswith("/internal/"):
            return None
        match = request.resolver_match
        price = price_of(match.view_name if match else "")
        wait = self.addresses.take(str(request.META.get("REMOTE_ADDR", "")), price)
        if not wait and request.user.is_authenticated:
            wait = self.persons.take(str(request.user.pk), price)
        if not wait:
            return None
        seconds = math.ceil(wait)
        if wants_json(request):
            answer = refuse(request, 429, _("请求过于频繁，请 %(seconds)d 秒后再试。") % {"seconds": seconds})
        else:
            answer = views.too_many(request)
        answer.headers["Retry-After"] = str(seconds)
        return answer
