import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import { ensureBuilt } from '@anju/dashboard/build'
import { root } from './child.ts'
import type { Part } from './figure.ts'
import { freePorts, openFolder } from './folder.ts'

const EMPTY_ROUNDS = 2
const WARM_ROUNDS = 3
const READY_WITHIN_MS = 120_000

/** From `npm start` to the line that says where to go; and what a browser must fetch before it draws anything. */
export async function readyPart(): Promise<Part> {
  await ensureBuilt()
  const empty: number[] = []
  const warm: number[] = []
  let words = ''
  for (let i = 0; i < EMPTY_ROUNDS; i++) {
    const folder = await openFolder('ready')
    empty.push((await start(folder.path)).seconds)
    for (let again = 0; again < (i === 0 ? WARM_ROUNDS : 0); again++) {
      const started = await start(folder.path)
      warm.push(started.seconds)
      words = started.words
    }
    await folder.remove()
  }
  const script = await firstScript()
  return {
    title: 'Ready',
    figures: [
      { what: '**`npm start`, warm**', unit: 's', runs: warm, target: { atMost: 5 }, note: `“${words}”` },
      {
        what: '**`npm start`, empty folder, demo county made**',
        unit: 's',
        runs: empty,
        target: { atMost: 20 },
        note: 'The dashboard had been built before; after a change of its sources the first start also builds it.',
      },
      { what: '**Script before the first screen, gzip**', unit: 'KB', runs: [script / 1024], target: { atMost: 150 } },
    ],
  }
}

async function start(dataFolder: string): Promise<{ seconds: number; words: string }> {
  const [http, mqtt, ingress] = await freePorts(3)
  const began = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true, // a group of its own, to be ended as Ctrl-C ends it
    env: {
      ...process.env,
      ANJU_DATA: path.join(dataFolder, 'data'),
      ANJU_HTTP_PORT: String(http),
      ANJU_MQTT_PORT: String(mqtt),
      ANJU_INGRESS_PORT: String(ingress),
      ANJU_ADMIN_PASSWORD: 'bench-admin-password',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(path.join(dataFolder, 'log'), { flags: 'a' })
  child.stderr.pipe(log)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`)
      if (line.includes('is ready')) resolve(line)
    })
    void ended.then(() => reject(new Error(`npm start ended; see ${dataFolder}/log`)))
    setTimeout(() => reject(new Error(`npm start was not ready; see ${dataFolder}/log`)), READY_WITHIN_MS).unref()
  })
  try {
    const words = await ready
    return { seconds: (performance.now() - began) / 1000, words }
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT')
    await ended
  }
}

/** Bytes, gzipped one by one as they are served, of the page's scripts, all that they import at once, and the words. */
async function firstScript(): Promise<number> {
  const dist = path.join(root, 'dashboard/dist')
  const page = await readFile(path.join(dist, 'index.html'), 'utf8')
  const waiting = [...page.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map((match) => path.join(dist, match[1] ?? ''))
  const assets = await readdir(path.join(dist, 'assets'))
  waiting.push(...assets.filter((name) => /^zh-CN-.*\.js$/.test(name)).map((name) => path.join(dist, 'assets', name)))
  const seen = new Set<string>()
  let bytes = 0
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    const code = await readFile(file)
    bytes += gzipSync(code).length
    for (const [, name = ''] of code.toString().matchAll(/\b(?:from|import)\s*["'](\.{1,2}\/[^"']+)["']/g)) {
      waiting.push(path.join(path.dirname(file), name))
    }
  }
  return bytes
}
