-- The spine: people and homes, devices, facts, alarms, deadlines, the event log, notifications, evidence.
-- Facts, events and the other fast-growing tables are partitioned by month; partitions are made by
-- prisma/partition/apply.ts, never here, so that a migration does not depend on the day it runs.

create extension if not exists btree_gist;

-- People, places, access -------------------------------------------------------------------------

create table area (
  id uuid primary key,
  parent_id uuid references area,
  path text not null unique check (path ~ '^/([0-9a-f-]{36}/)+$'), -- '/county/town/community/': a scope is a prefix
  name text not null,
  kind text not null check (kind in ('county', 'town', 'community')),
  time_zone text not null default 'Asia/Shanghai',
  created_at timestamptz not null
);
create index area_path_prefix on area (path text_pattern_ops);

create table app_user (
  id uuid primary key,
  username text not null unique,
  name text not null,
  role text not null check (role in ('administrator', 'shift-lead', 'seat', 'auditor')),
  area_id uuid not null references area,
  password_hash text not null, -- argon2id, PHC string
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table session (
  id uuid primary key,
  token_hash bytea not null unique, -- SHA-256 of the cookie's token
  user_id uuid not null references app_user,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_seen_at timestamptz not null,
  revoked_at timestamptz,
  user_agent text not null default ''
);
create index session_by_user on session (user_id);

create table sign_in_throttle (
  key text primary key, -- 'user:<name>' or 'address:<ip>'
  failures integer not null,
  last_failure_at timestamptz not null
);

create table api_key (
  id uuid primary key,
  token_hash bytea not null unique,
  name text not null,
  role text not null check (role in ('administrator', 'shift-lead', 'seat', 'auditor')),
  area_id uuid not null references area,
  created_at timestamptz not null,
  created_by uuid references app_user,
  revoked_at timestamptz
);

create table idempotency (
  principal text not null, -- 'user:<id>' or 'key:<id>'
  key text not null,
  route text not null,
  request_hash bytea not null,
  status integer,
  response_sealed bytea, -- AES-GCM under ANJU_KEY: a response may hold a device's secret
  created_at timestamptz not null,
  primary key (principal, key)
);
create index idempotency_by_age on idempotency (created_at);

create table home (
  id uuid primary key,
  area_id uuid not null references area,
  address text not null default '',
  landmark text not null default '', -- one sentence that leads a stranger to the door
  entry_note text not null default '', -- key holder, door code; shown during an alarm
  created_at timestamptz not null
);
create index home_by_area on home (area_id);

create table elder (
  id uuid primary key,
  home_id uuid not null references home,
  name text not null,
  sex text check (sex in ('female', 'male')),
  born_on date,
  phone text not null default '',
  dialect text not null default '',
  hearing text not null default '',
  conditions text not null default '',
  allergies text not null default '',
  id_number_sealed bytea, -- AES-GCM under ANJU_KEY
  id_number_index bytea, -- HMAC blind index, for duplicates
  created_at timestamptz not null
);
create index elder_by_home on elder (home_id);
create unique index elder_id_number on elder (id_number_index) where id_number_index is not null;

create table contact (
  id uuid primary key,
  elder_id uuid not null references elder,
  rung integer not null, -- place on the ladder, 1 first
  name text not null,
  relation text not null,
  phone text not null,
  unique (elder_id, rung)
);

-- Every opening of a file outside one's duty and every unmasking: who, what, why.
create table access_log (
  id uuid primary key,
  at timestamptz not null,
  user_id uuid references app_user,
  subject text not null,
  action text not null,
  reason text not null
);

-- Devices ----------------------------------------------------------------------------------------

create table device (
  id text primary key check (id ~ '^[A-Za-z0-9._-]{1,64}$'),
  kind text not null check (kind in ('button', 'bp-meter', 'glucose-meter', 'oximeter', 'scale', 'thermometer', 'door-reader', 'hub')),
  area_id uuid not null references area,
  hub_id text references device,
  label text not null default '',
  secret_hash bytea not null, -- SHA-256 of a random 256-bit secret
  http_key_sealed bytea not null, -- HKDF-derived key for HTTP signatures, AES-GCM under ANJU_KEY
  silent_after_s integer not null check (silent_after_s > 0),
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index device_by_area on device (area_id);
create index device_by_hub on device (hub_id) where hub_id is not null;

create table device_state (
  device_id text primary key references device,
  boot bigint not null default 0,
  seq bigint not null default 0,
  online boolean,
  battery integer, -- percent
  rssi integer, -- dBm
  firmware text,
  uptime_s bigint,
  device_at timestamptz,
  state_received_at timestamptz,
  last_message_at timestamptz, -- flushed in batches, at most a few seconds old
  silent_since timestamptz
) with (fillfactor = 60);
create index device_state_silent on device_state (silent_since) where silent_since is not null;

-- Who a fact belongs to, by device time. A meter of two users has a row for each user number.
create table assignment (
  id uuid primary key,
  device_id text not null references device,
  home_id uuid not null references home,
  elder_id uuid references elder,
  user_number integer,
  valid_from timestamptz not null,
  valid_to timestamptz,
  check (valid_to is null or valid_to > valid_from),
  constraint assignment_no_overlap exclude using gist (
    device_id with =, coalesce(user_number, -1) with =, tstzrange(valid_from, valid_to) with &&
  )
);
create index assignment_by_device on assignment (device_id);
create index assignment_by_home on assignment (home_id);
create index assignment_by_elder on assignment (elder_id) where elder_id is not null;

-- Facts: append-only -----------------------------------------------------------------------------

create table message (
  id uuid not null, -- made by the gateway at arrival (UUIDv7); the id that logs, events and screens carry
  received_at timestamptz not null,
  device_id text not null,
  message_id text, -- the device's own id; null for state
  type text not null,
  way text not null check (way in ('mqtt', 'http', 'external')),
  via text, -- the hub that spoke for the device
  at timestamptz, -- the device's clock; null without one
  marks text[] not null default '{}', -- late, skewed, clockless, backfilled, id-reused, unreadable
  sha256 bytea not null, -- of the canonical body (RFC 8785), or of the raw bytes when unreadable
  body bytea not null, -- the item's bytes as they came
  primary key (id, received_at)
) partition by range (received_at);

create table message_dedupe (
  device_id text collate "C" not null,
  message_id text collate "C" not null,
  sha256 bytea not null,
  fact_id uuid not null,
  primary key (device_id, message_id, sha256)
);

create table rejected_message (
  id uuid not null,
  received_at timestamptz not null,
  device_id text not null, -- as claimed on the wire; may name no device of ours
  type text not null,
  code text not null,
  detail text not null,
  body bytea not null,
  primary key (id, received_at)
) partition by range (received_at);
create index rejected_message_by_device on rejected_message (device_id, received_at);

create table rejected_tally (
  device_id text not null,
  hour timestamptz not null,
  total integer not null,
  primary key (device_id, hour)
);

create table reading (
  id uuid not null, -- the message's
  received_at timestamptz not null,
  message_id text not null,
  device_id text not null,
  home_id uuid,
  elder_id uuid,
  kind text not null,
  at timestamptz not null, -- when it was measured, as well as we can know; equals received_at for a device without a clock
  device_at timestamptz, -- what the device's clock said
  marks text[] not null default '{}',
  plausible boolean not null,
  systolic double precision, -- mmHg
  diastolic double precision, -- mmHg
  pulse double precision, -- /min
  value double precision, -- mmol/L, %, kg or Cel by kind
  meal text,
  user_number integer,
  irregular boolean,
  motion boolean,
  primary key (id, received_at)
) partition by range (received_at);
create index reading_by_elder on reading (elder_id, at desc);

create table tap (
  id uuid not null, -- the message's
  received_at timestamptz not null,
  message_id text not null,
  device_id text not null,
  home_id uuid,
  at timestamptz not null,
  device_at timestamptz,
  marks text[] not null default '{}',
  uid text, -- hex, as read; null when the tag mirrors it encrypted
  sun jsonb, -- the SUN message as read, to be verified with the tag's keys
  primary key (id, received_at)
) partition by range (received_at);
create index tap_by_home on tap (home_id, at desc);

-- Alarms -----------------------------------------------------------------------------------------

create table alarm (
  id uuid primary key,
  subject text not null, -- 'elder:<id>' | 'home:<id>' | 'device:<id>' | 'community:<area>' | 'broker:<name>'
  kind text not null,
  priority text not null check (priority in ('high', 'medium', 'low')),
  state text not null check (state in ('raised', 'acknowledged', 'resolved')),
  area_id uuid references area,
  area_path text not null,
  elder_id uuid references elder,
  home_id uuid references home,
  device_id text references device,
  raised_at timestamptz not null,
  clock_from timestamptz not null, -- a repeated press restarts the clocks from here
  presses integer not null default 0,
  last_press_at timestamptz,
  owner_id uuid references app_user,
  acknowledged_at timestamptz,
  resolved_at timestamptz,
  outcome text,
  escalation integer not null default 0, -- 0 none, 1 every seat and the lead, 2 outside
  reasons jsonb not null, -- inputs, rule and rule version (promise 8)
  devices text[] not null default '{}' -- the devices a grouped alarm lists
);
create unique index alarm_open_per_subject on alarm (subject, kind) where state <> 'resolved';
create index alarm_open on alarm (raised_at) where state <> 'resolved';
create index alarm_by_elder on alarm (elder_id, raised_at desc);
create index alarm_by_raised on alarm (raised_at desc, id);

-- What was done and what happened, in order; append-only.
create table alarm_entry (
  id uuid primary key,
  alarm_id uuid not null references alarm,
  at timestamptz not null,
  kind text not null, -- raised, pressed, acknowledged, note, escalated, shown, command, device-back, resolved …
  user_id uuid references app_user,
  message uuid, -- the fact behind it
  body jsonb not null default '{}'
);
create index alarm_entry_by_alarm on alarm_entry (alarm_id, at, id);

create table alarm_shown (
  alarm_id uuid not null references alarm,
  seat_id uuid not null,
  presses integer not null, -- shown again after each press
  user_id uuid not null references app_user,
  shown_at timestamptz not null,
  primary key (alarm_id, seat_id, presses)
);

create table deadline (
  id uuid primary key,
  kind text not null,
  ref text not null, -- what it asks about: an alarm, a device, a community
  subject text not null, -- whose lock is taken before it is decided
  due_at timestamptz not null,
  state text not null check (state in ('pending', 'done', 'moot')),
  decided_at timestamptz,
  verdict jsonb
);
create unique index deadline_pending on deadline (kind, ref) where state = 'pending';
create index deadline_due on deadline (due_at) where state = 'pending';

create table command (
  id uuid primary key,
  device_id text not null references device,
  cmd text not null check (cmd in ('help-coming', 'test', 'silence', 'locate', 'config')),
  body jsonb not null default '{}',
  alarm_id uuid references alarm,
  state text not null check (state in ('queued', 'sent', 'done', 'expired')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  done_at timestamptz,
  result text
);
create index command_waiting on command (device_id) where state in ('queued', 'sent');

-- A browser at the desk. Present: its last beat is fresh and says armed and streaming.
create table seat (
  id uuid primary key,
  user_id uuid not null references app_user,
  session_id uuid not null references session,
  area_path text not null,
  armed boolean not null,
  streaming boolean not null,
  beat_at timestamptz not null
);
create index seat_by_beat on seat (beat_at);

-- When at least one gateway was up: our own downtime never counts as a device's silence.
create table gateway_run (
  id uuid primary key,
  started_at timestamptz not null,
  beat_at timestamptz not null
);
create index gateway_run_by_beat on gateway_run (beat_at);

-- The event log ----------------------------------------------------------------------------------

create table event (
  position bigint not null,
  at timestamptz not null,
  topic text not null, -- alarm, device, elder, command, session, notification …
  name text not null, -- alarm.raised, alarm.pressed …
  area_path text, -- null: not for any screen
  subject text not null,
  body jsonb not null, -- ids and states, never identity data
  primary key (position, at)
) partition by range (at);

create table log_head (
  one boolean primary key default true check (one),
  position bigint not null
);
insert into log_head (position) values (0);

create table reader_cursor (
  name text primary key,
  position bigint not null
);

create table notification (
  id uuid primary key, -- also the idempotency key the receiver sees
  position bigint not null, -- the event it tells of
  channel text not null,
  alarm_id uuid references alarm,
  body jsonb not null,
  state text not null check (state in ('waiting', 'delivered', 'given-up')),
  attempts integer not null default 0,
  next_at timestamptz not null,
  delivered_at timestamptz,
  unique (position, channel)
);
create index notification_waiting on notification (next_at) where state = 'waiting';

create table notification_attempt (
  notification_id uuid not null references notification,
  n integer not null,
  at timestamptz not null,
  status integer,
  error text,
  primary key (notification_id, n)
);

-- Evidence ---------------------------------------------------------------------------------------

create table evidence (
  elder_id uuid not null references elder,
  n integer not null check (n >= 1),
  at timestamptz not null,
  kind text not null,
  body bytea not null, -- canonical JSON (RFC 8785), kept as bytes
  previous bytea not null, -- hash of n - 1; 32 zero bytes for the first
  hash bytea not null, -- SHA-256(previous || body)
  unique (elder_id, n)
);

-- Personal content behind a salted digest: lawful erasure deletes a row here and leaves the chain whole.
create table evidence_content (
  digest bytea primary key, -- SHA-256(salt || content)
  elder_id uuid not null references elder,
  salt bytea not null,
  content bytea not null
);

create table evidence_root (
  day date primary key,
  heads integer not null,
  root bytea not null, -- Merkle root over all heads, ordered by elder
  signature bytea not null, -- Ed25519
  handed_over_at timestamptz
);

create table setting (
  key text primary key,
  value jsonb not null
);
