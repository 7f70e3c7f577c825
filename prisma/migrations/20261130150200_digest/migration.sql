-- Many alarms in one breath are one message to one person: the others are covered by it.
alter table notification
  drop constraint notification_state_check,
  add constraint notification_state_check check (state in ('waiting', 'delivered', 'given-up', 'moot', 'covered')),
  add column covered_by uuid references notification, -- the message that tells of it
  add column bundled_at timestamptz, -- when it became a message of its own
  add constraint notification_covered check ((state = 'covered') = (covered_by is not null));
create index notification_covers on notification (covered_by) where covered_by is not null;
create index notification_bundled on notification (channel, bundled_at) where bundled_at is not null;
