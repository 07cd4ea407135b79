"""The web project as an app: its templates' tags and its checks."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Settings, addresses, middleware and the shell around every page."""

    name = "custodes.web"
    label = "web"
