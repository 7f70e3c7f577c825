import type { Part } from './figure.ts'
import { openFolder } from './folder.ts'
import { type Ingest, ingest } from './ingest.ts'
import { runLoad } from './load.ts'
import { bareRowsPerS, startPeers } from './peers.ts'
import { hottest } from './profile.ts'
import { type Stage, startGateway } from './stage.ts'

const METERS = 500
const ROUNDS = 3
const PEER_S = 3
const OURS_S = 6

/**
 * Stored readings a second, and what brokers that store nothing and a database without a broker do in the same
 * minute: each round measures all of them in turn, and ratios are taken within a round.
 */
export async function ingestPart(stage: Stage, profiled: boolean): Promise<Part> {
  const folder = await openFolder('ingest')
  const peers = await startPeers(folder.path)
  const gateway = await startGateway(stage)
  const atBroker = async (broker: string): Promise<number> =>
    (await runLoad({ broker, meters: METERS, readings: 'max', seconds: PEER_S })).acknowledgedPerS
  const rounds: { aedes: number; mosquitto: number; message: number; all: number; ours: Ingest }[] = []
  try {
    await ingest(stage, gateway, METERS, 2) // compiles the hot path
    for (let i = 0; i < ROUNDS; i++) {
      rounds.push({
        aedes: await atBroker(peers.aedes),
        mosquitto: await atBroker(peers.mosquitto),
        message: await bareRowsPerS(stage, 'message', PEER_S),
        all: await bareRowsPerS(stage, 'all', PEER_S),
        ours: await ingest(stage, gateway, METERS, OURS_S),
      })
    }
  } finally {
    await Promise.all([peers.stop(), gateway.stop()])
  }
  const of = (pick: (round: (typeof rounds)[number]) => number): number[] => rounds.map(pick)
  const part: Part = {
    title: 'Ingest: readings as fast as they are acknowledged, 500 meters',
    figures: [
      { what: 'aedes 1.2, QoS 1, storing nothing', unit: '/s', runs: of((r) => r.aedes) },
      { what: 'Mosquitto, QoS 1, storing nothing', unit: '/s', runs: of((r) => r.mosquitto) },
      { what: 'PostgreSQL, bare batches, message row', unit: '/s', runs: of((r) => r.message) },
      { what: 'PostgreSQL, bare batches, message, dedupe and reading', unit: '/s', runs: of((r) => r.all) },
      {
        what: '**Anju: stored readings**',
        unit: '/s',
        runs: of((r) => r.ours.storedPerS),
        target: { atLeast: 12_000 },
        note: accounts(rounds.map(({ ours }) => ours)),
      },
      {
        what: '**Anju ÷ Mosquitto**',
        unit: '',
        runs: of((r) => r.ours.storedPerS / r.mosquitto),
        target: { atLeast: 0.3 },
      },
      { what: 'Anju ÷ aedes', unit: '', runs: of((r) => r.ours.storedPerS / r.aedes) },
      { what: 'Anju ÷ PostgreSQL, same three rows', unit: '', runs: of((r) => r.ours.storedPerS / r.all) },
      { what: 'Rows a transaction', unit: 'rows', runs: of((r) => r.ours.rowsPerTransaction) },
      { what: 'CPU a reading: gateway', unit: 'µs', runs: of((r) => r.ours.cpuUs.gateway) },
      { what: 'CPU a reading: PostgreSQL', unit: 'µs', runs: of((r) => r.ours.cpuUs.postgres) },
      { what: 'CPU a reading: load generator', unit: 'µs', runs: of((r) => r.ours.cpuUs.load) },
      { what: 'Memory of the gateway at most', unit: 'MB', runs: of((r) => r.ours.gatewayMb) },
    ],
  }
  if (profiled) part.words = await profile(stage)
  await folder.remove()
  return part
}

/** What was acknowledged, and whether exactly that is stored. */
function accounts(runs: Ingest[]): string {
  return runs
    .map(({ acknowledged, rows }) => {
      const stored = Object.values(rows)
      const words = stored.every((n) => n === acknowledged)
        ? 'each stored once in all three tables'
        : JSON.stringify(rows)
      return `${acknowledged.toLocaleString('en')} acknowledged, ${words}`
    })
    .join('; ')
}

async function profile(stage: Stage): Promise<string> {
  const folder = await openFolder('profile')
  const gateway = await startGateway(stage, ['--cpu-prof', `--cpu-prof-dir=${folder.path}`])
  try {
    await ingest(stage, gateway, METERS, OURS_S)
  } finally {
    await gateway.stop()
  }
  const lines = await hottest(folder.path, 40)
  await folder.remove()
  return ['The gateway under this load, functions by their own time:', '', '```', ...lines, '```'].join('\n')
}
