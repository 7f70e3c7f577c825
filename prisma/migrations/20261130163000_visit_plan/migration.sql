-- A plan's day is made once. A visit that was cancelled because she was away may be made anew when she is back; one that
-- a person cancelled is not.
drop index visit_of_plan;
create unique index visit_of_plan on visit (plan_id, plan_day) where plan_id is not null and state <> 'cancelled';
create index visit_by_plan on visit (plan_id, plan_day) where plan_id is not null;

-- A plan that is changed from a day on ends the day before, and another follows it: what was agreed stays readable.
alter table visit_plan
  add column replaces uuid references visit_plan,
  add column note text not null default '';

-- Days of a plan for which no visit could be made, and why; asked anew each morning.
create table visit_plan_gap (
  plan_id uuid not null references visit_plan,
  day date not null,
  why text not null, -- a code of domain/error
  detail jsonb not null default '{}',
  found_at timestamptz not null,
  primary key (plan_id, day)
);
create index visit_plan_gap_by_day on visit_plan_gap (day);
