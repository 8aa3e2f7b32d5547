"""Finding by several words, in one ledger or all; search rows are made anew, with places and initials in them."""

from django.db import migrations

MAKE = r"""
drop function hy.find(text, int);
create function hy.find(words text[], inside int, lim int) returns table (ledger int, record uuid, code text, known_at timestamptz)
  language sql stable security definer set search_path = hy, pg_temp as $$
  select s.ledger, s.record, s.code, s.known_at from search_row s
  where s.district = nullif(current_setting('hy.district', true), '')::int and (inside is null or s.ledger = inside)
    and s.grams @> (select coalesce(array_agg(g), '{}') from unnest(words) w, unnest(bigrams(w)) g)
    and (select bool_and(s.body like '%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%') from unnest(words) w)
    and (current_setting('hy.reach', true) = '*'
      or s.unit = any (nullif(nullif(current_setting('hy.reach', true), ''), '*')::int[])
      or s.office = any (nullif(current_setting('hy.offices', true), '')::int[]))
  order by s.known_at desc limit lim $$;
delete from hy.follower where name in ('search', 'search of imports');
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0006_sql_readers")]
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
