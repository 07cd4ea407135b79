"""What happens to people that other apps must act on; `access` revokes running grants on each of these.

Sent inside the transaction that makes the change: a receiver that calls another process does so with
`transaction.on_commit`. All pass ``at`` (aware datetime).
"""

from django.dispatch import Signal

#: A post was ended or ran out. Arguments: ``post``, ``at``.
post_ended = Signal()

#: A duty session ended. Arguments: ``session``, ``at``.
duty_ended = Signal()

#: An account was closed, or locked by an administrator. Arguments: ``account``, ``at``.
account_closed = Signal()
