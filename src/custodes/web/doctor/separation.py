"""Whether notary, web, node and gateway are an OS user each: whoever breaks into one must not reach the keys of the others."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "separation"


def check(patient: Patient) -> Iterator[Finding]:
    """What the settings say; whether the processes keep to it is the notary's word (`notary.py`)."""
    settings = patient.settings
    uids = [settings.notary_uid, settings.web_uid, settings.node_uid]
    if None not in uids and len(set(uids)) == 3:
        yield ok(SUBJECT, _("网页、媒体节点、存证服务分属三个系统用户。"))
        if settings.gateway_id and not settings.training:
            yield from _gateway(settings.gateway_uid, uids)
        return
    if settings.training:
        yield ok(SUBJECT, _("训练装置：各进程同属一个系统用户。"))
        return
    yield attention(
        SUBJECT,
        _("网页、媒体节点、存证服务同属一个系统用户：攻破其一即可得到全部密钥。"),
        "systemd-sysusers && CUSTODES_NOTARY_UID=… CUSTODES_WEB_UID=… CUSTODES_NODE_UID=… custodes init",
    )


def _gateway(uid: int | None, others: list[int | None]) -> Iterator[Finding]:
    if uid is not None and uid not in others:
        yield ok(SUBJECT, _("国标网关也有自己的系统用户。"))
        return
    yield attention(
        SUBJECT,
        _("国标网关没有自己的系统用户：它与外部设备对话，攻破它不应得到其他进程的密钥。"),
        "systemd-sysusers && CUSTODES_GATEWAY_UID=… custodes init",
    )
