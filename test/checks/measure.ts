import { checkMonth } from '@anju/domain/visit/check/check'
import { type Finding, RULE_IDS, type RuleId } from '@anju/domain/visit/check/finding'
import { AS_OF } from './county.ts'
import { makeMonth, type Size } from './month.ts'

/** The months that docs/visit-checks.md tells of. */
export const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1)

export interface Share {
  seen: number
  of: number
}
export interface Measured {
  seeds: number
  visits: number
  /** Each staged scheme under the rule that is there to see it. */
  recall: Map<string, Share & { rule: RuleId }>
  /** Honest noise that is rightly said. */
  noise: Map<string, Share & { rule: RuleId }>
  /** Visits of honest workers about which a rule says what is not so. */
  falseAlarms: Map<RuleId, Share>
  /** The same without notices. */
  loudFalseAlarms: Map<RuleId, Share>
}

/** Runs all rules over a month for each seed and holds what they say against what was staged. */
export function measure(seeds: readonly number[], size?: Size): Measured {
  const empty = (): Map<RuleId, Share> => new Map(RULE_IDS.map((rule) => [rule, { seen: 0, of: 0 }]))
  const measured: Measured = {
    seeds: seeds.length,
    visits: 0,
    recall: new Map(),
    noise: new Map(),
    falseAlarms: empty(),
    loudFalseAlarms: empty(),
  }
  for (const seed of seeds) {
    const month = makeMonth(seed, size)
    const findings = checkMonth({ visits: month.visits, asOf: AS_OF })
    const said = new Map<string, Finding>(findings.map((one) => [`${one.rule} ${one.visitId}`, one]))
    measured.visits += month.visits.length
    const told = (into: Measured['recall'], truths: typeof month.staged): void => {
      for (const { scheme, rule, visits } of truths) {
        const share = into.get(`${rule} ${scheme}`) ?? { seen: 0, of: 0, rule }
        share.of += 1
        share.seen += Number(visits.some((id) => said.has(`${rule} ${id}`)))
        into.set(`${rule} ${scheme}`, share)
      }
    }
    told(measured.recall, month.staged)
    const alive = new Set(month.visits.map(({ id }) => id))
    const noise = month.noise.filter(({ visits }) => visits.every((id) => month.honest.has(id) && alive.has(id)))
    told(measured.noise, noise)
    const so = new Set(noise.flatMap(({ rule, visits }) => visits.map((id) => `${rule} ${id}`)))
    for (const rule of RULE_IDS) {
      for (const [into, loud] of [
        [measured.falseAlarms, false],
        [measured.loudFalseAlarms, true],
      ] as const) {
        const share = into.get(rule)
        if (!share) continue
        share.of += month.honest.size
        for (const id of month.honest) {
          const finding = said.get(`${rule} ${id}`)
          if (finding && !so.has(`${rule} ${id}`) && !(loud && finding.severity === 'notice')) share.seen += 1
        }
      }
    }
  }
  return measured
}
