"""Template tags of the design system: icons, and the parts that wrap other markup (``{% load parts %}``)."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from custodes.people.lawful import in_english
from custodes.web.lawbook.chips import Chip, chip, split_at_clauses

register = template.Library()

#: Written by the front end's build from Lucide: icon name → inner SVG markup.
ICONS_FILE = Path(__file__).parent.parent / "static" / "built" / "icons.json"

#: The icon that says with a shape what a state's colour says.
STATE_ICONS = {
    "fine": "circle-check",
    "attention": "triangle-alert",
    "danger": "octagon-alert",
    "info": "info",
    "neutral": "circle",
    "off": "circle-dashed",
}


@lru_cache(maxsize=1)
def _icon_table() -> dict[str, str]:
    if not ICONS_FILE.exists():
        return {}
    table: dict[str, str] = json.loads(ICONS_FILE.read_text(encoding="utf-8"))
    return table


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon as inline SVG. Give `label` only when no word stands beside it."""
    if not label:
        return _plain_icon(name)
    return format_html(
        '<svg class="icon" width="18" height="18" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
        label,
        _inner(name),
    )


@lru_cache(maxsize=512)
def _plain_icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', _inner(name)
    )


def _inner(name: str) -> SafeString:
    # The table is built from Lucide's own files and holds no user's text.
    return mark_safe(_icon_table().get(name, ""))  # noqa: S308


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """The icon of a state: `fine`, `attention`, `danger`, `info`, `neutral` or `off`."""
    return icon(STATE_ICONS.get(state, "circle"))


@register.simple_tag
def badge(state: str, label: Any) -> SafeString:
    """A state in a word, with the colour and the shape that say it too. A list has one in each row: it is no template of its own."""
    kind = state or "neutral"
    return format_html(
        '<span class="badge badge--{}">{}<span>{}</span></span>', kind, icon(STATE_ICONS.get(kind, "circle")), label
    )


_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@register.filter(expects_localtime=True)
def day(value: datetime.date | None) -> str:
    """A date as it is shown everywhere: ``2024-06-03（周一）``, ``2024-06-03 (Mon)``."""
    if value is None:
        return ""
    if in_english():
        return f"{value:%Y-%m-%d} ({_WEEKDAYS['en'][value.weekday()]})"
    return f"{value:%Y-%m-%d}（{_WEEKDAYS['zh'][value.weekday()]}）"


@register.simple_tag
def between(begins: datetime.datetime, ends: datetime.datetime, seconds: bool = False) -> SafeString:
    """Both ends of a span; a line breaks between them and not within one."""
    form = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    one, other = (f"{timezone.localtime(moment):{form}}" for moment in (begins, ends))
    return format_html('<span class="unbroken">{}</span> — <span class="unbroken">{}</span>', one, other)


@register.inclusion_tag("parts/clause.html")
def clause(name: str) -> dict[str, Chip]:
    """A clause chip, ``{% clause "S28(1)" %}``: the name, which opens the clause's text and gloss."""
    return {"chip": chip(name)}


@register.filter
def with_clauses(words: str) -> SafeString:
    """Words of a record or a refusal, with a chip in the place of clauses that they name in brackets: ``…（S34(1)）``."""
    return format_html_join(
        "",
        "{}",
        (
            (part if isinstance(part, str) else mark_safe(" ".join(_chip_markup(name) for name in part)),)  # noqa: S308
            for part in split_at_clauses(str(words))
        ),
    )


def _chip_markup(name: str) -> str:
    return render_to_string("parts/clause.html", {"chip": chip(name)})


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", live: bool = False) -> str:
    """A notice around its content; `kind` is a state. `live` says it aloud when it appears."""
    return render_to_string("parts/notice.html", {"content": content, "kind": kind, "title": title, "live": live})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, clause: str = "", danger: bool = False) -> str:
    """A dialog; any button with ``data-opens="ID"`` opens it, any with ``data-closes`` inside closes it."""
    return render_to_string(
        "parts/dialog.html", {"content": content, "id": id, "title": title, "clause": clause, "danger": danger}
    )


_ROW_OR_CELL = re.compile(r"<(tr|td|th)\b")


def labelled(rows: str, heads: Sequence[str]) -> str:
    """Rows of a table (markup) whose cells carry their column's word, so that a phone can show each row as a card.

    A cell across several columns ends the words of its row: what it says stands for itself.
    """
    at = 0

    def with_word(match: re.Match[str]) -> str:
        nonlocal at
        if match[1] == "tr":
            at = 0
            return match[0]
        at += 1
        tag = rows[match.start() : rows.find(">", match.start())]
        if "colspan=" in tag:
            at = len(heads)
            return match[0]
        word = heads[at - 1] if at <= len(heads) and match[1] == "td" else ""
        return f'{match[0]} data-label="{escape(word)}"' if word else match[0]

    return _ROW_OR_CELL.sub(with_word, rows)


_HEAD = re.compile(r"<th scope=\"col\"[^<>]*>((?:(?!<th\b).)*?)</th>", re.DOTALL)
_MARKUP = re.compile(r"<[^<>]*>")


@register.simple_block_tag
def cards(content: str) -> str:
    """A `<table class="table">` whose rows a phone shows as cards, as those of `datatable`."""
    head, body, rows = content.partition("<tbody>")
    heads = [unescape(_MARKUP.sub("", each)).strip() for each in _HEAD.findall(head)]
    head = head.replace('class="table"', 'class="table table--rows"', 1)
    return mark_safe(head + body + labelled(rows, heads))  # noqa: S308 - rendered by the template engine, already escaped


@register.simple_block_tag
def datatable(content: str, table: Any, caption: str, empty: str = "", hint: str = "", dense: bool = False) -> str:
    """A table around its rows (`<tr>`…); `table` is a `custodes.people.table.Table`. Blank content shows `empty`."""
    rows = content.strip()
    context = {
        # Rendered by the template engine, already escaped.
        "rows": mark_safe(rows if dense else labelled(rows, [str(head.label) for head in table.heads])),  # noqa: S308
        "table": table,
        "caption": caption,
        "empty": empty,
        "hint": hint,
        "dense": dense,
    }
    return render_to_string("parts/table.html", context)
