-- Two facts that a service's conditions hang on (P4): without full understanding the guardian is there for every
-- service; where nobody of the family lives (特困, 失独) whom the catalogue names may stand in for it.
alter table elder
  add column understands boolean not null default true,
  add column without_family boolean not null default false;
-- What was asked of a service when it was ticked off: a later change of the file or the catalogue asks nothing of it.
alter table visit_service add column asked jsonb;
