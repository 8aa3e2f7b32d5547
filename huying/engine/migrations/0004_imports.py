"""Sheets on their way into a ledger."""

from django.db import migrations

MAKE = """
create table hy.import_run (
  district int, id uuid, ledger text collate "C" not null, person int not null, post int not null,
  file text collate "C" not null, file_name text not null, sheet text not null default '', -- file: sha256, sealed in the data folder
  chosen text not null default '{}', unit int not null default 0,                          -- place of a column -> field, as JSON
  state text collate "C" not null,                        -- check, checked, write, done, refused
  whole boolean not null default false,                   -- write only when no row is rejected
  told bytea not null default '',                         -- how far it is, as JSON, sealed: rejected values may be secret
  rejects text collate "C",                               -- sha256 of the rejected rows as a sheet, sealed
  made_at timestamptz not null, beat_at timestamptz, primary key (district, id));
create index on hy.import_run (state, made_at);
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0003_forms")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.import_run")]
