import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { readVisitsNow } from '../visit/now-read.ts'
import type { VisitNow } from '../visit/now-schema.ts'
import type { Wanted } from './home.ts'

/** Visits under way at the homes in view; they are few, so those of a rectangle are picked from all. */
export async function readMapVisits(scope: Scope, db: Db, wanted: Wanted): Promise<VisitNow[]> {
  switch (wanted.kind) {
    case 'all':
      return readVisitsNow(scope, db, {})
    case 'home':
      return readVisitsNow(scope, db, { homeId: wanted.id })
    case 'elder':
      return readVisitsNow(scope, db, { elderId: wanted.id })
    case 'box': {
      const { west, east, south, north } = wanted
      const all = await readVisitsNow(scope, db, {})
      return all.filter(
        ({ place }) =>
          place !== null && place.lon >= west && place.lon <= east && place.lat >= south && place.lat <= north,
      )
    }
  }
}
