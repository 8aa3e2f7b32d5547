-- Who is who: what links records of several ledgers, and what was said of them (engine/subject_marks.py, subjects.py, merging.py).
-- Marks and pairs are computed from the records and can be thrown away and made again; they hold keyed digests, never a value.
create table subject_mark (
  district int, token bytea, record uuid,                 -- token: of one rule's parts, in their normal form
  subject text collate "C" not null, rule text collate "C" not null, exact boolean not null,
  key bytea not null, known boolean not null,             -- whom it speaks of: its first exact token; the record itself where it has none
  ledger int not null, unit int not null, office int not null,
  primary key (district, token, record));
create index on subject_mark (district, record);
create index on subject_mark (district, key);
create table subject_pair (
  district int, token bytea, one uuid, other uuid,        -- likely the same; the first record of each key stands for it
  subject text collate "C" not null, rule text collate "C" not null, one_key bytea not null, other_key bytea not null,
  one_ledger int not null, other_ledger int not null, units int[] not null, offices int[] not null,
  said text collate "C" not null default '',              -- '', same, different, later
  primary key (district, token, one, other));
create index on subject_pair (district, said);
create index on subject_pair (district, one_key, other_key);
create table subject_state (
  district int primary key, digest bytea not null, ledger int not null default 0, after uuid, done boolean not null default false);
create table subject_decision (                           -- append-only but for `stands`, and for what erasure takes away
  district int, n bigint generated always as identity, subject text collate "C" not null, one uuid not null, other uuid not null,
  one_ledger int not null, other_ledger int not null, said text collate "C" not null, why text not null,
  person int not null, post int not null, at timestamptz not null, stands boolean not null default true, primary key (district, n));
create unique index on subject_decision (district, one, other) where stands;
create index on subject_decision (district, other);
create table merged (
  district int, record uuid, survivor uuid not null, ledger int not null, why text not null, person int not null, post int not null,
  at timestamptz not null, moved text not null, duty text, -- JSON: what referred to it, [[ledger, record, field]]; who held it
  primary key (district, record));
create index on merged (district, survivor);
create function survivor(d int, r uuid) returns uuid language sql stable as $$
  with recursive m(id, n) as (select r, 0 union all select g.survivor, n + 1 from m join hy.merged g on g.district = d and g.record = m.id where n < 50)
  select id from m order by n desc limit 1 $$;
