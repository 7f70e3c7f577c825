import type { Scenario, Stage } from '../scenario.ts'
import { type Cast, gather, honest, type Player } from './cast.ts'
import { type Scheme, schemes } from './schemes.ts'

/** Visits are looked at a minute after the last was heard of them. */
const checkedWithinMs = 150_000
const lookEveryMs = 5_000
const honestMin = 2.5
const honestOnes = 2

export const staged: Scenario = {
  about: 'seven ways to stage a visit, each with its truth, beside two honest visits; what the platform found of each',
  cast: [],
  // the honest ones, and at least one scheme beside them
  caregivers: { most: schemes.reduce((sum, { players }) => sum + players, honestOnes), fewest: honestOnes + 1 },
  async play(stage) {
    const cast = await gather(stage)
    const players = [...cast.players]
    // the last are those who played least lately: nothing that was staged with them is told of an honest visit
    const given = players.splice(-honestOnes).map((player) => honest(stage, cast, player, { minutes: honestMin }))
    // where few are free, as many schemes as can be played
    const played = schemes
      .toSorted((a, b) => a.players - b.players)
      .flatMap((scheme) => {
        if (players.length >= scheme.players) return [playOne(stage, cast, scheme, players.splice(0, scheme.players))]
        stage.log(`not played, ${cast.players.length} caregivers are too few: ${scheme.name}`)
        return []
      })
    const all = await Promise.all(played)
    const honestly = await Promise.all(given)
    const until = stage.network.now() + checkedWithinMs
    for (const { scheme, visits } of all) {
      let found = await foundOf(cast, visits)
      const rules = scheme.seenBy
      // what an end was graded by is known at once; the checks come a minute later
      while (!rules.every((rule) => found.includes(rule)) && stage.network.now() < until) {
        await stage.network.sleep(lookEveryMs)
        found = await foundOf(cast, visits)
      }
      const seen = rules.some((rule) => found.includes(rule))
      stage.tell({ truth: `${scheme.name}: ${scheme.truth}`, staged: true, visits, found, seen })
    }
    for (const { id } of honestly) await tellHonest(stage, cast, id)
  },
}

async function playOne(
  stage: Stage,
  cast: Cast,
  scheme: Scheme,
  players: readonly Player[],
): Promise<{ scheme: Scheme; visits: string[] }> {
  const visits = await scheme.play(stage, cast, players)
  stage.log(`staged: ${scheme.name}`)
  return { scheme, visits }
}

const loud = (severity: string): boolean => severity !== 'notice'

/** What contradicts an end, what only limits it, and which rules spoke: whatever may make somebody look. */
async function foundOf({ office }: Cast, visits: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const id of visits) {
    const { presences } = await office.visit(id)
    for (const code of presences.flatMap(({ reasons }) => reasons.map((reason) => reason.code))) {
      if (!unremarkable.has(code)) found.add(code)
    }
    for (const { rule } of await office.findings(id)) found.add(rule)
  }
  return [...found]
}
/** What stands at honest ends as well. */
const unremarkable = new Set(['tag-read', 'badge-seen', 'position-near', 'position-within-accuracy', 'clock-off'])

async function tellHonest(stage: Stage, { office }: Cast, id: string): Promise<void> {
  const { verified, inQuestion } = await office.visit(id)
  const findings = (await office.findings(id)).filter(({ severity }) => loud(severity)).map(({ rule }) => rule)
  const found = [verified === true ? 'verified' : 'not verified', ...(inQuestion ? ['in question'] : []), ...findings]
  stage.tell({ truth: 'an honest visit', staged: false, visits: [id], found, seen: findings.length > 0 || inQuestion })
}
