-- Whom an alarm's desk has sent, for their phone.
create index alarm_entry_by_caregiver on alarm_entry ((body ->> 'caregiverId'), at desc) where body ? 'caregiverId';
