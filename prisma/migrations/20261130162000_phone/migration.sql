-- A caregiver signs in by a phone's cookie and a PIN of their own.
alter table phone
  add column token_hash bytea unique; -- of the phone's long-lived cookie; null: nobody has joined on it

-- The one-time link, shown as a QR code, by which a caregiver takes a phone into use.
create table phone_link (
  id uuid primary key,
  caregiver_id uuid not null references caregiver,
  token_hash bytea not null unique,
  made_by uuid references app_user,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  withdrawn_at timestamptz
);
create index phone_link_open on phone_link (caregiver_id) where used_at is null and withdrawn_at is null;

-- Who may sign in on a phone, by which PIN. Several on one: a shared phone.
create table phone_key (
  id uuid primary key,
  phone_id uuid not null references phone,
  user_id uuid not null references app_user,
  pin_hash text not null, -- argon2id
  made_at timestamptz not null,
  last_used_at timestamptz,
  failures integer not null default 0, -- in a row; at ten it opens no more
  last_failure_at timestamptz,
  revoked_by uuid references app_user,
  revoked_at timestamptz
);
create unique index phone_key_in_force on phone_key (phone_id, user_id) where revoked_at is null;
create index phone_key_by_user on phone_key (user_id);

alter table session
  add column phone_key_id uuid references phone_key; -- ends with it
create index session_by_phone_key on session (phone_key_id) where phone_key_id is not null and revoked_at is null;
