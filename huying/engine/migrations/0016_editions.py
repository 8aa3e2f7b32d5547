"""Frozen editions of reports, and what people said of numbers in drafts. Neither is ever changed: only added to."""

from django.db import migrations

MAKE = """
create table hy.edition (
  district int, id uuid, report text collate "C" not null, period text collate "C" not null, title text not null,
  as_of timestamptz not null, made_at timestamptz not null, person int not null, by_name text not null,
  see text[] not null,                    -- roles that may open it; none: whoever sees the whole district
  digest bytea not null,                  -- of the body
  body text not null, primary key (district, id)); -- its numbers and its papers, as JSON
create index on hy.edition (district, report, made_at);
create table hy.told_number (
  district int, n bigint generated always as identity, subject text not null, unit text not null, change text collate "C" not null,
  indicator text collate "C" not null,    -- empty: no figure of ours
  only_of text not null,                  -- cells of it, as JSON
  person int not null, at timestamptz not null, primary key (district, n));
create index on hy.told_number (district, subject);
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0015_import_sources")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.told_number; drop table hy.edition")]
