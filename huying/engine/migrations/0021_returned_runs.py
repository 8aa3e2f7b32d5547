"""Returned sheets of many rows on their way: who handed them in, how far it is, what was refused."""

from django.db import migrations

MAKE = """
create table hy.returned_run (
  district int, id uuid, ledger text collate "C" not null, person int not null, post int not null, file text not null,
  state text collate "C" not null,                       -- write, done or refused
  total int not null, told bytea not null default '',    -- how far, and what was refused: sealed, as it may hold values
  made_at timestamptz not null, beat_at timestamptz, primary key (district, id));
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0020_merged_values")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.returned_run")]
