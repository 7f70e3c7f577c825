import type { Scope } from '@anju/domain/access/scope'
import { attribute, attributePress, type Assignment } from '@anju/domain/device/attribute'
import { Refusal } from '@anju/domain/error'
import { firstIdOf, timeOf } from '@anju/prisma/id'
import type { Db } from '@anju/prisma/reads'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import { readDevicePlace } from './read.ts'
import type { DeviceMessage, Rejected, RejectedBody } from './schema.ts'

interface Asked {
  deviceId: string
  mark: Mark | undefined
  limit: number
}

interface MessageRow {
  id: string
  receivedAt: Date
  at: Date | null
  type: string
  way: string
  via: string | null
  marks: string[]
}

/** Later than any message. */
const END_OF_TIME = new Date('2200-01-01T00:00:00Z')

/** What a device said, newest first, with where it belongs when that is not where the device stood on arrival. */
export async function readMessages(scope: Scope, db: Db, asked: Asked): Promise<Page<DeviceMessage>> {
  const { deviceId, mark, limit } = asked
  await readDevicePlace(scope, db, deviceId)
  const take = limit + 1
  const before = mark?.at ?? END_OF_TIME
  const beforeId = mark?.id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  // Literal, so that the index of everything but readings is known to hold it.
  const others = await db.$queryRaw<MessageRow[]>`
    select id, received_at as "receivedAt", at, type, way, via, marks from message
    where device_id = ${deviceId} and type <> 'reading' and (received_at, id) < (${before}, ${beforeId}::uuid)
    order by received_at desc, id desc limit ${take}`
  const rows = [...others, ...(await readingsBefore(scope, db, { deviceId, before, beforeId, take }))]
    .sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime() || (a.id < b.id ? 1 : -1))
    .slice(0, take)
  const stays = await staysOf(scope, db, deviceId)
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.receivedAt, id: row.id }),
    ({ id, receivedAt, at, type, way, via, marks, ...row }) => ({
      id,
      receivedAt: receivedAt.toISOString(),
      at: at?.toISOString() ?? null,
      type,
      way,
      via,
      marks,
      formerHome: formerHome(stays, { ...row, id, type, receivedAt, at, way, via, marks }),
    }),
  )
}

/** Readings carry no index by device, which would cost each a write: their dedupe rows lead to them. */
async function readingsBefore(
  scope: Scope,
  db: Db,
  { deviceId, before, beforeId, take }: { deviceId: string; before: Date; beforeId: string; take: number },
): Promise<MessageRow[]> {
  const newest = firstIdOf(new Date(before.getTime() + 1))
  const facts = await db.$queryRaw<{ id: string }[]>`
    select fact_id as id from message_dedupe where device_id = ${deviceId} and fact_id < ${newest}::uuid
    order by fact_id desc limit ${take}`
  const oldest = facts.at(-1)
  if (!oldest) return []
  return db.$queryRaw<MessageRow[]>`
    select id, received_at as "receivedAt", at, type, way, via, marks from message
    where id = any(${facts.map(({ id }) => id)}::uuid[]) and type = 'reading'
      and received_at >= ${new Date(timeOf(oldest.id).getTime() - 1000)}
      and (received_at, id) < (${before}, ${beforeId}::uuid)`
}

type StayOf = Assignment & { address: string; elder: string | null }

async function staysOf(scope: Scope, db: Db, deviceId: string): Promise<StayOf[]> {
  const rows = await db.assignment.findMany({
    where: { deviceId },
    include: { elder: { select: { name: true } }, home: { include: { area: true } } },
  })
  return rows.map(({ homeId, elderId, userNumber, validFrom, validTo, home, elder }) => {
    const ours = home.area.path.startsWith(scope.areaPath)
    return {
      homeId,
      elderId,
      userNumber,
      validFrom,
      validTo,
      areaId: home.areaId,
      areaPath: home.area.path,
      address: ours ? home.address : '',
      elder: ours ? (elder?.name ?? null) : null,
    }
  })
}

function formerHome(stays: readonly StayOf[], { type, at, receivedAt, marks }: MessageRow) {
  if (type === 'state' || at === null || marks.includes('skewed')) return null
  const there = type === 'press' ? attributePress(stays, at, receivedAt) : attribute(stays, at, null)
  const owner = stays.find((stay) => stay === there) ?? stays.find((stay) => holds(stay, at))
  const on = stays.find((stay) => holds(stay, receivedAt))
  if (!owner || owner.homeId === on?.homeId) return null
  return { address: owner.address, elder: owner.elder }
}

const holds = (stay: StayOf, at: Date): boolean => stay.validFrom <= at && (stay.validTo === null || at < stay.validTo)

const EXCERPT_BYTES = 300

/** Messages of a device that could not be taken, newest first. */
export async function readRejected(scope: Scope, db: Db, { deviceId, mark, limit }: Asked): Promise<Page<Rejected>> {
  await readDevicePlace(scope, db, deviceId)
  const rows = await db.rejectedMessage.findMany({
    where: { deviceId, ...after('receivedAt', mark) },
    orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(rows, limit, (row) => ({ at: row.receivedAt, id: row.id }), toRejected)
}

/** One of them with its whole body. Refuses `not-found` outside the scope. */
export async function readRejectedBody(
  scope: Scope,
  db: Db,
  { deviceId, id }: { deviceId: string; id: string },
): Promise<RejectedBody> {
  await readDevicePlace(scope, db, deviceId)
  const row = await db.rejectedMessage.findFirst({ where: { id, deviceId } })
  if (!row) throw new Refusal('not-found')
  return { ...toRejected(row), text: textOf(row.body), hex: Buffer.from(row.body.subarray(0, 64)).toString('hex') }
}

function toRejected(row: {
  id: string
  receivedAt: Date
  type: string
  code: string
  detail: string
  body: Uint8Array
}): Rejected {
  return {
    id: row.id,
    receivedAt: row.receivedAt.toISOString(),
    type: row.type,
    code: row.code,
    detail: row.detail,
    bytes: row.body.length,
    excerpt: Buffer.from(row.body.subarray(0, EXCERPT_BYTES)).toString('utf8'),
  }
}

function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
}
