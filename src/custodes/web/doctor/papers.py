"""Whether each paper that the register knows is on disk, with as many bytes as were handed in (R10)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.people.models import Paper
from custodes.people.papers.store import path_of
from custodes.web.doctor.finding import Finding, Patient, fault, ok

SUBJECT = "papers"


def check(patient: Patient) -> Iterator[Finding]:
    """Existence and size of each; its hash is checked whenever it is read."""
    known = lacking = 0
    for sha256, size in Paper.objects.order_by().values_list("sha256", "size").distinct().iterator():
        known += 1
        try:
            lacking += path_of(sha256).stat().st_size != size
        except FileNotFoundError:
            lacking += 1
    if lacking:
        yield fault(
            SUBJECT,
            _("{lacking} 份材料的内容缺失或者长度不符（共 {known} 份）。"),
            f"custodes restore BACKUP --into FOLDER && cp -an FOLDER/papers/. {patient.settings.papers_folder}/",
            lacking=lacking,
            known=known,
        )
    else:
        yield ok(SUBJECT, _("{known} 份材料都在。"), known=known)
