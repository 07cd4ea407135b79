"""Files that are handed in with a place or a camera: kept by their SHA-256, known by their bytes, never served from here (R10)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from custodes.people.models import Person
from custodes.people.models.paper import Paper
from custodes.settings import get_settings

MAX_BYTES = 900 * 1024
"""A form may send 1 MiB (`web.body_limit`)."""
NAME_LENGTH = 200
_MAGIC = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))

PICTURES = frozenset({"image/jpeg", "image/png"})
"""What a picture of a sign or of a mask may be."""

LETTERS = PICTURES | {"application/pdf"}
"""What a letter may be: also scanned."""


def media_type(head: bytes) -> str:
    """What a file is by its first bytes; empty for nothing that is taken."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


class PaperField(forms.FileField):
    """A file of certain kinds, found in its bytes; the sender's word for it counts nothing."""

    def __init__(self, *, kinds: frozenset[str] = LETTERS, **kwargs: object) -> None:
        self.kinds = kinds
        accept = ".jpg,.jpeg,.png,.pdf" if "application/pdf" in kinds else ".jpg,.jpeg,.png"
        super().__init__(widget=forms.FileInput(attrs={"accept": accept}), required=False, **kwargs)  # type: ignore[arg-type]

    def clean(self, data: object, initial: object = None) -> object:
        """Refuse what is too large, or of another kind."""
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            if (upload.size or 0) > MAX_BYTES:
                raise forms.ValidationError(_("文件超过 900 KB。请压缩后重新上传。"))
            head = upload.read(16)
            upload.seek(0)
            if media_type(head) not in self.kinds:
                raise forms.ValidationError(_("文件内容不是允许的格式。请上传 JPEG、PNG 图片；信函也可以是 PDF。"))
        return upload


def keep_paper(upload: UploadedFile[bytes], *, by: Person, at: datetime) -> Paper:
    """Keep a file that a `PaperField` has let through. Bytes that are there already are kept once."""
    digest = hashlib.sha256()
    head = b""
    folder = get_settings().data / "papers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as out:
        for chunk in upload.chunks():
            head = head or chunk[:16]
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    name = digest.hexdigest()
    target = folder / name[:2] / name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    Path(temporary).replace(target)
    return Paper.objects.create(
        sha256=name,
        size=upload.size or 0,
        media_type=media_type(head),
        name=Path(upload.name or "").name[:NAME_LENGTH],
        by=by,
        at=at,
    )


class WithPapers:
    """Part of a model form: fields for files, and the columns that hold the papers that came of them."""

    #: Name of the `PaperField` to the name of the instance's foreign key.
    papers: dict[str, str] = {}
    cleaned_data: dict[str, Any]
    instance: Any

    def keep_papers(self, by: Person, at: datetime) -> None:
        """Keep what was handed in with the form and put it to the instance; in the caller's transaction."""
        for field, column in self.papers.items():
            upload = self.cleaned_data.get(field)
            if isinstance(upload, UploadedFile):
                setattr(self.instance, column, keep_paper(upload, by=by, at=at))
