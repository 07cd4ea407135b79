"""Tables of an app made at once: an installation that begins has no rows to be led from form to form.

Django draws up all models anew for each step of a migration, which is nearly all that a first start waits for. Here the steps are gone
through on paper, and each table is made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps
from django.db.models import Model


class TablesAtOnce(Operation):
    """The models that `steps` lead to, made in one step.

    Args:
        steps: operations on models alone, all of which begin among these steps.
    """

    def __init__(self, steps: Sequence[Operation]) -> None:
        self.steps = list(steps)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Go the steps on paper: no model is drawn up before the last of them."""
        if "apps" in vars(state):
            del state.apps
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make each table, with its indexes and constraints."""
        for model in self._models(app_label, schema_editor, from_state, to_state):
            schema_editor.create_model(model)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove them, what points at others first."""
        for model in reversed(list(self._models(app_label, schema_editor, to_state, from_state))):
            schema_editor.delete_model(model)

    def _models(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, without: ProjectState, within: ProjectState
    ) -> Iterator[type[Model]]:
        apps: StateApps = within.apps
        for label, name in within.models:
            if label != app_label or (label, name) in without.models:
                continue
            model = apps.get_model(label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                yield model

    def describe(self) -> str:
        """For who reads the plan."""
        return "Make all tables at once"
