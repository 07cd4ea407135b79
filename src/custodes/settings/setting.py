"""How one setting is written down, and how a secret one may stand in a file of its own: ``CUSTODES_DATABASE_URL_FILE=/run/secrets/database-url``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from custodes.secretfile import SecretFileRefused, read_secret


class SecretFiles(PydanticBaseSettingsSource):
    """Every secret setting, from the file that the variable of its name with ``_FILE`` behind it names.

    Args:
        variables: name in lower case → value, of the environment and the file of settings.
    """

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret of one field; None where no file is named.

        Raises:
            SecretFileRefused: the file can't be used, or the secret is given twice.
        """
        variable = f"custodes_{field_name}"
        path = self._variables.get(f"{variable}_file")
        if field.annotation is not SecretStr or not path:
            return None, field_name, False
        if self._variables.get(variable):
            raise SecretFileRefused(f"{variable.upper()} and {variable.upper()}_FILE are both set: set one of them")
        return read_secret(f"{variable.upper()}_FILE", Path(path)), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All of them."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def setting(default: Any, unit: str, sentence: str, **rules: Any) -> Any:
    """One setting: its default, its unit (``-`` for none) and the sentence that the docs page prints."""
    return Field(default=default, description=sentence, json_schema_extra={"unit": unit}, **rules)
