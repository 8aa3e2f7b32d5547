"""Which file and sheet an import's acts came from, kept as long as the acts are."""

from django.db import migrations

MAKE = """
create table hy.import_source (
  district int, act uuid,                                  -- the act of row 0: those of a sheet differ in their last 48 bits
  file_name text not null, sheet text not null, at timestamptz not null, primary key (district, act));
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0014_area_moves")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.import_source")]
