"""Django's settings, derived from the typed settings model (`custodes.settings`)."""

SECRET_KEY = ""
INSTALLED_APPS: list[str] = []
USE_TZ = True
