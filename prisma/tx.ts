import { hash } from 'node:crypto'
import { Socket } from 'node:net'
import pg from 'pg'
import { appendEvents, type LogEvent } from './log/append.ts'
import { classOf, isAway, isRetryable, sqlState } from './sqlstate.ts'

/** The one transaction type: every write and its events go through it, so that a row and its event cannot part. */
export interface Tx {
  /** Prepared once for each connection, by its text; `plan: 'anew'` for a batch whose plan depends on its size. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[], plan?: 'anew'): Promise<Row[]>
  /**
   * A write whose answer nobody needs: sent without waiting, in order. What it throws, the transaction throws; nothing
   * of it is stored then.
   */
  send(text: string, values: readonly unknown[]): void
  /** Waits for what was sent; throws what the first of it threw. */
  flush(): Promise<void>
  /** Appended to the log as the last statement before COMMIT. */
  readonly events: LogEvent[]
  readonly [brand]: true
}
declare const brand: unique symbol

// `date` stays a plain 'YYYY-MM-DD': a local-midnight Date would move it across time zones.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
// Positions and counters are far below 2^53; a larger one must not be rounded silently.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint beyond 2^53: ${text}`)
  return value
})

export interface PoolOptions {
  /** Connections at most. */
  max: number
  /** Shown in pg_stat_activity. */
  name: string
  /** A lock not had within this time fails with 55P03 and is tried again. */
  lockTimeoutMs?: number
  statementTimeoutMs?: number
  /**
   * Statements are planned once for each connection, not for each of their values: for few rows by index, whose plan is
   * always the same and takes longer than running it.
   */
  planOnce?: boolean
  /** Connections stay open however long nothing is asked: what comes once an hour does not wait for a new one. */
  keepIdle?: boolean
}

/** How much longer than the server's own limit we wait for its word: after that the line is dead and does not say so. */
const DEAD_LINE_MS = 2000

export function openPool(url: string, options: PoolOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000
  const settings = [
    '-c synchronous_commit=on', // promise 1: acknowledged means stored
    '-c timezone=UTC',
    '-c jit=off', // a plan over years of months looks dear: compiling it took longer than any of ours runs
    `-c lock_timeout=${options.lockTimeoutMs ?? 1000}`,
    `-c statement_timeout=${statementTimeoutMs}`,
    '-c idle_in_transaction_session_timeout=30000',
    // A plan made while a table was still empty would read all of it for as long as the connection lives.
    ...(options.planOnce ? ['-c plan_cache_mode=force_generic_plan', '-c enable_seqscan=off'] : []),
  ]
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.name,
    options: settings.join(' '),
    connectionTimeoutMillis: 5000,
    ...(options.keepIdle && { idleTimeoutMillis: 0 }),
    query_timeout: statementTimeoutMs + DEAD_LINE_MS,
    keepAlive: true,
    // Statements sent together travel together: under load each trip waits for a whole turn of the event loop.
    pipeline: true,
    stream: () => new TurnSocket(),
  })
  // An idle connection lost with the server is not an event of ours: the next query opens another.
  pool.on('error', () => undefined)
  return pool
}

/** What is asked in one turn leaves together: ten statements of a press then wake PostgreSQL, and us, twice. */
class TurnSocket extends Socket {
  override uncork(): void {
    process.nextTick(() => super.uncork()) // pg corks each statement; corks are counted
  }
}

const MAX_ATTEMPTS = 8

/**
 * Runs `work` in one transaction and commits it with its events. Deadlocks, serialization failures and lock
 * time-outs (classes 40 and 55) are tried again from the start, so `work` must have no effect outside `tx`.
 * Any other error rolls back and is thrown as it is; after a lost connection the outcome of COMMIT is unknown.
 */
export function transact<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transactSeeing(pool, () => Promise.resolve(), work)
}

/**
 * The same, where `work` begins with locks and reads: these, and no write, are asked for in `look`, and leave together
 * with BEGIN, which spares a trip. Were BEGIN lost alone, they would have changed nothing.
 */
export async function transactSeeing<Seen, T>(
  pool: pg.Pool,
  look: (db: Pick<Tx, 'query'>) => Promise<Seen>,
  work: (tx: Tx, seen: Seen) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, look, work)
    } catch (error) {
      if (!isRetryable(error) || attempt === MAX_ATTEMPTS) throw error
      await pause(Math.random() * 20 * attempt)
    }
  }
}

async function once<Seen, T>(
  pool: pg.Pool,
  look: (db: Pick<Tx, 'query'>) => Promise<Seen>,
  work: (tx: Tx, seen: Seen) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  // A connection that dies between two statements reports it here; the next statement fails as well.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  const tx = openTx(client)
  try {
    // Waited for before anything is written: were it lost alone, what follows would be stored piece by piece.
    const [, seen] = await Promise.all([client.query('begin'), look(tx)])
    const result = await work(tx, seen)
    if (tx.events.length > 0) appendEvents(tx, tx.events)
    const committed = client.query('commit')
    await Promise.all([tx.flush(), committed])
    if ((await committed).command !== 'COMMIT') throw new Error('the transaction was rolled back')
    return result
  } catch (thrown) {
    const error = await rootOf(tx, thrown)
    if (classOf(error) === undefined) broken = error instanceof Error ? error : new Error(String(error))
    // A line that is lost takes no rollback; closing it is one.
    if (broken && isAway(error)) throw error
    await client.query('rollback').then(
      () => {
        broken = undefined
      },
      (failure: Error) => {
        broken ??= failure
      },
    )
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

const names = new Map<string, string>()

/** Our statements are some dozens, all written out: planning one of a press's anew took longer than running it. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `anju_${hash('sha256', text).slice(0, 24)}`
  names.set(text, name)
  return name
}

/** After a sent write failed, the statement behind it only says that the transaction is aborted (25P02). */
export async function rootOf(tx: Tx, thrown: unknown): Promise<unknown> {
  if (sqlState(thrown) !== '25P02') {
    await tx.flush().catch(() => undefined)
    return thrown
  }
  return tx.flush().then(
    () => thrown,
    (root: unknown) => root,
  )
}

function openTx(client: pg.PoolClient): Tx {
  let sent: Promise<unknown>[] = []
  const query = <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[], plan?: 'anew') =>
    client.query<Row>({
      text,
      ...(values && { values: [...values], ...(plan === undefined && { name: nameOf(text) }) }),
    })
  const tx: Omit<Tx, typeof brand> = {
    events: [],
    async query<Row extends pg.QueryResultRow>(
      text: string,
      values?: readonly unknown[],
      plan?: 'anew',
    ): Promise<Row[]> {
      return (await query<Row>(text, values, plan)).rows
    },
    send(text, values) {
      const answer = query(text, values)
      answer.catch(() => undefined) // told by flush
      sent.push(answer)
    },
    async flush() {
      const waited = sent
      sent = []
      await Promise.all(waited)
    },
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the brand exists for the compiler alone
  return tx as Tx
}

/**
 * Takes the locks of these subjects ('elder:<id>', 'device:<id>' …) until the transaction ends, in one order for
 * everybody. Nobody holds them across a network call.
 */
export async function lockSubjects(tx: Tx, subjects: Iterable<string>): Promise<void> {
  const keys = [...new Set(subjects)]
  if (keys.length === 0) return
  await tx.query(
    `select pg_advisory_xact_lock(key) from
       (select distinct hashtextextended(subject, 0) as key from unnest($1::text[]) as subject order by key) as sorted`,
    [keys],
  )
}

/**
 * Locks all whom a fact of these devices may concern at either of two times: the elder or the home each stood with,
 * and the device itself where it stood with nobody. One trip where asking first whom would be two; whom it does concern
 * is then read under the locks, and is among those answered unless a device changed hands at that moment. What follows
 * in the same transaction finds them as `LOCKED`.
 */
export async function lockWhomDevicesMayConcern(
  db: Pick<Tx, 'query'>,
  devices: readonly { id: string; from: Date; to: Date }[],
): Promise<Set<string>> {
  // No more than that: whoever changes a device or its home holds their locks, and a press waits for nobody.
  const then = `a.device_id = given.id and (a.valid_from <= given.since and (a.valid_to is null or a.valid_to > given.since)
                  or a.valid_from <= given.until and (a.valid_to is null or a.valid_to > given.until))`
  const [row] = await db.query<{ subjects: string[] }>(
    `select array_agg(subject) as subjects, set_config('anju.locked', array_agg(subject)::text, true) from
       (select subject, pg_advisory_xact_lock(key) from
         (select subject, hashtextextended(subject, 0) as key
          from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as given (id, since, until)
          cross join lateral (
            select coalesce('elder:' || a.elder_id, 'home:' || a.home_id) as subject from assignment a where ${then}
            union all
            select 'device:' || given.id
            where not exists (select from assignment a where ${then} and a.user_number is null)) as concerned
          order by key) as sorted) as locked`,
    [devices.map((device) => device.id), devices.map((device) => device.from), devices.map((device) => device.to)],
  )
  return new Set(row?.subjects)
}

/** In SQL: the subjects this transaction locked last by `lockWhomDevicesMayConcern`; read once for a statement. */
export const LOCKED = `(select current_setting('anju.locked')::text[])::text[]`

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Single reads outside a transaction, in the shape the read functions of this room take. */
export function poolQuery(pool: pg.Pool): Pick<Tx, 'query'> {
  return {
    async query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const result = await pool.query<Row>(text, values && [...values])
      return result.rows
    },
  }
}
