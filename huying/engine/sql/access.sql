-- Roles' rights and the policies of the engine's own tables. Run at every preparation; safe to repeat.
-- hy_writer: acts. hy_all, hy_some, hy_office, hy_part: reads of the whole district, by area, by office, of what is shared.
-- hy_eraser: may empty content, never a header. hy_analyst: reads for people with SQL; hy_reader: their group.
revoke execute on all functions in schema hy from public;
grant usage on schema hy to hy_app, hy_writer, hy_all, hy_some, hy_office, hy_part, hy_private, hy_eraser, hy_sealer;
grant execute on function conflict(), broken(int, int) to hy_writer;
grant execute on function bigrams(text) to hy_app;
grant execute on function bigrams(text), find(text[], int, int) to hy_all, hy_some, hy_office, hy_part;
-- tables of the house, without records: the application reads and writes them as itself
grant select on district, unit, unit_span, unit_succession, post, holding, declaration, ledger, ledger_column, workday, precedent, photo to
  hy_app, hy_writer, hy_all, hy_some, hy_office, hy_part;
grant select, insert, update, delete on draft, follower, form, search_row, notice to hy_app;
grant select, insert, update on code_counter, photo, token, track to hy_app;
grant select, insert, update, delete on import_run, saved_view, default_view to hy_app;
grant select, insert, update on upgrade_run to hy_app, hy_writer;
grant select, insert, update on upgraded to hy_app, hy_writer;
grant select, insert on login_log, access_log to hy_app;
grant select on seal to hy_app;
grant delete on photo to hy_writer;
grant select, insert, update on follower to hy_writer;
grant select, insert, delete on derived_row to hy_writer;
grant select, insert, update, delete on derived_state to hy_writer;
grant select on derived_row to hy_all, hy_some, hy_office;
grant select, insert, update, delete on cell, cell_fold to hy_writer;
grant select on cell, cell_fold to hy_all, hy_some;
grant execute on function unfolded(int) to hy_all, hy_some, hy_writer;
grant select, insert, update, delete on subject_mark, subject_pair, subject_state to hy_writer;
grant select, insert, update (stands) on subject_decision to hy_writer;
grant select, insert, update (moved), delete on merged to hy_writer;
grant select, insert, update (back_seq) on area_move to hy_writer;
grant select, insert on import_source, edition, told_number to hy_app;
grant select, insert, update on retention_night to hy_app;
grant select, insert, update, delete on returned_run to hy_app;
grant select, insert, update on hold to hy_writer;
grant select on area_move to hy_app, hy_all, hy_some, hy_office, hy_part;
grant execute on function survivor(int, uuid) to hy_writer;
grant select on event to hy_sealer;
grant select, insert on seal to hy_sealer;
grant select, insert, update on follower to hy_sealer;
grant update (clock_shift) on district to hy_app;
-- hy_analyst owns the views of people with SQL and reads for them; who they are and what they reach is the owner's to write
grant usage on schema hy to hy_analyst;
grant select on district, unit, unit_span, sql_me, sql_reach, sql_open to hy_analyst;
grant select, insert, update, delete on duty, share to hy_writer;
grant select, insert on event, record_key, track to hy_writer;
grant select, insert, update on precedent to hy_writer;
grant select on event, duty, share, record_key to hy_all, hy_some, hy_office, hy_part;
grant select on event, record_key to hy_eraser;
grant update (open, secret, salts) on event to hy_eraser;
grant update (wrapped) on record_key to hy_eraser;
do $$
declare t text; dd text := 'district = nullif(current_setting(''hy.district'', true), '''')::int';
begin
  foreach t in array array['event', 'duty', 'share', 'record_key'] loop
    execute format('alter table hy.%I enable row level security', t);
    execute format('drop policy if exists w on hy.%I', t);
    execute format('create policy w on hy.%I to hy_writer using (%s)', t, dd);
    execute format('drop policy if exists r on hy.%I', t);
  end loop;
  -- events, keys and shares are reached through a record that access has already admitted
  foreach t in array array['event', 'share', 'record_key'] loop
    execute format('create policy r on hy.%I for select to hy_all, hy_some, hy_office, hy_part, hy_sealer using (%s)', t, dd); end loop;
  foreach t in array array['event', 'record_key'] loop
    execute format('drop policy if exists e on hy.%I', t);
    execute format('create policy e on hy.%I to hy_eraser using (%s)', t, dd); end loop;
  -- a derived row is seen by whoever sees one of the records that put it there
  foreach t in array array['derived_row', 'derived_state'] loop
    execute format('alter table hy.%I enable row level security', t);
    execute format('drop policy if exists w on hy.%I', t);
    execute format('create policy w on hy.%I to hy_writer using (%s)', t, dd);
  end loop;
  -- who is who: read by the engine, which shows of it what access admits
  foreach t in array array['subject_mark', 'subject_pair', 'subject_state', 'subject_decision', 'merged'] loop
    execute format('alter table hy.%I enable row level security', t);
    execute format('drop policy if exists w on hy.%I', t);
    execute format('create policy w on hy.%I to hy_writer using (%s)', t, dd);
  end loop;
  -- a cell is seen by whoever sees every record of its area
  foreach t in array array['cell', 'cell_fold'] loop
    execute format('alter table hy.%I enable row level security', t);
    execute format('drop policy if exists w on hy.%I', t);
    execute format('create policy w on hy.%I to hy_writer using (%s)', t, dd);
    execute format('drop policy if exists a on hy.%I', t); end loop;
  execute format('create policy a on hy.cell_fold for select to hy_all, hy_some using (%s)', dd);
  execute format('create policy a on hy.cell for select to hy_all using (%s)', dd);
  execute 'drop policy if exists s on hy.cell';
  execute format('create policy s on hy.cell for select to hy_some using (%s and case when unit = any ((select nullif(current_setting(''hy.reach'', true), ''''))::int[]) '
    'then true else false end and unit = any (nullif(current_setting(''hy.reach'', true), '''')::int[]))', dd);
  execute 'drop policy if exists a on hy.derived_row';
  execute format('create policy a on hy.derived_row for select to hy_all using (%s)', dd);
  execute 'drop policy if exists s on hy.derived_row';
  execute format('create policy s on hy.derived_row for select to hy_some using (%s and units && nullif(current_setting(''hy.reach'', true), '''')::int[])', dd);
  execute 'drop policy if exists o on hy.derived_row';
  execute format('create policy o on hy.derived_row for select to hy_office using (%s and offices && nullif(current_setting(''hy.offices'', true), '''')::int[])', dd);
  execute 'drop policy if exists a on hy.duty';
  execute format('create policy a on hy.duty for select to hy_all using (%s)', dd);
  execute 'drop policy if exists s on hy.duty';
  execute format('create policy s on hy.duty for select to hy_some using (%s and unit = any (nullif(current_setting(''hy.reach'', true), '''')::int[]))', dd);
  execute 'drop policy if exists o on hy.duty';
  execute format('create policy o on hy.duty for select to hy_office, hy_part using (%s and office = any (nullif(current_setting(''hy.offices'', true), '''')::int[]))', dd);
end $$;
