"""Why a file was not taken."""

from __future__ import annotations

from typing import Any

from custodes.people.said import in_english


class PaperRefused(Exception):
    """A file can't be taken. Nothing of it is kept.

    Attributes:
        field: name of the form's field that it came in by, `file` where no form is known.
        rule: which rule it breaks, a sentence.
        remedy: what to do, a sentence.
    """

    def __init__(self, rule: Any, remedy: Any, field: str = "file") -> None:
        self.field = field
        self.rule = str(rule)
        self.remedy = str(remedy)
        space = " " if in_english() else ""
        super().__init__(f"{self.rule}{space}{self.remedy}")
