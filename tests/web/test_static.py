"""Files of the front end, as a running server gives them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import AsyncRequestFactory, RequestFactory

from custodes.web.middleware.static import Static

HASHED = "/static/built/main-CfnvxTs7.js"


async def _nothing_later(request: Any) -> HttpResponse:
    return HttpResponse("a page", status=418)


def _nothing(request: Any) -> HttpResponse:
    return HttpResponse("a page", status=418)


@pytest.fixture
def built(settings: Any, tmp_path: Path) -> Path:
    """One file of a build that servers made from now on give out."""
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    from django.contrib.staticfiles.finders import get_finder

    get_finder.cache_clear()
    file = tmp_path / "built" / "main-CfnvxTs7.js"
    file.parent.mkdir()
    file.write_text("export {};" * 100)
    return file


def test_a_file_of_the_build_is_given_out_for_good(built: Path) -> None:
    answer = Static(_nothing)(RequestFactory().get(HASHED))
    assert (answer.status_code, answer.content.decode()) == (200, "export {};" * 100)
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_file_that_a_new_build_took_away_is_not_found(built: Path) -> None:
    server = Static(_nothing)
    built.unlink()
    answer = server(RequestFactory().get(HASHED))
    assert answer.status_code == 404
    assert "Cache-Control" not in answer.headers


async def test_a_file_that_a_new_build_took_away_is_not_found_later_either(built: Path) -> None:
    server = Static(_nothing_later)
    built.unlink()
    assert (await server(AsyncRequestFactory().get(HASHED))).status_code == 404
