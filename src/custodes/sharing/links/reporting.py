"""What an upper may be told of the cameras that its link shows, beside their pictures: proposed by one, begun by another, stopped by one (S33.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.sharing.links.steps import locked
from custodes.sharing.models import Link
from custodes.sharing.models.link import OPEN
from custodes.sharing.stepping import StepRefused, Taken, keep

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Reporting:
    """One kind of what may be told.

    Attributes:
        name: of the link's field that says whether it is told; NAME_asked_by proposed it, NAME_by said yes. Its steps are NAME_ask,
            NAME_on and NAME_off.
        what: it in words.
    """

    name: str
    what: StrPromise

    def ask(self, row: Link, taken: Taken) -> Link:
        """Propose it, with the reason. Nothing is told yet.

        Raises:
            StepRefused: it leads to no upper, is over, tells already or is proposed already, or no reason is given.
        """
        if not says_something(taken.words):
            raise StepRefused(self._say(_("说明：请写明为什么需要上报%(what)s。")))
        with transaction.atomic():
            held = locked(row.pk, taken)
            if not held.upper or held.state not in OPEN:
                raise StepRefused(self._say(_("只有与上级平台的、正在办理或者已启用的联网可以上报%(what)s。")))
            if self._told(held) or self._asked_by(held) is not None:
                raise StepRefused(self._say(_("%(what)s上报已经开通，或者已有人提出。")))
            setattr(held, f"{self.name}_asked_by", taken.by)
            setattr(held, f"{self.name}_by", None)
            keep(held, f"{self.name}_ask", taken, held.clauses)
        return held

    def tell(self, row: Link, taken: Taken) -> Link:
        """Begin it: by another person than whoever proposed it.

        Raises:
            StepRefused: nobody proposed it, or the same person did.
        """
        with transaction.atomic():
            held = locked(row.pk, taken)
            if self._told(held) or self._asked_by(held) is None or held.state not in OPEN:
                raise StepRefused(self._say(_("没有等待批准的%(what)s上报。")))
            if self._asked_by(held) == taken.by.pk:
                said = self._say(_("%(what)s上报由提出人以外的另一人批准。请由另一人办理。"))
                raise StepRefused(said, clause="S33.1")
            setattr(held, self.name, True)
            setattr(held, f"{self.name}_by", taken.by)
            keep(held, f"{self.name}_on", taken, held.clauses)
        return held

    def stop(self, row: Link, taken: Taken) -> Link:
        """Stop it, or take back what was proposed: at once, by one person, with the reason.

        Raises:
            StepRefused: there is nothing to stop, or no reason is given.
        """
        if not says_something(taken.words):
            raise StepRefused(_("说明：请写明原因。"))
        with transaction.atomic():
            held = locked(row.pk, taken)
            if self._asked_by(held) is None:
                raise StepRefused(self._say(_("%(what)s上报没有开通，也没有人提出。")))
            setattr(held, self.name, False)
            setattr(held, f"{self.name}_asked_by", None)
            setattr(held, f"{self.name}_by", None)
            keep(held, f"{self.name}_off", taken, held.clauses)
        return held

    def _told(self, link: Link) -> bool:
        return bool(getattr(link, self.name))

    def _asked_by(self, link: Link) -> int | None:
        found: int | None = getattr(link, f"{self.name}_asked_by_id")
        return found

    def _say(self, sentence: str) -> str:
        return sentence % {"what": self.what}
