-- The engine's tables, made once by the first migration as the owner. Ledgers' own tables are generated
-- (engine/schema.py). Decisions and their measurements: docs/decisions/0004-storage.md.
create table district (
  id int primary key, name text collate "C" not null unique, title text not null, zone text not null,
  config text not null default '{}', demonstration boolean not null default false,
  clock_shift bigint not null default 0);                 -- seconds added to the real time: the one clock

-- Areas and offices: identity never reused, names and parents in time.
create table unit (district int, id int, kind text collate "C" not null, primary key (district, id));
create table unit_span (
  district int, unit int, since date, until date not null default 'infinity', parent int, area int,
  code text collate "C", title text not null, lng float8, lat float8,
  primary key (district, unit, since), check (since < until), foreign key (district, unit) references unit);
create index on unit_span (district, code);
create table unit_succession (district int, old int, new int, on_day date, share numeric, primary key (district, old, new));

create table post (
  district int, id int, code text collate "C" not null, title text not null, role text collate "C" not null,
  office int not null, since date not null, until date not null default 'infinity', primary key (district, id));
create unique index on post (district, code);
create table holding (
  district int, post int, person int not null, since date not null, until date not null default 'infinity',
  kind text collate "C" not null default 'own', primary key (district, post, person, since));
create index on holding (person);

-- Declarations: every version that was ever in force; append-only.
create table declaration (
  district int, kind text collate "C", name text collate "C", version int, digest bytea not null, body text not null,
  in_force timestamptz not null, until timestamptz not null default 'infinity', primary key (district, kind, name, version));
create table ledger (id int generated always as identity primary key, name text collate "C" not null unique);
create table ledger_column (ledger int, field text collate "C", type text collate "C", col text collate "C" not null,
  primary key (ledger, field, type));

-- One row an act.
create table event (
  district int, record uuid, seq int, ledger int not null, n bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  act uuid not null,                                      -- made by the client: the idempotency key, kept for ever
  body bytea not null,                                    -- keyed digest of what was asked: a retry is told from a misuse
  step text collate "C" not null, to_state text collate "C" not null, person int not null, post int not null, via text collate "C" not null,
  at timestamptz not null, known_at timestamptz not null, -- happened / learned
  alg text collate "C" not null, rule bytea not null,
  open text, secret bytea, salts bytea,                   -- what erasure takes away
  parts text collate "C" not null, commits bytea not null, prev bytea not null, hash bytea not null,
  primary key (district, record, seq));
create unique index event_act on event (district, act);
create index event_order on event (district, tx, n);
create table record_key (district int, record uuid, kek int not null, wrapped bytea, primary key (district, record));
create table seal (
  district int, no int, up_to_n bigint not null, final_to timestamptz not null, leaves int not null, ids bytea not null, -- 16 bytes record, 4 seq a leaf
  root bytea not null, prev bytea not null, hash bytea not null, alg text collate "C" not null, primary key (district, no));

-- Open work: exactly one responsible post for every open record.
create table duty (
  district int, record uuid, ledger int not null, code text collate "C" not null, title text not null default '', unit int not null,
  office int not null, post int not null, state text collate "C" not null, since timestamptz not null, due_at timestamptz,
  told_at timestamptz, primary key (district, record)) with (fillfactor = 70);
create index on duty (district, post, due_at);
create index on duty (district, due_at);
create table share (district int, office int, record uuid, ledger int not null, post int not null, why text collate "C" not null,
  primary key (district, office, record));
create index on share (district, record);
create table precedent (
  district int, ledger int, category text collate "C", area int, post int not null, assist int[] not null default '{}',
  record uuid not null, code text collate "C" not null, words text not null, at timestamptz not null,
  primary key (district, ledger, category, area));
create table track (district int, code_hash bytea, ledger int not null, record uuid not null, primary key (district, code_hash));
create index on track (district, record);

create table follower (district int, name text collate "C", tx xid8 not null, after_n bigint not null default 0, primary key (district, name));
create table search_row (district int, ledger int, record uuid, unit int not null, office int not null, known_at timestamptz not null,
  code text collate "C" not null, grams text[] not null, body text not null, primary key (district, ledger, record));
create index on search_row using gin (grams);
create table notice (
  district int, id bigint generated always as identity, target text collate "C" not null, -- post:<id> or track:<record>
  record uuid not null, ledger int not null, seq int not null, kind text collate "C" not null, words text not null,
  made_at timestamptz not null, read_at timestamptz, primary key (district, id));
create unique index on notice (district, target, record, seq, kind);
create index on notice (district, target, made_at desc);

create table workday (calendar text collate "C", day date, ordinal int not null, works boolean not null, primary key (calendar, day));
create table code_counter (district int, prefix text collate "C", next bigint not null, primary key (district, prefix));
create table photo (district int, sha256 text collate "C", width int not null, height int not null, had_gps boolean not null, taken_by text not null,
  made_at timestamptz not null, primary key (district, sha256));
create table draft (district int, who text collate "C", form text collate "C", body text not null, saved_at timestamptz not null,
  primary key (district, who, form));
create table token (district int, id int generated always as identity, person int not null, post int not null, title text not null, hash bytea not null unique,
  scopes text[] not null, made_at timestamptz not null, until timestamptz not null, revoked_at timestamptz, primary key (district, id));
create table login_log (id bigint generated always as identity primary key, login text not null, person int, ip text not null, ok boolean not null,
  why text not null, at timestamptz not null);
create index on login_log (login, at desc);
create table access_log (district int, id bigint generated always as identity, person int not null, post int not null, ledger int not null, record uuid not null,
  fields text not null, why text not null, at timestamptz not null, primary key (district, id));

create function conflict() returns bigint language plpgsql as $$ begin raise exception 'someone was first' using errcode = 'HY001'; end $$;
create function bigrams(t text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr(s, i, 2)), '{}') from (select lower(regexp_replace(t, '\s+', ' ', 'g')) s) x,
  generate_series(1, greatest(length(s) - 1, 0)) i $$;
create function find(words text, lim int) returns table (ledger int, record uuid, code text, known_at timestamptz)
  language sql stable security definer set search_path = hy, pg_temp as $$
  select s.ledger, s.record, s.code, s.known_at from search_row s
  where s.district = nullif(current_setting('hy.district', true), '')::int
    and s.grams @> bigrams(words) and s.body like '%' || replace(replace(replace(lower(words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    and (current_setting('hy.reach', true) = '*'
      or s.unit = any (nullif(nullif(current_setting('hy.reach', true), ''), '*')::int[])
      or s.office = any (nullif(current_setting('hy.offices', true), '')::int[]))
  order by s.known_at desc limit lim $$;
