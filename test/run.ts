import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureMosquitto, findChromium } from './tools.ts'

/** `npm test`: everything, one stage after the other. The last line says how many passed and how many failed. */
type Stage = {
  name: string
  command: string[]
  env?: Record<string, string>
  /** vitest counts its tests; any other command is one. */
  vitest?: true
}

const vitest = (name: string, args: string[], env: Record<string, string> = {}): Stage => ({
  name,
  command: ['vitest', 'run', ...args],
  env: { TZ: 'UTC', ...env },
  vitest: true,
})

const script = (name: string): Stage => ({ name, command: ['npm', 'run', '--silent', name] })
/** Where it is neither the server's day nor the county's, and the clock jumps twice a year: what asks the machine fails. */
const rooms = [vitest('rooms', [], { TZ: 'America/St_Johns' })]
/** Most of their time they wait for processes to come and go. */
const starts = [vitest('start', ['--config', 'test/start/vitest.config.ts'])]
const faults = [vitest('faults', ['--config', 'test/faults/vitest.config.ts'])]
/** Two lanes, each with a product and a browser of its own, keep two cores busy; a third makes all of them later. */
const journeys = [1, 2].map((lane) =>
  vitest(`journeys ${lane} of 2`, ['--config', 'test/journeys/vitest.config.ts', `--shard=${lane}/2`]),
)
/** One after the other; in each, lanes side by side. Two cores have no room for more: what overlaps only comes later. */
const phases: Stage[][][] = [
  [[script('lint')], [script('types'), script('format:check'), script('dead-code')]],
  [rooms],
  [starts, faults],
  journeys.map((stage) => [stage]),
]

const root = path.resolve(import.meta.dirname, '..')
const say = (words: string): void => void process.stdout.write(`${words}\n`)

const total = { passed: 0, failed: 0 }
const failures: string[] = []
const results = await mkdtemp(path.join(tmpdir(), 'anju-results-'))
/** `npm test -- rooms start` runs these stages only. */
const wanted = process.argv.slice(2)
try {
  ensureMosquitto(say)
  const env = { ANJU_CHROMIUM: findChromium(say) }
  for (const lanes of phases) await Promise.all(lanes.map((stages) => lane(stages, env)))
} catch (error) {
  say(String(error))
  total.failed += 1
} finally {
  await rm(results, { recursive: true, force: true })
}
if (failures.length > 0) say(`\nfailed: ${failures.join(', ')}`)
say(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

async function lane(stages: Stage[], env: Record<string, string>): Promise<void> {
  for (const stage of stages.filter(
    ({ name }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)),
  )) {
    if (stage.vitest) say(`\n── ${stage.name}`)
    const began = Date.now()
    const { passed, failed, words } = await run(stage, env)
    total.passed += passed
    total.failed += failed
    if (failed > 0) failures.push(stage.name)
    if (failed > 0 && words !== '') say(words)
    say(`── ${stage.name}: ${passed} passed, ${failed} failed, ${((Date.now() - began) / 1000).toFixed(0)} s`)
  }
}

type Outcome = { passed: number; failed: number; words: string }

async function run(stage: Stage, env: Record<string, string>): Promise<Outcome> {
  const report = path.join(results, `${stage.name}.json`)
  const reporters = stage.vitest ? ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`] : []
  const [program = '', ...args] = [...stage.command, ...reporters]
  const output = stage.vitest ? 'inherit' : 'pipe'
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env, ...stage.env, PATH: `${root}/node_modules/.bin:${process.env['PATH']}` },
    stdio: ['ignore', output, output],
  })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (words += chunk.toString()))
  const code = await new Promise<unknown>((resolve) => child.on('error', resolve).on('close', resolve))
  if (!stage.vitest) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, words: words.trim() }
  const counted = await count(report)
  // A run that failed without a failed test: a broken file, an error outside any test, or no report at all.
  return { ...counted, failed: code === 0 ? counted.failed : Math.max(1, counted.failed), words }
}

async function count(report: string): Promise<{ passed: number; failed: number }> {
  try {
    const read = JSON.parse(await readFile(report, 'utf8')) as { numPassedTests: number; numFailedTests: number }
    return { passed: read.numPassedTests, failed: read.numFailedTests }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
