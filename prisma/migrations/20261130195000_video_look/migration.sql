-- A live look at the scene of a visit (P5.4). Of what was seen and heard nothing is kept; how the two browsers found each
-- other is forgotten when it ends.
create table video_look (
  id uuid primary key,
  visit_id uuid not null references visit,
  asked_by uuid not null references app_user,
  asked_at timestamptz not null,
  note text not null default '',
  state text not null default 'asked' check (state in ('asked', 'agreed', 'connected', 'ended')),
  consent text check (consent in ('elder', 'guardian', 'family')),
  agreed_at timestamptz,
  connected_at timestamptz,
  ended_at timestamptz,
  ended_by uuid references app_user, -- null: nobody, its time was over
  ending text check (ending in ('looked', 'refused', 'unanswered', 'withdrawn', 'broken')),
  refusal text check (refusal in ('elder-declines', 'not-decent', 'left-already', 'no-camera')),
  finding text check (finding in ('as-ordered', 'not-as-ordered', 'not-clear')),
  finding_note text not null default '',
  offer text,
  answer text,
  check ((state = 'ended') = (ended_at is not null and ending is not null)),
  check (state <> 'ended' or (offer is null and answer is null)),
  check ((ending is not distinct from 'refused') = (refusal is not null)),
  check (finding is null or ending = 'looked')
);
create unique index video_look_open on video_look (visit_id) where ended_at is null;
create index video_look_by_visit on video_look (visit_id, asked_at);
