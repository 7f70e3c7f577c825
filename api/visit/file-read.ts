import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { visitsWithin } from './row.ts'

/**
 * One photo or signature of a visit. Refuses `not-found` outside the scope and after erasure, and `not-allowed` for
 * whoever does not open files on duty: a picture shows who somebody is.
 */
export async function readVisitFile(
  scope: Scope,
  db: Db,
  { visitId, fileId }: { visitId: string; fileId: string },
): Promise<{ type: string; bytes: Uint8Array }> {
  const row = await db.visitFile.findFirst({
    where: { id: fileId, visit: { AND: [visitsWithin(scope), { id: visitId }] } },
    select: { type: true, bytes: true },
  })
  if (!row || row.bytes === null) throw new Refusal('not-found')
  if (!opensFilesOnDuty(scope.role)) throw new Refusal('not-allowed')
  return { type: row.type, bytes: row.bytes }
}
