"""Addresses of the pages and of the API."""

from django.urls import path

from custodes.access.api import api
from custodes.access.views import live, still, viewings

app_name = "access"

urlpatterns = [
    path("live/", live.wall, name="wall"),
    path("live/<uuid:pk>/", live.camera, name="camera"),
    path("cameras/<uuid:pk>/still/", still.still, name="still"),
    path("viewings/", viewings.mine, name="viewings"),
    path("viewings/all/", viewings.everybody, name="viewings_all"),
    path("viewings/<uuid:pk>/stop/", viewings.stop, name="stop"),
    path("api/", api.urls),
]
