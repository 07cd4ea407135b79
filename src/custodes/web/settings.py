"""Django's settings, derived from the typed settings model (`custodes.settings`)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.urls import reverse_lazy

from custodes.settings import get_settings
from custodes.web.body_limit import NODE_BYTES
from custodes.web.keys import read_secret_key
from custodes.web.middleware.static import is_immutable
from custodes.web.security import content_security_policy


def database_config(url: str) -> dict[str, Any]:
    """Django's entry for a SQLite or PostgreSQL URL.

    SQLite: write-ahead log, every commit synced, writers wait up to 20 s for each other, and a transaction takes the
    write lock when it begins, so that two of them never deadlock half-way.
    """
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # A connection a request: SQLite connections cost little, and stale ones would hold the file open.
        config["CONN_MAX_AGE"] = 0
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    return config


_settings = get_settings()
_here = Path(__file__).resolve().parent
_tls = _settings.has_tls or _settings.web_origin.startswith("https://")
# Browsers take a cookie of this name over TLS alone, from this host alone, for every path: no neighbour can set it (RFC 6265bis §4.1.3).
_cookie = "__Host-custodes" if _tls else "custodes"

CUSTODES = _settings
SECRET_KEY = read_secret_key(_settings)
DEBUG = False
ALLOWED_HOSTS = sorted(
    {"localhost", "127.0.0.1", "[::1]", _settings.web_host, urlsplit(_settings.web_origin).hostname or "localhost"}
    - {"0.0.0.0", "::"}  # noqa: S104 - an address to listen on is no name to be called by
)
CSRF_TRUSTED_ORIGINS = [_settings.web_origin]

#: Rooms right of `people`, in their order; one that has no app yet is left out.
_ROOMS = [
    f"custodes.{room}"
    for room in ("cases", "places", "access", "sharing", "upkeep", "oversight")
    if importlib.util.find_spec(f"custodes.{room}.apps") is not None
]

INSTALLED_APPS = [
    "custodes.web",
    "custodes.people",
    *_ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
]

MIDDLEWARE = [
    "custodes.web.figures.Figures",
    "custodes.web.middleware.traces.Traces",
    "django.middleware.security.SecurityMiddleware",
    "custodes.web.middleware.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "custodes.web.middleware.static.Static",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "custodes.web.middleware.headers.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "custodes.web.middleware.sessions.SessionLimits",
    "allauth.account.middleware.AccountMiddleware",
    "custodes.web.middleware.rates.Rates",
    "custodes.web.middleware.sessions.SignedIn",
    "custodes.web.middleware.sessions.PostsReadOnce",
    "custodes.web.middleware.sessions.FirstSteps",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "custodes.web.urls"
ASGI_APPLICATION = "custodes.web.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_here / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "custodes.web.navigation.frame",
            ],
        },
    }
]

FORM_RENDERER = "custodes.web.form_renderer.PartsRenderer"

# Data; how much a request may send is `body_limit.py`'s
DATA_UPLOAD_MAX_MEMORY_SIZE = NODE_BYTES
DATABASES = {"default": database_config(_settings.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The cache holds used codes and counts of attempts. Full at Django's 300 entries it would throw away a third of what still
# holds: many addresses at once could make a used code good again.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# Work for the background (decision 0206): kept in the same database, in the transaction that asks for it
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = f"{_cookie}_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _tls
LOCALE_PATHS = [_here / "locale"]
FORMAT_MODULE_PATH = ["custodes.web.formats"]
TIME_ZONE = _settings.time_zone
USE_TZ = True

# Static files: from the packages themselves, no collecting step
STATIC_URL = "/static/"
STATICFILES_DIRS = [_here / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = is_immutable
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": _here / "static" / "built" / "manifest.json",
        "static_url_prefix": "built",
    }
}

# Sessions and cookies
SESSION_COOKIE_NAME = f"{_cookie}_session"
SESSION_COOKIE_AGE = _settings.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _tls
CSRF_COOKIE_NAME = f"{_cookie}_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _tls
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers
CONTENT_SECURITY_POLICY = content_security_policy(_settings)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Neither subdomains nor a preload list: other services of the house have names of their own.
SECURE_HSTS_SECONDS = _settings.hsts_days * 86_400 if _tls else 0

# Signing in
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "custodes.people.signin.AccountBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username",)},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "custodes.people.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("account_login")
# By address; by account there is our own lock (`people/lockout.py`).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip",
    "change_password": "5/m/user",
    # Units that let themselves in (people/views/applications.py).
    "unit_apply": "40/h/ip",
    "unit_apply_state": "30/m/ip",
    "print_letter": "20/h/ip",
}
ACCOUNT_FORMS = {
    "login": "custodes.people.signin_forms.SignInForm",
    "change_password": "custodes.people.signin_forms.NewPasswordForm",
    "reauthenticate": "custodes.people.signin_forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "custodes.people.signin_forms.CodeForm",
    "reauthenticate": "custodes.people.signin_forms.CodeAgainForm",
    "activate_totp": "custodes.people.signin_forms.ActivateCodeForm",
    "add_webauthn": "custodes.people.signin_forms.AddPasskeyForm",
    "edit_webauthn": "custodes.people.signin_forms.RenamePasskeyForm",
    "login_webauthn": "custodes.people.signin_forms.PasskeySignInForm",
}
MFA_ADAPTER = "custodes.people.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = _settings.installation_name
MFA_TOTP_TOLERANCE = 1
# Browsers grant passkeys on http://localhost alone; the library wants this said.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _tls
MFA_WEBAUTHN_USER_VERIFICATION = "required"
USERSESSIONS_TRACK_ACTIVITY = False

#: `custodes/logs.py` sends all lines one way, masked; Django's own would go round it.
LOGGING_CONFIG = None

SILENCED_SYSTEM_CHECKS: list[str] = []
