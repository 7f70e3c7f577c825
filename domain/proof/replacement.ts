/** Why a tag has another in its place. */
export const replacedWhy = ['torn-off', 'broken', 'silent', 'lost', 'other'] as const
export type ReplacedWhy = (typeof replacedWhy)[number]

export interface Replacement {
  /** The tag whose place it takes; null: it is the first at its door. */
  replacesId: string | null
  madeById: string | null
  checkedById: string | null
}

/**
 * A tag that replaces one needs two people: whoever hangs it says why, another looks and confirms. Until then nobody
 * but the first says that it hangs where it should.
 */
export const awaitsSecond = ({ replacesId, checkedById }: Replacement): boolean =>
  replacesId !== null && checkedById === null

/** Why this person cannot be the second one; null: they can. */
export function cannotConfirm(tag: Replacement, userId: string): 'tag-not-waiting' | 'replacement-own' | null {
  if (!awaitsSecond(tag)) return 'tag-not-waiting'
  return tag.madeById === userId ? 'replacement-own' : null
}
