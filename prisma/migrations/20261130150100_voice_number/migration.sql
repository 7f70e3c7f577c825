-- The number of the SIM card in a device that one can talk through. It is the device's: it goes where the device goes,
-- and is offered no more when the device is taken away.
alter table device add column voice_number text not null default '';
