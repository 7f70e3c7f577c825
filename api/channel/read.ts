import type { Scope } from '@anju/domain/access/scope'
import { ESCALATIONS } from '@anju/domain/alarm/kinds'
import { type ChannelKind, type ChannelSettings, shown } from '@anju/domain/channel/settings'
import { Refusal } from '@anju/domain/error'
import { openSettings } from '@anju/prisma/channel/settings'
import { Prisma } from '@anju/prisma/generated/client'
import type { MasterKey } from '@anju/prisma/key'
import type { Db } from '@anju/prisma/reads'
import type { ChannelDetail, ChannelRow } from './schema.ts'
import { stateColumns, type StateRow, toState } from './state.ts'

/** A county has a handful. */
const MOST = 500

interface Found extends StateRow {
  id: string
  name: string
  kind: ChannelKind
  areaId: string
  areaName: string
  reasons: string[]
  enabled: boolean
  keepsRoots: boolean
  removedAt: Date | null
  version: number
  settingsSealed: Uint8Array
}

/** The channels of a scope that were not taken away, by name. */
export async function readChannels(scope: Scope, db: Db, key: MasterKey): Promise<ChannelRow[]> {
  const rows = await find(scope, db, Prisma.sql`channel.removed_at is null`)
  return rows.map((row) => toRow(row, opened(key, row)))
}

/** Refuses `not-found` unless the channel is within the scope. */
export async function readChannelPlace(scope: Scope, db: Db, id: string): Promise<void> {
  if ((await find(scope, db, Prisma.sql`channel.id = ${id}::uuid`)).length === 0) throw new Refusal('not-found')
}

/** One channel with its settings, but for what must not be shown. Refuses `not-found` outside the scope. */
export async function readChannel(scope: Scope, db: Db, key: MasterKey, id: string): Promise<ChannelDetail> {
  const [row] = await find(scope, db, Prisma.sql`channel.id = ${id}::uuid`)
  if (!row) throw new Refusal('not-found')
  const channel = openSettings(key, row)
  return { ...toRow(row, channel), ...shown(channel) }
}

function find(scope: Scope, db: Db, wanted: Prisma.Sql): Promise<Found[]> {
  return db.$queryRaw<Found[]>`
    select channel.id, channel.name, channel.kind, area.id as "areaId", area.name as "areaName", channel.reasons,
           channel.enabled, channel.keeps_roots as "keepsRoots", channel.removed_at as "removedAt", channel.version,
           channel.settings_sealed as "settingsSealed", ${stateColumns},
           (select count(*)::int from notification n
            where n.channel = 'channel:' || channel.id and n.state = 'waiting') as waiting
    from channel join area on area.id = channel.area_id
      left join channel_state s on s.channel = 'channel:' || channel.id
    where starts_with(area.path, ${scope.areaPath}) and ${wanted}
    order by channel.name, channel.id limit ${MOST}`
}

/** null: sealed under another key. */
function opened(key: MasterKey, row: Found): ChannelSettings | null {
  try {
    return openSettings(key, row)
  } catch {
    return null
  }
}

function hostOf(channel: ChannelSettings | null): string {
  if (channel === null) return ''
  if (channel.kind === 'email') return channel.settings.host
  return URL.canParse(channel.settings.url) ? new URL(channel.settings.url).host : ''
}

function toRow(row: Found, channel: ChannelSettings | null): ChannelRow {
  const { id, name, kind, areaId, areaName, enabled, keepsRoots, removedAt, version } = row
  return {
    id,
    name,
    kind,
    area: { id: areaId, name: areaName },
    reasons: ESCALATIONS.filter((each) => row.reasons.includes(each)),
    enabled,
    keepsRoots,
    removedAt: removedAt?.toISOString() ?? null,
    host: hostOf(channel),
    version,
    state: toState(row),
  }
}
