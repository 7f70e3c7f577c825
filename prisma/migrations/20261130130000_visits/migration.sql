-- Visits: services, work orders, proof of presence, exceptions.

-- What may be done at a visit (P4), in whose area; the nearest one above a home holds.
create table service (
  id uuid primary key,
  area_id uuid not null references area,
  code text not null, -- the annex's number or an area's own
  category text not null check (category in
    ('cleaning', 'medical', 'meal', 'bathing', 'mobility', 'recreation', 'errand', 'farming', 'custom')),
  name text not null,
  unit text not null default '',
  price_fen integer check (price_fen >= 0), -- null: the plan is silent
  min_minutes integer check (min_minutes between 0 and 1440),
  conditions text[] not null default '{}', -- domain/visit/condition
  credentials text[] not null default '{}', -- kinds its caregiver must hold beside those of everybody (P1.1)
  photos boolean not null default true, -- false: no picture is taken where it would shame
  source text not null default '', -- the document it follows
  version integer not null default 1,
  made_at timestamptz not null,
  retired_at timestamptz
);
create unique index service_in_force on service (area_id, code) where retired_at is null;

-- A government's contract with a provider, for an area.
create table contract (
  id uuid primary key,
  provider_id uuid not null references provider,
  area_id uuid not null references area,
  number text not null,
  valid_from date not null,
  valid_to date, -- the last day
  note text not null default '',
  version integer not null default 1,
  made_at timestamptz not null,
  ended_at timestamptz
);
create index contract_by_provider on contract (provider_id, valid_from);

-- What a caregiver was found fit for (P1.1); never edited, but withdrawn and entered anew.
create table credential (
  id uuid primary key,
  caregiver_id uuid not null references caregiver,
  kind text not null, -- domain/visit/credential
  title text not null default '',
  number text not null default '',
  issued_on date not null,
  expires_on date, -- the last day it holds; null: it does not expire
  document_type text check (document_type in ('image/jpeg', 'image/webp', 'image/png', 'application/pdf')),
  document bytea check (octet_length(document) <= 4194304),
  entered_by uuid references app_user,
  entered_at timestamptz not null,
  withdrawn_by uuid references app_user,
  withdrawn_at timestamptz,
  withdrawn_reason text not null default '',
  check ((document is null) = (document_type is null))
);
create index credential_by_caregiver on credential (caregiver_id, kind) where withdrawn_at is null;
create index credential_by_expiry on credential (expires_on) where withdrawn_at is null and expires_on is not null;

-- Kin who is paid to care: declared, and shown wherever the two meet.
create table kinship (
  id uuid primary key,
  caregiver_id uuid not null references caregiver,
  elder_id uuid not null references elder,
  relation text not null,
  declared_by uuid references app_user,
  declared_at timestamptz not null,
  ended_at timestamptz
);
create unique index kinship_in_force on kinship (caregiver_id, elder_id) where ended_at is null;
create index kinship_by_elder on kinship (elder_id);

-- Visits that come back: the same services on the same weekdays, made into work orders some weeks ahead.
create table visit_plan (
  id uuid primary key,
  elder_id uuid not null references elder,
  provider_id uuid not null references provider,
  caregiver_id uuid references caregiver, -- whom the elder knows; each visit may have another
  weekdays integer[] not null check (array_length(weekdays, 1) between 1 and 7), -- 1 Monday … 7 Sunday (ISO 8601)
  every_weeks integer not null default 1 check (every_weeks between 1 and 8),
  begins_at time not null, -- in the area's zone
  minutes integer not null check (minutes between 10 and 720),
  services uuid[] not null,
  valid_from date not null,
  valid_to date,
  made_through date, -- the last day for which visits were made
  made_by uuid references app_user,
  made_at timestamptz not null,
  ended_at timestamptz,
  version integer not null default 1
);
create index visit_plan_by_elder on visit_plan (elder_id) where ended_at is null;
create index visit_plan_to_make on visit_plan (made_through) where ended_at is null;

-- One elder's visit: a work order with what became of it. What happened stands in its entries and presences; this row is
-- what they come to.
create table visit (
  id uuid primary key,
  area_id uuid not null references area,
  area_path text not null,
  elder_id uuid not null references elder,
  home_id uuid not null references home,
  provider_id uuid not null references provider,
  caregiver_id uuid references caregiver,
  plan_id uuid references visit_plan,
  plan_day date, -- of a plan: its day, so that it is made once
  joint_id uuid, -- a couple's joint visit: each person's minutes are booked apart
  planned_from timestamptz not null,
  planned_to timestamptz not null,
  state text not null check (state in
    ('planned', 'assigned', 'accepted', 'on-the-way', 'in-service', 'left', 'evaluated', 'called-back', 'ready',
     'cancelled', 'refused', 'missed')),
  outcome text check (outcome in ('refused', 'not-home', 'in-hospital', 'sent-away')), -- at the door, of one refused
  in_question boolean not null default false,
  confirmed_at timestamptz, -- by telephone, before (P5.1)
  began_at timestamptz, -- the time that counts; how it is known stands in its presence
  left_at timestamptz,
  minutes integer,
  begin_grade text check (begin_grade in ('proved', 'supported', 'claimed')),
  end_grade text check (end_grade in ('proved', 'supported', 'claimed')),
  verified boolean, -- null: not yet to be said
  verdict jsonb, -- inputs, rule and rule version (promise 8)
  made_by uuid references app_user,
  made_at timestamptz not null,
  drill boolean not null default false,
  version integer not null default 1,
  check (planned_to > planned_from),
  check ((state = 'refused') = (outcome is not null)),
  check ((plan_id is null) = (plan_day is null))
);
create unique index visit_of_plan on visit (plan_id, plan_day) where plan_id is not null;
create index visit_by_elder on visit (elder_id, planned_from desc, id desc);
create index visit_by_caregiver on visit (caregiver_id, planned_from) where caregiver_id is not null;
create index visit_by_provider on visit (provider_id, planned_from);
create index visit_by_area on visit (area_path text_pattern_ops, planned_from);
create index visit_by_day on visit (planned_from desc, id desc);
create index visit_under_way on visit (home_id) where state in ('on-the-way', 'in-service');
create index visit_by_joint on visit (joint_id) where joint_id is not null;

-- What is to be done at a visit, and what was.
create table visit_service (
  visit_id uuid not null references visit,
  service_id uuid not null references service,
  planned boolean not null,
  done_at timestamptz,
  conditions jsonb not null default '{}', -- what was said of each condition: {"family-present": {"met": true, "who": …}}
  primary key (visit_id, service_id)
);

-- The story of a visit; never edited. What a phone says late has both clocks.
create table visit_entry (
  id uuid primary key,
  visit_id uuid not null references visit,
  at timestamptz not null, -- arrival
  device_at timestamptz, -- by the phone's clock
  kind text not null,
  user_id uuid references app_user,
  corrects uuid references visit_entry, -- a correction is a new row: who, when, why
  body jsonb not null default '{}'
);
create index visit_entry_by_visit on visit_entry (visit_id, at, id);

-- A browser that a caregiver works with, told apart by a number of its own.
create table phone (
  id uuid primary key,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  user_agent text not null default '',
  shared_since timestamptz, -- declared as a shared one: a fact, not a fraud
  shared_note text not null default '',
  shared_by uuid references app_user
);

-- The key from which an area's tags have theirs (AN10922); sealed under ANJU_KEY.
create table area_key (
  id uuid primary key,
  area_id uuid not null references area,
  sealed bytea not null,
  made_by uuid references app_user,
  made_at timestamptz not null,
  retired_at timestamptz -- no new tag takes it; those that have it keep it
);
create unique index area_key_in_force on area_key (area_id) where retired_at is null;

alter table tag
  add column area_key_id uuid references area_key, -- null: its number alone is known
  add column sun jsonb, -- how it mirrors (domain/proof), written into it with its keys
  add column counter integer check (counter >= 0), -- the highest that was read
  add column written_at timestamptz, -- when its first tap was verified
  add column replaces uuid references tag,
  add column checked_by uuid references app_user, -- the second person, where it replaces one torn off
  add column note text not null default '';

-- One end of a visit, as somebody or something said it: a tag, a badge at a reader, a position, a word. Append-only. One
-- that belongs to no visit yet waits at the desk of unmatched taps.
create table presence (
  id uuid primary key,
  visit_id uuid references visit,
  -- 'begin' | 'end'; null: not yet known
  part text check (part in ('begin', 'end')),
  way text not null check (way in ('tag', 'reader', 'position', 'typed')),
  at timestamptz not null, -- when it happened, as far as is known
  device_at timestamptz,
  received_at timestamptz not null,
  caregiver_id uuid references caregiver,
  home_id uuid references home, -- where the tag or reader stands
  tag_id uuid references tag,
  uid text,
  counter integer,
  tap_id uuid, -- of a door reader: its message
  device_id text references device,
  user_id uuid references app_user,
  phone_id uuid references phone,
  message bytea, -- what was read, as it came
  position jsonb, -- {lon, lat, accuracyM, system, metres}
  verification jsonb not null default '{}', -- what the cryptography and the counter said
  grade text check (grade in ('proved', 'supported', 'claimed')), -- null: it proves nothing
  in_question boolean not null default false,
  reasons jsonb not null default '[]', -- with rule and version
  reason_code text, -- of a typed one
  note text not null default '',
  approved_by uuid references app_user, -- the second person of a typed one
  approved_at timestamptz,
  idempotency text -- the phone's own number for it: sent twice it is one
);
create unique index presence_once on presence (phone_id, idempotency) where idempotency is not null;
create unique index presence_of_tap on presence (tap_id) where tap_id is not null;
create index presence_by_visit on presence (visit_id, part, received_at) where visit_id is not null;
create index presence_unmatched on presence (received_at desc, id desc) where visit_id is null;
create index presence_by_tag on presence (tag_id, counter) where tag_id is not null;
create index presence_by_caregiver on presence (caregiver_id, at) where caregiver_id is not null;
create index presence_by_phone on presence (phone_id, at) where phone_id is not null;

-- Photos, signatures, documents of a visit.
create table visit_file (
  id uuid primary key,
  visit_id uuid not null references visit,
  kind text not null check (kind in ('photo', 'signature', 'document')),
  type text not null check (type in ('image/jpeg', 'image/webp', 'image/png', 'application/pdf')),
  bytes bytea, -- null after lawful erasure
  digest bytea not null, -- SHA-256
  look bytea, -- perceptual hash of a photo, 8 bytes
  taken_at timestamptz, -- by the phone's clock
  received_at timestamptz not null,
  service_id uuid references service,
  position jsonb,
  caption text not null default '',
  user_id uuid references app_user,
  phone_id uuid references phone,
  idempotency text,
  erased_at timestamptz,
  check (octet_length(bytes) <= 4194304)
);
create unique index visit_file_once on visit_file (phone_id, idempotency) where idempotency is not null;
create index visit_file_by_visit on visit_file (visit_id, received_at);
create index visit_file_by_digest on visit_file (digest);

-- What a rule found about a visit, with its reasons; to be mended, acknowledged or looked into by a person.
create table visit_exception (
  id uuid primary key,
  visit_id uuid not null references visit,
  rule text not null, -- domain/visit/check
  version integer not null, -- of the rule
  severity text not null check (severity in ('notice', 'warning', 'grave')),
  findings jsonb not null, -- inputs, for the words on screen
  found_at timestamptz not null,
  state text not null check (state in ('open', 'fixed', 'acknowledged', 'investigating', 'cleared')),
  decided_by uuid references app_user,
  decided_at timestamptz,
  reason_code text,
  note text not null default '',
  disputed_at timestamptz, -- the caregiver says otherwise
  disputed_by uuid references app_user,
  dispute text not null default '',
  row_version integer not null default 1
);
create unique index visit_exception_once on visit_exception (visit_id, rule) where state <> 'cleared';
create index visit_exception_open on visit_exception (found_at desc, id desc) where state in ('open', 'investigating');
create index visit_exception_by_visit on visit_exception (visit_id);

-- A session at the village hall: a kind of its own, never paid as home visits.
create table group_session (
  id uuid primary key,
  area_id uuid not null references area,
  provider_id uuid not null references provider,
  caregiver_id uuid references caregiver,
  title text not null,
  place text not null,
  planned_from timestamptz not null,
  planned_to timestamptz not null,
  state text not null check (state in ('planned', 'held', 'cancelled')),
  note text not null default '',
  made_by uuid references app_user,
  made_at timestamptz not null,
  version integer not null default 1,
  check (planned_to > planned_from)
);
create index group_session_by_time on group_session (planned_from desc, id desc);
create table attendance (
  session_id uuid not null references group_session,
  elder_id uuid not null references elder,
  noted_by uuid references app_user,
  noted_at timestamptz not null,
  primary key (session_id, elder_id)
);
create index attendance_by_elder on attendance (elder_id);
