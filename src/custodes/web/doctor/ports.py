"""Whether web, node and gateway answer where they should, and nobody else does."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.tls.names import url_host
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok
from custodes.web.doctor.listening import accepts, answers, reachable_host

SUBJECT = "ports"


def check(patient: Patient) -> Iterator[Finding]:
    """The web's port, one a worker, and the gateway's where there is one."""
    settings = patient.settings
    places = [(_("网页服务"), "web", settings.web_host, settings.web_port, "/health/")]
    places += [
        (_("媒体节点"), "node", settings.node_host, settings.node_port + worker, "/healthz")
        for worker in range(settings.worker_count)
    ]
    if settings.gateway_id:
        places.append((_("国标网关"), "gateway", settings.gateway_host, settings.gateway_port, "/healthz"))
    for name, server, listens, port, path in places:
        host = reachable_host(listens)
        scheme = "http" if settings.tls_of(server) is None else "https"
        if answers(f"{scheme}://{url_host(host)}:{port}{path}"):
            yield ok(SUBJECT, _("{name}在端口 {port} 应答。"), name=name, port=port)
        elif accepts(host, port):
            yield fault(
                SUBJECT,
                _("端口 {port} 被占用，或者{name}没有正常应答。"),
                f"ss -ltnp 'sport = :{port}'",
                name=name,
                port=port,
            )
        else:
            yield attention(SUBJECT, _("{name}没有运行（端口 {port} 无人监听）。"), "custodes up", name=name, port=port)
    if settings.gateway_id and not settings.training and ipaddress.ip_address(settings.gateway_sip_host).is_loopback:
        yield attention(
            SUBJECT, _("国标网关的 SIP 只监听本机，其他机器上的设备无法注册。"), "CUSTODES_GATEWAY_SIP_HOST=…"
        )
