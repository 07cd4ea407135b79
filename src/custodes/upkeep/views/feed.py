"""日历订阅: the page on which a person makes and closes the address of their feed, and the feed itself."""

from __future__ import annotations

import math

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from custodes.people.buckets import Buckets
from custodes.people.lawful import terms
from custodes.people.viewer import Viewer
from custodes.settings import get_settings
from custodes.upkeep.dates import feed as feeds
from custodes.upkeep.models import DateFeed

FEED = "/dates/feed/"
"""Where the secret stands: log lines mask what follows it, error pages of it have no content."""
FEED_HEADERS = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
PER_MINUTE = 6
_rates = Buckets(PER_MINUTE)


def _page(request: HttpRequest, address: str = "", status: int = 200) -> HttpResponse:
    viewer = Viewer.of(request)
    context = {
        "feed": DateFeed.objects.filter(person=viewer.person, revoked_at__isnull=True).first(),
        "address": address,
        "crumbs": [(_("期限和待办"), reverse("upkeep:dates")), (_("日历订阅"), "")],
        "tab": "feed",
    }
    answer = render(request, "upkeep/dates/feed.html", context, status=status)
    # Not the feed's own no-referrer: a browser then says no origin with the forms of this page, and they are refused as forged.
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def mine(request: HttpRequest) -> HttpResponse:
    """Whether I have a feed. POST makes a new address, which stands on this one answer and nowhere else."""
    if request.method != "POST":
        return _page(request)
    viewer = Viewer.of(request)
    if not viewer.person.posts.valid(viewer.at).exists():
        messages.error(request, _("没有有效岗位，不能订阅。"))
        return _page(request, status=409)
    token = feeds.renew(viewer.person, viewer.at)
    return _page(request, f"{get_settings().web_origin}{reverse('upkeep:date_feed_read', args=[token])}")


def close(request: HttpRequest) -> HttpResponse:
    """Close it: the address is dead at once."""
    viewer = Viewer.of(request)
    if request.method == "POST" and feeds.revoke(viewer.person, viewer.at):
        messages.success(request, _("订阅地址已停用。"))
    return redirect("upkeep:date_feed")


@login_not_required
@csrf_exempt
@sensitive_variables("token")
def read(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for whoever has the address. 404 says nothing of why."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse("", status=405, headers={**FEED_HEADERS, "Allow": "GET, HEAD"}, content_type="text/plain")
    at = timezone.now()
    row = feeds.feed_of(token, at)
    if row is None:
        return HttpResponse("", status=404, headers=FEED_HEADERS, content_type="text/plain")
    wait = _rates.take(str(row.pk), 1)
    if wait:
        headers = {**FEED_HEADERS, "Retry-After": str(math.ceil(wait))}
        return HttpResponse("", status=429, headers=headers, content_type="text/plain")
    language = row.person.account.language or get_settings().language
    with translation.override(language):
        content = feeds.written(row, at, terms())
    headers = {**FEED_HEADERS, "Content-Disposition": 'inline; filename="dates.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
