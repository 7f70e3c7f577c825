import { createHash } from 'node:crypto'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { photoTypeOf } from '@anju/domain/home/photo'
import { type ConditionKind, required, type Said, type Substitute } from '@anju/domain/visit/condition'
import { VISIT_FILE_BYTES_AT_MOST, VISIT_FILES_AT_MOST, type VisitFileKind } from '@anju/domain/visit/file'
import { measure } from '@anju/domain/wire/reading'
import type { Reading } from '@anju/domain/wire/schema'
import { newId } from '../id.ts'
import { seePhone } from '../presence/phone.ts'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from './entry.ts'
import { actorOf, type HeldVisit, lockVisit, require } from './hold.ts'

/** What a phone says of itself with everything it sends: its own number, and one for this very fact. */
export interface FromPhone {
  phoneId: string
  key: string
  userAgent: string
}

export interface ServiceDone {
  id: string
  done: boolean
  /** What was said of each condition of the service. */
  conditions: Partial<Record<ConditionKind, Said>>
}

/**
 * Ticks services off, or takes a tick back; each time is an entry of its own. What the service and the elder's file ask
 * for at that time is kept with what was said: a later change of either asks nothing of it. Refuses what `require`
 * refuses, and `not-found` for a service that this area does not have.
 */
export async function serveVisit(
  tx: Tx,
  act: { id: string; services: readonly ServiceDone[]; deviceAt: Date | null },
  scope: Scope,
  now: Date,
): Promise<void> {
  const actor = await actorOf(tx, scope, now)
  const held = await lockVisit(tx, act.id, actor)
  require(held, 'serve', actor)
  const known = await tx.query<Conditioned & Record<string, unknown>>(
    `select service.id, service.conditions, service.family_substitute as "familySubstitute", elder.understands,
            elder.without_family as "withoutFamily"
     from service join area on area.id = service.area_id join elder on elder.id = $3
     where service.id = any($1) and starts_with($2, area.path)`,
    [act.services.map(({ id }) => id), held.areaPath, held.elderId],
  )
  const asked = new Map(known.map((each) => [each.id, required(each, each)]))
  if (!act.services.every(({ id }) => asked.has(id))) throw new Refusal('not-found')
  for (const { id, done, conditions } of act.services) {
    tx.send(
      `insert into visit_service (visit_id, service_id, planned, done_at, conditions, asked)
       values ($1, $2, false, $3, $4, $5)
       on conflict (visit_id, service_id) do update set done_at = $3, conditions = $4, asked = $5`,
      [
        held.id,
        id,
        done ? doneAt(held, act.deviceAt, now) : null,
        JSON.stringify(conditions),
        JSON.stringify(asked.get(id)),
      ],
    )
  }
  const body = { services: act.services.map(({ id, done, conditions }) => ({ id, done, conditions })) }
  await addVisitEntry(tx, held, { kind: 'served', userId: scope.userId, at: now, deviceAt: act.deviceAt, body })
}

/** By the phone's clock where that can be so; one that is a year off is told in the story, and believed of nothing. */
function doneAt({ beganAt }: HeldVisit, deviceAt: Date | null, now: Date): Date {
  return deviceAt === null || deviceAt > now || (beganAt !== null && deviceAt < beganAt) ? now : deviceAt
}

interface Conditioned {
  id: string
  conditions: ConditionKind[]
  familySubstitute: Substitute | null
  understands: boolean
  withoutFamily: boolean
}

/**
 * A reading that was taken and typed in: kept in the story with what it comes to in the platform's units. Sent twice it
 * is one. Refuses what `require` refuses, and `invalid-request` for what is none.
 */
export async function noteReading(
  tx: Tx,
  act: { id: string; reading: Reading; deviceAt: Date | null; from: FromPhone },
  scope: Scope,
  now: Date,
): Promise<void> {
  const actor = await actorOf(tx, scope, now)
  const held = await lockVisit(tx, act.id, actor)
  require(held, 'serve', actor)
  await seePhone(tx, act.from, now)
  const { phoneId, key } = act.from
  const [same] = await tx.query(
    `select id from visit_entry where visit_id = $1 and kind = 'reading' and body ->> 'phoneId' = $2 and body ->> 'key' = $3`,
    [held.id, phoneId, key],
  )
  if (same) return
  const measured = measure(act.reading)
  if (!measured.ok) throw new Refusal('invalid-request', `This is no reading: ${measured.code}.`)
  const body = { phoneId, key, given: act.reading, measurement: measured.measurement }
  await addVisitEntry(tx, held, { kind: 'reading', userId: scope.userId, at: now, deviceAt: act.deviceAt, body })
}

export interface NewVisitFile {
  id: string
  kind: VisitFileKind
  bytes: Buffer
  takenAt: Date | null
  position: Record<string, unknown> | null
  serviceId: string | null
  caption: string
  /** Perceptual hash, 8 bytes. */
  look: Buffer | null
  from: FromPhone
}

/**
 * Keeps a photo or a signature. Sent twice it is one; answers its id. Refuses what `require` refuses, `photo-unreadable`
 * for what is no picture or too large, `photos-enough`, `photo-barred` where a service bars pictures, and `not-found` for a
 * service that this area does not have.
 */
export async function addVisitFile(tx: Tx, file: NewVisitFile, scope: Scope, now: Date): Promise<{ id: string }> {
  const type = photoTypeOf(file.bytes)
  if (type === null || file.bytes.length > VISIT_FILE_BYTES_AT_MOST) throw new Refusal('photo-unreadable')
  const actor = await actorOf(tx, scope, now)
  const held = await lockVisit(tx, file.id, actor)
  const { phoneId, key } = file.from
  const [same] = await tx.query<{ id: string }>(
    'select id from visit_file where phone_id = $1 and idempotency = $2 and visit_id = $3',
    [phoneId, key, held.id],
  )
  if (same) return same
  require(held, 'serve', actor)
  await seePhone(tx, file.from, now)
  if (file.kind === 'photo') await requirePhotoAllowed(tx, held, file.serviceId)
  const id = newId(now)
  const digest = createHash('sha256').update(file.bytes).digest()
  await tx.query(
    `insert into visit_file (id, visit_id, kind, type, bytes, digest, look, taken_at, received_at, service_id, position,
                             caption, user_id, phone_id, idempotency)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      id,
      held.id,
      file.kind,
      type,
      file.bytes,
      digest,
      file.look,
      file.takenAt,
      now,
      file.serviceId,
      file.position === null ? null : JSON.stringify(file.position),
      file.caption,
      scope.userId,
      phoneId,
      key,
    ],
  )
  const body = { fileId: id, kind: file.kind, type, digest: digest.toString('hex') }
  await addVisitEntry(tx, held, {
    kind: 'file',
    userId: scope.userId,
    at: now,
    deviceAt: file.takenAt,
    body,
    facts: { fileId: id, digest: body.digest },
    personal: { caption: file.caption },
  })
  return { id }
}

/**
 * No picture where it would shame (bathing, washing): of such a service, or of nothing named in a visit that has one; and
 * not without end.
 */
async function requirePhotoAllowed(tx: Tx, { id, areaPath }: HeldVisit, serviceId: string | null): Promise<void> {
  const [asked] = await tx.query<{ known: boolean; barred: boolean; photos: number }>(
    `select count(*) filter (where service.id = $2) > 0 as known, coalesce(bool_or(not service.photos), false) as barred,
            (select count(*)::int from visit_file where visit_id = $1 and kind = 'photo') as photos
     from service join area on area.id = service.area_id
     where starts_with($3, area.path) and (service.id = $2
       or $2::uuid is null and service.id in (select service_id from visit_service where visit_id = $1))`,
    [id, serviceId, areaPath],
  )
  if (serviceId !== null && asked?.known !== true) throw new Refusal('not-found')
  if (asked?.barred) throw new Refusal('photo-barred')
  if ((asked?.photos ?? 0) >= VISIT_FILES_AT_MOST) throw new Refusal('photos-enough')
}
