"""Records that are kept although their time is over: a letter, an appeal, a case in court."""

from django.db import migrations

MAKE = """
create table hy.hold (district int, id bigint generated always as identity, ledger int not null, record uuid not null, why text not null,
  by text not null, at timestamptz not null, lifted_by text not null default '', lifted_at timestamptz, primary key (district, id));
create unique index hold_live on hy.hold (district, record) where lifted_at is null;
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0009_upgrades")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.hold")]
