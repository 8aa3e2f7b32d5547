"""A record's page says who had its private values shown: found by the record."""

from django.db import migrations

MAKE = "create index access_log_record on hy.access_log (district, record, at)"


class Migration(migrations.Migration):
    dependencies = [("engine", "0001_first_tables")]
    operations = [migrations.RunSQL(MAKE, "drop index hy.access_log_record")]
