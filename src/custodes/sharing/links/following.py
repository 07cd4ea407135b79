"""Whether an upper is told where cameras are that move and that its link shows, by two persons' word (S33.1).

Where a vehicle or an officer's recorder is says more of a person than a fixed camera's place does: it is off with each new link (decision 0414).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custodes.sharing.links.reporting import Reporting
from custodes.sharing.models import Link
from custodes.sharing.stepping import Taken

_POSITIONS = Reporting("positions", _("移动位置"))


def ask_positions(row: Link, taken: Taken) -> Link:
    """Propose it. Raises as `Reporting.ask`."""
    return _POSITIONS.ask(row, taken)


def tell_positions(row: Link, taken: Taken) -> Link:
    """Begin it. Raises as `Reporting.tell`."""
    return _POSITIONS.tell(row, taken)


def stop_positions(row: Link, taken: Taken) -> Link:
    """Stop it, or take back what was proposed. Raises as `Reporting.stop`."""
    return _POSITIONS.stop(row, taken)
