"""Input that can't be right: says which field, which rule, and what to do."""

from __future__ import annotations


class BadInput(ValueError):
    """Something that was given can't be right.

    Attributes:
        field: which argument, as it is called in commands.
        rule: what it has to be.
        remedy: what to do.
    """

    def __init__(self, field: str, rule: str, remedy: str) -> None:
        super().__init__(f"{field}: {rule}; {remedy}")
        self.field = field
        self.rule = rule
        self.remedy = remedy
