"""What a device says inside a call, as far as calls of every kind take it alike."""

from __future__ import annotations

from custodes.gateway.calls.needs import Process
from custodes.gb28181.sip.call import CallEvent


def take_info(process: Process, event: CallEvent) -> bool:
    """INFO is of no use to us, and answered; a MESSAGE is the process's, like one outside of all calls: False."""
    transaction = event.transaction
    if transaction is None or transaction.request is None or transaction.request.method != "INFO":
        return False
    process.endpoint.reply(transaction, 200)
    return True
