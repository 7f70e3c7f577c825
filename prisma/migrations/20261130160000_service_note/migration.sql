-- What the annex says a service is, and who may be there in the family's place where nobody of it lives (P4).
alter table service
  add column note text not null default '',
  add column family_substitute text check (family_substitute in
    ('community-clerk', 'village-group', 'neighbour', 'second-caregiver'));
