import type { Scope } from '@anju/domain/access/scope'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { type Credential, isCredentialKind, type Standing, standings } from '@anju/domain/visit/credential'
import type { Db } from '@anju/prisma/reads'
import { providersOf } from '../provider/read.ts'
import type { Worklist, WorklistRow, worklistShows } from './schema.ts'
import { toStanding } from './standing.ts'

interface Held {
  caregiverId: string
  caregiverName: string
  providerId: string
  providerName: string
  timeZone: string
  /** Null: nothing is on file. */
  kind: string | null
  issuedOn: string
  expiresOn: string | null
  withdrawn: boolean
}

export interface WorklistAsked {
  show: (typeof worklistShows)[number]
  providerId: string | undefined
  cursor: string | undefined
  limit: number
  now: Date
}

/**
 * What runs out within 30 days and what is missing already, of all who work now: what ends soonest first, then who may
 * not be sent, by name. The whole is small: some credentials for each caregiver of a county.
 */
export async function readWorklist(scope: Scope, db: Db, asked: WorklistAsked): Promise<Omit<Worklist, 'asOf'>> {
  const rows = await readHeld(scope, db, asked.providerId ?? null)
  const items = [...Map.groupBy(rows, ({ caregiverId }) => caregiverId).values()]
    .flatMap((held) => amissOf(held, asked.now))
    .toSorted(bySoonest)
  const expiring = items.filter(({ state }) => state === 'expiring')
  const missing = items.filter(({ state }) => state !== 'expiring')
  const wanted = { all: items, expiring, missing }[asked.show]
  const from = offsetOf(asked.cursor)
  const to = from + asked.limit
  return {
    items: wanted.slice(from, to),
    next: to < wanted.length ? String(to) : null,
    counts: {
      expiring: expiring.length,
      missing: missing.length,
      unfit: new Set(missing.map(({ caregiver }) => caregiver.id)).size,
    },
  }
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0
  if (!/^\d{1,6}$/.test(cursor)) throw new Refusal('invalid-cursor')
  return Number(cursor)
}

async function readHeld(scope: Scope, db: Db, providerId: string | null): Promise<Held[]> {
  return db.$queryRaw<Held[]>`
    select caregiver.id as "caregiverId", caregiver.name as "caregiverName", provider.id as "providerId",
           provider.name as "providerName", area.time_zone as "timeZone", credential.kind,
           credential.issued_on::text as "issuedOn", credential.expires_on::text as "expiresOn",
           credential.withdrawn_at is not null as withdrawn
    from caregiver join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
      left join credential on credential.caregiver_id = caregiver.id
    where ${providersOf(scope)} and caregiver.left_at is null and provider.closed_at is null
      and (${providerId}::uuid is null or provider.id = ${providerId}::uuid)
    order by caregiver.name, caregiver.id`
}

/** Of what everybody must hold, all that runs out or is not there; of the rest, what runs out or ran out. */
function amissOf(held: readonly Held[], now: Date): WorklistRow[] {
  const [one] = held
  if (!one) return []
  const credentials = held.flatMap(({ kind, ...rest }): Credential[] =>
    kind !== null && isCredentialKind(kind) ? [{ ...rest, kind }] : [],
  )
  const caregiver = { id: one.caregiverId, name: one.caregiverName }
  const provider = { id: one.providerId, name: one.providerName }
  return standings(credentials, todayIn(one.timeZone, now))
    .map(({ kind, standing }) => toStanding(kind, standing))
    .filter(({ needed, state }) => isAmiss(state, needed))
    .map((row) => ({ caregiver, provider, ...row }))
}

function isAmiss(state: Standing['state'], needed: boolean): boolean {
  if (state === 'valid') return false
  return needed || state === 'expiring' || state === 'expired'
}

function bySoonest(a: WorklistRow, b: WorklistRow): number {
  return (a.inDays ?? Infinity) === (b.inDays ?? Infinity) ? 0 : (a.inDays ?? Infinity) - (b.inDays ?? Infinity)
}
