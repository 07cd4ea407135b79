"""What a program may act on, and what it names in what it sends: never more than its person reaches, within its division, nothing classified."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.people import program_writes
from custodes.people.models import Paper, Unit
from custodes.people.papers.kinds import PaperKind, kind_of
from custodes.places.models import System
from custodes.places.network import any_classified, refuse_classified
from custodes.places.scope import built_systems
from custodes.web.programs.keys import ApiCall
from custodes.web.programs.problems import FieldProblem, Problem, plain


def within(call: ApiCall, rows: QuerySet[System]) -> QuerySet[System]:
    """Those of these systems that this program may act on."""
    return rows.filter(call.within("site__division"), classified=False)


def built_system(call: ApiCall, key: UUID) -> System:
    """A system that is named, whose life the person carries on.

    Raises:
        Problem: it is none, or none of theirs.
    """
    rows = within(call, built_systems(call.person, call.at)).select_related("site__division", "unit")
    found = rows.filter(pk=key).first()
    if found is None:
        raise unknown("system", _("没有这个系统，或者不由该程序的负责人办理"), "/systems")
    return found


def unknown(field: str, what: str, where: str) -> Problem:
    """A row that is named and is not there for this program."""
    remedy = _("请使用 %(where)s 给出的 id。") % {"where": where}
    return plain(422, errors=[FieldProblem(field, "form:invalid_choice", what, remedy)])


def unit_named(uuid: UUID | None, uscc: str) -> Unit:
    """A unit that is named by its id or its credit code, wherever it is registered: firms and owners come from elsewhere.

    Raises:
        Problem: there is none.
    """
    found = Unit.objects.filter(**({"uscc": uscc} if uscc else {"uuid": uuid})).first()
    if found is None:
        what = _("没有这个单位；应当先由其登记，并经县（区）公安机关确认")
        raise unknown("uscc" if uscc else "unit", what, "/units")
    return found


def paper_of(call: ApiCall, key: UUID, kinds: Iterable[PaperKind], field: str = "paper") -> Paper:
    """A paper that the program handed in, which something refers to from now on.

    Args:
        kinds: those that are taken here.

    Raises:
        Problem: it is not the program's, lapsed, was used before, or is of another kind.
    """
    paper = program_writes.use_paper(call.opened.program, key)
    if paper is None:
        what = _("没有这份材料：不是该程序提交的，已经失效，或者已经引用")
        raise plain(422, errors=[FieldProblem(field, "R10", what, _("请以 POST /papers 重新提交，使用其给出的 id。"))])
    wanted = tuple(kinds)
    if kind_of(paper.media_type) not in wanted:
        names = _("、").join(str(kind.label) for kind in wanted)
        remedy = _("请提交下列类型的文件：%(names)s。") % {"names": names}
        raise plain(422, errors=[FieldProblem(field, "R10", _("这里不能使用这种文件"), remedy)])
    return paper


def refuse_secret_words(wish: Any) -> None:
    """Nothing that says of itself that it is classified is kept, in whichever field it stands (S20, R2).

    Raises:
        ClassifiedRefused: it does.
    """
    refuse_classified(any_classified(_texts(wish.dict())))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
