"""Which values a merge carried over, so that taking it back sets them as they stood. No value is kept here."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("engine", "0019_retention_nights")]
    operations = [
        migrations.RunSQL(
            "alter table hy.merged add column taken text not null default '', add column seq int not null default 0",
            "alter table hy.merged drop column taken, drop column seq",
        )
    ]
