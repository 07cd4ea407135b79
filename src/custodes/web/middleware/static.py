"""Static files, from memory, gzipped where that helps.

WhiteNoise finds and describes them; under ASGI its open file would be streamed through a synchronous iterator, which
Django has to read as a whole in any case.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from whitenoise.middleware import WhiteNoiseMiddleware

_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
#: What Vite names: `main-CfnvxTs7.js`. The content decides the name, so it may be kept for good.
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.\w{1,16}$")


def is_immutable(path: str, url: str) -> bool:
    """For ``WHITENOISE_IMMUTABLE_FILE_TEST``."""
    return "/built/" in url and _HASHED.search(url) is not None


@lru_cache(maxsize=512)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


class Static(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise whose answers are whole.

    It works in both worlds: one middleware that knows only the synchronous one would put every asynchronous view into a
    thread, and a node's long poll would hold it for as long as it waits.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(get_response, *args, **kwargs)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """The file that the address names, or what comes next."""
        if iscoroutinefunction(self):
            return self._answer_later(request)
        return super().__call__(request)

    async def _answer_later(self, request: HttpRequest) -> HttpResponse:
        file = self.find_file(request.path_info) if self.autorefresh else self.files.get(request.path_info)
        if file is None:
            return await self.get_response(request)  # type: ignore[no-any-return]
        return await sync_to_async(self.serve, thread_sensitive=False)(file, request)

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """The file, or 304, or the part that a range asks for; 404 for a file that was there when the server started.

        A front end that is built anew beside a running server takes the files away that were found at the start.
        """
        try:
            found = static_file.get_response(request.method, request.META)
        except FileNotFoundError:
            return HttpResponseNotFound(content_type="text/plain")
        content = found.file.read() if found.file is not None else b""
        if found.file is not None:
            found.file.close()
        answer = HttpResponse(content, status=int(found.status))
        del answer.headers["Content-Type"]
        for name, value in found.headers:
            answer.headers[name] = value
        if _may_gzip(request, answer):
            answer.content = _gzipped(content)
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["Content-Length"] = str(len(answer.content))
            answer.headers["Vary"] = "Accept-Encoding"
            # The bytes differ from those that a strong tag names.
            if "ETag" in answer.headers:
                answer.headers["ETag"] = f"W/{answer.headers['ETag']}"
        return answer


def _may_gzip(request: HttpRequest, answer: HttpResponse) -> bool:
    return (
        request.method == "GET"
        and answer.status_code == 200
        and len(answer.content) > 512
        and "Content-Encoding" not in answer.headers
        and answer.headers.get("Content-Type", "").startswith(_TEXT)
        and "gzip" in request.headers.get("Accept-Encoding", "")
    )
