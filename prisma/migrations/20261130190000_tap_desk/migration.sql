-- Who hung a tag, when its keys were shown (once), and the two people of a replacement.
alter table tag
  add column made_by uuid references app_user,
  add column keys_shown_at timestamptz,
  add column keys_shown_by uuid references app_user,
  -- why the one before it is gone; of a replacement alone
  add column replaced_why text check (replaced_why in ('torn-off', 'broken', 'silent', 'lost', 'other')),
  add column checked_at timestamptz,
  add constraint tag_checked_by_another check (checked_by is distinct from made_by or checked_by is null);
create index tag_by_replaced on tag (replaces) where replaces is not null;

-- What the office decided about a tap; the tap itself stays as it came.
alter table presence
  add column refused_by uuid references app_user,
  add column refused_at timestamptz,
  add column set_aside_by uuid references app_user,
  add column set_aside_at timestamptz,
  add column set_aside_why text check (set_aside_why in ('visitor', 'trying-out', 'told-twice', 'not-ours', 'other'));
create index presence_to_approve on presence (received_at desc, id desc)
  where way = 'typed' and approved_at is null and refused_at is null;
create index presence_in_question on presence (received_at desc, id desc) where in_question;
create index presence_unnamed on presence (uid) where visit_id is null and tag_id is null and uid is not null;
