"""存储预测: how long the volumes last at the present rate, and what cannot hold the retention period."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.settings import get_settings
from custodes.upkeep.health import forecasts
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE
from custodes.upkeep.shortage import shortages


@needs(Permission.VIEW_STORE)
def forecast(request: HttpRequest) -> HttpResponse:
    """Volumes and workers. Volumes hold the footage of many units, so that the figures are the installation's."""
    viewer = Viewer.of(request)
    settings = get_settings()
    floor_days = settings.training_retention_minutes / 1440 if settings.training else float(settings.retention_days)
    volumes = [
        (volume, volume.under_floor(floor_days), viewer.at - volume.at > STALE)
        for volume in forecasts(settings.volume_cap_bytes > 0)
    ]
    workers = [(worker, viewer.at - worker.at > STALE) for worker in WorkerStatus.objects.select_related("node")]
    return render(
        request,
        "upkeep/forecast.html",
        {
            "shortages": shortages(viewer.person, viewer.at),
            "volumes": volumes,
            "workers": workers,
            "floor_days": floor_days,
            "floor_hours": round(floor_days * 24),
            "training": settings.training,
            "under": [volume for volume, under, _stale in volumes if under],
            "braked": [f"{volume.node.name}/{volume.name}" for volume, _under, _stale in volumes if volume.braked],
        },
    )
