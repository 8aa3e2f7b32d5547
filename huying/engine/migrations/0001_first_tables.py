"""Persons by Django; districts, events, duties and the rest from sql/tables.sql."""

from pathlib import Path

from django.db import migrations, models

TABLES = Path(__file__).parent.parent / "sql" / "tables.sql"


def make_tables(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("create schema if not exists hy")
        cursor.execute("set local search_path = hy, public")
        cursor.execute(TABLES.read_text(encoding="utf-8"))
        cursor.execute("set local search_path = public")


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("password", models.CharField(max_length=128)),
                ("last_login", models.DateTimeField(blank=True, null=True)),
                ("login", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("district", models.IntegerField()),
                ("active", models.BooleanField(default=True)),
                ("must_change", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(make_tables, migrations.RunPython.noop),
    ]
