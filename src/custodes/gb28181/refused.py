"""What a peer sent, what was to be sent, or what a person entered can't be right: says which field, which rule, and what to do."""

from __future__ import annotations


class Gb28181Refused(ValueError):
    """An ID, a body, a session description or a part of one that is not taken.

    Of what a peer sent it repeats nothing: a log line or a page may show it. Octets that are no SIP message are `sip.malformed.Malformed` instead:
    its fault decides an answer and names a counter, and nobody could mend anything by it.

    Attributes:
        field: the element, line, byte or part, as the standard calls it.
        rule: what it has to be.
        remedy: what to do, and who.
    """

    def __init__(self, field: str, rule: str, remedy: str) -> None:
        super().__init__(f"{field}: {rule}; {remedy}")
        self.field = field
        self.rule = rule
        self.remedy = remedy
