"""How a request that is refused before its view is answered: pages are redirected, programs get JSON."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse


def wants_json(request: HttpRequest) -> bool:
    """Whether this address is one of the programs' own."""
    return request.path.startswith(("/api/", "/internal/"))


def refuse_api(status: int, reason: str) -> JsonResponse:
    """The refusal that the front end understands: clause, reason, remedy."""
    return JsonResponse({"refusal": [{"clause": "", "reason": reason, "remedy": ""}], "index": None}, status=status)
