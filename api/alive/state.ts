import type { Db } from '@anju/prisma/reads'

export interface AliveState {
  lookedAt: string | null
  pingedAt: string | null
  notWell: string[]
  error: string | null
}

/** When the world was last told that we live, and why not since. It is the installation's, whatever the area. */
export async function aliveState(db: Db): Promise<AliveState> {
  const [row] = await db.$queryRaw<AliveState[]>`
    select value ->> 'lookedAt' as "lookedAt", value ->> 'pingedAt' as "pingedAt", value ->> 'error' as error,
           array(select jsonb_array_elements_text(value -> 'notWell')) as "notWell"
    from setting where key = 'alive'`
  return row ?? { lookedAt: null, pingedAt: null, notWell: [], error: null }
}
