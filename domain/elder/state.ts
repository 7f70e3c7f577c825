export const elderStates = ['living', 'away', 'dead', 'merged'] as const
export type ElderState = (typeof elderStates)[number]

/** What a list says of a person in one word; `away` is living, and not at home now. */
export function stateOfElder(elder: {
  mergedInto: string | null
  diedOn: string | Date | null
  awayNow: boolean
}): ElderState {
  if (elder.mergedInto !== null) return 'merged'
  if (elder.diedOn !== null) return 'dead'
  return elder.awayNow ? 'away' : 'living'
}
