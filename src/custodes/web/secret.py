"""The key that signs sessions and forms, made by `custodes init`."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

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
