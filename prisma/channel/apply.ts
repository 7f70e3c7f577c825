import type { Scope } from '@anju/domain/access/scope'
import type { EscalationReason } from '@anju/domain/alarm/kinds'
import { wrongSettings } from '@anju/domain/channel/check'
import { changedSettings, type ChannelKind, type ChannelSettings, keepingSecret } from '@anju/domain/channel/settings'
import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { lastChangeOf } from '../history/changed-by.ts'
import { differ } from '../history/differ.ts'
import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import { retire } from '../notification/health.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { openSettings, sealSettings } from './settings.ts'

export interface NewChannel {
  areaId: string
  name: string
  reasons: readonly EscalationReason[]
  enabled: boolean
  /** Whether it is sent the daily roots of evidence; by e-mail alone. */
  keepsRoots: boolean
  channel: ChannelSettings
}

/**
 * Adds a way to the outside for an area of the scope and all below it. Refuses `not-found` for an area outside and
 * `channel-invalid` with `wrong`, field by field.
 */
export async function addChannel(
  tx: Tx,
  key: MasterKey,
  { areaId, name, reasons, enabled, keepsRoots, channel }: NewChannel,
  scope: Scope,
  now: Date,
): Promise<{ id: string }> {
  requireRight(channel)
  requirePurpose(channel.kind, reasons, keepsRoots)
  const [area] = await tx.query<{ name: string; path: string }>(
    'select name, path from area where id = $1 and starts_with(path, $2)',
    [areaId, scope.areaPath],
  )
  if (!area) throw new Refusal('not-found', 'There is no such area within yours.')
  const id = newId(now)
  await tx.query(
    `insert into channel (id, area_id, kind, name, settings_sealed, reasons, enabled, keeps_roots, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, areaId, channel.kind, name, sealSettings(key, id, channel), reasons, enabled, keepsRoots, now],
  )
  const after = { name, kind: channel.kind, area: area.name, reasons: reasons.join(' '), enabled, keepsRoots }
  await note(tx, { id, action: 'registered', after, path: area.path }, scope, now)
  return { id }
}

export interface ChannelChange {
  id: string
  version: number
  name?: string | undefined
  reasons?: readonly EscalationReason[] | undefined
  enabled?: boolean | undefined
  keepsRoots?: boolean | undefined
  /** Takes it away, or brings it back as it was. */
  removed?: boolean | undefined
  /** Whole; an empty secret: as it was. Its kind cannot change. */
  channel?: ChannelSettings | undefined
}

/** Refuses `not-found` outside the scope, `changed-meanwhile`, and `channel-invalid` with `wrong`. */
export async function changeChannel(
  tx: Tx,
  key: MasterKey,
  change: ChannelChange,
  scope: Scope,
  now: Date,
): Promise<void> {
  const { id, version } = change
  const subject = `channel:${id}`
  await lockSubjects(tx, [subject])
  const held = await heldChannel(tx, id, scope)
  const was = {
    name: held.name,
    reasons: held.reasons.join(' '),
    enabled: held.enabled,
    keepsRoots: held.keepsRoots,
    removed: held.removedAt !== null,
  }
  if (held.version !== version) {
    const current = { ...was, reasons: held.reasons, version: held.version }
    throw new Refusal('changed-meanwhile', undefined, { current, ...(await lastChangeOf(tx, subject)) })
  }
  const opened = openSettings(key, held)
  const settings = change.channel === undefined ? opened : keepingSecret(change.channel, opened)
  if (settings.kind !== held.kind) throw new Refusal('invalid-request', 'A channel keeps its kind.')
  requireRight(settings)
  const touched = changedSettings(opened, settings)
  const { name, enabled, keepsRoots, removed } = change
  const reasons = change.reasons?.join(' ')
  const { before, after, any } = differ(was, { name, enabled, keepsRoots, removed, reasons })
  if (!any && touched.length === 0) return
  const to = { ...was, ...after }
  requirePurpose(held.kind, change.reasons ?? held.reasons, to.keepsRoots)
  await tx.query(
    `update channel set name = $2, reasons = $3, enabled = $4, removed_at = $5, settings_sealed = $6,
            keeps_roots = $7, version = version + 1 where id = $1`,
    [
      id,
      to.name,
      change.reasons ?? held.reasons,
      to.enabled,
      to.removed ? (held.removedAt ?? now) : null,
      touched.length === 0 ? held.settingsSealed : sealSettings(key, id, settings),
      to.keepsRoots,
    ],
  )
  if (to.removed || !to.enabled) await retire(tx, subject, to.removed ? 'removed' : 'disabled', now)
  const action = after.removed === true ? 'removed' : after.removed === false ? 'restored' : 'changed'
  const settingsAfter = touched.length === 0 ? {} : { settings: touched.join(' ') }
  await note(tx, { id, action, before, after: { ...after, ...settingsAfter }, path: held.path }, scope, now)
}

export interface HeldChannel {
  id: string
  kind: ChannelKind
  name: string
  reasons: EscalationReason[]
  enabled: boolean
  keepsRoots: boolean
  version: number
  removedAt: Date | null
  settingsSealed: Uint8Array
  path: string
  timeZone: string
}

/** A channel of the scope. Refuses `not-found`. */
export async function heldChannel(tx: Pick<Tx, 'query'>, id: string, scope: Scope): Promise<HeldChannel> {
  const [held] = await tx.query<HeldChannel & Record<string, unknown>>(
    `select channel.id, channel.kind, channel.name, channel.reasons, channel.enabled, channel.version,
            channel.keeps_roots as "keepsRoots", channel.removed_at as "removedAt", channel.settings_sealed as "settingsSealed", area.path,
            area.time_zone as "timeZone"
     from channel join area on area.id = channel.area_id
     where channel.id = $1 and starts_with(area.path, $2)`,
    [id, scope.areaPath],
  )
  if (!held) throw new Refusal('not-found', 'There is no such channel within your area.')
  return held
}

/** A channel as the notifier needs it: whatever its area. Undefined when it is gone or off. */
export async function usableChannel(
  db: Pick<Tx, 'query'>,
  id: string,
): Promise<{ id: string; kind: ChannelKind; settingsSealed: Uint8Array } | undefined> {
  const [found] = await db.query<{ id: string; kind: ChannelKind; settingsSealed: Uint8Array }>(
    `select id, kind, settings_sealed as "settingsSealed" from channel
     where id = $1 and enabled and removed_at is null`,
    [id],
  )
  return found
}

/** A test message was sent by hand: what came of it stands in the history, without whom it went to. */
export async function recordTest(
  tx: Tx,
  test: { id: string; path: string; status: number | null; error: string | null },
  scope: Scope,
  now: Date,
): Promise<void> {
  const after = { worked: test.error === null, status: test.status, error: test.error }
  await note(tx, { id: test.id, action: 'tested', after, path: test.path }, scope, now)
}

function requireRight(channel: ChannelSettings): void {
  const wrong = wrongSettings(channel)
  if (wrong.length > 0) throw new Refusal('channel-invalid', undefined, { wrong })
}

/** A channel is there for something. Refuses `invalid-request`. */
function requirePurpose(kind: ChannelKind, reasons: readonly EscalationReason[], keepsRoots: boolean): void {
  if (keepsRoots && kind !== 'email') throw new Refusal('invalid-request', 'Roots of evidence go by e-mail.')
  if (!keepsRoots && reasons.length === 0) throw new Refusal('invalid-request', 'Say what this channel is told.')
}

async function note(
  tx: Tx,
  change: { id: string; action: string; before?: object; after: object; path: string },
  { userId }: Scope,
  now: Date,
): Promise<void> {
  const { id, action, before = {}, after, path } = change
  const subject = `channel:${id}`
  await recordChange(tx, { subject, action, before: { ...before }, after: { ...after }, reason: '', userId, now })
  tx.events.push({
    at: now,
    topic: 'staff',
    name: `channel.${action}`,
    areaPath: path,
    subject,
    body: { channelId: id },
  })
}
