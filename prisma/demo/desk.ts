import type { CallCategory, CallOutcome } from '@anju/domain/call/call'
import type { CareChannel, CareResult } from '@anju/domain/care-check/due'
import { readNumber } from '@anju/domain/call/number'
import type { ReferralKind, ReferralState } from '@anju/domain/referral/referral'
import { hour, midnight, type County, DAY_MS, type PlannedElder, type PlannedHome } from './plan.ts'
import { Random } from './random.ts'
import { isPresent } from './turns.ts'

/** So many weeks of care checks, calls and referrals lie behind the demo. */
const WEEKS_BACK = 5
const CALLS_A_DAY = 6
/** Everybody was seen within so many days, if she was there. */
const LOOKS_BACK = 80

type Sitting = 'lead' | 'desk1' | 'desk2'

export interface PlannedCheck {
  id: string
  elderId: string
  at: Date
  channel: CareChannel
  result: CareResult
  note: string
  by: Sitting
}
export interface PlannedCall {
  id: string
  direction: 'in' | 'out'
  number: string | null
  beganAt: Date
  answeredAt: Date | null
  endedAt: Date
  community: string | null
  elderId: string | null
  by: Sitting | null
  category: CallCategory | null
  outcome: CallOutcome | null
  note: string
  filedAt: Date | null
}
export interface PlannedReferral {
  id: string
  elderId: string
  community: string
  kind: ReferralKind
  what: string
  handedTo: string
  state: ReferralState
  openedAt: Date
  dueAt: Date
  closedAt: Date | null
  result: string
  by: Sitting
}

interface Lived {
  home: PlannedHome
  elder: PlannedElder
}

/** How often somebody is looked after: those living alone weekly (P2.1 key 5), the old every other week, others by wish. */
export function careDaysOf({ home, elder }: Lived, county: County): number | null {
  const random = new Random(county.seed, `care days ${elder.id}`)
  if (home.elders.filter((mate) => mate.died === null && mate.mergedInto === null).length === 1) return 7
  if (elder.bornOn < `${county.base.getUTCFullYear() - 80}`) return 14
  return random.chance(0.4) ? 30 : null
}

const livedIn = (county: County): Lived[] =>
  county.homes.flatMap((home) =>
    home.elders
      .filter(({ died, mergedInto }) => died === null && mergedInto === null)
      .map((elder) => ({ home, elder })),
  )

const RESULTS: readonly (readonly [readonly [CareResult, string], number])[] = [
  [['well', ''], 40],
  [['well', '精神好，正在院坝晒太阳'], 12],
  [['well', '早饭吃了两碗，话多'], 8],
  [['well', '血压药按时吃'], 10],
  [['well', '说夜里睡得少，提醒白天少睡'], 6],
  [['needs-help', '屋顶有一处漏雨，想请人看看'], 2],
  [['needs-help', '膝盖痛，三天没出门，请村医去看'], 2],
  [['not-reached', '电话响了没人接'], 5],
]

/** The last weeks' looks at everybody; most are in time, a few are overdue. */
export function planChecks(county: County): PlannedCheck[] {
  return livedIn(county).flatMap(({ home, elder }) => {
    const days = careDaysOf({ home, elder }, county)
    if (days === null) return []
    const random = new Random(county.seed, `checks ${elder.id}`)
    const late = random.chance(0.06) ? random.whole(1, 6) : 0
    let back = random.chance(0.04) ? days + late : random.whole(late > 0 ? days : 1, days + late)
    const checks: PlannedCheck[] = []
    for (
      ;
      back <= WEEKS_BACK * 7 || (checks.length === 0 && back < LOOKS_BACK);
      back += Math.max(1, days + random.whole(-1, 0))
    ) {
      const at = hour(
        midnight(county.base, back),
        random.chance(0.6) ? random.between(9, 11.5) : random.between(14, 17),
      )
      if (at >= county.base || at < elder.since || !isPresent(elder, at)) continue
      const [result, note] = random.weighed(RESULTS)
      const channel = random.weighed<CareChannel>([
        ['phone', 6],
        ['home', 3],
        ['video', 1],
      ])
      checks.push({
        id: random.id(at),
        elderId: elder.id,
        at,
        channel,
        result,
        note,
        by: random.pick(['lead', 'desk1', 'desk2']),
      })
    }
    return checks
  })
}

const TALKS: readonly (readonly [readonly [CallCategory, CallOutcome, string], number])[] = [
  [['enquiry', 'settled', '问医保报销要带什么，已说明'], 9],
  [['enquiry', 'settled', '问高龄津贴几号发'], 7],
  [['daily-life', 'referred', '厨房水管滴水，已开转介单'], 5],
  [['daily-life', 'settled', '想找人剪头发，约在周四上门'], 6],
  [['shopping', 'settled', '代买五公斤米、一桶油'], 6],
  [['health', 'settled', '血压 158/92，没有不适，请村医下午去看'], 5],
  [['health', 'call-back', '药快吃完了，查到后回电'], 4],
  [['travel', 'settled', '后天去县医院复查，已约车'], 4],
  [['care-check', 'settled', '回访，老人说一切都好'], 5],
  [['complaint', 'call-back', '说上门服务没做满一小时，转机构核实'], 2],
  [['other', 'wrong-number', ''], 3],
  [['other', 'silent', '接通后无人说话，回拨平安'], 2],
]

/** Calls of the last weeks; the newest few still wait to be filed. */
export function planCalls(county: County): PlannedCall[] {
  const random = new Random(county.seed, 'calls')
  const people = livedIn(county)
  const calls: PlannedCall[] = []
  for (let daysAgo = WEEKS_BACK * 7; daysAgo >= 0; daysAgo--) {
    const many = random.whole(CALLS_A_DAY - 3, CALLS_A_DAY + 3)
    for (let n = 0; n < many; n++) {
      const beganAt = hour(
        midnight(county.base, daysAgo),
        random.chance(0.9) ? random.between(7, 20) : random.between(0, 24),
      )
      const { home, elder } = random.pick(people)
      const known = random.chance(0.8)
      const contact = random.chance(0.3) ? elder.contacts[0] : undefined
      const number = known ? readNumber(contact?.phone ?? elder.phone) : `13${random.whole(100_000_000, 999_999_999)}`
      const missed = random.chance(0.06)
      const rings = random.whole(3, 14) * 1000
      const answeredAt = missed ? null : new Date(beganAt.getTime() + rings)
      const endedAt = new Date(beganAt.getTime() + rings + (missed ? 12_000 : random.whole(25, 420) * 1000))
      if (endedAt >= county.base) continue
      const waits = county.base.getTime() - endedAt.getTime() < DAY_MS && random.chance(0.4)
      const [category, outcome, note] = missed
        ? (['other', 'not-reached', '回拨已通，没有事'] as const)
        : random.weighed(TALKS)
      const by = random.pick(['lead', 'desk1', 'desk2'] as const)
      calls.push({
        id: random.id(beganAt),
        direction: category === 'care-check' ? 'out' : 'in',
        number,
        beganAt,
        answeredAt,
        endedAt,
        community: known ? home.community : null,
        elderId: waits || !known ? null : elder.id,
        by: waits ? null : by,
        category: waits ? null : category,
        outcome: waits ? null : outcome,
        note: waits ? '' : note,
        filedAt: waits ? null : new Date(endedAt.getTime() + random.whole(20, 400) * 1000),
      })
    }
  }
  return calls
}

const MATTERS: readonly (readonly [ReferralKind, string, string])[] = [
  ['plumbing', '厨房水龙头关不紧，一夜滴半桶', '县城水暖 周师傅'],
  ['electric', '堂屋的灯闪，闸刀发热', '供电所 便民电工'],
  ['house-repair', '灶房顶漏雨，雨季前要补', '村里泥瓦匠 陈师傅'],
  ['drains', '洗澡间地漏堵了，水排不走', '疏通 12345 派单'],
  ['shopping', '代买降压药和十斤米', '村口小卖部 刘姐'],
  ['transport', '周五去县医院透析，来回接送', '乡镇爱心车队'],
  ['other', '收音机没声音，请人看看', ''],
  ['plumbing', '水管冻裂，院子里冒水', ''],
]

/** Small matters that were handed on: some done, some under way, a few overdue. */
export function planReferrals(county: County): PlannedReferral[] {
  const random = new Random(county.seed, 'referrals')
  const people = livedIn(county)
  return Array.from({ length: 22 }, (_, n): PlannedReferral => {
    const { home, elder } = random.pick(people)
    const [kind, what, whom] = random.pick(MATTERS)
    const openedAt = hour(midnight(county.base, n + 1), random.between(8.5, 17.5))
    const dueAt = new Date(openedAt.getTime() + random.whole(2, 7) * DAY_MS)
    const over = n > 4 && random.chance(0.8)
    const closedAt = new Date(Math.min(openedAt.getTime() + random.between(0.3, 4) * DAY_MS, county.base.getTime() - 1))
    const state: ReferralState = over ? (random.chance(0.9) ? 'done' : 'dropped') : whom === '' ? 'open' : 'handed-on'
    return {
      id: random.id(openedAt),
      elderId: elder.id,
      community: home.community,
      kind,
      what,
      handedTo: whom,
      state,
      openedAt,
      dueAt,
      closedAt: over ? closedAt : null,
      result: over
        ? state === 'done'
          ? random.pick(['修好了，老人自付 60 元', '办妥，老人满意', '已送到家'])
          : '女儿回来已经弄好'
        : '',
      by: random.pick(['lead', 'desk1', 'desk2']),
    }
  })
}
