-- The day's root, handed to a second party: written into a folder, or sent by an e-mail channel that keeps roots.

alter table channel add column keeps_roots boolean not null default false;
alter table channel add constraint roots_go_by_email check (not keeps_roots or kind = 'email');

-- One letter, or one writing of files: what was said to whom of which days, and what came of it.
create table anchor_attempt (
  id uuid primary key,
  way text not null, -- 'folder', or 'channel:<id>'
  channel_id uuid references channel,
  at timestamptz not null,
  first_day date not null,
  last_day date not null,
  recipient text not null, -- the folder, or the addresses
  digest bytea not null, -- SHA-256 of what was sent
  status integer,
  error text, -- null: it was taken
  took_ms integer not null
);
create index anchor_attempt_by_time on anchor_attempt (at);

-- That a day is to be handed over by a way, and by which attempt it was.
create table anchor (
  day date not null references evidence_root,
  way text not null,
  channel_id uuid references channel,
  attempts integer not null default 0,
  next_at timestamptz not null,
  attempt_id uuid references anchor_attempt, -- the one that was taken
  primary key (day, way)
);
create index anchor_waiting on anchor (way, next_at) where attempt_id is null;
alter table evidence_root drop column handed_over_at; -- told by the attempts
