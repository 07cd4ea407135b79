"""Addresses of the pages and of the API."""

from django.urls import path

from custodes.access.api import api
from custodes.access.views import hold_steps, holds, live, still, viewings

app_name = "access"

urlpatterns = [
    path("live/", live.wall, name="wall"),
    path("live/<uuid:pk>/", live.camera, name="camera"),
    path("cameras/<uuid:pk>/still/", still.still, name="still"),
    path("viewings/", viewings.mine, name="viewings"),
    path("viewings/all/", viewings.everybody, name="viewings_all"),
    path("viewings/<uuid:pk>/stop/", viewings.stop, name="stop"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.place, name="hold_place"),
    path("holds/<uuid:pk>/", holds.one, name="hold"),
    path("holds/<uuid:pk>/papers/<uuid:paper>/", holds.paper, name="hold_paper"),
    path("holds/<uuid:pk>/review/", hold_steps.review, name="hold_review"),
    path("holds/<uuid:pk>/release/ask/", hold_steps.ask_release, name="hold_ask_release"),
    path("holds/<uuid:pk>/release/confirm/", hold_steps.confirm_release, name="hold_confirm_release"),
    path("holds/<uuid:pk>/release/decline/", hold_steps.decline_release, name="hold_decline_release"),
    path("api/", api.urls),
]
