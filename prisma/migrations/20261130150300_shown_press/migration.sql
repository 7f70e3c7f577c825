-- A report that an alarm was painted names what was painted: since when it waited, so that a late report of an earlier
-- press answers for no later one, and one given back is reported anew.
alter table alarm_shown add column clock_from timestamptz;
update alarm_shown set clock_from = shown_at;
alter table alarm_shown
  alter column clock_from set not null, -- alarm.clock_from as it was painted
  drop constraint alarm_shown_pkey,
  add primary key (alarm_id, seat_id, clock_from);
