"""How a request that is refused before its view is answered: pages are redirected, programs get JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from custodes.web.programs import problems


def wants_json(request: HttpRequest) -> bool:
    """Whether this address is one of the programs' own."""
    return request.path.startswith(("/api/", "/internal/"))


def refuse_api(status: int, reason: str) -> JsonResponse:
    """The refusal that the front end understands: clause, reason, remedy."""
    return JsonResponse({"refusal": [{"clause": "", "reason": reason, "remedy": ""}], "index": None}, status=status)


def refuse(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    """The same in the form that this address speaks: problem details where partners' programs ask."""
    if problems.is_ours(request):
        return problems.answer(problems.plain(status, reason))
    return refuse_api(status, reason)
