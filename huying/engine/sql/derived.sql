-- Rows of derived ledgers: on which days each is listed, and since when until when that was what was known. Computed from the
-- ledgers' own versions and from nothing else (engine/derived_rows.py), so that it can be thrown away and made again.
create table derived_row (
  district int not null, derived text collate "C" not null, key text collate "C" not null,
  from_day date not null, to_day date not null,           -- both listed; 0001-01-01 and 9999-12-31: without bound
  known_at timestamptz not null, until timestamptz not null default 'infinity',
  units int[] not null, offices int[] not null,           -- of the records that put it there: whoever sees one sees the row
  records uuid[] not null,                                -- every record that had a part in it
  shown jsonb not null, reasons jsonb not null,           -- values of open fields only
  primary key (district, derived, key, known_at, from_day));
create index on derived_row (district, derived, to_day, from_day) where until = 'infinity';
create index on derived_row (district, derived, until, known_at);
create table derived_state (
  district int not null, derived text collate "C" not null, digest bytea not null, built_at timestamptz not null,
  primary key (district, derived));
