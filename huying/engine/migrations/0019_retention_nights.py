"""The nights on which records whose time was over were taken away: what each came to."""

from django.db import migrations

MAKE = """
create table hy.retention_night (
  district int, day date, began_at timestamptz not null, done_at timestamptz, gone int not null default 0, held int not null default 0,
  certificate text not null default '',  -- the name of its file
  problem text not null default '',      -- what kept it from being done
  primary key (district, day));
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0018_cells")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.retention_night")]
