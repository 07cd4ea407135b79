"""A filing that is being filled in, as programs see it: what is answered, and what has still to be mended before it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from custodes.people.lawful import terms
from custodes.places.drafts.filing import FILING, PAPERS
from custodes.places.drafts.keeping import lapses_on
from custodes.places.drafts.matter import DraftAuthor
from custodes.places.filing.fields import BY_KEY, FIELDS, kind_for
from custodes.places.forms.page import DraftPage
from custodes.places.models import Draft
from custodes.web.programs.keys import ApiCall
from custodes.web.programs.problems import FieldProblem

UNCLEAR = "unclear_"


def asking_of(call: ApiCall, words: str = "") -> DraftAuthor:
    """Who fills in."""
    return DraftAuthor(call.person, call.at, terms(), words)


def draft_out(call: ApiCall, row: Draft) -> dict[str, Any]:
    """A draft with what it lacks."""
    asking = asking_of(call)
    answers = row.answers
    return {
        "id": row.pk, "system": row.system_id, "kind": kind_for(row.system),
        "content": {field.key: str(answers.get(field.key, "")) for field in FIELDS},
        "unclear": [field.key for field in FIELDS if answers.get(UNCLEAR + field.key) and not answers.get(field.key)],
        "items": list(answers.get("items") or []),
        "lacking": [vars(one) for one in wrong_in(FILING.sent(row, asking))],
        "warnings": [vars(one) for one in _unsaid(row, asking)],
        "changed_at": row.changed_at, "changed_via": row.changed_via,
        "lapses_on": lapses_on(row), "revision": row.revision,
    }  # fmt: skip


def wrong_in(pages: Mapping[str, DraftPage]) -> list[FieldProblem]:
    """What is missing or wrong on the pages of a draft, each by its field and the clause that asks for it."""
    return [
        _wrong(name, str(one["message"]), str(one["code"]))
        for page in pages.values()
        for name, ones in page.errors.get_json_data().items()
        for one in ones
    ]


def _wrong(name: str, what: str, code: str) -> FieldProblem:
    if name == "items":
        return FieldProblem("items", "S16.2a", what, _("请以 POST /dossier 将材料加入案卷，再把其 id 放入 items。"))
    field = BY_KEY.get(name)
    if field is None:
        return FieldProblem(name, "N14", what, _("请更正该字段后重新提交。"))
    remedy = _("请更正该字段后重新提交。")
    if code == "required":
        remedy = _("请填写该字段。") if field.required else _("请填写该字段，或者把其键放入 unclear。")
    return FieldProblem(
        f"content.{name}",
        field.clause,
        _("%(label)s：%(what)s") % {"label": field.label, "what": what} if code == "required" else what,
        remedy,
    )


def _unsaid(row: Draft, asking: DraftAuthor) -> list[FieldProblem]:
    what = _("已实施的变更没有写明变更后的安装位置：%(name)s")
    return [
        FieldProblem("content.places", "N14", what % {"name": f"{camera.name} – {camera.place}"}, _("请在 content.places 中写明，否则不能办结变更备案。"))
        for one in FILING.unsaid(row, asking)
        for camera in one.cameras
    ]  # fmt: skip


def pages_of(content: Mapping[str, str], unclear: list[str], items: list[Any]) -> dict[str, dict[str, str | list[str]]]:
    """What a program sends, page by page, as the pages keep it."""
    pages: dict[str, dict[str, str | list[str]]] = {PAPERS: {"items": [str(one) for one in items]}}
    for field in FIELDS:
        page = pages.setdefault(field.page or field.section, {})
        page[field.key] = str(content.get(field.key, ""))
        if not field.required:
            page[UNCLEAR + field.key] = "on" if field.key in unclear else ""
    return pages
