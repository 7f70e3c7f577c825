import { existsSync } from 'node:fs'
import { mkdir, chmod, chown } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyProject, ordinaryUser, type Copy } from './copy.ts'
import { stop } from './clone.ts'
import { freePorts, start } from './product.ts'

const asRoot = process.getuid?.() === 0

/** Run by root only, which can become somebody else; anybody else has just run all of root.test.ts as themselves. */
let copy: Copy
let user: Awaited<ReturnType<typeof ordinaryUser>>
beforeAll(async () => {
  if (!asRoot) return
  user = await ordinaryUser()
  copy = await copyProject(0o755, user.uid)
})
afterAll(async () => {
  if (!asRoot) return
  await copy.remove()
  user.remove()
})

test.runIf(asRoot)('an ordinary user starts it twice from a clone of their own, everything in place', async () => {
  const ports = await freePorts()
  for (const time of ['first', 'second']) {
    const started = start({ folder: copy.folder, ports, user, npm: true })
    await started.ready
    expect(started.output().includes('shown this once')).toBe(time === 'first')
    await stop(started)
  }
  expect(existsSync(path.join(copy.folder, 'data/postgres/cluster'))).toBe(true)
  expect(existsSync(path.join(copy.folder, 'data/postgres.place'))).toBe(false)
})

test.runIf(asRoot)('a data folder that is not theirs is one plain sentence', async () => {
  const data = path.join(copy.parent, 'of-root')
  await mkdir(data)
  await chown(data, 0, 0)
  await chmod(data, 0o755)
  const started = start({ folder: copy.folder, ports: await freePorts(), user, env: { ANJU_DATA: data } })
  expect((await started.ended).code).toBe(1)
  expect(started.output().trim()).toBe(`The data folder ${data} cannot be written: choose another with ANJU_DATA.`)
})
