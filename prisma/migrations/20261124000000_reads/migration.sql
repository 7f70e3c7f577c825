-- What the screens' lists need at 100,000 households: each list's own order as an index, so that a page is a walk
-- along it, and the beginnings of names and numbers for the search.

create index elder_by_created on elder (created_at desc, id desc);
create index elder_by_name on elder (name text_pattern_ops);
create index elder_by_phone on elder (phone text_pattern_ops);
create index device_by_created on device (created_at desc, id desc);
create index command_by_device on command (device_id, created_at desc);

create index alarm_by_pressed on alarm (last_press_at desc) where last_press_at is not null;
-- Alarms of a home that name nobody of it, for its residents' timelines.
create index alarm_by_home on alarm (home_id, raised_at desc) where elder_id is null;
create index alarm_by_device on alarm (device_id, raised_at desc) where device_id is not null;
create index alarm_listing_device on alarm using gin (devices);
