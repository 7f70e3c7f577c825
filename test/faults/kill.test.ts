import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshSeed, seeded, type Random } from '@anju/firmware-sim/random'
import { Ledger } from './ledger.ts'
import { startLoad } from './load.ts'
import { findFaults } from './whole.ts'
import { victims, World, type Victim } from './world.ts'

/**
 * Promise 1 and 2 under SIGKILL at random instants. ANJU_SEED plays the same order of kills again, ANJU_FAULT_ROUNDS
 * sets how many (`npm run soak`). By itself each part dies once, and then two at a time.
 */
const seed = freshSeed()
const rounds = Number(process.env['ANJU_FAULT_ROUNDS'] ?? victims.length + 1)
/** Replaying the log after a kill, a new start of everything and the devices' own back-off, on a busy machine. */
const SERVES_AGAIN_WITHIN_MS = 60_000

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(async () => {
  expect(await world.close()).toBe(0)
})

test(`what was acknowledged survives every kill, once and whole (seed ${seed})`, async () => {
  const random = seeded(seed, 'kills')
  const fleet = await world.register({ meters: 30, buttons: 6, readers: 4, http: 4, hubs: 2 })
  const ledger = new Ledger()
  const load = startLoad(fleet, world.ports, ledger, seed, await world.disks())
  await ledger.moreByEachWay(1, SERVES_AGAIN_WITHIN_MS)
  let checked = 0
  for (const [round, dying] of orderOfDeath(random).entries()) {
    await ledger.more(random.whole(20, 300))
    const words = `round ${round + 1} of ${rounds}, seed ${seed}: ${dying.join(' and ')} killed`
    process.stdout.write(`${words} after ${ledger.all.length} acknowledged\n`)
    await world.kill(dying)
    // What was under way when a part died may still be answered; only then does the waiting tell that it serves again.
    const databaseUrl = await world.databaseUrl(SERVES_AGAIN_WITHIN_MS)
    await ledger.moreByEachWay(2, SERVES_AGAIN_WITHIN_MS).catch((error: unknown) => {
      throw new Error(`${words}; ${String(error)}\n${world.output()}`)
    })
    // What was acknowledged until now; what comes meanwhile belongs to the next look.
    const until = ledger.all.length
    expect(none(await findFaults(databaseUrl, ledger.all.slice(checked, until))), words).toEqual({})
    checked = until
  }
  await load.settle()
  expect(none(await findFaults(await world.databaseUrl(SERVES_AGAIN_WITHIN_MS), ledger.all)), `seed ${seed}`).toEqual(
    {},
  )
  expect(new Set(ledger.all.map((each) => each.way))).toEqual(new Set(['mqtt', 'http', 'hub']))
})

/** Every part once in a random order, then pairs and single parts at random. */
function orderOfDeath(random: Random): Victim[][] {
  const pick = (): Victim => victims[random.whole(0, victims.length - 1)] ?? 'gateway'
  const once = victims
    .map((victim) => ({ victim, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ victim }) => [victim])
  const more = Array.from({ length: Math.max(0, rounds - once.length) }, (_, at) =>
    at % 2 === 0 ? [...new Set([pick(), pick()])] : [pick()],
  )
  return [...once, ...more].slice(0, rounds)
}

function none(faults: Awaited<ReturnType<typeof findFaults>>) {
  return Object.fromEntries(Object.entries(faults).filter(([, found]) => found.length > 0))
}
