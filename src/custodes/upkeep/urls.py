"""Addresses of upkeep's pages."""

from django.urls import path

from custodes.upkeep import internal
from custodes.upkeep.views import completeness, down, nodes, store

app_name = "upkeep"

urlpatterns = [
    path("internal/rollup", internal.rollup, name="rollup"),
    path("internal/status", internal.status, name="status"),
    path("upkeep/completeness/", completeness.completeness, name="completeness"),
    path("upkeep/completeness/<uuid:pk>/<slug:day>/", completeness.camera_day, name="camera_day"),
    path("upkeep/down/", down.down, name="down"),
    path("upkeep/nodes/", nodes.nodes, name="nodes"),
    path("upkeep/store/", store.forecast, name="forecast"),
]
