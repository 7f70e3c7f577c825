import type { Db } from '@anju/prisma/reads'
import type { Slice } from '../slice.ts'
import type { Ask } from '../together.ts'
import type { Found, TimelineKind } from '../schema.ts'
import type { Whose } from '../whose.ts'

export interface Asked {
  db: Db
  /** Statements that need nothing of each other, in one trip. */
  ask: Ask
  whose: Whose
  slice: Slice
  now: Date
}

/** One kind of entry: the slice of it in the slice's own order, or a little more; the list sorts and cuts. */
export type Source<Kind extends TimelineKind> = (asked: Asked) => Promise<Extract<Found, { kind: Kind }>[]>
