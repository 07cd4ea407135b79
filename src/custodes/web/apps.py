"""The web project as an app: its templates' tags and its checks."""

from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Settings, addresses, middleware and the shell around every page."""

    name = "custodes.web"
    label = "web"

    def ready(self) -> None:
        """An empty answer is met with what to do, not with what a field is."""
        forms.Field.default_error_messages["required"] = _("请填写。")
        forms.ChoiceField.default_error_messages["required"] = _("请选择。")
        # It has none of its own: what is put into its dictionary would be said of every field.
        forms.BooleanField.default_error_messages = {"required": _("请勾选。")}
        forms.FileField.default_error_messages["required"] = _("请选择文件。")
