"""The database refuses to change a stored event, to delete one, or to reseal a stored answer.

Sealing fills an empty seal. Deleting events belongs to closing an organisation and goes through
`assessments.access.guards.purging`, which opens the guard for one transaction. The triggers name
no other table, so that a later migration may rebuild any table but these two; whoever alters one
of these on SQLite, which drops a copied table's triggers, runs `install` again.
"""

from django.db import migrations

EVENT = ("id", "organisation_id", "actor", "verb", "target", "details", "request_id", "at")
CHANGE = ("id", "sheet_id", "item", "version", "level", "special", "evidence", "at")
REFUSED = "the trail is only ever added to"


def _sqlite():
    def same(columns):
        return " AND ".join(f"NEW.{name} IS OLD.{name}" for name in columns)

    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    kept = "(OLD.seal = '' OR NEW.seal IS OLD.seal)"
    yield f"""CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON assessments_event
        WHEN NOT ({same(EVENT)} AND {kept}) {refuse}"""
    yield f"CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON assessments_event {refuse}"
    yield f"""CREATE TRIGGER answers_are_not_rewritten BEFORE UPDATE ON assessments_answerchange
        WHEN NOT ({same(CHANGE)} AND {kept}) {refuse}"""


def _postgresql():
    def same(columns):
        return " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in columns)

    kept = "(OLD.seal = '' OR NEW.seal = OLD.seal)"
    yield f"""CREATE OR REPLACE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
    for table, name, columns in (
        ("assessments_event", "events_are_not_changed", EVENT),
        ("assessments_answerchange", "answers_are_not_rewritten", CHANGE),
    ):
        yield f"""CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW
            WHEN (NOT ({same(columns)} AND {kept})) EXECUTE FUNCTION trail_refuses()"""
    yield """CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON assessments_event FOR EACH ROW
        WHEN (current_setting('maturity.purging', true) IS DISTINCT FROM OLD.organisation_id::text)
        EXECUTE FUNCTION trail_refuses()"""


TABLES = {
    "events_are_not_changed": "assessments_event",
    "events_are_not_deleted": "assessments_event",
    "answers_are_not_rewritten": "assessments_answerchange",
}


def install(apps, schema_editor):
    connection = schema_editor.connection
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def remove(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for name, table in TABLES.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS trail_refuses()")


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0008_trail_is_sealed"),
    ]

    operations = [migrations.RunPython(install, remove)]
