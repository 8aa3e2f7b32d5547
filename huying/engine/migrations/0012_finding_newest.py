"""Finding words that nearly every record holds: from the newest back, until enough are found.

The words reach the planner as values, so that it knows from the statistics of `grams` whether they are rare (then by
their grams) or common (then by the index of days); inside a plain SQL function it took every word for a rare one.
"""

from django.db import migrations

MAKE = r"""
create index search_row_newest on hy.search_row (district, known_at desc);
create index search_row_newest_of on hy.search_row (district, ledger, known_at desc);
create or replace function hy.find(words text[], inside int, lim int) returns table (ledger int, record uuid, code text, known_at timestamptz)
  language plpgsql stable security definer set search_path = hy, pg_temp as $$
declare
  grams text[]; bodies text[]; whole boolean := current_setting('hy.reach', true) = '*';
  units int[] := nullif(nullif(current_setting('hy.reach', true), ''), '*')::int[];
  offices int[] := nullif(current_setting('hy.offices', true), '')::int[];
begin
  select coalesce(array_agg(distinct g), '{}') into grams from unnest(words) w, unnest(bigrams(w)) g;
  select array_agg('%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%') into bodies from unnest(words) w;
  return query execute
    'select s.ledger, s.record, s.code, s.known_at from search_row s where s.district = $1 '
    || case when inside is null then '' else 'and s.ledger = $2 ' end
    || 'and s.grams @> $3 and s.body like all ($4) '
    || case when whole then '' else 'and (s.unit = any ($5) or s.office = any ($6)) ' end
    || 'order by s.known_at desc limit $7'
    using nullif(current_setting('hy.district', true), '')::int, inside, grams, bodies, units, offices, lim;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0011_subjects")]
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
