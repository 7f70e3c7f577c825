-- The monitoring desk: an alarm's whole life, calls, care checks, ways to the outside, drills.

-- What to do about a kind of alarm, step by step. Never edited: a change is a new row, and an alarm in work keeps its own.
create table playbook (
  id uuid primary key,
  area_id uuid not null references area, -- the nearest one above an alarm holds
  kind text not null,
  steps jsonb not null,
  made_by uuid references app_user,
  made_at timestamptz not null,
  retired_at timestamptz
);
create unique index playbook_in_force on playbook (area_id, kind) where retired_at is null;

-- Priority and clocks of a kind of alarm in an area; what is null is as the area above has it, at last as domain/alarm says.
create table alarm_rule (
  id uuid primary key,
  area_id uuid not null references area,
  kind text not null,
  priority text check (priority in ('high', 'medium', 'low')),
  unowned_first_s integer check (unowned_first_s between 30 and 600),
  unowned_last_s integer check (unowned_last_s between 60 and 3600),
  progress_s integer check (progress_s between 60 and 3600), -- an owner who does nothing is reminded
  version integer not null default 1,
  unique (area_id, kind)
);

-- A rehearsal: a scenario on the devices' own path, marked, and counted apart.
create table drill (
  id uuid primary key,
  area_id uuid not null references area,
  scenario text not null,
  seed bigint not null,
  started_by uuid references app_user,
  started_at timestamptz not null,
  ends_at timestamptz not null, -- by then it is over, whatever became of the worker that plays it
  played_at timestamptz, -- last sign of life of the worker that plays it; if that one dies, nobody begins it anew
  tells_outside boolean not null default true, -- its escalations leave the house, marked
  ended_at timestamptz,
  state text not null check (state in ('running', 'done', 'stopped', 'failed')),
  report jsonb,
  check ((state = 'running') = (ended_at is null))
);
create unique index drill_running on drill (area_id) where state = 'running';
create index drill_by_start on drill (started_at desc, id desc);

-- What a device is there for: care; a drill's; or the probe that presses by itself to see whether the whole way works.
alter table device
  add column purpose text not null default 'care' check (purpose in ('care', 'drill', 'probe')),
  add column drill_id uuid references drill,
  add constraint device_of_a_drill check ((purpose = 'drill') = (drill_id is not null));
create index device_by_drill on device (drill_id) where drill_id is not null;
create unique index device_probe on device (area_id) where purpose = 'probe' and revoked_at is null;

-- Where an area's drills take place: nobody lives there, and no list or map names it.
alter table home add column drill boolean not null default false;
create unique index home_of_drills on home (area_id) where drill;

-- What a device says of its case and its cell, and since when people have been told. Few rows are to be looked at, and
-- the index holds exactly those; it is touched only when a percentage or the case changes, never by a mere heartbeat.
alter table device_state
  add column tamper boolean, -- null: it cannot tell
  add column tampered_since timestamptz,
  add column battery_low_since timestamptz;
create index device_state_to_watch on device_state (device_id)
  where (battery <= 15 and battery_low_since is null) or (battery >= 25 and battery_low_since is not null)
     or (tamper and tampered_since is null) or (not tamper and tampered_since is not null);

-- One synthetic press and what became of it.
create table probe (
  id uuid primary key,
  area_id uuid not null references area,
  device_id text not null references device,
  pressed_at timestamptz not null,
  fact uuid,
  acknowledged_at timestamptz, -- PUBACK
  alarm_id uuid references alarm,
  shown_at timestamptz,
  verdict text check (verdict in ('shown', 'not-shown', 'not-stored', 'no-seat')),
  decided_at timestamptz
);
create index probe_by_time on probe (area_id, pressed_at desc);

alter table alarm
  drop constraint alarm_state_check,
  add constraint alarm_state_check check (state in ('raised', 'acknowledged', 'handling', 'resolved', 'follow-up', 'closed')),
  add constraint alarm_open_is_unresolved check ((state in ('raised', 'acknowledged', 'handling')) = (resolved_at is null)),
  add column playbook_id uuid references playbook,
  add column progress_at timestamptz, -- when its owner last did something about it
  add column shelved_until timestamptz,
  add column follow_up_at timestamptz, -- when somebody must look again
  add column closed_at timestamptz,
  add column drill_id uuid references drill;
create index alarm_by_drill on alarm (drill_id) where drill_id is not null;
update alarm set state = 'closed', closed_at = resolved_at + interval '10 minutes' where state = 'resolved';
drop index alarm_open_per_subject;
drop index alarm_open;
create unique index alarm_open_per_subject on alarm (subject, kind) where resolved_at is null;
create index alarm_open on alarm (raised_at) where resolved_at is null;
create index alarm_owned on alarm (owner_id) where resolved_at is null;
create index alarm_to_follow on alarm (follow_up_at) where state = 'follow-up';
create index alarm_entry_by_contact on alarm_entry ((body ->> 'contactId'), at desc) where body ? 'contactId'; -- who answered last
create index alarm_entry_by_user on alarm_entry (user_id, at desc) where user_id is not null;

-- Somebody presses often without need: the script differs until a day, never the sound or the priority.
create table nuisance_plan (
  id uuid primary key,
  elder_id uuid not null references elder,
  script text not null,
  until timestamptz not null,
  made_by uuid not null references app_user,
  made_at timestamptz not null,
  ended_by uuid references app_user,
  ended_at timestamptz
);
create unique index nuisance_plan_in_force on nuisance_plan (elder_id) where ended_at is null;

-- What one shift tells the next.
create table handover (
  id uuid primary key,
  area_id uuid not null references area,
  from_id uuid not null references app_user,
  to_id uuid references app_user, -- null: whoever comes
  at timestamptz not null,
  note text not null default '',
  alarms jsonb not null, -- what was open, as it then was: ids and states
  taken_by uuid references app_user,
  taken_at timestamptz
);
create index handover_by_time on handover (at desc, id desc);
create index handover_waiting on handover (area_id) where taken_at is null;

-- People around a home ---------------------------------------------------------------------------

alter table elder
  add column medicines text not null default '',
  add column care_check_days integer default 7 check (care_check_days between 1 and 90), -- null: none is planned
  add column care_checked_at timestamptz; -- when somebody last saw or heard how she is; kept by prisma/care-check
alter table contact
  add column role text not null default 'family'
    check (role in ('family', 'neighbour', 'cadre', 'doctor', 'guide', 'other')); -- guide: leads an ambulance in

-- The gate, so that a stranger knows it.
create table home_photo (
  id uuid primary key,
  home_id uuid not null references home,
  type text not null check (type in ('image/jpeg', 'image/webp', 'image/png')),
  bytes bytea not null check (octet_length(bytes) <= 2097152),
  caption text not null default '',
  added_by uuid references app_user,
  added_at timestamptz not null,
  removed_at timestamptz
);
create index home_photo_by_home on home_photo (home_id) where removed_at is null;

-- Calls ------------------------------------------------------------------------------------------

-- A telephone call, in or out: a fact, only ever added to. Numbers are sealed; the blind index finds them.
create table call (
  id uuid primary key,
  direction text not null check (direction in ('in', 'out')),
  source text not null, -- 'pbx' or 'manual'
  external_id text, -- the exchange's own id
  number_sealed bytea, -- AES-GCM under ANJU_KEY
  number_index bytea, -- HMAC blind index
  number_tail text not null default '', -- the last four digits, to tell calls apart
  extension text not null default '', -- the exchange's own word for who was rung
  began_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  received_at timestamptz not null,
  area_id uuid not null references area,
  elder_id uuid references elder, -- whom it is about, once somebody chose
  alarm_id uuid references alarm,
  user_id uuid references app_user, -- who spoke
  category text,
  outcome text,
  note text not null default '',
  filed_at timestamptz, -- category and outcome given
  version integer not null default 1,
  check (ended_at is null or ended_at >= began_at)
);
create unique index call_external on call (source, external_id) where external_id is not null;
create index call_by_time on call (began_at desc, id desc);
create index call_by_elder on call (elder_id, began_at desc) where elder_id is not null;
create index call_by_number on call (number_index, began_at desc) where number_index is not null;
create index call_unfiled on call (area_id, began_at) where filed_at is null;
create index call_under_way on call (began_at) where ended_at is null;

-- What the exchange said of a call, in whatever order it came, with its clock and ours; the call is folded from these.
create table call_event (
  id uuid primary key,
  call_id uuid not null references call,
  event text not null check (event in ('asked', 'failed', 'ringing', 'answered', 'ended', 'missed')),
  at timestamptz not null,
  received_at timestamptz not null,
  extension text not null default '',
  constraint call_event_once unique (call_id, event, at)
);

-- A signed message is taken once.
create table hook_seen (
  source text not null,
  id text not null,
  at timestamptz not null,
  primary key (source, id)
);
create index hook_seen_by_age on hook_seen (at);

-- A small matter handed on: plumbing, electricity, drains, shopping (P6.3).
create table referral (
  id uuid primary key,
  area_id uuid not null references area,
  elder_id uuid references elder, -- null: a caller who is not on the roster
  call_id uuid references call,
  alarm_id uuid references alarm,
  kind text not null,
  what text not null,
  handed_to text not null default '',
  state text not null check (state in ('open', 'handed-on', 'done', 'dropped')),
  due_at timestamptz,
  opened_by uuid references app_user,
  opened_at timestamptz not null,
  closed_by uuid references app_user,
  closed_at timestamptz,
  result text not null default '',
  version integer not null default 1,
  check ((state in ('done', 'dropped')) = (closed_at is not null))
);
create index referral_open on referral (area_id, opened_at) where closed_at is null;
create index referral_by_elder on referral (elder_id, opened_at desc) where elder_id is not null;

-- A look at how somebody is (P2.7): at home, by telephone or by video; who looked.
create table care_check (
  id uuid primary key,
  elder_id uuid not null references elder,
  at timestamptz not null,
  channel text not null check (channel in ('home', 'phone', 'video')),
  result text not null check (result in ('well', 'needs-help', 'not-reached')),
  note text not null default '',
  user_id uuid references app_user,
  entered_at timestamptz not null,
  corrects uuid references care_check
);
create index care_check_by_elder on care_check (elder_id, at desc);
create unique index care_check_corrected on care_check (corrects) where corrects is not null; -- each once

-- Ways to the outside ----------------------------------------------------------------------------

create table channel (
  id uuid primary key,
  area_id uuid not null references area, -- tells of this area and what lies in it
  kind text not null check (kind in ('webhook', 'email', 'sms')),
  name text not null,
  settings_sealed bytea not null, -- addresses and secrets, AES-GCM under ANJU_KEY
  reasons text[] not null, -- which escalations it is told of
  enabled boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  removed_at timestamptz
);
create index channel_by_area on channel (area_id) where removed_at is null;

-- How it goes with a way to the outside, the environment's included.
create table channel_state (
  channel text primary key, -- 'webhook' or 'channel:<id>', as in notification
  ok_at timestamptz,
  failed_at timestamptz,
  failing_since timestamptz, -- the first failure after the last success
  failures integer not null default 0, -- since then
  said text not null default '', -- by the last failed attempt
  alarm_id uuid references alarm, -- raised because it stays down
  check ((failing_since is null) = (failures = 0))
);

-- Whom a message reaches when the desk does not answer.
create table on_call (
  id uuid primary key,
  area_id uuid not null references area,
  user_id uuid not null references app_user,
  rank integer not null check (rank >= 1),
  after_min integer not null default 0 check (after_min between 0 and 240), -- after the escalation, if nobody took it
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index on_call_rank on on_call (area_id, rank) where removed_at is null;

alter table notification
  drop constraint notification_position_channel_key,
  drop constraint notification_state_check,
  add constraint notification_state_check check (state in ('waiting', 'delivered', 'given-up', 'moot')), -- moot: needed no more
  add column channel_id uuid references channel, -- null: the one of the environment
  add column recipient text not null default '', -- 'on-call:<user>' …; never a number or an address
  add constraint notification_once unique (position, channel, recipient);
create index notification_by_alarm on notification (alarm_id) where alarm_id is not null;
create index notification_by_channel on notification (channel_id, id desc) where channel_id is not null;
drop index notification_waiting;
create index notification_waiting on notification (channel, next_at) where state = 'waiting';
alter table notification_attempt add column took_ms integer;
