import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { masterKey } from '@anju/prisma/key'
import { seedDemo } from '@anju/prisma/demo/apply'
import { openPool } from '@anju/prisma/tx'
import { expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

const KEY = Buffer.alloc(32, 5)
const root = path.join(import.meta.dirname, '../..')

test('a process started by itself with ANJU_DEMO=off retires the demo that is there', async () => {
  const database = await testDatabase()
  const pool = openPool(database.url, { max: 1, name: 'test demo off' })
  const folder = await mkdtemp(path.join(tmpdir(), 'anju-test-off-'))
  const left = async () => {
    const { rows } = await pool.query<{ people: number; asked: number }>(
      `select (select count(*)::int from app_user where disabled_at is null) as people,
              (select count(*)::int from deadline where kind = 'device-silent' and state = 'pending') as asked`,
    )
    return rows[0]
  }
  const migrate = (demo: 'on' | 'off') =>
    promisify(execFile)(process.execPath, ['anju.ts', 'migrate'], {
      cwd: root,
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        ANJU_DATA: folder,
        ANJU_KEY: KEY.toString('hex'),
        ANJU_DEMO: demo,
      },
    })
  try {
    await seedDemo(pool, masterKey(KEY), new Date())
    const made = await left()
    await migrate('on')
    expect(await left()).toEqual(made)
    await migrate('off')
    expect(await left()).toEqual({ people: 0, asked: 0 })
  } finally {
    await pool.end()
    await rm(folder, { recursive: true })
    await database.drop()
  }
})
