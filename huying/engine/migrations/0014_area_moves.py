"""Open work that was moved from an area that ended to one that took it over, and how to put it back."""

from django.db import migrations

MAKE = """
create table hy.area_move (
  district int, record uuid, seq int, ledger int not null, old int not null, new int not null, -- seq: of its event; old, new: areas
  day date not null,                                       -- the day of the succession: figures of earlier days stay in the old area
  how text collate "C" not null, before text not null,     -- what it changed besides, as JSON
  back_seq int,                                            -- of the event that put it back
  primary key (district, record, seq));
create index on hy.area_move (district, old);
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0013_views")]
    operations = [migrations.RunSQL(MAKE, "drop table hy.area_move")]
