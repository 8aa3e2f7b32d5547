-- People who read by SQL: who they are, and what each reaches. Written by the owner alone (engine/sql_readers.py).
create table sql_reader (
  who text collate "C" primary key,                       -- the login's name
  district int not null, person int not null, post int not null, made_at timestamptz not null, until timestamptz not null);
create table sql_reach (                                  -- kind: whole, unit or office
  who text collate "C" references sql_reader on delete cascade, kind text collate "C", id int, primary key (who, kind, id));
create table sql_open (district int, ledger int, primary key (district, ledger)); -- public ledgers: the whole district's
-- Whoever asks, while the person still holds the post. The session's own name cannot be changed by a reader. The one place
-- where the time is the database's (with the district's shift): no program of ours stands beside these sessions to give it.
create view sql_me with (security_barrier = true) as
  select r.who, r.district, p.role from sql_reader r
    join district d on d.id = r.district
    cross join lateral (select now() + d.clock_shift * interval '1 second' as now) t
    cross join lateral (select (t.now at time zone d.zone)::date as today) y
    join public.engine_person n on n.id = r.person and n.active
    join holding h on h.district = r.district and h.post = r.post and h.person = r.person and h.since <= y.today and h.until > y.today
    join post p on p.district = r.district and p.id = r.post and p.since <= y.today and p.until > y.today
  where r.who = session_user::text and r.until > t.now;
