import type { Outcome } from '@anju/domain/alarm/kinds'
import { hour, midnight, type County, type PlannedDevice, type PlannedElder } from './plan.ts'
import { Random } from './random.ts'
import { isPresent } from './turns.ts'

/** A press of the past and how the desk dealt with it; ms are counted from the press. */
export interface PlannedPress {
  elder: PlannedElder
  device: PlannedDevice
  at: Date
  /** Pressed again so many ms later. */
  again: number[]
  by: 'lead' | 'desk1' | 'desk2'
  shownMs: number
  takenMs: number
  note: { afterMs: number; text: string } | null
  resolvedMs: number
  outcome: Outcome
  words: string
}

/** In a county of this size; a little more than every other elder once in the three months. */
const A_DAY = 2.2

const ENDINGS: readonly (readonly [{ outcome: Outcome; minutes: readonly [number, number]; words: readonly string[] }, number])[] = [
  [{ outcome: 'false-press', minutes: [1, 4], words: ['', '老人说擦桌子碰到了', '孙子好奇按的', '翻身压到，人没事', '收被子带到的'] }, 38],
  [{ outcome: 'need-met', minutes: [4, 26], words: ['想问医保报销，已告知社区电话', '停电了心慌，陪着说了会儿话', '头晕，邻居上门看过，喝水后好转', '药吃完了，已联系女儿', '燃气灶打不着，已请网格员上门', '起不来床，邻居帮忙扶起，无外伤'] }, 34],
  [{ outcome: 'test', minutes: [1, 3], words: ['服务人员上门试按', '每月例行试按', '新换电池后试按'] }, 15],
  [{ outcome: 'emergency', minutes: [18, 55], words: ['胸闷气短，120 已送县医院，儿子随车', '卫生间跌倒，髋部疼痛，120 送县医院', '突发言语不清，120 送县医院卒中门诊'] }, 5],
  [{ outcome: 'device-fault', minutes: [3, 9], words: ['按键卡住，连续触发，已登记更换', '受潮误报，已登记维修'] }, 4],
  [{ outcome: 'no-contact', minutes: [12, 30], words: ['三次未接，网格员上门：老人在邻居家打牌', '电话占线，邻居敲门确认平安'] }, 4],
] // prettier-ignore

const NOTES = [
  '电话已接通，老人能说话',
  '打给第一联系人，正在赶来',
  '邻居已上门',
  '老人说没事，再问一遍',
  '已通知社区网格员',
] as const

/** The presses of the local day so many days before the county was begun, in their order. */
export function pressesOn(county: County, daysAgo: number): PlannedPress[] {
  const random = new Random(county.seed, `presses ${daysAgo}`)
  const day = midnight(county.base, daysAgo)
  const buttons = county.homes.flatMap((home) =>
    home.devices
      .filter((device) => device.kind === 'button')
      .flatMap((device) => {
        const owner = device.owners.find(({ from, to }) => from <= day && (to === null || day < to))
        const elder = home.elders.find((each) => each.id === owner?.elderId)
        return elder !== undefined && isPresent(elder, day) ? [{ elder, device }] : []
      }),
  )
  const many = Math.floor(random.between(0, 2 * A_DAY + 1))
  return Array.from({ length: many }, () => ({ ...random.pick(buttons), ...pressOf(random, day) }))
    .filter((press) => press.at.getTime() + press.resolvedMs < county.base.getTime())
    .sort((a, b) => a.at.getTime() - b.at.getTime())
}

function pressOf(random: Random, day: Date): Omit<PlannedPress, 'elder' | 'device'> {
  // By day mostly, with a small wave when people rise at night.
  const hours = random.chance(0.15)
    ? random.between(0.5, 5.5)
    : random.chance(0.5)
      ? random.between(6.2, 11.5)
      : random.between(11.5, 22.5)
  const ending = random.weighed(ENDINGS)
  const night = hours < 6
  const takenMs = Math.round(
    1000 * (random.chance(0.04) ? random.between(62, 110) : random.between(5, night ? 48 : 26)),
  )
  const resolvedMs = takenMs + Math.round(60_000 * random.between(...ending.minutes))
  return {
    at: hour(day, hours),
    again: random.chance(0.14) ? [random.whole(2_000, takenMs)] : [],
    by: night ? random.pick(['desk1', 'desk2']) : hours < 16 ? random.pick(['desk1', 'desk1', 'lead']) : 'desk2',
    shownMs: random.whole(180, 900),
    takenMs,
    note:
      ending.minutes[1] > 4
        ? { afterMs: takenMs + Math.round((resolvedMs - takenMs) * random.between(0.2, 0.6)), text: random.pick(NOTES) }
        : null,
    resolvedMs,
    outcome: ending.outcome,
    words: random.pick(ending.words),
  }
}
