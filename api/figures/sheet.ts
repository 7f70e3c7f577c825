import { YARDSTICKS } from '@anju/domain/figures/yardsticks'
import type { Cell } from '../sheet/csv.ts'
import type { Sheet } from '../sheet/xlsx.ts'
import type { Answering, Availability, FalsePresses, Load, Stale } from './schema.ts'

export interface Figures {
  answering: Record<'kind' | 'area' | 'shift', Answering>
  load: Load
  stale: Stale
  falsePresses: FalsePresses
  availability: Availability
}

const minutes = (withinS: number): string => (withinS < 300 ? `${withinS} s` : `${withinS / 60} min`)
const times = (of: 'answer' | 'on-scene', name: string): string[] => [
  `${name} n`,
  ...['p50', 'p90', 'p97.5', 'p99', 'max'].map((share) => `${name} ${share} (s)`),
  ...YARDSTICKS.filter((yardstick) => yardstick.of === of).map(({ withinS }) => `${name} ≤ ${minutes(withinS)}`),
]
const heads = ['报警 alarms', ...times('answer', '应答 answer'), ...times('on-scene', '到场 on scene')]
const cells = ({ n, p50, p90, p975, p99, most, within }: Answering['all']['answer']): Cell[] => [
  n,
  ...[p50, p90, p975, p99, most].map((seconds) => (seconds === null ? null : Math.round(seconds * 10) / 10)),
  ...within,
]

/** The figures of a period as sheets; the first line says of what, and that demo data are demo data. */
export function sheetsOf(figures: Figures, { demo, head }: { demo: boolean; head: string }): Sheet[] {
  const top = demo ? `演示数据 Demo data · ${head}` : head
  const sheet = (name: string, titles: string[], lines: Cell[][]): Sheet => ({
    name,
    heads: 2,
    lines: [[top], titles, ...lines],
  })
  const answering = (name: string, { all, groups }: Answering): Sheet =>
    sheet(
      name,
      ['', ...heads],
      [
        ...groups.map((group) => [
          group.label ?? group.key,
          group.alarms,
          ...cells(group.answer),
          ...cells(group.onScene),
        ]),
        ['合计 all', all.alarms, ...cells(all.answer), ...cells(all.onScene)],
      ],
    )
  const { load, stale, falsePresses, availability } = figures
  return [
    answering('种类 kind', figures.answering.kind),
    answering('辖区 area', figures.answering.area),
    answering('班次 shift', figures.answering.shift),
    sheet(
      '每天 by day',
      ['日期 day', '高 high', '中 medium', '低 low'],
      load.days.map(({ day, high, medium, low }) => [day, high, medium, low]),
    ),
    sheet(
      '十分钟 ten minutes',
      ['时间 at', '报警 alarms', '值守人 operators', '泛滥 flood'],
      load.busiest.map(({ at, alarms, operators, flood }) => [at, alarms, operators, flood ? '是 yes' : '']),
    ),
    sheet(
      '久置 stale',
      ['报警 alarm', '种类 kind', '老人 whom', '辖区 area', '发生 raised', '接手人 owner'],
      stale.items.map(({ id, kind, elder, area, raisedAt, owner }) => [id, kind, elder, area, raisedAt, owner]),
    ),
    sheet(
      '误按 false presses',
      ['老人 whom', '辖区 area', '按压 presses', '误按 false', '建议看看 worth a look'],
      falsePresses.items.map((row) => [
        row.elder.name,
        row.area,
        row.presses,
        row.falsePresses,
        row.suggested ? '是 yes' : '',
      ]),
    ),
    sheet(
      '设备 devices',
      ['种类 kind', '台数 devices', '失联次数 silences', '可用 available'],
      availability.items.map(({ kind, devices, silences, available }) => [
        kind,
        devices,
        silences,
        Math.round(available * 10_000) / 10_000,
      ]),
    ),
  ]
}
