/** From the top down; what lies below an area is of a later kind (P1: county or district, street or town, community). */
export const areaKinds = ['county', 'town', 'community'] as const
export type AreaKind = (typeof areaKinds)[number]

/** Whether an area of kind `kind` may lie directly below one of kind `parent`; a community is never divided. */
export function mayLieBelow(kind: AreaKind, parent: AreaKind): boolean {
  return areaKinds.indexOf(kind) > areaKinds.indexOf(parent)
}

/** Whether the name is one of the IANA time zones this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
