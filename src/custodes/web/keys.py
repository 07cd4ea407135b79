"""The web process's own keys: the session secret, the key that signs its control requests, and the one that signs evidence packages (docs/design/wire.md §1)."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from custodes.keyfile import make_signing_key, public_line, publish, write_private
from custodes.settings import Settings


def secret_key_path(settings: Settings) -> Path:
    """Where the web process keeps its secret key."""
    return settings.keys_folder / "web" / "secret.key"


def read_secret_key(settings: Settings) -> str:
    """The secret key, or an empty string when there is none yet; Django refuses to sign anything with that."""
    try:
        return secret_key_path(settings).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def require_secret_key(settings: Settings) -> None:
    """Stop with a clear message when the key is missing or too short to be one."""
    if len(read_secret_key(settings)) < 40:
        raise ImproperlyConfigured(
            f"No secret key in {secret_key_path(settings)}. Run `custodes init` first, "
            "or point CUSTODES_DATA at the folder of an installation."
        )


CONTROL_KEY = "control.key"
SECRET_KEY = "secret.key"  # noqa: S105 - a file name
PUBLIC_KEY = "web.pub"
PACKAGES_KEY = "packages.key"
PACKAGES_PUBLIC_KEY = "packages.pub"


def make_keys(folder: Path, public_folder: Path) -> None:
    """Make what is missing; never replace a key.

    Args:
        folder: ``keys/web``, readable by the web's user alone.
        public_folder: ``keys/public``, readable by all processes.

    Raises:
        KeyFileError: the public half is there whose private key is gone, or the key can't be used.
    """
    if not (folder / SECRET_KEY).exists():
        write_private(folder / SECRET_KEY, secrets.token_urlsafe(50).encode())
    key = make_signing_key(folder / CONTROL_KEY, public_folder / PUBLIC_KEY)
    publish(public_folder / PUBLIC_KEY, public_line(key))
    packages = make_signing_key(folder / PACKAGES_KEY, public_folder / PACKAGES_PUBLIC_KEY)
    publish(public_folder / PACKAGES_PUBLIC_KEY, public_line(packages))
