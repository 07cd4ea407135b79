"""How long footage is kept (S32, N17)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "retention"


def check(patient: Patient) -> Iterator[Finding]:
    """Under 30 days the settings themselves refuse; a training installation is named as what it is."""
    settings = patient.settings
    if settings.training:
        yield attention(
            SUBJECT, _("训练装置：录像只留存 {minutes} 分钟，不得接入真实摄像机。"), "CUSTODES_TRAINING=false",
            minutes=settings.training_retention_minutes,
        )  # fmt: skip
    else:
        yield ok(SUBJECT, _("录像留存 {days} 日（第三十二条）。"), days=settings.retention_days)
