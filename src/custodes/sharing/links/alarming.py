"""Whether an upper is told alarms of the cameras that its link shows, by two persons' word (S33.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custodes.sharing.links.reporting import Reporting
from custodes.sharing.models import Link
from custodes.sharing.stepping import Taken

_ALARMS = Reporting("alarms", _("报警"))


def ask_alarms(row: Link, taken: Taken) -> Link:
    """Propose it. Raises as `Reporting.ask`."""
    return _ALARMS.ask(row, taken)


def tell_alarms(row: Link, taken: Taken) -> Link:
    """Begin it. Raises as `Reporting.tell`."""
    return _ALARMS.tell(row, taken)


def stop_alarms(row: Link, taken: Taken) -> Link:
    """Stop it, or take back what was proposed. Raises as `Reporting.stop`."""
    return _ALARMS.stop(row, taken)
