-- The head of a chain as it was sealed on a day; a day without a row keeps the head of the day before. With these a
-- day's Merkle tree can be built again, and each head's way to the signed root be shown.
create table evidence_head (
  elder_id uuid not null,
  day date not null references evidence_root,
  n integer not null,
  primary key (elder_id, day),
  foreign key (elder_id, n) references evidence (elder_id, n)
);
create index evidence_head_by_day on evidence_head (day);
