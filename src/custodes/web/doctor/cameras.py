"""In which networks cameras may be: nothing else is ever connected to."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "cameras"


def check(patient: Patient) -> Iterator[Finding]:
    """None named, or more than a network of cameras can be."""
    networks = patient.settings.camera_networks
    if not networks:
        yield attention(SUBJECT, _("没有指定摄像机网段，不会连接任何摄像机。"), "CUSTODES_CAMERA_NETWORKS=10.20.0.0/16")
        return
    public = [str(network) for network in networks if network.is_global or network.prefixlen == 0]
    if public:
        yield attention(
            SUBJECT,
            _("摄像机网段包含互联网地址：{networks}。"),
            "CUSTODES_CAMERA_NETWORKS=10.20.0.0/16",
            networks=", ".join(public),
        )
    else:
        yield ok(SUBJECT, _("摄像机网段：{networks}。"), networks=", ".join(map(str, networks)))
