"""The form field for a paper, drawn by the design system's file part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from custodes.people.papers.keeping import check_upload
from custodes.people.papers.kinds import DOSSIER, Kind
from custodes.people.papers.limits import Limits
from custodes.people.papers.refusal import PaperRefused


class PaperInput(forms.FileInput):
    """A file input that also takes a file that is dropped on it, and says name, size and SHA-256 of what was chosen."""

    template_name = "parts/widgets/paper.html"
    needs_multipart_form = True

    def __init__(self, kinds: tuple[Kind, ...], most: int | None) -> None:
        super().__init__(attrs={"accept": ",".join(ending for kind in kinds for ending in kind.extensions)})
        self.kinds = kinds
        self.most = most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the part shows besides the input: what is taken here, and up to which size."""
        context = super().get_context(name, value, attrs)
        context["kinds"] = [kind.label for kind in self.kinds]
        context["most"] = Limits.of_settings(self.most).bytes
        return context


class PaperField(forms.FileField):
    """A file that is going to be a paper. It is checked here, so that the refusal stands beside the field; keep it with
    `keep_paper(form.cleaned_data[name], …)` inside the view's transaction. Its view is marked with `@takes_papers()`.

    Args:
        kinds: those that are taken.
        most: bytes, where less than the installation's limit is taken.
    """

    default_error_messages = {
        "required": _("请选择文件。"),
        "invalid": _("没有收到文件，请重新选择。"),
        "missing": _("没有收到文件，请重新选择。"),
        "empty": _("文件是空的（0 字节）。请重新选择文件。"),
    }

    def __init__(self, *, kinds: tuple[Kind, ...] = DOSSIER, most: int | None = None, **kwargs: Any) -> None:
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
            check_upload(upload, self.kinds, Limits.of_settings(self.most))
        except PaperRefused as refusal:
            raise ValidationError(str(refusal), code="paper") from refusal
        return upload
