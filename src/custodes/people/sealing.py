"""Secrets that the web process must read again are sealed in its database, each purpose under a key of its own."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings as django_settings


def sealer(purpose: str) -> Fernet:
    """Seals and opens for one purpose; the key follows from the secret key (RFC 5869).

    Args:
        purpose: names the use, so that what is sealed for one can't be opened as another.
    """
    key = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(django_settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
