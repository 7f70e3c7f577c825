-- An end that a fix gave stands beside what was tapped or typed before: of which finding it is the correction.
alter table presence add column exception_id uuid references visit_exception;
create index presence_by_exception on presence (exception_id) where exception_id is not null;
