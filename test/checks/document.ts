import { RULE_IDS, RULE_VERSIONS, type RuleId } from '@anju/domain/visit/check/finding'
import { CHECK_POLICY as p } from '@anju/domain/visit/check/policy'
import { exception } from '../../dashboard/src/messages/en-exception.ts'
import type { Measured, Share } from './measure.ts'

const percent = (share: number): string => `${Math.round(share * 100)} %`
const hours = (minutes: number): string => (minutes >= 2880 ? `${minutes / 1440} days` : `${minutes / 60} h`)

/** From where each rule speaks, and how loudly. */
const THRESHOLDS: Record<RuleId, string> = {
  'no-begin': 'warning: no presence and no correction',
  'no-end': `warning: closed without one, or inside ${p.insideTooLongMin} min beyond plan`,
  late: `notice from ${p.lateMin} min, warning from ${p.veryLateMin} min`,
  missed: `warning: missed, or not begun ${p.missedMin} min after its time`,
  'too-short': `notice below ${percent(p.shortShare)} of plan; warning below ${percent(p.veryShortShare)}, or below ${percent(p.neededShare)} of what its services need`,
  'too-long': `notice beyond plan by ${p.insideTooLongMin} min, warning by ${p.muchTooLongMin} min`,
  overlap: `warning from ${p.overlapMin} min, grave from ${p.gravelyOverlapMin} min`,
  'impossible-travel': `warning below the way at ${p.travelKmh} km/h as the crow flies, less ${p.travelGraceM} m; grave below ${percent(p.travelGraveShare)} of it`,
  'two-caregivers-one-phone': `warning within ${hours(p.phoneWithinMin)}; notice where declared as shared; grave where nobody could have carried it`,
  'one-caregiver-many-phones': `notice from ${p.phones} within ${p.phonesInDays} days, warning from ${p.manyPhones}`,
  'replayed-tag': 'grave for another visit; warning from another phone within its visit; a reload is nothing',
  'cloned-tag': `grave: counter backwards by ${p.clockMin} min, or two places with no time between; warning where only a late phone’s clock says so`,
  'counter-gap': `notice from ${p.counterGap}`,
  'badge-at-wrong-door': 'warning; notice for a badge declared as lent',
  'far-from-home': `beyond the phone’s own accuracy: warning from ${p.farM} m, grave from ${p.veryFarM} m; an accuracy worse than ${p.coarseM} m is not judged`,
  'clock-off': `notice from ${p.clockMin} min ahead, warning from ${p.clockGraveMin} min, or ${p.clockBehindDays} days behind`,
  backfilled: `sent: notice from ${p.backfilledMin} min, warning from ${hours(p.longBackfilledMin)}; typed: warning from ${hours(p.typedLateMin)}, grave from ${hours(p.typedVeryLateMin)}; notice where both ends were typed within ${p.togetherMin} min`,
  'identical-durations': `of at least ${p.patternVisits} visits a month: notice from ${percent(p.identicalShare)}, warning from ${percent(p.veryIdenticalShare)}`,
  'round-times': `of at least ${p.roundEnds} times a month: notice from ${percent(p.roundShare)}, warning from ${percent(p.veryRoundShare)}`,
  'batch-taps': `warning from ${p.batchVisits} visits within ${p.batchWithinMin} min`,
  'photo-seen-before': `grave: the same file; warning: at most ${p.lookBits} of 64 bits differ; notice: the same within the same home`,
  'photo-older-than-visit': `warning from ${p.photoBeforeMin} min, grave from ${hours(p.photoLongBeforeMin)}`,
  'service-without-credential': 'grave',
  'service-without-condition':
    'grave where it was not kept or somebody stood in who may not, warning where nothing, or no name or paper, was said',
  'after-death': 'grave from the day after',
  'after-suspension': 'grave',
  'outside-roster': 'warning; not judged where there is no roster',
  'elder-away': `warning where ${percent(p.awayShare)} of the visit lies within; grave in hospital`,
  'many-manual-entries': `of at least ${p.typedEnds} ends a month: notice from ${percent(p.typedShare)}, warning from ${percent(p.veryTypedShare)}`,
}

/** Groups smaller than this are not given as a share. */
const FEW = 5
const rate = ({ seen, of }: Share): string =>
  of < FEW ? `${seen} of ${of}` : `${((seen * 100) / of).toFixed(seen === of ? 0 : 1)} %`
const alarms = ({ seen, of }: Share): string => (seen === 0 ? '0' : `${((seen * 1000) / of).toFixed(2)} ‰ (${seen})`)

/** docs/visit-checks.md, from one measurement. */
export function documentOf(measured: Measured): string {
  const visits = [...measured.falseAlarms.values()][0]?.of ?? 0
  const rows = RULE_IDS.map((rule) => {
    const none = { seen: 0, of: 0 }
    const all = measured.falseAlarms.get(rule) ?? none
    const loud = measured.loudFalseAlarms.get(rule) ?? none
    const { name, sees } = exception.rule[rule]
    return `| \`${rule}\` ${RULE_VERSIONS[rule]} | ${name}: ${sees.toLowerCase()} | ${THRESHOLDS[rule]} | ${alarms(all)} | ${alarms(loud)} |`
  })
  const schemes = (of: Measured['recall']): string[] =>
    [...of]
      .map(([key, share]) => ({ scheme: key.slice(share.rule.length + 1), ...share }))
      .sort((a, b) => RULE_IDS.indexOf(a.rule) - RULE_IDS.indexOf(b.rule))
      .map(({ scheme, rule, ...share }) => `| ${scheme} | \`${rule}\` | ${rate(share)} | ${share.of} |`)
  return `# Checks on visits

Written by \`node test/checks/write.ts\`; nobody edits it. The rules stand in \`domain/visit/check/\`, each a pure function with its numbers in \`policy.ts\`.

A rule points out what is unusual and says with which numbers. None decides: a finding goes to a queue, where the provider corrects it (an end of its own beside the tap, which a second person approves), the bureau acknowledges it with a reason or looks into it, and the caregiver may say otherwise. There is no score and no deduction. A declared shared phone and a lent badge are facts, and soften to a notice.

Checks run a minute after something new is known of a visit, and every night over this month and the one before. The same facts give the same findings: what is found no more is cleared, what was decided stays decided unless its facts changed.

## Rules

False alarms are findings about honest visits that say what was not so, per thousand of ${visits.toLocaleString('en')} honest visits of ${measured.seeds} made-up months (how many in brackets); the last column leaves notices out.

| rule, version | what it sees | from where | false alarms | louder than notices |
|---|---|---|--:|--:|
${rows.join('\n')}

## What was staged

${measured.visits.toLocaleString('en')} visits of ${measured.seeds} months, each from its own seed (\`test/checks/\`). A scheme counts as seen where the rule that is there to see it speaks of one of its visits.

| scheme | rule | seen | n |
|---|---|--:|--:|
${schemes(measured.recall).join('\n')}

What is missed, and why: a picture cut smaller is another picture to an eight-byte look; links harvested and sent later are seen only where an honest tap came between them, since each has a valid code and a number of its own; a colleague's tap by one's own phone is seen where both used it within a working day. Two visits of one pair give one finding, with the later.

## Honest noise, and how often it is told

Late buses, valleys without signal, empty phones, lent badges and shared phones are no fraud; what is told of them is so, and mostly a notice.

| what happens to honest people | rule | told | n |
|---|---|--:|--:|
${schemes(measured.noise).join('\n')}

These numbers are of made-up months: they say what the rules can see, not how often it happens. Nearly all false alarms of \`far-from-home\` come from homes whose pin was set on the wrong house (one in 150 here).
`
}
