"""Every write goes this way: the person's post, the idempotency key, one transaction with the register's guards, the answer kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, get_type_hints
from uuid import UUID

import structlog
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Schema

from custodes.people import program_writes, programs
from custodes.people.models import ProgramScope, Unit
from custodes.people.papers.kinds import PaperRefused
from custodes.people.permissions import Permission, allowed
from custodes.people.program_writes import WriteClaim
from custodes.people.records import record_language
from custodes.places.dossiers import DossierRefused
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.network import CLAUSES, REFUSED, REMEDY, ClassifiedRefused
from custodes.web.programs import headers, problems
from custodes.web.programs.description import IDEMPOTENCY, IF_MATCH
from custodes.web.programs.headers import etag
from custodes.web.programs.keys import ApiCall, ProgramKeyAuth, call_of
from custodes.web.programs.kinds import KINDS
from custodes.web.programs.problems import FieldProblem, Problem, of_unmet, plain
from custodes.web.programs.reaching import unknown
from custodes.web.programs.routing import REFUSALS, router
from custodes.web.programs.schemas import ProblemOut

log = structlog.get_logger("custodes.web.programs")
BASE = "/api/register/v1"


@dataclass(frozen=True)
class WriteOutcome:
    """What came of a write.

    Attributes:
        told: of the row, in the operation's shape; None for nothing.
        revision: of the row, where it has one.
        at: its address below `BASE`.
    """

    status: int
    told: Mapping[str, Any] | None = None
    revision: int | None = None
    at: str = ""


@dataclass(frozen=True)
class Write:
    """One operation that writes.

    Attributes:
        statuses: of the answers that are yes.
        shape: of them; None for an empty one.
        revised: it changes a row that has a revision.
        content: digest of the body, where it is not read whole.
        extra: what the description says beside.
        permission: that one of the person's posts has to give.
        apart: it waits for other machines, under locks of its own: no transaction lies around it.
        clause: on which a refusal rests that names none.
    """

    method: str
    path: str
    scope: ProgramScope
    name: str
    shape: type[Schema] | None
    statuses: tuple[int, ...] = (201,)
    revised: bool = False
    content: Callable[[HttpRequest], bytes] = headers.digest
    extra: dict[str, Any] = field(default_factory=dict)
    permission: Permission = Permission.MANAGE_PLACES
    apart: bool = False
    clause: str = "R5"

    def enter(self, operation: Callable[..., WriteOutcome]) -> None:
        """Make it answer."""
        # ninja reads a wrapper's annotations with the names of this module; they are the operation's.
        operation.__annotations__ = get_type_hints(operation)
        refusals = {**REFUSALS, 409: ProblemOut, **({412: ProblemOut, 428: ProblemOut} if self.revised else {})}
        parameters = [IDEMPOTENCY, *([IF_MATCH] if self.revised else [])]
        router.add_api_operation(
            self.path,
            [self.method],
            self._guarded(operation),
            auth=ProgramKeyAuth(self.scope),
            response={**dict.fromkeys(self.statuses, self.shape), **refusals},
            operation_id=operation.__name__,
            url_name=self.name,
            openapi_extra={"parameters": parameters, **self.extra},
        )

    def _guarded(self, operation: Callable[..., WriteOutcome]) -> Callable[..., HttpResponse]:
        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            call = call_of(request)
            check_post(call, self.permission)
            claim = headers.claim(request, call, self.content(request))
            if isinstance(claim, HttpResponse):
                _ask_again(request, claim, call)
                return claim
            try:
                if self.apart:
                    with transaction.atomic():
                        programs.hold(call.opened, timezone.now())
                    answer = self._answer(operation(request, *args, **kwargs))
                    _keep(claim, answer, call)
                    return answer
                with transaction.atomic():
                    programs.hold(call.opened, timezone.now())
                    answer = self._answer(operation(request, *args, **kwargs))
                    _keep(claim, answer, call)
                return answer
            except program_writes.WriteOvertaken as error:
                what = _("同一请求由另一次发送办理")
                raise plain(409, what, [FieldProblem(headers.HEADER, "idempotency:running", what, _("请稍后以同一个键再次发送，即可得到其结果。"))]) from error  # fmt: skip
            except Exception as error:
                problem = refusal_of(error, call, self.clause)
                if claim is not None:
                    _settle(claim, problem, call)
                if problem is None or problem is error:
                    raise
                raise problem from error

        return guarded

    def _answer(self, written: WriteOutcome) -> HttpResponse:
        headers = {"Content-Language": str(get_language())}
        if written.revision is not None:
            headers["ETag"] = etag(written.revision)
        if written.at:
            headers["Location"] = BASE + written.at
        return answer_of(self.shape, written.told, written.status, headers)


def answer_of(
    shape: type[Schema] | None,
    told: Mapping[str, Any] | None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A row in its shape, as an answer."""
    body = "" if shape is None or told is None else shape.model_validate(told).model_dump_json()
    return HttpResponse(body, status=status, content_type="application/json", headers=dict(headers or {}))


def _keep(claim: WriteClaim | None, answer: HttpResponse, call: ApiCall) -> None:
    if claim is not None:
        claim.keep(headers.kept(answer, call))


def refusal_of(error: Exception, call: ApiCall, clause: str) -> Problem | None:
    """What the register refuses, as a problem with its clause; None for what is no refusal.

    Args:
        clause: of a refusal that names none.
    """
    match error:
        case Problem():
            return error
        case programs.ProgramShut():
            return plain(401, str(error))
        case StepRefused():
            return of_unmet(str(error), error.unmet) if error.unmet else _refused(error, clause)
        case PaperRefused():
            return plain(422, errors=[FieldProblem(error.field, "R10", error.rule, error.remedy)])
        case DossierRefused():
            return plain(
                422, errors=[FieldProblem("replaces", "S17", str(error), _("请使用 /dossier 给出的最新一份的 id。"))]
            )
        case Http404():
            return plain(404, _("没有找到，或者不在该程序的范围之内。"))
        case ClassifiedRefused():
            # The row that it was about is not named either.
            call.about = ""
            wrong = FieldProblem("classified", CLAUSES[0], str(REFUSED), str(REMEDY))
            return Problem(403, "classified", _("不予登记"), str(REFUSED), [wrong])
    return None


def _refused(error: StepRefused, clause: str) -> Problem:
    """A refusal in one sentence."""
    remedy = error.remedy or _("请重新读取，按现在的状态和说明办理。")
    wrong = FieldProblem("", error.clause or clause, str(error), remedy)
    return Problem(409, "not-now", _("现在不能办理"), str(error), [wrong])


def _settle(claim: WriteClaim, problem: Problem | None, call: ApiCall) -> None:
    """A refusal is the answer of its key too. Of what is classified, of a dead key, and of what failed by itself nothing is kept."""
    if problem is None or problem.kind == "classified" or problem.status == 401:
        claim.forget()
        return
    answer = problems.answer(problem, {"Content-Language": str(get_language())})
    try:
        claim.keep(headers.kept(answer, call))
    except program_writes.WriteOvertaken:
        log.info("program.refusal_overtaken")  # another attempt has the key, and will have its answer


def _ask_again(request: HttpRequest, kept: HttpResponse, call: ApiCall) -> None:
    """A kept answer tells of a row: it is given for as long as the program sees that row. What came of a deletion tells of none.

    Raises:
        Problem: 404, the person's posts, the program's division or the row's secrecy changed meanwhile.
    """
    if not 200 <= kept.status_code < 300 or kept.status_code == 204:
        return
    path = kept.headers.get("Location") or request.path
    for kind in KINDS:
        found = re.fullmatch(rf"{BASE}/{kind.name}/([0-9a-f-]{{36}})(?:/[a-z-]+)?", path)
        if found and not kind.rows(call).filter(**{kind.key: found[1]}).exists():
            call.about = ""
            raise plain(404, _("没有找到，或者不在该程序的范围之内。"))


def check_post(call: ApiCall, permission: Permission) -> None:
    """As the pages do: a post that keeps the register.

    Raises:
        Problem: none of the person's posts gives the permission.
    """
    kinds = frozenset(call.person.posts.valid(call.at).values_list("kind", flat=True))
    if permission not in allowed(kinds):
        what = _("程序负责人的岗位不能登记、修改点位资料")
        remedy = _("请由系统管理人岗位的人员担任程序负责人。")
        raise plain(403, errors=[FieldProblem("", f"post:{permission}", what, remedy)])


def form_data(values: Mapping[str, Any]) -> QueryDict:
    """Values as a browser would send them."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if value is True:
            data[name] = "on"
        elif isinstance(value, list | tuple):
            data.setlist(name, [str(one) for one in value])
        elif value not in (None, False, ""):
            data[name] = str(value)
    return data


def unit_of(call: ApiCall, uuid: UUID) -> Unit:
    """A unit that is named.

    Raises:
        Problem: it is none, or lies outside of the program's division.
    """
    unit = Unit.objects.select_related("division").filter(uuid=uuid).first()
    if unit is None:
        raise unknown("unit", _("没有这个单位"), "/units")
    call.check_division(unit.division.path, "unit")
    return unit


def taken_by(call: ApiCall) -> Taken:
    """In the person's name, and saying that a program did it."""
    return Taken(call.person, call.at, timezone.localdate(call.at), via=words_of(call))


def words_of(call: ApiCall) -> str:
    """Which program it was, for the step."""
    with record_language():
        return _("由接入程序“%(name)s”办理") % {"name": call.opened.program.name}
