import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { openPool, transact, type Tx } from '@anju/prisma/tx'
import type pg from 'pg'
import type { Part } from './figure.ts'
import type { Stage } from './stage.ts'

const WRITERS = 8
const SECONDS = 3
const ROUNDS = 3
const SYNCS = 300
const BATCH = 20

/** Transactions that append to the one event log, beside transactions that share nothing and the disk itself. */
export async function logPart(stage: Stage): Promise<Part> {
  const pool = openPool(stage.bareUrl, { max: WRITERS, name: 'bench log' })
  await pool.query('create table if not exists bench_row (writer integer, n integer, at timestamptz)')
  const runs: Record<'syncs' | 'alone' | 'apart' | 'log' | 'logBatched', number[]> = {
    syncs: [],
    alone: [],
    apart: [],
    log: [],
    logBatched: [],
  }
  try {
    for (let i = 0; i < ROUNDS; i++) {
      runs.syncs.push(syncsPerS(stage.folder))
      runs.alone.push(await perSecond(pool, 1, addRow))
      runs.apart.push(await perSecond(pool, WRITERS, addRow))
      runs.log.push(await perSecond(pool, WRITERS, (tx) => addEvents(tx, 1)))
      runs.logBatched.push(BATCH * (await perSecond(pool, WRITERS, (tx) => addEvents(tx, BATCH))))
    }
  } finally {
    await pool.end()
  }
  return {
    title: 'The event log: 8 writers',
    figures: [
      { what: 'fdatasync of one 8 KB page after the other', unit: '/s', runs: runs.syncs },
      { what: 'Transactions of one writer, a row of its own', unit: '/s', runs: runs.alone },
      { what: 'Transactions of 8 writers, rows of their own', unit: '/s', runs: runs.apart },
      { what: '**Transactions of 8 writers, one event each**', unit: '/s', runs: runs.log },
      { what: '÷ one writer alone', unit: '', runs: runs.log.map((n, i) => n / (runs.alone[i] ?? NaN)) },
      { what: `Events of 8 writers, ${BATCH} to a transaction`, unit: '/s', runs: runs.logBatched },
    ],
  }
}

async function perSecond(
  pool: pg.Pool,
  writers: number,
  work: (tx: Tx, writer: number) => Promise<void>,
): Promise<number> {
  const began = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (; performance.now() - began < SECONDS * 1000; done++) await transact(pool, (tx) => work(tx, writer))
    }),
  )
  return done / ((performance.now() - began) / 1000)
}

async function addRow(tx: Tx, writer: number): Promise<void> {
  await tx.query('insert into bench_row (writer, n, at) values ($1, $2, $3)', [writer, 1, new Date()])
}

async function addEvents(tx: Tx, n: number): Promise<void> {
  const at = new Date()
  for (let i = 0; i < n; i++) {
    tx.events.push({ at, topic: 'device', name: 'device.back', areaPath: null, subject: 'device:bench', body: { i } })
  }
}

function syncsPerS(folder: string): number {
  const file = openSync(path.join(folder, 'syncs'), 'w')
  const page = Buffer.alloc(8192, 1)
  const began = performance.now()
  for (let i = 0; i < SYNCS; i++) {
    writeSync(file, page, 0, page.length, i * page.length)
    fdatasyncSync(file)
  }
  const perS = SYNCS / ((performance.now() - began) / 1000)
  closeSync(file)
  return perS
}
