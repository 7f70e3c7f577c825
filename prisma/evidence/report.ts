import type { Verification } from '@anju/domain/evidence/verify'
import type { VisitVerification } from '@anju/domain/evidence/verify-visit'

/** What a person reads of chains: what is altered, then how far the signatures reach. */
export function reportOfChains({ demo, whole, findings, elders, days }: Verification): string[] {
  return [
    ...(demo === undefined ? [] : [demo]),
    ...findings.map(({ code, detail, elder, n, day }) => {
      const where = [day && `day ${day}`, elder && `elder ${elder}`, n !== undefined && `entry ${n}`].filter(Boolean)
      return `ALTERED  ${[...where, code].join(', ')}: ${detail}`
    }),
    ...days.map(({ day, heads, proved }) => `day ${day}: root over ${heads} chains, ${proved} of this file proved`),
    ...elders.map(({ elder, entries, sealed, erased }) => {
      const open = entries > sealed ? `; entries ${sealed + 1} to ${entries} are not yet sealed` : ''
      const gone = erased > 0 ? `; ${erased} personal contents erased` : ''
      return `elder ${elder}: ${entries} entries, ${sealed} under a signed root${open}${gone}`
    }),
    whole ? 'Nothing was altered.' : `Altered: ${findings.length} findings.`,
  ]
}

/** The same of one visit; `copies`: how many days the second party keeps, null: it was not asked. */
export function reportOfVisit(verified: VisitVerification, copies: number | null): string[] {
  const { of, whole, findings, steps, ends, files, chain, days, erased } = verified
  const altered = findings.map(
    ({ path, code, detail }) => `ALTERED  ${path === '' ? 'the file' : path} (${code}): ${detail}`,
  )
  if (of === null) return [...altered, 'Altered: this is not a visit’s evidence as it was exported.']
  const proved = (what: string, { all, proved: n }: { all: number; proved: number }) => `${n} of ${all} ${what}`
  const open =
    chain.last > chain.sealed
      ? `; entries ${Math.max(chain.first, chain.sealed + 1)} to ${chain.last} are not yet sealed`
      : ''
  return [
    ...(of.demo === null ? [] : [of.demo]),
    ...altered,
    `visit ${of.visit} of elder ${of.elder}, exported ${of.exportedAt}`,
    of.keyGiven
      ? `signed by the key that was given`
      : `signed by the key it names itself: compare it with the one you were given\n  ${of.key}`,
    `proved by the chain: ${[proved('steps', steps), proved('ends', ends), proved('files', files)].join(', ')}`,
    chain.last === 0
      ? 'no entry of this visit is in the chain'
      : `entries ${chain.first} to ${chain.last} of the elder’s chain${open}`,
    ...days.flatMap(({ day, handed, copy }) => [
      `day ${day}: sealed${copies === null ? '' : SECOND[copy]}`,
      ...handed.map(({ at, to, how }) => `  handed over ${at} to ${to} (${how})`),
    ]),
    ...(copies === null ? ['the second party’s copies were not asked: add --roots <file or folder>'] : []),
    ...erased.map(
      ({ n, kind, name, at, by, ground }) =>
        `“${name}” of entry ${n} (${kind}) was deleted lawfully on ${at} by ${by}: ${ground}; the chain is whole`,
    ),
    whole ? 'Nothing was altered.' : `Altered: ${findings.length} findings.`,
  ]
}

const SECOND = {
  agrees: ', and the second party keeps the same root',
  differs: ', BUT THE SECOND PARTY KEEPS ANOTHER ROOT',
  none: '; the second party’s copies do not have this day',
} as const
