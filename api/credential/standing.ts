import { type CredentialKind, HELD_BY_ALL, type Standing } from '@anju/domain/visit/credential'
import type { StandingRow } from './schema.ts'

/** How a caregiver stands with a kind of credential, as screens are told. */
export function toStanding(kind: CredentialKind, standing: Standing): StandingRow {
  const { state } = standing
  const needed = HELD_BY_ALL[kind] !== undefined
  if (state === 'valid') return { kind, state, day: standing.until, inDays: null, needed }
  if (state === 'expiring') return { kind, state, day: standing.until, inDays: standing.inDays, needed }
  if (state === 'expired') return { kind, state, day: standing.since, inDays: null, needed }
  return { kind, state, day: state === 'not-yet' ? standing.from : null, inDays: null, needed }
}
