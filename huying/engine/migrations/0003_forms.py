"""Forms of superiors that people drop to have them filled, and those whose understanding is kept."""

from django.db import migrations

MAKE = """
create table hy.form (
  district int, id uuid, person int not null, name text not null, file text collate "C" not null, title text not null, body text not null,
  kept boolean not null, made_at timestamptz not null, primary key (district, id));
create unique index form_kept on hy.form (district, title) where kept;
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0002_showings_by_record")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.form")]
