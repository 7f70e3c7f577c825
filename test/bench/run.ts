import { parseArgs } from 'node:util'
import type { Part } from './figure.ts'
import { busyness, describeMachine } from './machine.ts'
import { checksPart } from './part-checks.ts'
import { idlePart } from './part-idle.ts'
import { ingestPart } from './part-ingest.ts'
import { listsPart } from './part-lists.ts'
import { logPart } from './part-log.ts'
import { floodPart } from './part-flood.ts'
import { paintedPart } from './part-painted.ts'
import { pressPart } from './part-press.ts'
import { proofPart } from './part-proof.ts'
import { readyPart } from './part-ready.ts'
import { table, writeDocument } from './report.ts'
import { openStage, type Stage } from './stage.ts'

const parts: Record<string, (stage: Stage, profiled: boolean) => Promise<Part>> = {
  ingest: ingestPart,
  press: pressPart,
  idle: idlePart,
  painted: paintedPart,
  flood: floodPart,
  ready: readyPart,
  log: logPart,
  lists: listsPart,
  checks: checksPart,
  proof: proofPart,
}

const usage = `npm run bench -- [--only ${Object.keys(parts).join('|')} …] [--profile]
Measures everything and writes docs/benchmarks.md; a part alone is only printed.`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const unknown = values.only.filter((name) => !(name in parts))
if (values.help || unknown.length > 0) {
  process.stdout.write(`${usage}\n`)
  process.exit(values.help ? 0 : 1)
}

const ELDERS = 5000 // each with a meter and a button: ten thousand devices

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const began = performance.now()
const busyBefore = busyness()
const stage = await openStage(ELDERS)
try {
  const machine = await describeMachine(stage.url)
  print([...machine, busyBefore].join('\n'))
  const measured: Part[] = []
  for (const [name, measure] of Object.entries(parts)) {
    if (values.only.length > 0 && !values.only.includes(name)) continue
    const part = await measure(stage, values.profile)
    measured.push(part)
    print(table(part))
  }
  const tookS = Math.round((performance.now() - began) / 1000)
  print(`\n${tookS} s`)
  if (values.only.length === 0) {
    await writeDocument(measured, [...machine, `The run took ${tookS} s; ${busyBefore}`], new Date())
  }
} finally {
  await stage.end()
}
