"""Why a back-up or a restore was not done."""

from __future__ import annotations


class BackupRefused(Exception):
    """It could not be done; the message says what is in the way and what to do. Nothing half is left."""


class WrongPassphrase(BackupRefused):
    """The passphrase does not open this file."""
