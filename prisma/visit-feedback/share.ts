import { SAMPLE_SHARE_PERCENT } from '@anju/domain/visit/sample'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'

const SETTING = 'visit-sample'

/** Of a hundred visits, how many are asked after. */
export async function loadShare(db: Pick<Tx, 'query'>): Promise<number> {
  const [row] = await db.query<{ share: unknown }>(
    `select value -> 'sharePercent' as share from setting where key = $1`,
    [SETTING],
  )
  return typeof row?.share === 'number' ? row.share : SAMPLE_SHARE_PERCENT
}

export async function storeShare(tx: Tx, sharePercent: number): Promise<void> {
  await tx.query('insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = $2', [
    SETTING,
    JSON.stringify({ sharePercent }),
  ])
}

/** By which visits are picked; it leaves the process in no answer. */
export const sampleSecret = (key: MasterKey): Buffer => key.subKey('visit sample')
