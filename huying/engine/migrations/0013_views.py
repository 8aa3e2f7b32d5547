"""Lists that people gave a name, and which of them each begins with."""

from django.db import migrations

MAKE = """
create table hy.saved_view (
  district int, id int generated always as identity, ledger text collate "C" not null, person int not null, post int not null,
  office int not null, shared text collate "C" not null, -- own, office (that office) or all
  title text not null, query text not null,              -- what the list is asked for, as JSON
  made_at timestamptz not null, changed_at timestamptz not null, primary key (district, id));
create index on hy.saved_view (district, ledger);
create table hy.default_view (
  district int, person int, ledger text collate "C", view text collate "C" not null, -- a number, or the name of a declared one
  primary key (district, person, ledger));
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0012_finding_newest")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.default_view; drop table hy.saved_view")]
