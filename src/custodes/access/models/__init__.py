"""The tables of this app."""

from custodes.access.models.grant import Grant, Ground
from custodes.access.models.hold import OPEN, Hold, HoldBasis, HoldDelivery, HoldState, HoldStep

__all__ = ["OPEN", "Grant", "Ground", "Hold", "HoldBasis", "HoldDelivery", "HoldState", "HoldStep"]
