"""The sheet on which a one-time password goes to the person whom it is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from custodes.documents.forms.document import PrintedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSheet(PrintedDocument):
    """一次性密码密封件: folded in three, so that neither outer face shows the password, glued and sealed over the edge.

    Attributes:
        person, unit: whom it is for; they alone open it.
        username: of the account.
        password: in clear, on this sheet and nowhere else; no part of what shows a document.
        given_by: who confirmed it and seals it.
    """

    TITLE: ClassVar[str] = "一次性密码密封件"
    TEMPLATE: ClassVar[str] = "password"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S33.1",)
    RECORDED: ClassVar[bool] = False

    person: str = ""
    unit: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    given_by: str = ""
