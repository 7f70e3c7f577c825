import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'

/**
 * Prisma's differ does not see these and would drop some; here each is read back from PostgreSQL after all
 * migrations. Whoever changes one changes its line here, knowingly.
 */
let database: Awaited<ReturnType<typeof testDatabase>>
let client: pg.Client
beforeAll(async () => {
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

test('partial indexes stand as written', async () => {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX \\S+ ON (ONLY )?public\\.', '\\1') as definition
       from pg_indexes where schemaname = 'public' and indexdef like '% WHERE %'
         and not exists (select from pg_inherits where inhrelid = format('public.%I', indexname)::regclass) order by 1`,
  )
  expect(Object.fromEntries(rows.map((row) => [row.name, row.definition]))).toMatchInlineSnapshot(`
    {
      "alarm_by_device": "alarm USING btree (device_id, raised_at DESC) WHERE (device_id IS NOT NULL)",
      "alarm_by_drill": "alarm USING btree (drill_id) WHERE (drill_id IS NOT NULL)",
      "alarm_by_home": "alarm USING btree (home_id, raised_at DESC) WHERE (elder_id IS NULL)",
      "alarm_by_pressed": "alarm USING btree (last_press_at DESC) WHERE (last_press_at IS NOT NULL)",
      "alarm_entry_by_caregiver": "alarm_entry USING btree (((body ->> 'caregiverId'::text)), at DESC) WHERE (body ? 'caregiverId'::text)",
      "alarm_entry_by_contact": "alarm_entry USING btree (((body ->> 'contactId'::text)), at DESC) WHERE (body ? 'contactId'::text)",
      "alarm_entry_by_user": "alarm_entry USING btree (user_id, at DESC) WHERE (user_id IS NOT NULL)",
      "alarm_open": "alarm USING btree (raised_at) WHERE (resolved_at IS NULL)",
      "alarm_open_per_subject": "UNIQUE alarm USING btree (subject, kind) WHERE (resolved_at IS NULL)",
      "alarm_owned": "alarm USING btree (owner_id) WHERE (resolved_at IS NULL)",
      "alarm_to_follow": "alarm USING btree (follow_up_at) WHERE (state = 'follow-up'::text)",
      "anchor_waiting": "anchor USING btree (way, next_at) WHERE (attempt_id IS NULL)",
      "area_key_in_force": "UNIQUE area_key USING btree (area_id) WHERE (retired_at IS NULL)",
      "assignment_by_elder": "assignment USING btree (elder_id) WHERE (elder_id IS NOT NULL)",
      "call_by_elder": "call USING btree (elder_id, began_at DESC) WHERE (elder_id IS NOT NULL)",
      "call_by_number": "call USING btree (number_index, began_at DESC) WHERE (number_index IS NOT NULL)",
      "call_external": "UNIQUE call USING btree (source, external_id) WHERE (external_id IS NOT NULL)",
      "call_under_way": "call USING btree (began_at) WHERE (ended_at IS NULL)",
      "call_unfiled": "call USING btree (area_id, began_at) WHERE (filed_at IS NULL)",
      "care_check_corrected": "UNIQUE care_check USING btree (corrects) WHERE (corrects IS NOT NULL)",
      "channel_by_area": "channel USING btree (area_id) WHERE (removed_at IS NULL)",
      "command_waiting": "command USING btree (device_id) WHERE (state = ANY (ARRAY['queued'::text, 'sent'::text]))",
      "credential_by_caregiver": "credential USING btree (caregiver_id, kind) WHERE (withdrawn_at IS NULL)",
      "credential_by_expiry": "credential USING btree (expires_on) WHERE ((withdrawn_at IS NULL) AND (expires_on IS NOT NULL))",
      "deadline_due": "deadline USING btree (due_at) WHERE (state = 'pending'::text)",
      "deadline_pending": "UNIQUE deadline USING btree (kind, ref) WHERE (state = 'pending'::text)",
      "device_by_drill": "device USING btree (drill_id) WHERE (drill_id IS NOT NULL)",
      "device_by_hub": "device USING btree (hub_id) WHERE (hub_id IS NOT NULL)",
      "device_by_voice_number": "device USING btree (voice_number) WHERE (voice_number <> ''::text)",
      "device_label_holds": "device USING gin (grams(label)) WHERE (label <> ''::text)",
      "device_probe": "UNIQUE device USING btree (area_id) WHERE ((purpose = 'probe'::text) AND (revoked_at IS NULL))",
      "device_serial": "UNIQUE device USING btree (serial) WHERE (serial <> ''::text)",
      "device_serial_begins": "device USING btree (lower(serial) text_pattern_ops) WHERE (serial <> ''::text)",
      "device_state_silent": "device_state USING btree (silent_since) WHERE (silent_since IS NOT NULL)",
      "device_state_to_watch": "device_state USING btree (device_id) WHERE (((battery <= 15) AND (battery_low_since IS NULL)) OR ((battery >= 25) AND (battery_low_since IS NOT NULL)) OR (tamper AND (tampered_since IS NULL)) OR ((NOT tamper) AND (tampered_since IS NOT NULL)))",
      "drill_running": "UNIQUE drill USING btree (area_id) WHERE (state = 'running'::text)",
      "elder_id_number": "UNIQUE elder USING btree (id_number_index) WHERE (id_number_index IS NOT NULL)",
      "elder_living": "elder USING btree (home_id) WHERE ((died_on IS NULL) AND (merged_into IS NULL))",
      "elder_merged": "elder USING btree (merged_into) WHERE (merged_into IS NOT NULL)",
      "handover_waiting": "handover USING btree (area_id) WHERE (taken_at IS NULL)",
      "home_by_position": "home USING btree (lon, lat) WHERE (lon IS NOT NULL)",
      "home_of_drills": "UNIQUE home USING btree (area_id) WHERE drill",
      "home_photo_by_home": "home_photo USING btree (home_id) WHERE (removed_at IS NULL)",
      "home_unplaced": "home USING btree (area_id) WHERE (lon IS NULL)",
      "kinship_in_force": "UNIQUE kinship USING btree (caregiver_id, elder_id) WHERE (ended_at IS NULL)",
      "message_by_device": "message USING btree (device_id, received_at DESC, id DESC) WHERE (type <> 'reading'::text)",
      "notification_bundled": "notification USING btree (channel, bundled_at) WHERE (bundled_at IS NOT NULL)",
      "notification_by_alarm": "notification USING btree (alarm_id) WHERE (alarm_id IS NOT NULL)",
      "notification_by_channel": "notification USING btree (channel_id, id DESC) WHERE (channel_id IS NOT NULL)",
      "notification_covers": "notification USING btree (covered_by) WHERE (covered_by IS NOT NULL)",
      "notification_waiting": "notification USING btree (channel, next_at) WHERE (state = 'waiting'::text)",
      "nuisance_plan_in_force": "UNIQUE nuisance_plan USING btree (elder_id) WHERE (ended_at IS NULL)",
      "on_call_rank": "UNIQUE on_call USING btree (area_id, rank) WHERE (removed_at IS NULL)",
      "phone_key_in_force": "UNIQUE phone_key USING btree (phone_id, user_id) WHERE (revoked_at IS NULL)",
      "phone_link_open": "phone_link USING btree (caregiver_id) WHERE ((used_at IS NULL) AND (withdrawn_at IS NULL))",
      "playbook_in_force": "UNIQUE playbook USING btree (area_id, kind) WHERE (retired_at IS NULL)",
      "presence_by_caregiver": "presence USING btree (caregiver_id, at) WHERE (caregiver_id IS NOT NULL)",
      "presence_by_exception": "presence USING btree (exception_id) WHERE (exception_id IS NOT NULL)",
      "presence_by_phone": "presence USING btree (phone_id, at) WHERE (phone_id IS NOT NULL)",
      "presence_by_tag": "presence USING btree (tag_id, counter) WHERE (tag_id IS NOT NULL)",
      "presence_by_visit": "presence USING btree (visit_id, part, received_at) WHERE (visit_id IS NOT NULL)",
      "presence_in_question": "presence USING btree (received_at DESC, id DESC) WHERE in_question",
      "presence_of_tap": "UNIQUE presence USING btree (tap_id) WHERE (tap_id IS NOT NULL)",
      "presence_once": "UNIQUE presence USING btree (phone_id, idempotency) WHERE (idempotency IS NOT NULL)",
      "presence_to_approve": "presence USING btree (received_at DESC, id DESC) WHERE ((way = 'typed'::text) AND (approved_at IS NULL) AND (refused_at IS NULL))",
      "presence_unmatched": "presence USING btree (received_at DESC, id DESC) WHERE (visit_id IS NULL)",
      "presence_unnamed": "presence USING btree (uid) WHERE ((visit_id IS NULL) AND (tag_id IS NULL) AND (uid IS NOT NULL))",
      "referral_by_elder": "referral USING btree (elder_id, opened_at DESC) WHERE (elder_id IS NOT NULL)",
      "referral_open": "referral USING btree (area_id, opened_at) WHERE (closed_at IS NULL)",
      "service_in_force": "UNIQUE service USING btree (area_id, code) WHERE (retired_at IS NULL)",
      "session_by_phone_key": "session USING btree (phone_key_id) WHERE ((phone_key_id IS NOT NULL) AND (revoked_at IS NULL))",
      "shift_no_overlap": "shift USING gist (user_id, tstzrange(starts_at, ends_at)) WHERE (cancelled_at IS NULL)",
      "tag_by_caregiver": "tag USING btree (caregiver_id) WHERE (caregiver_id IS NOT NULL)",
      "tag_by_home": "tag USING btree (home_id) WHERE (home_id IS NOT NULL)",
      "tag_by_replaced": "tag USING btree (replaces) WHERE (replaces IS NOT NULL)",
      "tag_uid": "UNIQUE tag USING btree (uid) WHERE (revoked_at IS NULL)",
      "video_look_open": "UNIQUE video_look USING btree (visit_id) WHERE (ended_at IS NULL)",
      "visit_by_caregiver": "visit USING btree (caregiver_id, planned_from) WHERE (caregiver_id IS NOT NULL)",
      "visit_by_joint": "visit USING btree (joint_id) WHERE (joint_id IS NOT NULL)",
      "visit_by_plan": "visit USING btree (plan_id, plan_day) WHERE (plan_id IS NOT NULL)",
      "visit_exception_by_rule": "visit_exception USING btree (rule, found_at DESC, id DESC) WHERE (state <> 'cleared'::text)",
      "visit_exception_once": "UNIQUE visit_exception USING btree (visit_id, rule) WHERE (state <> 'cleared'::text)",
      "visit_exception_open": "visit_exception USING btree (found_at DESC, id DESC) WHERE (state = ANY (ARRAY['open'::text, 'investigating'::text]))",
      "visit_file_once": "UNIQUE visit_file USING btree (phone_id, idempotency) WHERE (idempotency IS NOT NULL)",
      "visit_of_plan": "UNIQUE visit USING btree (plan_id, plan_day) WHERE ((plan_id IS NOT NULL) AND (state <> 'cancelled'::text))",
      "visit_plan_by_elder": "visit_plan USING btree (elder_id) WHERE (ended_at IS NULL)",
      "visit_plan_to_make": "visit_plan USING btree (made_through) WHERE (ended_at IS NULL)",
      "visit_under_way": "visit USING btree (home_id) WHERE (state = ANY (ARRAY['on-the-way'::text, 'in-service'::text]))",
    }
  `)
})

test('checks and exclusions stand as written', async () => {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select conrelid::regclass || '.' || conname as name, pg_get_constraintdef(oid) as definition
       from pg_constraint
      where contype in ('c', 'x') and conrelid <> 0 and connamespace = 'public'::regnamespace
        and conrelid not in (select inhrelid from pg_inherits) order by 1`,
  )
  expect(Object.fromEntries(rows.map((row) => [row.name, row.definition]))).toMatchInlineSnapshot(`
    {
      "absence.absence_check": "CHECK (((away_to IS NULL) OR (away_to > away_from)))",
      "absence.absence_kind_check": "CHECK ((kind = ANY (ARRAY['hospital'::text, 'family'::text, 'travel'::text, 'other'::text])))",
      "absence.absence_no_overlap": "EXCLUDE USING gist (elder_id WITH =, tstzrange(away_from, away_to) WITH &&)",
      "alarm.alarm_open_is_unresolved": "CHECK (((state = ANY (ARRAY['raised'::text, 'acknowledged'::text, 'handling'::text])) = (resolved_at IS NULL)))",
      "alarm.alarm_priority_check": "CHECK ((priority = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text])))",
      "alarm.alarm_state_check": "CHECK ((state = ANY (ARRAY['raised'::text, 'acknowledged'::text, 'handling'::text, 'resolved'::text, 'follow-up'::text, 'closed'::text])))",
      "alarm_rule.alarm_rule_priority_check": "CHECK ((priority = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text])))",
      "alarm_rule.alarm_rule_progress_s_check": "CHECK (((progress_s >= 60) AND (progress_s <= 3600)))",
      "alarm_rule.alarm_rule_unowned_first_s_check": "CHECK (((unowned_first_s >= 30) AND (unowned_first_s <= 600)))",
      "alarm_rule.alarm_rule_unowned_last_s_check": "CHECK (((unowned_last_s >= 60) AND (unowned_last_s <= 3600)))",
      "api_key.api_key_role_check": "CHECK ((role = ANY (ARRAY['administrator'::text, 'bureau'::text, 'city-bureau'::text, 'town-clerk'::text, 'community-clerk'::text, 'shift-lead'::text, 'seat'::text, 'village-doctor'::text, 'clinician'::text, 'assessor'::text, 'finance'::text, 'auditor'::text])))",
      "app_user.app_user_provider": "CHECK (((role = ANY (ARRAY['provider'::text, 'caregiver'::text])) = (provider_id IS NOT NULL)))",
      "app_user.app_user_role_check": "CHECK ((role = ANY (ARRAY['administrator'::text, 'bureau'::text, 'city-bureau'::text, 'town-clerk'::text, 'community-clerk'::text, 'shift-lead'::text, 'seat'::text, 'village-doctor'::text, 'clinician'::text, 'provider'::text, 'caregiver'::text, 'assessor'::text, 'finance'::text, 'auditor'::text])))",
      "area.area_kind_check": "CHECK ((kind = ANY (ARRAY['county'::text, 'town'::text, 'community'::text])))",
      "area.area_path_check": "CHECK ((path ~ '^/([0-9a-f-]{36}/)+$'::text))",
      "assignment.assignment_check": "CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))",
      "assignment.assignment_no_overlap": "EXCLUDE USING gist (device_id WITH =, COALESCE(user_number, '-1'::integer) WITH =, tstzrange(valid_from, valid_to) WITH &&)",
      "call.call_check": "CHECK (((ended_at IS NULL) OR (ended_at >= began_at)))",
      "call.call_direction_check": "CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text])))",
      "call_event.call_event_event_check": "CHECK ((event = ANY (ARRAY['asked'::text, 'failed'::text, 'ringing'::text, 'answered'::text, 'ended'::text, 'missed'::text])))",
      "care_check.care_check_channel_check": "CHECK ((channel = ANY (ARRAY['home'::text, 'phone'::text, 'video'::text])))",
      "care_check.care_check_result_check": "CHECK ((result = ANY (ARRAY['well'::text, 'needs-help'::text, 'not-reached'::text])))",
      "caregiver.caregiver_sex_check": "CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text])))",
      "channel.channel_kind_check": "CHECK ((kind = ANY (ARRAY['webhook'::text, 'email'::text, 'sms'::text])))",
      "channel.roots_go_by_email": "CHECK (((NOT keeps_roots) OR (kind = 'email'::text)))",
      "channel_state.channel_state_check": "CHECK (((failing_since IS NULL) = (failures = 0)))",
      "command.command_cmd_check": "CHECK ((cmd = ANY (ARRAY['help-coming'::text, 'test'::text, 'silence'::text, 'locate'::text, 'config'::text])))",
      "command.command_state_check": "CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'done'::text, 'expired'::text])))",
      "contact.contact_role_check": "CHECK ((role = ANY (ARRAY['family'::text, 'neighbour'::text, 'cadre'::text, 'doctor'::text, 'guide'::text, 'other'::text])))",
      "credential.credential_check": "CHECK (((document IS NULL) = (document_type IS NULL)))",
      "credential.credential_document_check": "CHECK ((octet_length(document) <= 4194304))",
      "credential.credential_document_type_check": "CHECK ((document_type = ANY (ARRAY['image/jpeg'::text, 'image/webp'::text, 'image/png'::text, 'application/pdf'::text])))",
      "deadline.deadline_state_check": "CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'moot'::text])))",
      "device.device_id_check": "CHECK ((id ~ '^[A-Za-z0-9._-]{1,64}$'::text))",
      "device.device_kind_check": "CHECK ((kind = ANY (ARRAY['button'::text, 'bp-meter'::text, 'glucose-meter'::text, 'oximeter'::text, 'scale'::text, 'thermometer'::text, 'door-reader'::text, 'hub'::text])))",
      "device.device_of_a_drill": "CHECK (((purpose = 'drill'::text) = (drill_id IS NOT NULL)))",
      "device.device_purpose_check": "CHECK ((purpose = ANY (ARRAY['care'::text, 'drill'::text, 'probe'::text])))",
      "device.device_silent_after_s_check": "CHECK ((silent_after_s > 0))",
      "drill.drill_check": "CHECK (((state = 'running'::text) = (ended_at IS NULL)))",
      "drill.drill_state_check": "CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text, 'failed'::text])))",
      "elder.elder_care_check_days_check": "CHECK (((care_check_days >= 1) AND (care_check_days <= 90)))",
      "elder.elder_death_confirmed": "CHECK ((num_nulls(died_on, death_confirmed_by, death_confirmed_at) = ANY (ARRAY[0, 3])))",
      "elder.elder_not_into_itself": "CHECK ((merged_into <> id))",
      "elder.elder_sex_check": "CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text])))",
      "elder_term.elder_term_kind_check": "CHECK ((kind = ANY (ARRAY['name'::text, 'pinyin'::text, 'initials'::text, 'phone'::text, 'contact'::text])))",
      "evidence.evidence_n_check": "CHECK ((n >= 1))",
      "evidence_bough.evidence_bough_place_check": "CHECK ((place >= 0))",
      "group_session.group_session_check": "CHECK ((planned_to > planned_from))",
      "group_session.group_session_state_check": "CHECK ((state = ANY (ARRAY['planned'::text, 'held'::text, 'cancelled'::text])))",
      "home.home_lat_check": "CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision)))",
      "home.home_lon_check": "CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision)))",
      "home.home_position_system_check": "CHECK ((position_system = ANY (ARRAY['wgs84'::text, 'gcj02'::text])))",
      "home.home_position_whole": "CHECK ((num_nulls(lon, lat, given_lon, given_lat, position_system) = ANY (ARRAY[0, 5])))",
      "home_photo.home_photo_bytes_check": "CHECK ((octet_length(bytes) <= 2097152))",
      "home_photo.home_photo_type_check": "CHECK ((type = ANY (ARRAY['image/jpeg'::text, 'image/webp'::text, 'image/png'::text])))",
      "invitation.invitation_kind_check": "CHECK ((kind = ANY (ARRAY['invite'::text, 'reset'::text])))",
      "log_head.log_head_one_check": "CHECK (one)",
      "message.message_way_check": "CHECK ((way = ANY (ARRAY['mqtt'::text, 'http'::text, 'external'::text])))",
      "notification.notification_covered": "CHECK (((state = 'covered'::text) = (covered_by IS NOT NULL)))",
      "notification.notification_state_check": "CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'given-up'::text, 'moot'::text, 'covered'::text])))",
      "on_call.on_call_after_min_check": "CHECK (((after_min >= 0) AND (after_min <= 240)))",
      "on_call.on_call_rank_check": "CHECK ((rank >= 1))",
      "presence.presence_grade_check": "CHECK ((grade = ANY (ARRAY['proved'::text, 'supported'::text, 'claimed'::text])))",
      "presence.presence_part_check": "CHECK ((part = ANY (ARRAY['begin'::text, 'end'::text])))",
      "presence.presence_set_aside_why_check": "CHECK ((set_aside_why = ANY (ARRAY['visitor'::text, 'trying-out'::text, 'told-twice'::text, 'not-ours'::text, 'other'::text])))",
      "presence.presence_way_check": "CHECK ((way = ANY (ARRAY['tag'::text, 'reader'::text, 'position'::text, 'typed'::text])))",
      "probe.probe_verdict_check": "CHECK ((verdict = ANY (ARRAY['shown'::text, 'not-shown'::text, 'not-stored'::text, 'no-seat'::text])))",
      "referral.referral_check": "CHECK (((state = ANY (ARRAY['done'::text, 'dropped'::text])) = (closed_at IS NOT NULL)))",
      "referral.referral_state_check": "CHECK ((state = ANY (ARRAY['open'::text, 'handed-on'::text, 'done'::text, 'dropped'::text])))",
      "residence.residence_check": "CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))",
      "residence.residence_no_overlap": "EXCLUDE USING gist (elder_id WITH =, tstzrange(valid_from, valid_to) WITH &&)",
      "service.service_category_check": "CHECK ((category = ANY (ARRAY['cleaning'::text, 'medical'::text, 'meal'::text, 'bathing'::text, 'mobility'::text, 'recreation'::text, 'errand'::text, 'farming'::text, 'custom'::text])))",
      "service.service_family_substitute_check": "CHECK ((family_substitute = ANY (ARRAY['community-clerk'::text, 'village-group'::text, 'neighbour'::text, 'second-caregiver'::text])))",
      "service.service_min_minutes_check": "CHECK (((min_minutes >= 0) AND (min_minutes <= 1440)))",
      "service.service_price_fen_check": "CHECK ((price_fen >= 0))",
      "shift.shift_check": "CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '24:00:00'::interval))))",
      "shift.shift_no_overlap": "EXCLUDE USING gist (user_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ((cancelled_at IS NULL))",
      "tag.tag_check": "CHECK ((((kind = 'door'::text) = (home_id IS NOT NULL)) AND ((kind = 'badge'::text) = (caregiver_id IS NOT NULL))))",
      "tag.tag_checked_by_another": "CHECK (((checked_by IS DISTINCT FROM made_by) OR (checked_by IS NULL)))",
      "tag.tag_counter_check": "CHECK ((counter >= 0))",
      "tag.tag_kind_check": "CHECK ((kind = ANY (ARRAY['door'::text, 'badge'::text])))",
      "tag.tag_replaced_why_check": "CHECK ((replaced_why = ANY (ARRAY['torn-off'::text, 'broken'::text, 'silent'::text, 'lost'::text, 'other'::text])))",
      "tag.tag_uid_check": "CHECK ((uid ~ '^([0-9A-F]{2}){4,10}$'::text))",
      "video_look.video_look_check": "CHECK (((state = 'ended'::text) = ((ended_at IS NOT NULL) AND (ending IS NOT NULL))))",
      "video_look.video_look_check1": "CHECK (((state <> 'ended'::text) OR ((offer IS NULL) AND (answer IS NULL))))",
      "video_look.video_look_check2": "CHECK (((NOT (ending IS DISTINCT FROM 'refused'::text)) = (refusal IS NOT NULL)))",
      "video_look.video_look_check3": "CHECK (((finding IS NULL) OR (ending = 'looked'::text)))",
      "video_look.video_look_consent_check": "CHECK ((consent = ANY (ARRAY['elder'::text, 'guardian'::text, 'family'::text])))",
      "video_look.video_look_ending_check": "CHECK ((ending = ANY (ARRAY['looked'::text, 'refused'::text, 'unanswered'::text, 'withdrawn'::text, 'broken'::text])))",
      "video_look.video_look_finding_check": "CHECK ((finding = ANY (ARRAY['as-ordered'::text, 'not-as-ordered'::text, 'not-clear'::text])))",
      "video_look.video_look_refusal_check": "CHECK ((refusal = ANY (ARRAY['elder-declines'::text, 'not-decent'::text, 'left-already'::text, 'no-camera'::text])))",
      "video_look.video_look_state_check": "CHECK ((state = ANY (ARRAY['asked'::text, 'agreed'::text, 'connected'::text, 'ended'::text])))",
      "visit.visit_begin_grade_check": "CHECK ((begin_grade = ANY (ARRAY['proved'::text, 'supported'::text, 'claimed'::text])))",
      "visit.visit_check": "CHECK ((planned_to > planned_from))",
      "visit.visit_check1": "CHECK (((state = 'refused'::text) = (outcome IS NOT NULL)))",
      "visit.visit_check2": "CHECK (((plan_id IS NULL) = (plan_day IS NULL)))",
      "visit.visit_end_grade_check": "CHECK ((end_grade = ANY (ARRAY['proved'::text, 'supported'::text, 'claimed'::text])))",
      "visit.visit_outcome_check": "CHECK ((outcome = ANY (ARRAY['refused'::text, 'not-home'::text, 'in-hospital'::text, 'sent-away'::text])))",
      "visit.visit_state_check": "CHECK ((state = ANY (ARRAY['planned'::text, 'assigned'::text, 'accepted'::text, 'on-the-way'::text, 'in-service'::text, 'left'::text, 'evaluated'::text, 'called-back'::text, 'ready'::text, 'cancelled'::text, 'refused'::text, 'missed'::text])))",
      "visit_exception.visit_exception_decision_check": "CHECK ((decision = ANY (ARRAY['fix'::text, 'acknowledge'::text, 'investigate'::text])))",
      "visit_exception.visit_exception_severity_check": "CHECK ((severity = ANY (ARRAY['notice'::text, 'warning'::text, 'grave'::text])))",
      "visit_exception.visit_exception_state_check": "CHECK ((state = ANY (ARRAY['open'::text, 'fixed'::text, 'acknowledged'::text, 'investigating'::text, 'cleared'::text])))",
      "visit_file.visit_file_bytes_check": "CHECK ((octet_length(bytes) <= 4194304))",
      "visit_file.visit_file_kind_check": "CHECK ((kind = ANY (ARRAY['photo'::text, 'signature'::text, 'document'::text])))",
      "visit_file.visit_file_type_check": "CHECK ((type = ANY (ARRAY['image/jpeg'::text, 'image/webp'::text, 'image/png'::text, 'application/pdf'::text])))",
      "visit_plan.visit_plan_every_weeks_check": "CHECK (((every_weeks >= 1) AND (every_weeks <= 8)))",
      "visit_plan.visit_plan_minutes_check": "CHECK (((minutes >= 10) AND (minutes <= 720)))",
      "visit_plan.visit_plan_weekdays_check": "CHECK (((array_length(weekdays, 1) >= 1) AND (array_length(weekdays, 1) <= 7)))",
    }
  `)
})

test('the fast-growing tables are cut by month of arrival', async () => {
  const { rows } = await client.query<{ name: string; key: string }>(
    `select partrelid::regclass::text as name, pg_get_partkeydef(partrelid) as key from pg_partitioned_table order by 1`,
  )
  expect(Object.fromEntries(rows.map((row) => [row.name, row.key]))).toMatchInlineSnapshot(`
    {
      "event": "RANGE (at)",
      "message": "RANGE (received_at)",
      "reading": "RANGE (received_at)",
      "rejected_message": "RANGE (received_at)",
      "tap": "RANGE (received_at)",
    }
  `)
})

test('device ids and message ids compare byte by byte, whatever the language of the server', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute join pg_collation c on c.oid = attcollation
      where attrelid = 'message_dedupe'::regclass and collname = 'C' order by 1`,
  )
  expect(rows.map((row) => row.name)).toEqual(['device_id', 'message_id'])
})
