"""Forms drawn with the design system's parts: ``{{ form }}`` and ``{{ form.name.as_field_group }}`` need no more."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class PartsRenderer(TemplatesSetting):
    """For ``FORM_RENDERER``; needs ``django.forms`` in ``INSTALLED_APPS`` for the widgets' own templates."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
