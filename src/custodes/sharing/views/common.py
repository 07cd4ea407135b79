"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.cases.step import StepInput
from custodes.people.models import Paper
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.viewer import Viewer

INVALID = 422


def crumbs_of(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of this room."""
    return [(_("联网共享"), reverse("sharing:directories")), *more]


def link_crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of platforms and links."""
    return crumbs_of((_("平台和联网"), reverse("sharing:links")), *more)


def act_with(
    request: HttpRequest, viewer: Viewer, about: str, data: dict[str, Any], step: Callable[[StepInput], Any]
) -> Any:
    """Take a step with the words and the paper of its form, the row as it was seen; what was uploaded stays only with the step.

    Raises:
        StepRefused: the step is.
        PaperRefused: the file can't be taken.
    """
    with transaction.atomic():
        papers: tuple[Paper, ...] = ()
        if isinstance(upload := data.get("file"), UploadedFile):
            papers = (keep_paper(upload, by=viewer.person, at=viewer.at, kinds=SCANS, about=about),)
        on, seen = timezone.localdate(viewer.at), data.get("seen")
        return step(StepInput(viewer.person, viewer.at, on, data.get("words", ""), papers, data=data, seen=seen))
