"""Part of a model form: fields for files, and the columns that hold the papers that came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper


class WithPapers:
    """A form that keeps files; its view is marked with `takes_papers`."""

    #: Name of the `PaperField` to the name of the instance's foreign key.
    papers: dict[str, str] = {}
    fields: dict[str, Any]
    cleaned_data: dict[str, Any]
    instance: Any

    def keep_papers(self, by: Person, at: datetime) -> None:
        """Keep what was handed in with the form and put it to the instance; in the caller's transaction.

        Raises:
            PaperRefused: what the field let through can't be taken after all.
        """
        for field, column in self.papers.items():
            upload = self.cleaned_data.get(field)
            if isinstance(upload, UploadedFile):
                about = f"{self.instance._meta.label_lower}:{self.instance.pk}"
                kinds = self.fields[field].kinds
                setattr(self.instance, column, keep_paper(upload, by=by, at=at, kinds=kinds, about=about, field=field))
