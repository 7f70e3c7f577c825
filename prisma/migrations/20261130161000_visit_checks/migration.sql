-- Checks on visits: what was decided stays beside what was found anew, and which nights were run.
alter table visit_exception
  -- what was last decided; of one that is cleared, what had been
  add column decision text check (decision in ('fix', 'acknowledge', 'investigate')),
  add column cleared_at timestamptz,
  -- the one that was decided, on other facts than these
  add column reopens uuid references visit_exception;
create index visit_exception_by_rule on visit_exception (rule, found_at desc, id desc) where state <> 'cleared';

-- A night's run over a month of a provider's visits; done once, by one worker.
create table visit_check_run (
  day date not null,
  began_at timestamptz not null,
  ended_at timestamptz, -- null: under way, or broken off
  visits integer not null default 0,
  changed integer not null default 0,
  primary key (day)
);
