import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { look, type Db } from '@anju/prisma/reads'
import type { Deps } from '../deps.ts'
import { readLastChange } from '../history/read.ts'

/**
 * Runs a change of a file; where it came too late, the refusal carries the file as it is now and whose change it was,
 * so that the screen shows both and nothing typed is lost.
 */
export async function orCurrent<Outcome, Current>(
  deps: Deps,
  { scope, subject, read }: { scope: Scope; subject: string; read: (db: Db) => Promise<Current> },
  change: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await change()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'changed-meanwhile') throw error
    const now = await look(deps.reads, async (db) => ({
      current: await read(db),
      lastChange: await readLastChange(scope, db, subject),
    }))
    throw new Refusal(error.code, error.message, { ...error.more, ...now })
  }
}
