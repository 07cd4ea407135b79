"""The rooms of the house as the header shows them: a post sees only its own.

`ITEMS` is the map of pages. An item is shown when its URL exists in this installation and the person holds one of its
permissions. Add a room by adding an item; the template needs no change. `frame` is the context processor that gives
every page what `base.html` draws around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.people.models.account import held_posts
from custodes.settings import get_settings
from custodes.tls.files import TlsFolder

#: How a Django language code is written in an ``lang`` attribute (BCP 47).
HTML_LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
#: Languages of the switch, each in its own name.
LANGUAGES = (("zh-hans", "zh-Hans", "中文"), ("en", "en", "English"))


@dataclass(frozen=True)
class NavItem:
    """One room in the header.

    Attributes:
        url_name: name for `reverse`; the item is left out where no such URL exists.
        label: one to four words, as officials call the room.
        icon: a name from ``frontend/icons.txt``.
        permissions: any one of these opens the room; empty means that everybody who is signed in may enter.
        group: items with the same group are shown together under that word.
        counts: name of the address that says how much there is to do in it, which the page asks once it has loaded.
        also: names of pages that lie inside the room though their addresses don't begin with its own.
        police: only for posts at a public security organ: the same kind of post at a school doesn't enter.
    """

    url_name: str
    label: Any
    icon: str
    permissions: tuple[str, ...] = ()
    group: Any = ""
    counts: str = ""
    also: tuple[str, ...] = ()
    police: bool = False


@dataclass(frozen=True)
class NavLink:
    """An item as the template draws it: where it leads and whether this page is inside it."""

    url: str
    label: Any
    icon: str
    current: bool
    group: Any
    counts: str = ""


_MANAGE = _("管理")

ITEMS: tuple[NavItem, ...] = (
    NavItem("home", _("工作台"), "house", also=("access:viewings",)),
    NavItem("upkeep:dates", _("期限和待办"), "list-checks", counts="upkeep:date_count"),
    NavItem("access:wall", _("实时"), "monitor-play", ("access.watch",)),
    NavItem("people:duty", _("值班"), "clock", ("people.stand_duty", "people.view_duty")),
    NavItem(
        "places:camera_list",
        pgettext_lazy("列表", "点位"),
        "map-pin",
        ("places.view_places",),
        also=(
            *("places:system_list", "places:site_list", "places:filing_list", "places:removal_list"),
            *("places:change_list", "places:upgrade_list", "places:overview", "places:map"),
            *(
                "places:device_list",
                "places:product_list",
                "places:gaps",
                "places:city_plan_list",
                "places:import_list",
            ),
            # Filings and removal reports that are being filled in; they have no list of their own.
            "/drafts/",
        ),
    ),
    NavItem(
        "access:requests",
        _("查阅调取"),
        "file-text",
        (
            *("access.request_footage", "access.take_requests", "access.approve_requests", "access.view_requests"),
            "access.refuse_requests",
        ),
    ),
    NavItem(
        "access:missing_list",
        pgettext_lazy("走失人员", "走失查看"),
        "search",
        ("access.handle_missing", "access.review_missing"),
        also=("/sessions/",),
        police=True,
    ),
    NavItem(
        "access:individual_list",
        pgettext_lazy("个人查阅", "个人查阅"),
        "user-check",
        ("access.handle_individual",),
    ),
    NavItem(
        "access:own_image_list",
        pgettext_lazy("本人影像", "本人影像"),
        "user",
        ("access.handle_individual",),
    ),
    NavItem(
        "access:release_list",
        _("公共传播"),
        "send",
        (
            *("access.propose_releases", "access.review_releases", "access.approve_releases"),
            "access.view_releases",
        ),
    ),
    NavItem(
        "sharing:directories",
        _("联网共享"),
        "link",
        ("sharing.view_sharing",),
        also=("sharing:public", "/sharing/"),
    ),
    NavItem("upkeep:alarms", _("告警"), "bell", ("upkeep.view_alarms",)),
    NavItem(
        "upkeep:completeness",
        _("完整率"),
        "chart-column",
        ("upkeep.view_completeness",),
        also=("upkeep:down", "oversight:retention"),
    ),
    NavItem("upkeep:plans", _("计划"), "calendar", ("upkeep.view_completeness",)),
    NavItem(
        "upkeep:forecast", _("存储预测"), "hard-drive", ("upkeep.view_store",), also=("upkeep:nodes", "upkeep:volumes")
    ),
    NavItem("access:viewings_all", _("查看记录"), "eye", ("access.view_grants",), also=("access:viewings",)),
    NavItem("access:hold_list", _("信息保全"), "lock", ("access.view_holds",)),
    NavItem("oversight:ledger", _("存证日志"), "scroll-text", ("access.view_ledger",)),
    NavItem("lawbook:book", _("法规"), "scale"),
    NavItem(
        "people:person_list",
        pgettext_lazy("列表", "人员"),
        "users",
        ("people.view_people",),
        _MANAGE,
        also=("people:credential_list",),
    ),
    NavItem(
        "people:unit_list",
        pgettext_lazy("列表", "单位"),
        "building-2",
        ("people.view_people",),
        _MANAGE,
        also=("people:division_list",),
    ),
    NavItem("people:application_list", _("单位登记申请"), "clipboard-list", ("people.confirm_units",), _MANAGE),
    NavItem("people:post_list", pgettext_lazy("列表", "岗位"), "id-card", ("people.view_people",), _MANAGE),
    NavItem(
        "people:entrustment_list",
        _("授权事项"),
        "shield-check",
        (
            "people.confirm_people",
            "people.manage_posts",
            "people.manage_accounts",
            "people.manage_units",
            "sharing.manage_sharing",
        ),
        _MANAGE,
    ),
    NavItem(
        "people:program_list",
        _("接入程序"),
        "key-round",
        ("people.manage_programs", "people.approve_programs"),
        _MANAGE,
    ),
    NavItem("checkup", _("体检"), "activity", ("upkeep.view_checkup",), _MANAGE),
)


def links_for(user: Any, path: str, items: Iterable[NavItem] = ITEMS) -> list[NavLink]:
    """The rooms that `user` may enter, with the one that holds `path` marked."""
    if user is None or not user.is_authenticated:
        return []
    # Read once: beside a refused POST each question would be asked of the database anew, forty times a page.
    allowed = user.get_all_permissions()
    links: list[NavLink] = []
    inside: list[tuple[int, int]] = []
    for item in items:
        if item.permissions and allowed.isdisjoint(item.permissions):
            continue
        if item.police and not _of_police(user):
            continue
        url = next(_addresses((item.url_name,)), "")
        if not url:
            continue
        inside += [(len(address), len(links)) for address in (url, *_addresses(item.also)) if _holds(address, path)]
        counts = next(_addresses((item.counts,)), "") if item.counts else ""
        links.append(NavLink(url, item.label, item.icon, False, item.group, counts))
    # The longest address that holds the path: /people/posts/ is inside 岗位, not inside 人员.
    current = max(inside, default=(0, None))[1]
    return [replace(link, current=at == current) for at, link in enumerate(links)]


def _of_police(user: Any) -> bool:
    person = getattr(user, "person", None)
    return person is not None and any(post.unit.is_police for post in held_posts(person, timezone.now()))


def _drawn(links: list[NavLink]) -> SafeString:
    """The rooms as markup, drawn once for the two places of the header that show them; empty for nobody."""
    return render_to_string("parts/nav.html", {"nav_items": links}) if links else SafeString("")


def _addresses(names: Iterable[str]) -> Iterator[str]:
    """Where these pages are, by name or address; one that this installation lacks is left out."""
    for name in names:
        found = name if name.startswith("/") else _address(name, get_urlconf(), get_script_prefix())
        if found:
            yield found


@lru_cache(maxsize=512)
def _address(name: str, urlconf: str | None, prefix: str) -> str:
    """Where a page is; empty when this installation lacks it. Every page asks for the same forty."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _holds(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


_NAMED = gettext_noop("公共安全视频图像信息系统")
"""The installation's name as shipped (`installation_name`), for the catalogue."""


def _name_in(language: str) -> str:
    """The installation's name; in English its own English one, or what its words say."""
    settings = get_settings()
    if not language.startswith("en"):
        return settings.installation_name
    # The name as shipped is in the catalogue; another one stays as it is where it has none in English.
    return settings.installation_name_en or gettext(settings.installation_name)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: what `base.html` needs on every page."""
    settings = get_settings()
    language = get_language() or settings.language
    return {
        "installation_name": _name_in(language),
        # An account that has to do something first is answered nothing else: no page of it asks by itself.
        "settled": not getattr(request, "first_step_due", False),
        "time_zone": settings.time_zone,
        "training": settings.training,
        "html_lang": HTML_LANGUAGES.get(language, language),
        "languages": LANGUAGES,
        "has_authority": SimpleLazyObject(TlsFolder(settings.keys_folder).authority_certificate.exists),
        "nav": SimpleLazyObject(lambda: _drawn(links_for(getattr(request, "user", None), request.path))),
    }
