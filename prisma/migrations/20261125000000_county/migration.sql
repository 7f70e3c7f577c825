-- The county: people's files with history, homes on a map, who works here, and the fleet's upkeep.

-- What was changed in a file, by whom, when and why; append-only. Identity numbers only masked.
create table record_change (
  id uuid primary key,
  at timestamptz not null,
  user_id uuid references app_user, -- null: a program, or Anju itself
  subject text not null, -- 'elder:<id>' | 'home:<id>' | 'device:<id>' | 'user:<id>' | 'area:<id>' | 'caregiver:<id>' …
  action text not null, -- registered, changed, moved, died, death-undone, merged, absent, bound, rotated …
  before jsonb not null default '{}', -- only the fields that changed
  after jsonb not null default '{}',
  reason text not null default ''
);
create index record_change_by_subject on record_change (subject, at desc, id desc);

-- Each sign of some words and each two that stand together, in small letters: what holds a word is found by the word's own.
-- So dear that a plan uses the index that keeps it.
create function grams(words text) returns text[] language plpgsql immutable strict parallel safe cost 10000 as $$
declare
  signs text[] := string_to_array(lower(words), null);
  kept text[] := signs;
begin
  for at in 1 .. cardinality(signs) - 1 loop
    kept := kept || (signs[at] || signs[at + 1]);
  end loop;
  return kept;
end $$;

-- People and homes -------------------------------------------------------------------------------

alter table home
  add column version integer not null default 1, -- two people at once: the second is told
  add column lon double precision check (lon between -180 and 180), -- WGS-84
  add column lat double precision check (lat between -90 and 90),
  add column given_lon double precision, -- as it was given, in position_system
  add column given_lat double precision,
  add column position_system text check (position_system in ('wgs84', 'gcj02')),
  add constraint home_position_whole check (num_nulls(lon, lat, given_lon, given_lat, position_system) in (0, 5));
create index home_by_created on home (created_at desc, id desc);
create index home_by_position on home (lon, lat) where lon is not null;
create index home_words on home using gin (grams(address || ' ' || landmark));
create index home_unplaced on home (area_id) where lon is null;

alter table elder
  add column version integer not null default 1,
  add column note text not null default '',
  add column died_on date,
  add column death_confirmed_by uuid references app_user,
  add column death_confirmed_at timestamptz,
  add column merged_into uuid references elder, -- a double entry: its facts stay its own, and are read with the other's
  add constraint elder_death_confirmed check (num_nulls(died_on, death_confirmed_by, death_confirmed_at) in (0, 3)),
  add constraint elder_not_into_itself check (merged_into <> id);
create index elder_living on elder (home_id) where died_on is null and merged_into is null; -- counted for the map
create index elder_merged on elder (merged_into) where merged_into is not null;

-- Where an elder lived from when to when; elder.home_id is the open one's home.
create table residence (
  id uuid primary key,
  elder_id uuid not null references elder,
  home_id uuid not null references home,
  valid_from timestamptz not null,
  valid_to timestamptz,
  check (valid_to is null or valid_to > valid_from),
  constraint residence_no_overlap exclude using gist (elder_id with =, tstzrange(valid_from, valid_to) with &&)
);
create index residence_by_elder on residence (elder_id);
create index residence_by_home on residence (home_id);
insert into residence (id, elder_id, home_id, valid_from)
  select gen_random_uuid(), id, home_id, created_at from elder;

-- Away from home: pauses silence, expected readings and visits, never presses.
create table absence (
  id uuid primary key,
  elder_id uuid not null references elder,
  kind text not null check (kind in ('hospital', 'family', 'travel', 'other')),
  away_from timestamptz not null,
  away_to timestamptz, -- null: until told otherwise
  note text not null default '',
  created_by uuid references app_user,
  created_at timestamptz not null,
  check (away_to is null or away_to > away_from),
  constraint absence_no_overlap exclude using gist (elder_id with =, tstzrange(away_from, away_to) with &&)
);
create index absence_by_elder on absence (elder_id);

-- What an elder is found by: every tail of the name, its pinyin by syllables, its initials, numbers from their ends.
create table elder_term (
  elder_id uuid not null references elder,
  term text collate "C" not null,
  kind text not null check (kind in ('name', 'pinyin', 'initials', 'phone', 'contact')),
  primary key (term, elder_id, kind)
);
create index elder_term_by_elder on elder_term (elder_id, term, kind); -- of one person: which is the first?

-- Who works here ---------------------------------------------------------------------------------

create table provider (
  id uuid primary key,
  area_id uuid not null references area,
  name text not null,
  phone text not null default '',
  address text not null default '',
  version integer not null default 1,
  created_at timestamptz not null,
  closed_at timestamptz
);
create index provider_by_area on provider (area_id);

create table caregiver (
  id uuid primary key,
  provider_id uuid not null references provider,
  name text not null,
  sex text check (sex in ('female', 'male')),
  born_on date,
  phone text not null default '',
  version integer not null default 1,
  created_at timestamptz not null,
  left_at timestamptz
);
create index caregiver_by_provider on caregiver (provider_id);

-- A tag at a door or a caregiver's badge, by the number it shows a reader.
create table tag (
  id uuid primary key,
  uid text not null check (uid ~ '^([0-9A-F]{2}){4,10}$'),
  kind text not null check (kind in ('door', 'badge')),
  home_id uuid references home,
  caregiver_id uuid references caregiver,
  label text not null default '',
  created_at timestamptz not null,
  revoked_at timestamptz,
  check ((kind = 'door') = (home_id is not null) and (kind = 'badge') = (caregiver_id is not null))
);
create unique index tag_uid on tag (uid) where revoked_at is null;
create index tag_by_home on tag (home_id) where home_id is not null;
create index tag_by_caregiver on tag (caregiver_id) where caregiver_id is not null;

alter table area add column version integer not null default 1;
alter table app_user
  alter column username drop not null, -- chosen by whom was invited
  drop constraint app_user_role_check,
  add constraint app_user_role_check check (role in ('administrator', 'bureau', 'city-bureau', 'town-clerk',
    'community-clerk', 'shift-lead', 'seat', 'village-doctor', 'clinician', 'provider', 'caregiver', 'assessor',
    'finance', 'auditor')),
  add column phone text not null default '',
  add column version integer not null default 1,
  add column provider_id uuid references provider,
  add column caregiver_id uuid references caregiver,
  alter column password_hash drop not null, -- invited, and not yet there
  add constraint app_user_provider check ((role in ('provider', 'caregiver')) = (provider_id is not null));
alter table api_key
  drop constraint api_key_role_check,
  add constraint api_key_role_check check (role in ('administrator', 'bureau', 'city-bureau', 'town-clerk',
    'community-clerk', 'shift-lead', 'seat', 'village-doctor', 'clinician', 'assessor', 'finance', 'auditor'));
create index app_user_by_area on app_user (area_id);

-- A link that lets its holder choose a password, once.
create table invitation (
  id uuid primary key,
  user_id uuid not null references app_user,
  token_hash bytea not null unique, -- SHA-256 of the link's token
  kind text not null check (kind in ('invite', 'reset')),
  created_by uuid references app_user,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  withdrawn_at timestamptz
);
create index invitation_by_user on invitation (user_id);

-- Who is to sit at the desk when.
create table shift (
  id uuid primary key,
  area_id uuid not null references area,
  user_id uuid not null references app_user,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_by uuid references app_user,
  created_at timestamptz not null,
  cancelled_at timestamptz,
  check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours'),
  constraint shift_no_overlap exclude using gist (user_id with =, tstzrange(starts_at, ends_at) with &&)
    where (cancelled_at is null)
);
create index shift_by_start on shift (starts_at);

create index access_log_by_time on access_log (at desc, id desc);
create index access_log_by_user on access_log (user_id, at desc);
create index access_log_by_subject on access_log (subject, at desc);

-- The fleet --------------------------------------------------------------------------------------

alter table device
  add column version integer not null default 1,
  add column model text not null default '',
  add column serial text not null default '', -- the maker's number on the case
  add column secret_changed_at timestamptz;
create unique index device_serial on device (serial) where serial <> '';
create index device_id_begins on device (lower(id) text_pattern_ops);
create index device_serial_begins on device (lower(serial) text_pattern_ops) where serial <> '';
create index device_label_holds on device using gin (grams(label)) where label <> '';
-- The fleet's counts read this alone: 100,000 rows of 400 bytes would be read for 30 of each.
drop index device_by_area;
create index device_by_area on device (area_id) include (id, kind, silent_after_s, revoked_at);

-- Somebody beside the device is about to press it; the press raises and sounds like any other, and is named a test.
create table device_test (
  id uuid primary key,
  device_id text not null references device,
  started_by uuid references app_user,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  alarm_id uuid references alarm, -- what the press raised or joined
  fact uuid, -- the press
  pressed_at timestamptz, -- by the device's clock
  received_at timestamptz,
  stored_at timestamptz
);
create index device_test_by_device on device_test (device_id, started_at desc);
create index device_test_by_start on device_test (started_at desc);

-- What a device said, but for its readings: those are found by their dedupe rows, so that storing one costs no more.
create index message_by_device on message (device_id, received_at desc, id desc) where type <> 'reading';
