import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import { expect } from 'vitest'
import type { Api, Client } from './api.fixture.ts'
import { planned, type Village } from './visit.fixture.ts'

interface Row {
  id: string
  rule: string
  severity: string
  state: string
  version: number
  cases: object[]
}

/** Visits as they were left behind, and what the rules find in them. */
export interface Findings {
  /** So many minutes from now. */
  minutes(n: number): Date
  /** A visit planned an hour ago, as a caregiver left it behind: begun `late` minutes late, ended or not. */
  given(how?: { late?: number; ended?: boolean; by?: number }): Promise<string>
  /** Looks at the visit as its deadline does. */
  check(id: string): Promise<void>
  rowsOf(client: Client, visit: string, show?: string): Promise<Row[]>
  find(client: Client, visit: string, rule: string): Promise<Row>
}

export function findings(where: () => { api: Api; one: Village }): Findings {
  const minutes = (n: number): Date => new Date(where().api.deps.now().getTime() + n * 60_000)

  async function given({ late = 20, ended = true, by = 0 } = {}): Promise<string> {
    const { api, one } = where()
    const id = await planned(api, one, { inMin: -60 })
    const caregiverId = one.caregivers[by]?.id
    await api.pool.query(
      `update visit set state = $2, caregiver_id = $3, began_at = planned_from + make_interval(mins => $4),
              left_at = case when $5 then planned_to + make_interval(mins => $4) end where id = $1`,
      [id, ended ? 'called-back' : 'left', caregiverId, late, ended],
    )
    for (const part of ended ? ['begin', 'end'] : ['begin']) {
      await api.pool.query(
        `insert into presence (id, visit_id, part, way, at, received_at, caregiver_id, grade)
         select gen_random_uuid(), id, $2, 'tag', case $2 when 'begin' then began_at else left_at end,
                case $2 when 'begin' then began_at else left_at end, caregiver_id, 'proved' from visit where id = $1`,
        [id, part],
      )
    }
    await check(id)
    return id
  }

  async function check(id: string): Promise<void> {
    const { api } = where()
    await api.pool.query(
      `insert into deadline (id, kind, ref, subject, due_at, state)
       select gen_random_uuid(), 'visit-check', id::text, 'elder:' || elder_id, $2, 'pending' from visit where id = $1
       on conflict do nothing`,
      [id, api.deps.now()],
    )
    for (;;) {
      const decided = await transact(api.pool, (tx) => decideNext(tx, minutes(10), undefined, 'check'))
      if (!decided) return
      expect(decided.error).toBeUndefined()
    }
  }

  const rowsOf = async (client: Client, visit: string, show = 'all'): Promise<Row[]> =>
    (await client.get(`/api/visit-exceptions?visit=${visit}&show=${show}`)).body.items
  const find = async (client: Client, visit: string, rule: string): Promise<Row> => {
    const row = (await rowsOf(client, visit)).find((each) => each.rule === rule && each.state !== 'cleared')
    if (!row) throw new Error(`${rule} was not found`)
    return row
  }
  return { minutes, given, check, rowsOf, find }
}
