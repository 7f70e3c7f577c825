import { maskIdNumber } from '@anju/domain/elder/id-number'
import type { Tx } from '../tx.ts'
import { DAY_MS, hour, midnight, type County, type PlannedElder } from './plan.ts'
import { Random } from './random.ts'

interface Change {
  at: Date
  by: string
  subject: string
  action: string
  before?: Record<string, unknown>
  after?: Record<string, unknown>
  reason?: string
}

const REASONS = [
  '月度抽查，核对服务工单',
  '投诉核实：家属反映未按时上门',
  '结算复核，核对居住地址',
  '第三方评估前资料检查',
] as const

/** What was changed in files, by whom and why, and who looked at what without its being their daily work. */
export async function storeRecords(tx: Tx, county: County, users: ReadonlyMap<string, string>): Promise<void> {
  const random = new Random(county.seed, 'records')
  const changes = changesOf(random, county)
  tx.send(
    `insert into record_change (id, at, user_id, subject, action, before, after, reason)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[])`,
    [
      changes.map(({ at }) => random.id(at)),
      changes.map(({ at }) => at),
      changes.map(({ by }) => users.get(by) ?? null),
      changes.map(({ subject }) => subject),
      changes.map(({ action }) => action),
      changes.map(({ before }) => JSON.stringify(before ?? {})),
      changes.map(({ after }) => JSON.stringify(after ?? {})),
      changes.map(({ reason }) => reason ?? ''),
    ],
  )
  const openings = openingsOf(random, county)
  tx.send(
    `insert into access_log (id, at, user_id, subject, action, reason)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[])`,
    [
      openings.map(({ at }) => random.id(at)),
      openings.map(({ at }) => at),
      openings.map(({ by }) => users.get(by) ?? null),
      openings.map(({ subject }) => subject),
      openings.map(({ action }) => action),
      openings.map(({ reason }) => reason),
    ],
  )
  await tx.flush()
}

function changesOf(random: Random, { homes, base }: County): Change[] {
  return homes.flatMap((home) => [
    ...home.elders.flatMap((elder): Change[] => [
      {
        at: elder.since,
        by: 'clerk',
        subject: `elder:${elder.id}`,
        action: 'registered',
        after: { homeId: elder.movedFrom?.homeId ?? home.id },
      },
      ...edits(random, elder, base),
      ...turnsOf(elder, home.id),
    ]),
    ...home.devices.map(({ id, since, kind, label, model, serial, hubId, owners }): Change => {
      const after = {
        kind,
        label,
        model,
        serial,
        hubId,
        homeId: owners[0]?.homeId ?? home.id,
        elderId: owners[0]?.elderId ?? null,
      }
      return { at: since, by: 'lead', subject: `device:${id}`, action: 'registered', after }
    }),
    ...home.devices.flatMap(({ id, revokedAt }): Change[] =>
      revokedAt === null
        ? []
        : [{ at: revokedAt, by: 'lead', subject: `device:${id}`, action: 'revoked', reason: '停用' }],
    ),
  ])
}

/** A telephone number that changed, a note, an identity number brought later. */
function edits(random: Random, elder: PlannedElder, base: Date): Change[] {
  const subject = `elder:${elder.id}`
  const at = hour(midnight(base, random.whole(3, 88)), random.between(9, 17))
  const made: Change[] = []
  if (elder.note !== '' && random.chance(0.6)) {
    made.push({
      at,
      by: 'desk1',
      subject,
      action: 'changed',
      before: { note: '' },
      after: { note: elder.note },
      reason: '电话回访得知',
    })
  }
  if (elder.idNumber !== null && random.chance(0.08)) {
    const after = { idNumber: maskIdNumber(elder.idNumber) }
    made.push({
      at: new Date(at.getTime() + DAY_MS),
      by: 'clerk',
      subject,
      action: 'changed',
      before: { idNumber: null },
      after,
      reason: '补录身份证',
    })
  }
  return made
}

function turnsOf(elder: PlannedElder, homeId: string): Change[] {
  const subject = `elder:${elder.id}`
  const turns: Change[] = elder.absences.map(({ kind, from, to, note }) => ({
    at: from,
    by: 'desk1',
    subject,
    action: 'absent',
    after: { kind, from: from.toISOString(), to: to?.toISOString() ?? null },
    reason: note,
  }))
  if (elder.movedFrom !== null) {
    const { homeId: before, at } = elder.movedFrom
    turns.push({
      at,
      by: 'clerk',
      subject,
      action: 'moved',
      before: { homeId: before },
      after: { homeId },
      reason: '搬到镇上与儿子同住一个小区',
    })
  }
  if (elder.died !== null) {
    const { on, confirmedAt } = elder.died
    turns.push({
      at: confirmedAt,
      by: 'lead',
      subject,
      action: 'died',
      after: { diedOn: on },
      reason: '家属来电，社区核实',
    })
  }
  if (elder.mergedInto !== null) {
    const at = new Date(elder.since.getTime() + 9 * DAY_MS)
    turns.push({
      at,
      by: 'lead',
      subject,
      action: 'merged',
      after: { mergedInto: elder.mergedInto },
      reason: '同一人重复登记',
    })
  }
  return turns
}

function openingsOf(random: Random, { homes, base }: County) {
  const elders = homes.flatMap((home) => home.elders)
  return Array.from({ length: 46 }, () => {
    const elder = random.pick(elders)
    const unmask = elder.idNumber !== null && random.chance(0.25)
    return {
      at: hour(midnight(base, random.whole(1, 90)), random.between(9, 17.5)),
      by: unmask ? random.pick(['clerk', 'bureau']) : 'auditor',
      subject: `elder:${elder.id}`,
      action: unmask ? 'unmask' : 'open-file',
      reason: unmask ? random.pick(['办理高龄津贴', '核对低保证明', '核对户籍']) : random.pick(REASONS),
    }
  }).sort((a, b) => a.at.getTime() - b.at.getTime())
}
