"""While a page is drawn, the posts of who asks for it are read once."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from custodes.people import held

#: What changes nothing; everything else asks again under its locks.
READING = frozenset({"GET", "HEAD"})


class PostsReadOnce(MiddlewareMixin):
    """For requests that only read. Coroutine views, which may wait for long, and what streams after the answer read them afresh."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        """Begin; not for a coroutine, which may wait for something between two questions."""
        person = getattr(request.user, "person", None)
        reads = request.method in READING or getattr(view_func, "only_reads", False)
        if person is not None and reads and not iscoroutinefunction(view_func):
            held.read_once(person)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The page is drawn: whatever goes on in its stream asks afresh."""
        person = getattr(getattr(request, "user", None), "person", None)
        if person is not None:
            held.read_afresh(person)
        return response
