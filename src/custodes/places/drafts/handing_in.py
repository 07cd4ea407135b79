"""Handing a draft in: everything asked once more under its lock, one case made of it, the draft gone; all or nothing. Pages and
programs come by here alike."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.places.changes.covering import Unsaid
from custodes.places.drafts import keeping
from custodes.places.drafts.matter import Asking, Matter
from custodes.places.forms.page import Page
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Draft, Filing, Removal


class Changed(StepRefused):
    """Somebody changed the draft since it was looked at; `draft` is what stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("您打开本页后，他人修改了这份草稿。请核对后再次提交。"))
        self.draft = draft


class Unready(StepRefused):
    """Something has to be mended first; `pages` say what."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        super().__init__(_("还有需要改正的地方。"))
        self.pages = pages


def hand_in(draft: Draft, matter: Matter, asking: Asking, *, seen: int) -> tuple[Filing | Removal, tuple[Unsaid, ...]]:
    """Hand it in.

    Args:
        seen: the revision that was looked at.

    Returns:
        the case, and the changes that were made and that it does not say.

    Raises:
        Changed: it is another revision now.
        Unready: an answer is missing or wrong.
        StepRefused: it was handed in or has lapsed, or the workflow refuses.
    """
    with transaction.atomic():
        row = keeping.locked(draft)
        if row.revision != seen:
            raise Changed(row)
        pages = matter.sent(row, asking)
        if not all(page.is_valid() for page in pages.values()):
            raise Unready(pages)
        case = matter.hand_in(row, pages, asking)
        unsaid = matter.unsaid(row, asking)
        keeping.discard(row)
    return case, unsaid
