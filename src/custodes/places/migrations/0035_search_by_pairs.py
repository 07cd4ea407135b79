"""What a search looks into, by pairs of neighbouring characters (decision 0216): in PostgreSQL alone, SQLite reads its rows.

Whoever changes `Camera.sought` has to drop the index before and make it again after.
"""

from typing import Any

from django.db import migrations

MADE = (
    # Names are given in full: an index must not follow anybody's search path. The cost is more than that of looking for the word
    # itself, which is therefore looked for first, and little, because after that there are few rows left to ask.
    """
    CREATE FUNCTION places_pairs(words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10 AS $$
        SELECT ARRAY(
            SELECT pg_catalog.substr(words, n, 2) FROM pg_catalog.generate_series(1, pg_catalog.length(words) - 1) AS n
        )
    $$
    """,
    "CREATE INDEX camera_by_pairs ON places_camera USING gin (places_pairs(sought))",
)
UNMADE = ("DROP INDEX camera_by_pairs", "DROP FUNCTION places_pairs(text)")


def make(apps: Any, schema_editor: Any) -> None:
    """The function and the index of it."""
    _run(schema_editor, MADE)


def unmake(apps: Any, schema_editor: Any) -> None:
    """Neither."""
    _run(schema_editor, UNMADE)


def _run(schema_editor: Any, statements: tuple[str, ...]) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("places", "0034_orders_of_lists")]

    operations = [migrations.RunPython(make, unmake)]
