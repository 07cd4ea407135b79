"""What a peer sent, or what was to be sent, can't be right: says which field, which rule, and what to do."""

from __future__ import annotations


class BadBody(ValueError):
    """A body, or a part of one, that is refused.

    It repeats nothing that a peer sent: a log line or a page may show it.

    Attributes:
        field: the element, line or byte, as the standard calls it.
        rule: what it has to be.
        remedy: what to do, and who.
    """

    def __init__(self, field: str, rule: str, remedy: str) -> None:
        super().__init__(f"{field}: {rule}; {remedy}")
        self.field = field
        self.rule = rule
        self.remedy = remedy
