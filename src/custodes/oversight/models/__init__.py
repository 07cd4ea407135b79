"""The tables of this app."""

from custodes.oversight.models.entry import EntryRow
from custodes.oversight.models.verification import Verification

__all__ = ["EntryRow", "Verification"]
