"""Taking a file in: the form's field, the check, the name as it is kept, without folders and characters that nobody sees; and letting one go."""

from __future__ import annotations

import datetime
import os
import re
import unicodedata
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.people.models import Paper, Person
from custodes.people.papers import store
from custodes.people.papers.kinds import DOSSIER, PaperKind, PaperLimits, PaperRefused, find_kind
from custodes.people.records import record

LONGEST_NAME = 200
_UNFIT = re.compile(r'[\x00-\x1f"<>|?*:]')


def kept_name(name: str) -> str:
    """The last part of the name, in composed form, its ending kept when it has to be cut."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
    stem, ending = os.path.splitext(_UNFIT.sub("_", seen).strip().lstrip("."))
    return f"{stem[: LONGEST_NAME - len(ending)] or 'file'}{ending}"[:LONGEST_NAME]


def check_upload(upload: UploadedFile[Any], kinds: tuple[PaperKind, ...], limits: PaperLimits) -> PaperKind:
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
    kinds: tuple[PaperKind, ...] = DOSSIER,
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
    limits = PaperLimits.of_settings(most)
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


class PaperInput(forms.FileInput):
    """A file input that also takes a file that is dropped on it, and says name, size and SHA-256 of what was chosen."""

    template_name = "parts/widgets/paper.html"
    needs_multipart_form = True

    def __init__(self, kinds: tuple[PaperKind, ...], most: int | None) -> None:
        super().__init__(attrs={"accept": ",".join(ending for kind in kinds for ending in kind.extensions)})
        self.kinds = kinds
        self.most = most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the part shows besides the input: what is taken here, and up to which size."""
        context = super().get_context(name, value, attrs)
        context["kinds"] = [kind.label for kind in self.kinds]
        context["most"] = PaperLimits.of_settings(self.most).bytes
        return context


class PaperField(forms.FileField):
    """A file that is going to be a paper. It is checked here, so that the refusal stands beside the field; keep it with
    `keep_paper(form.cleaned_data[name], …)` inside the view's transaction. Its view is marked with `@takes_papers()`.

    Args:
        kinds: those that are taken.
        most: bytes, where less than the installation's limit is taken.
    """

    default_error_messages = {
        "required": gettext_lazy("请选择文件。"),
        "invalid": gettext_lazy("没有收到文件，请重新选择。"),
        "missing": gettext_lazy("没有收到文件，请重新选择。"),
        "empty": gettext_lazy("文件是空的（0 字节）。请重新选择文件。"),
    }

    def __init__(self, *, kinds: tuple[PaperKind, ...] = DOSSIER, most: int | None = None, **kwargs: Any) -> None:
        self.kinds = kinds
        self.most = most
        super().__init__(widget=PaperInput(kinds, most), **kwargs)

    def to_python(self, data: Any) -> UploadedFile[Any] | None:
        """The upload, checked.

        Raises:
            ValidationError: it can't be taken.
        """
        upload = super().to_python(data)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            check_upload(upload, self.kinds, PaperLimits.of_settings(self.most))
        except PaperRefused as refusal:
            raise ValidationError(str(refusal), code="paper") from refusal
        return upload
