"""The lists of the people pages as files (PIPL 6: the minimum). Of persons, posts and credentials what the page shows: no telephone, no
number of a document or of a badge, no account, since a list of names to sign in with is nobody's work. Of units also the contact that each unit gave
for its register, as its own page shows it."""

from __future__ import annotations

from typing import Any

from django.db.models import DateTimeField, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from custodes.people.exporting import ExportedList, ExportField
from custodes.people.models import Post
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.people.views.credentials import CredentialLine, lines_asked
from custodes.people.views.persons import person_table, persons_asked
from custodes.people.views.posts import post_table, posts_asked
from custodes.people.views.units import unit_table, units_asked

_SEES = (Permission.VIEW_PEOPLE,)

UNITS = ExportedList(
    "units",
    pgettext_lazy("列表", "单位"),
    _SEES,
    lambda request: unit_table(request).order(units_asked(request)),
    (
        ExportField(_("单位名称"), lambda row: row.name),
        ExportField(_("单位类别"), lambda row: row.get_kind_display()),
        ExportField(_("行政区划"), lambda row: row.division.name),
        ExportField(_("上级单位"), lambda row: row.parent.name if row.parent else ""),
        ExportField(_("统一社会信用代码"), lambda row: row.uscc),
        ExportField(_("地址"), lambda row: row.address),
        ExportField(_("联系人"), lambda row: row.contact),
        ExportField(_("联系电话"), lambda row: row.phone),
    ),
)


def _held(person: Any) -> str:
    """The posts that a person holds now, as the page has them: with their unit where it is another than the person's."""
    return pgettext("列表", "；").join(
        str(post.get_kind_display())
        if post.unit_id == person.unit_id
        else f"{post.get_kind_display()}（{post.unit.name}）"
        for post in person.valid_posts
    )


PERSONS = ExportedList(
    "persons",
    pgettext_lazy("列表", "人员"),
    _SEES,
    lambda request: person_table(request).order(persons_asked(request)),
    (
        ExportField(_("姓名"), lambda row: row.name),
        ExportField(_("所在单位"), lambda row: row.unit.name),
        ExportField(pgettext_lazy("列表", "岗位"), _held),
    ),
)


def _posts(request: HttpRequest) -> QuerySet[Post]:
    now = Value(Viewer.of(request).at, output_field=DateTimeField())
    rows: QuerySet[Post] = posts_asked(request).annotate(now=now)
    return post_table(request).order(rows)


def _stands(post: Any) -> Any:
    """As its badge says."""
    if post.is_valid(post.now):
        return _("有效")
    if post.ended_at:
        return _("已终止")
    return _("尚未生效") if post.valid_from > post.now else _("已到期")


POSTS = ExportedList(
    "posts",
    pgettext_lazy("列表", "岗位"),
    _SEES,
    _posts,
    (
        ExportField(_("岗位"), lambda row: row.get_kind_display()),
        ExportField(_("姓名"), lambda row: row.person.name),
        ExportField(_("任职单位"), lambda row: row.unit.name),
        ExportField(_("生效"), lambda row: row.valid_from),
        ExportField(_("失效"), lambda row: row.ended_at or row.valid_until),
        ExportField(_("状态"), _stands),
    ),
)


def _of(line: CredentialLine, said: Any, otherwise: Any = "") -> Any:
    return otherwise if line.judged is None else said(line.judged)


CREDENTIALS = ExportedList(
    "credentials",
    _("培训和资质到期"),
    _SEES,
    lines_asked,
    (
        ExportField(_("姓名"), lambda row: row.holder),
        ExportField(_("单位"), lambda row: row.unit),
        ExportField(
            _("种类"),
            lambda row: _of(row, lambda one: one.credential.get_kind_display(), _("培训没有全部完成或者已过期")),
        ),
        ExportField(_("有效期至"), lambda row: _of(row, lambda one: one.until or "")),
        ExportField(_("剩余天数"), lambda row: _of(row, lambda one: one.days if one.until else "")),
        ExportField(_("出具日期"), lambda row: _of(row, lambda one: one.credential.issued)),
        ExportField(_("出具单位"), lambda row: _of(row, lambda one: one.credential.issuer)),
    ),
)
