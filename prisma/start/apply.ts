import { maySkip, type FirstStep } from '@anju/domain/access/first-run'
import type { Tx } from '../tx.ts'

export const FIRST_RUN = 'first-run'

/** What is kept of the first run; how far it is gone is read from what there is. */
export interface FirstRunSetting {
  skipped: FirstStep[]
  dismissedAt: string | null
}

/** Skips a step, takes that back, or puts the whole way aside for good. */
export async function setFirstRun(
  tx: Tx,
  { skip, back, dismiss }: { skip?: FirstStep; back?: FirstStep; dismiss?: boolean },
  now: Date,
): Promise<void> {
  await tx.query('insert into setting (key, value) values ($1, $2) on conflict (key) do nothing', [
    FIRST_RUN,
    JSON.stringify({ skipped: [], dismissedAt: null } satisfies FirstRunSetting),
  ])
  const [row] = await tx.query<{ value: FirstRunSetting }>('select value from setting where key = $1 for update', [
    FIRST_RUN,
  ])
  const was = row?.value ?? { skipped: [], dismissedAt: null }
  const skipped = new Set(was.skipped)
  if (skip !== undefined && maySkip(skip)) skipped.add(skip)
  if (back !== undefined) skipped.delete(back)
  const value: FirstRunSetting = {
    skipped: [...skipped],
    dismissedAt: dismiss === true ? (was.dismissedAt ?? now.toISOString()) : was.dismissedAt,
  }
  await tx.query('update setting set value = $2 where key = $1', [FIRST_RUN, JSON.stringify(value)])
}
