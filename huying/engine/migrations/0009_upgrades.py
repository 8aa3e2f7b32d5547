"""How far a ledger's records are carried to a version of it, and which of them were, or could not be."""

from django.db import migrations

MAKE = """
create table hy.upgrade_run (
  district int, ledger int, version int, last uuid not null, looked bigint not null, changed bigint not null, -- last: the record looked at last
  at timestamptz not null, finished_at timestamptz, back_at timestamptz, primary key (district, ledger, version));
create table hy.upgraded (
  district int, ledger int, version int, record uuid, seq int not null, -- seq: of its event; of a refused one, as it was looked at
  why text not null default '',                                         -- why it was refused; empty where it was carried on
  back_seq int,                                                         -- of the event that took it back
  primary key (district, ledger, version, record));
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0008_constraints")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.upgraded; drop table hy.upgrade_run")]
