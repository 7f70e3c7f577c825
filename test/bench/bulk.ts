import type pg from 'pg'

type Definition = { name: string; definition: string }

/**
 * Runs `work` while these tables have neither indexes nor constraints, and gives them back as they were, built in one
 * go: a million rows checked and indexed one by one take minutes.
 */
export async function inBulk(pool: pg.Pool, tables: readonly string[], work: () => Promise<void>): Promise<void> {
  const kept: string[] = []
  for (const table of tables) {
    const constraints = await pool.query<Definition>(
      `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
        where conrelid = $1::regclass and contype in ('p', 'u', 'x', 'f') order by contype = 'f'`,
      [table],
    )
    const indexes = await pool.query<Definition>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
        where indrelid = $1::regclass and not exists (select from pg_constraint where conindid = indexrelid)`,
      [table],
    )
    for (const { name } of constraints.rows) await pool.query(`alter table ${table} drop constraint "${name}"`)
    for (const { name } of indexes.rows) await pool.query(`drop index ${name}`)
    kept.push(
      ...constraints.rows.map(({ name, definition }) => `alter table ${table} add constraint "${name}" ${definition}`),
    )
    kept.push(...indexes.rows.map(({ definition }) => definition))
  }
  await work()
  for (const statement of kept) await pool.query(statement)
}
