"""E-mail through the installation's own SMTP server."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.delivery.message import Mail

SECONDS = 15


class NotSent(Exception):
    """It could not be sent; the text says why, for the page and the log, without a secret."""


def mail_is_set_up(settings: Settings) -> bool:
    """Whether this installation can send mail at all."""
    return bool(settings.mail_host)


def send_mail(address: str, mail: Mail) -> None:
    """Send one mail.

    Raises:
        NotSent: no server is set, it can't be reached, or it refuses.
    """
    settings = get_settings()
    if not mail_is_set_up(settings):
        raise NotSent("CUSTODES_MAIL_HOST is empty")
    try:
        backend = EmailBackend(
            host=settings.mail_host,
            port=settings.mail_port,
            username=settings.mail_user,
            password=settings.mail_password.get_secret_value(),
            use_tls=settings.mail_security == "starttls",
            use_ssl=settings.mail_security == "tls",
            timeout=SECONDS,
        )
        message = EmailMessage(mail.subject, mail.text, settings.mail_from, [address], connection=backend)
        message.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        message.send()
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server answered {error.smtp_code}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent("the mail server refused the address") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(f"the mail server can't be used: {type(error).__name__}") from error
