import type { Sex } from './names.ts'
import type { Random } from './random.ts'

/** What shapes a person's readings; the simulator goes by the same words. */
export type Condition = 'hypertension' | 'diabetes' | 'copd' | 'heart-failure'

export const DIALECTS = ['四川话', '四川话', '四川话', '四川话', '普通话', '普通话', '客家话', '湖广话'] as const

const HEARING: readonly (readonly [string, number])[] = [
  ['正常', 50],
  ['右耳较好，请慢说', 8],
  ['左耳较好', 7],
  ['戴助听器', 9],
  ['两耳都背，要大声', 9],
  ['几乎听不见，请打给家人', 2],
  ['听得见，答得慢', 8],
]

const OTHER_CONDITIONS: readonly (readonly [string, number])[] = [
  ['白内障', 12],
  ['骨质疏松', 12],
  ['膝关节炎，上下楼慢', 14],
  ['腰椎间盘突出', 8],
  ['冠心病', 10],
  ['前列腺增生', 6],
  ['甲状腺结节', 3],
  ['髋关节置换术后', 4],
  ['帕金森病早期', 2],
  ['轻度认知障碍', 5],
  ['痛风', 5],
  ['慢性胃炎', 8],
]

const ALLERGIES: readonly (readonly [string, number])[] = [
  ['', 78],
  ['青霉素', 9],
  ['磺胺类', 3],
  ['头孢', 3],
  ['海鲜', 3],
  ['花粉', 2],
  ['阿司匹林', 2],
]

export interface Health {
  conditions: readonly Condition[]
  /** As the file says it. */
  words: string
  allergies: string
  hearing: string
  /** Lost capacity (失能), as assessed; null: none. */
  disability: '轻度失能' | '中度失能' | '重度失能' | null
}

/** Conditions grow with age, about as surveys of people over sixty find them. */
export function healthOf(random: Random, age: number, sex: Sex): Health {
  const old = (age - 60) / 40
  const conditions: Condition[] = []
  if (random.chance(0.45 + 0.25 * old)) conditions.push('hypertension')
  if (random.chance(0.2 + 0.05 * old)) conditions.push('diabetes')
  if (random.chance(sex === 'male' ? 0.15 : 0.07)) conditions.push('copd')
  if (random.chance(0.02 + 0.08 * old)) conditions.push('heart-failure')
  const disability = random.chance(0.06 + 0.3 * old * old)
    ? random.weighed([['轻度失能', 5] as const, ['中度失能', 3] as const, ['重度失能', 2] as const])
    : null
  const words: string[] = conditions.map((condition) => WORDS[condition])
  const others = random.whole(0, 2)
  for (let i = 0; i < others; i++) {
    const other = random.weighed(OTHER_CONDITIONS)
    if (!words.includes(other) && !(sex === 'female' && other === '前列腺增生')) words.push(other)
  }
  if (disability !== null) words.push(disability)
  const hearing = age < 72 ? '正常' : random.weighed(HEARING)
  return { conditions, words: words.join('、'), allergies: random.weighed(ALLERGIES), hearing, disability }
}

const WORDS: Record<Condition, string> = {
  hypertension: '高血压',
  diabetes: '2 型糖尿病',
  copd: '慢性支气管炎',
  'heart-failure': '慢性心力衰竭',
}

/** What is usual for a person: readings lie about these. */
export interface Usual {
  systolic: number
  diastolic: number
  pulse: number
  glucose: number
  spo2: number
  weight: number
  /** Local hours. */
  wakes: number
  sleeps: number
  /** How many of the days with a measurement due have one. */
  diligence: number
}

export function usualOf(random: Random, health: Health, age: number, sex: Sex): Usual {
  const has = (condition: Condition) => health.conditions.includes(condition)
  const systolic = random.around(has('hypertension') ? 143 : 126, 9)
  return {
    systolic,
    diastolic: systolic * random.between(0.53, 0.6) - (age - 75) * 0.15,
    pulse: random.around(has('heart-failure') ? 79 : 71, 6),
    glucose: Math.max(4.4, random.around(has('diabetes') ? 7.6 : 5.4, has('diabetes') ? 0.9 : 0.35)),
    spo2: random.around(has('copd') ? 93 : 96.8, has('copd') ? 1.4 : 0.7),
    weight: Math.max(36, random.around(sex === 'male' ? 62 : 54, 8) - Math.max(0, age - 78) * 0.3),
    wakes: random.between(5.3, 7.3),
    sleeps: random.between(20.3, 22.3),
    diligence: random.between(0.55, 0.97),
  }
}
