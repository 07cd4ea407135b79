"""One span a request, by the name of its view: no address as it was asked, no query, no person. Off with `custodes.traces`."""

from __future__ import annotations

from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

from custodes.traces import note, span
from custodes.web.figures import METHODS


class Traces:
    """Middleware, in both worlds as `web.figures.Figures` is."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """The answer of whoever comes next, timed."""
        if iscoroutinefunction(self):
            return self._later(request)
        with span("web.request") as made:
            answer = self._get_response(request)
            _tell(made, request, answer)
        return answer

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        with span("web.request") as made:
            answer: HttpResponseBase = await self._get_response(request)
            _tell(made, request, answer)
        return answer


def _tell(made: Any, request: HttpRequest, answer: HttpResponseBase) -> None:
    match = request.resolver_match
    note(
        made,
        http_route=(match.view_name or match.route) if match is not None else "(none)",
        http_request_method=request.method if request.method in METHODS else "(other)",
        http_response_status_code=answer.status_code,
    )
