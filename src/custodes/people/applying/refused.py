"""Why an application was not taken or decided."""

from __future__ import annotations


class ApplicationRefused(Exception):
    """It can't be done; the text says why and what to do, for the person."""
