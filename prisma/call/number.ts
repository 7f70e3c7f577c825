import { sameNumbers } from '@anju/domain/call/number'
import { FROM_END } from '../elder/terms.ts'
import { blindIndex, type MasterKey, open, seal } from '../key.ts'
import type { Tx } from '../tx.ts'

/** What a call's number is sealed and indexed under; the sealed value is bound to the call's id. */
const PURPOSE = 'call-number'

export function sealNumber(key: MasterKey, callId: string, number: string): { sealed: Buffer; index: Buffer } {
  return { sealed: seal(key, PURPOSE, callId, Buffer.from(number)), index: indexOfNumber(key, number) }
}

export function openNumber(key: MasterKey, callId: string, sealed: Uint8Array | null): string | null {
  return sealed === null ? null : open(key, PURPOSE, callId, sealed).toString('utf8')
}

/** By which calls of the same number are found; `number` as `readNumber` gives it. */
export function indexOfNumber(key: MasterKey, number: string): Buffer {
  return blindIndex(key, PURPOSE, number)
}

/** Bounds of the terms under which a number is found: whole ones, and those of one that ends so. */
export interface NumberTerms {
  whole: string[]
  /** '' where a whole number is asked for. */
  from: string
  to: string
}

/** How `number` may stand in `elder_term`: from either end, with an area code or without. */
export function termsOfNumber(number: string): NumberTerms {
  const { whole, endsWith } = sameNumbers(number)
  const from = endsWith === null ? '' : FROM_END + [...endsWith].reverse().join('')
  return { whole, from, to: from === '' ? '' : `${from}:` } // ':' follows the digits
}

type Place = { id: string; path: string }

/**
 * Whose desk a call is for: the nearest area around all whom its number belongs to, where somebody sits who sees it. A
 * number of nobody is for where most seats sit. Undefined before there is any area.
 */
export async function areaOfNumber(tx: Tx, number: string | null): Promise<Place | undefined> {
  const { whole, from, to } = number === null ? { whole: [], from: '', to: '' } : termsOfNumber(number)
  const homes = await tx.query<{ path: string }>(
    `select distinct area.path from elder_term term
     join elder on elder.id = term.elder_id and elder.merged_into is null and elder.died_on is null
     join home on home.id = elder.home_id join area on area.id = home.area_id
     where term.kind in ('phone', 'contact') and (term.term = any($1) or (term.term >= $2 and term.term < $3))
     union
     select area.path from device join area on area.id = device.area_id
     where device.voice_number <> '' and device.voice_number = any($1) and device.revoked_at is null`,
    [whole, from, to],
  )
  const desks = await tx.query<Place>(
    `select area.id, area.path from app_user join area on area.id = app_user.area_id
     where app_user.role in ('seat', 'shift-lead') and app_user.disabled_at is null
     group by area.id order by count(*) desc, area.path`,
  )
  const shared = homes.map(({ path }) => path.split('/')).reduce<string[] | null>(common, null)
  const path = shared === null ? '' : `${shared.join('/')}/`.replace(/\/+$/, '/')
  const seen = path.length > 1 && (desks.length === 0 || desks.some((desk) => path.startsWith(desk.path)))
  if (!seen && desks[0]) return desks[0]
  const [area] = await tx.query<Place>(
    'select id, path from area where path = $1 or ($2 and parent_id is null) order by created_at, id limit 1',
    [path, !seen],
  )
  return area
}

/** The beginning that two paths share. */
function common(shared: string[] | null, parts: string[]): string[] {
  if (shared === null) return parts
  const parted = shared.findIndex((part, at) => part !== parts[at])
  return parted < 0 ? shared : shared.slice(0, parted)
}
