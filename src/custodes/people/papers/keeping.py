"""Taking a file in, and letting one go."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Paper, Person
from custodes.people.papers import store
from custodes.people.papers.kinds import DOSSIER, Kind, find_kind
from custodes.people.papers.limits import Limits
from custodes.people.papers.names import kept_name
from custodes.people.papers.refusal import PaperRefused
from custodes.people.records import record


def check_upload(upload: UploadedFile[Any], kinds: tuple[Kind, ...], limits: Limits) -> Kind:
    """The kind of an upload that may be taken, for a form that has to say so beside the field.

    Raises:
        PaperRefused: it may not.
    """
    name = kept_name(upload.name or "")
    assert upload.file is not None
    return find_kind(upload.file, name, upload.content_type or "", kinds, limits)


def keep_paper(
    upload: UploadedFile[Any],
    *,
    by: Person | None,
    at: datetime.datetime,
    kinds: tuple[Kind, ...] = DOSSIER,
    about: str = "",
    most: int | None = None,
    field: str = "file",
) -> Paper:
    """Take a file into the store: checked, under its SHA-256, on record. The row stands or falls with the caller's transaction.

    Args:
        upload: as Django's forms give it.
        by: who hands it in; None for somebody who is not signed in.
        at: now.
        kinds: those that are taken here.
        about: what it belongs to, for the record: ``people.unitapplication:UUID``.
        most: bytes, where less than the installation's limit is taken.
        field: name of the form's field, for the refusal.

    Raises:
        PaperRefused: it can't be taken; nothing of it is kept.
        OSError: the disk refuses.
    """
    limits = Limits.of_settings(most)
    name = kept_name(upload.name or "")
    upload.seek(0)
    try:
        with store.draft(upload.chunks(), limits.bytes) as (path, sha256, size):
            with path.open("rb") as file:
                kind = find_kind(file, name, upload.content_type or "", kinds, limits)
            store.keep(path, sha256, at)
    except PaperRefused as refusal:
        raise PaperRefused(refusal.rule, refusal.remedy, field) from refusal
    except ValueError as error:
        too_large = _("文件超过 %(most)s MB 的上限。") % {"most": limits.bytes >> 20}
        raise PaperRefused(too_large, _("请降低扫描分辨率，或者分成几个文件。"), field) from error
    with transaction.atomic():
        paper = Paper.objects.create(sha256=sha256, size=size, media_type=kind.media_type, name=name, by=by, at=at)
        record(
            "paper.kept",
            at=at,
            paper=paper.pk,
            sha256=sha256,
            bytes=size,
            media_type=kind.media_type,
            person=by,
            about=about,
        )
    return paper


def remove_paper(paper: Paper, *, by: Person | None, at: datetime.datetime, reason: str) -> None:
    """Delete a row that nothing refers to any more, on record; its bytes go with the last row that has them.

    Args:
        by: who; None for the installation's own sweep.
        reason: why, for the record.

    Raises:
        django.db.models.ProtectedError: something refers to it.
    """
    sha256, key = paper.sha256, paper.pk
    with transaction.atomic():
        paper.delete()
        record("paper.removed", at=at, paper=key, sha256=sha256, by=str(by.uuid) if by else "system", reason=reason)
        transaction.on_commit(partial(store.remove_unowned, sha256, at))
