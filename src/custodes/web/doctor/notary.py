"""The notary: reachable, its checkpoints keeping up."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.web.doctor.finding import Finding, Patient, fault, ok

SUBJECT = "notary"
STATUS = "systemctl status custodes-notary"


def check(patient: Patient) -> Iterator[Finding]:
    """Its own word."""
    settings = patient.settings
    try:
        with NotaryClient(settings.notary_socket_path) as notary:
            status = notary.status()
    except NotaryUnavailable:
        yield fault(SUBJECT, _("存证服务无法连接：此时不能准予任何查看。"), STATUS)
        return
    except NotaryRefused:
        # Root and other users may not ask; that it refuses them is as it should be.
        yield ok(SUBJECT, _("存证服务在运行，只应答指定的系统用户。"))
        return
    yield ok(SUBJECT, _("存证服务可用，共 {size} 条。"), size=status.size)
    if status.size - status.checkpoint_size > 4 * settings.checkpoint_entries:
        yield fault(
            SUBJECT,
            _("有 {count} 条记录没有被检查点涵盖。"),
            STATUS,
            count=status.size - status.checkpoint_size,
        )
