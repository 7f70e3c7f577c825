import type { TagFormat } from './tag-config.ts'

/** `not-enabled`: the tag has a wire, and nobody switched its watch on. */
export const wireStates = ['closed', 'open', 'not-enabled'] as const
export type WireState = (typeof wireStates)[number]

/** An NTAG 424 DNA TagTamper's wire: whether it was ever open since it was armed, and whether it is open now. */
export interface Tamper {
  ever: WireState
  now: WireState
}

/** TTPermStatus and TTCurrStatus, one letter each (NT4H2421Tx, NTAG 424 DNA TagTamper). */
const letters: Record<string, WireState> = { C: 'closed', O: 'open', I: 'not-enabled' }

/** What a verified message says of the wire, from where the tag's configuration has it told. */
export function tamperOf(
  told: NonNullable<TagFormat['tamper']>,
  query: string | null,
  file: Uint8Array | null,
): Tamper | 'unreadable' {
  const text = told.in === 'query' ? query : String.fromCharCode(...(file ?? []).slice(told.at, told.at + 2))
  const [ever, now] = [letters[text?.[0] ?? ''], letters[text?.[1] ?? '']]
  return ever && now && text?.length === 2 ? { ever, now } : 'unreadable'
}
