import { CHECK_POLICY, type CheckPolicy } from '@anju/domain/visit/check/policy'
import type { Tx } from '../tx.ts'

/** From where the rules speak up: ours, and what the installation's setting says otherwise. */
export async function loadCheckPolicy(db: Pick<Tx, 'query'>): Promise<CheckPolicy> {
  const [row] = await db.query<{ value: Record<string, unknown> }>(
    `select value from setting where key = 'visit-check'`,
  )
  const numbers = Object.entries(row?.value ?? {}).filter(
    ([name, value]) => Object.hasOwn(CHECK_POLICY, name) && name !== 'everybody' && typeof value === 'number',
  )
  return { ...CHECK_POLICY, ...Object.fromEntries(numbers) }
}
