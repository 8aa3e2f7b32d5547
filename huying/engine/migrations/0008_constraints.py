"""What the database says of a constraint that would no longer hold."""

from django.db import migrations

MAKE = """
create function hy.broken(ledger int, place int) returns bigint language plpgsql as $$
  begin raise exception '%.%', ledger, place using errcode = 'HY002'; end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0007_finding")]
    operations = [migrations.RunSQL(MAKE, "drop function hy.broken(int, int)")]
