"""Steps of releases go to the table of all cases, with the keys that stand in the log; each is held against what it was."""

from django.db import migrations

KIND = "access.release"
FIELDS = "event, before, after, {on}, words, clauses, by_id, at, record_id"


def carry_over(apps, schema_editor):
    """Copy the steps with their papers and records; the revision behind each is its order.

    Raises:
        RuntimeError: a step or a paper is not there afterwards; nothing was changed.
    """
    on, postgresql = schema_editor.quote_name("on"), schema_editor.connection.vendor == "postgresql"
    fields, empty = FIELDS.format(on=on), "'{}'::jsonb" if postgresql else "'{}'"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_casestep (id, kind, case_id, seq, extra, {fields}) "
            f"SELECT id, '{KIND}', release_id, revision, {empty}, {fields} FROM access_releasestep"
        )
        cursor.execute(
            "INSERT INTO cases_casestep_papers (casestep_id, paper_id) "
            "SELECT releasestep_id, paper_id FROM access_releasestep_papers ORDER BY id"
        )
        for told, lost in (
            (
                "steps",
                f"SELECT COUNT(*) FROM access_releasestep old LEFT JOIN cases_casestep new ON new.id = old.id "
                f"AND new.kind = '{KIND}' AND new.case_id = old.release_id AND new.about IS NULL AND new.seq = old.revision "
                f"AND new.event = old.event AND new.before = old.before AND new.after = old.after "
                f"AND new.{on} = old.{on} AND new.words = old.words AND new.at = old.at AND new.by_id = old.by_id "
                f"AND CAST(new.clauses AS text) = CAST(old.clauses AS text) "
                f"AND new.record_id = old.record_id WHERE new.id IS NULL",
            ),
            (
                "papers",
                "SELECT COUNT(*) FROM access_releasestep_papers old LEFT JOIN cases_casestep_papers new "
                "ON new.casestep_id = old.releasestep_id AND new.paper_id = old.paper_id WHERE new.id IS NULL",
            ),
        ):
            cursor.execute(lost)
            (count,) = cursor.fetchone()
            if count:
                raise RuntimeError(f"{count} {told} of releases were not carried over")


def refuse_to_go_back(apps, schema_editor):
    """The old table would come back empty.

    Raises:
        RuntimeError: there are steps of releases.
    """
    if apps.get_model("cases", "CaseStep").objects.filter(kind=KIND).exists():
        raise RuntimeError("steps of releases do not go back: restore a backup of before the upgrade")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_squashed"), ("cases", "0001_squashed")]
    operations = [
        migrations.RunPython(carry_over, refuse_to_go_back),
        migrations.DeleteModel("ReleaseStep"),
    ]
