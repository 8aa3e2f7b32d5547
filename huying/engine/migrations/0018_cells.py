"""Sums of additive indicators, and what they are sums of."""

from pathlib import Path

from django.db import migrations

TABLES = Path(__file__).parent.parent / "sql" / "cells.sql"


def make_tables(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("set local search_path = hy, public")
        cursor.execute(TABLES.read_text(encoding="utf-8"))
        cursor.execute("set local search_path = public")


class Migration(migrations.Migration):
    dependencies = [("engine", "0017_reach_estimated")]
    operations = [migrations.RunPython(make_tables, migrations.RunPython.noop)]
