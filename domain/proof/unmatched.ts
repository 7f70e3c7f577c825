import { sunRefusals } from './sun.ts'
import { tapUrlFaults } from './tap-url.ts'

/** Why a tap belongs to no visit, as whoever works through them needs to know. */
export const unmatchedKinds = ['unknown', 'unreadable', 'wrong-key', 'other-area', 'no-visit'] as const
export type UnmatchedKind = (typeof unmatchedKinds)[number]

/** What is kept with the tap, by what it means. A code that verifies not is told before where it hangs. */
export const unmatchedCodes = {
  unknown: ['tag-unknown', 'tag-of-nobody'],
  unreadable: [...tapUrlFaults, ...sunRefusals.filter((code) => code !== 'sun-mac-mismatch')],
  'wrong-key': ['sun-mac-mismatch'],
  'other-area': ['tag-of-other-area'],
  'no-visit': ['no-visit'],
} as const satisfies Record<UnmatchedKind, readonly string[]>

/** Of a code that is newer, or was kept before there were any: that no visit was found is true of all. */
export function unmatchedOf(code: string): UnmatchedKind {
  return unmatchedKinds.find((kind) => unmatchedCodes[kind].some((one) => one === code)) ?? 'no-visit'
}

/** Why a tap is put aside; `other` says it in words. */
export const setAsideReasons = ['visitor', 'trying-out', 'told-twice', 'not-ours', 'other'] as const
export type SetAsideReason = (typeof setAsideReasons)[number]
