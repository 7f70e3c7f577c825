import { awaitsSecond, type Replacement } from './replacement.ts'

/** How far a tag has come, from its number to its first tap. */
export const tagStates = ['number-only', 'to-write', 'waits-for-second', 'in-use', 'withdrawn'] as const
export type TagState = (typeof tagStates)[number]

export interface TagStanding extends Replacement {
  /** Its keys were given to it; without them its number alone is known. */
  keyed: boolean
  /** A tap of it was verified. */
  tapped: boolean
  withdrawn: boolean
}

export function tagState(tag: TagStanding): TagState {
  if (tag.withdrawn) return 'withdrawn'
  if (awaitsSecond(tag)) return 'waits-for-second'
  if (!tag.keyed) return 'number-only'
  return tag.tapped ? 'in-use' : 'to-write'
}
