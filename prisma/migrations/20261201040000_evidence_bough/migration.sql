-- Nodes of each sealed day's Merkle tree, one over 256 heads, with the first elder under it: one elder's way to the
-- signed root is shown from its own 256 heads and these, and not from every head of the county. Days that were sealed
-- before have none; their whole tree is built again.
create table evidence_bough (
  day date not null references evidence_root,
  place integer not null check (place >= 0),
  first_elder uuid not null,
  hash bytea not null,
  primary key (day, place)
);
