-- An elder's visits by when they happened, for her timeline: it reads a page anywhere in years along this index.
create index visit_by_elder_time on visit (elder_id, (coalesce(began_at, planned_from)), id);
