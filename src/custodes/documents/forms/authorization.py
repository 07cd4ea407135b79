"""The letter by which a unit lets somebody file for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from custodes.documents.forms.document import Document, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationLetter(Document):
    """委托办理备案授权书: printed, filled in by hand where it is blank, sealed and handed in.

    The number of the agent's identity card is always left to the pen: it has no place in our files.
    """

    TITLE: ClassVar[str] = "委托办理备案授权书"
    TEMPLATE: ClassVar[str] = "authorization"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2a", "N14")
    RECORDED: ClassVar[bool] = False

    unit: Party = field(default_factory=Party)
    police: str = ""
    system: str = ""
    agent: str = ""
    agent_phone: str = ""
