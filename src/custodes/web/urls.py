"""Every address of the web process. Rooms bring their own `urls.py`; one that has none yet is left out."""

from __future__ import annotations

import importlib.util

from django.urls import URLPattern, URLResolver, include, path

from custodes.people.urls import signin_urlpatterns
from custodes.web import parts, views
from custodes.web.doctor import examination
from custodes.web.programs.api import addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("language/", views.set_language, name="set_language"),
    path("health/", views.health, name="health"),
    path("parts/", parts.parts, name="parts"),
    path("checkup/", examination.page, name="checkup"),
    path("ca/", include("custodes.web.certificate")),
    path("law/", include("custodes.web.lawbook.urls")),
    path("print/", include("custodes.web.printing.urls")),
    path("accounts/", include(signin_urlpatterns)),
    path("interface/", include("custodes.web.programs.urls")),
    # Before the browser's own `/api/`.
    path("api/register/v1/", addresses()),
    path("", include("custodes.people.urls")),
]

for _room, _prefix in (("places", ""), ("access", ""), ("sharing", ""), ("upkeep", ""), ("oversight", "")):
    if importlib.util.find_spec(f"custodes.{_room}.urls") is not None:
        urlpatterns.append(path(_prefix, include(f"custodes.{_room}.urls")))

handler400 = "custodes.web.views.bad_request"
handler403 = "custodes.web.views.forbidden"
handler404 = "custodes.web.views.not_found"
handler429 = "custodes.web.views.too_many"
handler500 = "custodes.web.views.failed"
