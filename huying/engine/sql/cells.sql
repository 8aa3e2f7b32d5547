-- Sums of additive indicators, kept by a follower (engine/cell_keeping.py). docs/decisions/0011-figures-by-cells.md says why so.
create table cell_fold (                                  -- what is kept of one indicator in one ledger
  district int, id int, indicator text collate "C" not null, ledger int not null,
  digest bytea not null,                                  -- of the statement by which records are added up
  first date, last date,                                  -- no record that was ever added lies before the one or after the other
  primary key (district, id));
create unique index on cell_fold (district, indicator, ledger);
create table cell (                                       -- split: "" or the field by whose value they are; unit: the area of the records, 0 for all
  district int, fold int, split text collate "C", period date, unit int, value text collate "C",
  rows bigint not null, left_out bigint not null, num numeric not null, den numeric not null,
  primary key (district, fold, split, period, unit, value)) with (fillfactor = 85);
-- Records with events that are not in the cells yet, and the version of each that is: 0 where none is.
create function unfolded(of_ledger int) returns table (record uuid, seq int)
  language sql stable security definer rows 10 set search_path = hy, pg_temp as $$
  select e.record, min(e.seq) - 1 from follower f join event e on e.district = f.district and e.tx >= f.tx and (e.tx, e.n) > (f.tx, f.after_n)
  where f.district = nullif(current_setting('hy.district', true), '')::int and f.name = 'cells' and e.ledger = of_ledger
  group by e.record $$;
