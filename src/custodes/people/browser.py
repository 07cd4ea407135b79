"""A browser's name, as a person knows it, from what it calls itself (RFC 9110 §10.1.5)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Most particular first: nearly every browser also names those that it is like.
_BROWSERS: tuple[tuple[str, str | Promise], ...] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger/", gettext_lazy("微信")),
    ("QQBrowser/", gettext_lazy("QQ 浏览器")),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """``Chrome · Windows``; 未知浏览器 for what isn't recognised."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    if browser is None:
        return _("未知浏览器")
    return f"{browser} · {system}" if system else str(browser)
