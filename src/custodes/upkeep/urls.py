"""Addresses of upkeep's pages."""

from django.urls import path

from custodes.upkeep import internal
from custodes.upkeep.views import completeness, down, nodes, store, thinning

app_name = "upkeep"

urlpatterns = [
    path("internal/rollup", internal.rollup, name="rollup"),
    path("internal/status", internal.status, name="status"),
    path("upkeep/completeness/", completeness.completeness, name="completeness"),
    path("upkeep/completeness/<uuid:pk>/<slug:day>/", completeness.camera_day, name="camera_day"),
    path("upkeep/down/", down.down, name="down"),
    path("upkeep/nodes/", nodes.nodes, name="nodes"),
    path("upkeep/store/", store.forecast, name="forecast"),
    path("upkeep/store/<int:pk>/thinning/", thinning.order, name="thinning"),
    path("upkeep/store/<int:pk>/thinning/end/", thinning.end, name="thinning_end"),
]
