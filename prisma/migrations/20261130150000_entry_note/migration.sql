-- Key holder and door code are told during an alarm, or for a reason that is written down; files and histories say only
-- whether there is one, and who changed it when.
alter table home
  add column entry_note_at timestamptz, -- last set, replaced or cleared
  add column entry_note_by uuid references app_user; -- null: a program

update home set entry_note_at = created_at where entry_note <> '';
update home set entry_note_at = last.at, entry_note_by = last.user_id
from (
  select distinct on (subject) subject, at, user_id from record_change
  where subject like 'home:%' and after ? 'entryNote' order by subject, at desc, id desc
) as last
where last.subject = 'home:' || home.id;

update record_change
set before = before - 'entryNote',
    after = after || jsonb_build_object('entryNote', case
      when coalesce(after ->> 'entryNote', '') = '' then 'cleared'
      when coalesce(before ->> 'entryNote', '') = '' then 'set'
      else 'replaced' end)
where subject like 'home:%' and after ? 'entryNote';
