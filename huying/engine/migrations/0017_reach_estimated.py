"""What readers by area and by office see is said so that the planner expects as many rows as there are."""

from django.db import migrations

TABLES = "select tablename from pg_tables where schemaname = 'hy' and tablename ~ '^l[0-9]+(_h)?$'"


def _within(column: str, setting: str) -> str:
    ids = f"nullif(current_setting('hy.{setting}', true), '')::int[]"
    return (
        "district = nullif(current_setting('hy.district', true), '')::int and "
        f"case when {column} = any ((select {ids})::int[]) then true else false end and {column} = any ({ids})"
    )


def alter(apps, editor):
    """Of every ledger's table and history that there is; new ones are made so."""
    with editor.connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            for name, column, setting in (("s", "unit", "reach"), ("o", "office", "offices")):
                cursor.execute(f"alter policy {name} on hy.{table} using ({_within(column, setting)})")


class Migration(migrations.Migration):
    dependencies = [("engine", "0016_editions")]
    operations = [migrations.RunPython(alter, migrations.RunPython.noop)]
