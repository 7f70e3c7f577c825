import type { ConditionKind } from './condition.ts'

export const SERVICE_CATEGORIES = [
  'cleaning', // 助洁
  'medical', // 助医
  'meal', // 助餐
  'bathing', // 助浴
  'mobility', // 助行
  'recreation', // 助乐
  'errand', // 代办
  'farming', // 助农
  'custom',
] as const
export type ServiceCategory = (typeof SERVICE_CATEGORIES)[number]

export interface AnnexEntry {
  /** The annex's number; 7 and 10 are missing in the source. */
  code: string
  category: ServiceCategory
  name: string
  /** What it is, as the annex says. */
  note: string
  conditions: readonly ConditionKind[]
  /** false: no picture is taken where it would shame. */
  photos: boolean
}

const entry = (
  code: string,
  category: ServiceCategory,
  name: string,
  note: string,
  more: Partial<Pick<AnnexEntry, 'conditions' | 'photos'>> = {},
): AnnexEntry => ({ code, category, name, note, conditions: [], photos: true, ...more })

export const ANNEX_SOURCE = '县政府购买居家养老服务方案（2023-08-01）附件 2'

/**
 * The county plan's annex 2 (P4), from which an area starts its catalogue and which its bureau edits. Unit, price,
 * least minutes and certificates are not said there, so they are empty here.
 */
export const COUNTY_ANNEX: readonly AnnexEntry[] = [
  entry('1', 'cleaning', '理发', '规范进行，处理地面卫生'),
  entry('2', 'cleaning', '洗脚、修剪指（趾）甲', '先洗干净，规范修剪、磨滑', { photos: false }),
  entry('3', 'cleaning', '房间清洁', '居住场所清洁、物品收纳整理，辅助取物'),
  entry('4', 'cleaning', '厨房整理', '厨房用具收纳、整理、清洁'),
  entry('5', 'cleaning', '衣物洗涤', '洗前提醒取出口袋中物品；分类洗净、晾晒'),
  entry('6', 'medical', '血压检测', '常规血压监测'),
  entry('8', 'medical', '陪诊就医', '陪同到医疗机构，注意途中安全'),
  entry('9', 'medical', '康复护理', '遵医嘱，在专业医护人员指导下进行', {
    conditions: ['doctor-order', 'medical-guidance'],
  }),
  entry('11', 'meal', '上门做饭、送餐', '按营养、卫生要求和老人需求'),
  entry('12', 'bathing', '上门助浴、陪同助浴', '浴前安全提示，评估助浴条件和身体状况；全程家属陪同', {
    conditions: ['safety-briefing', 'bathing-conditions', 'body-assessed', 'family-present'],
    photos: false,
  }),
  entry('13', 'mobility', '陪同散步', ''),
  entry('14', 'mobility', '陪伴聊天', '陪同外出、采购、聊天'),
  entry('15', 'recreation', '助乐', '有益身心健康的文体娱乐活动'),
  entry('16', 'errand', '代购、代办、代缴', '代购、代领物品，代缴费用'),
  entry('17', 'farming', '助农助耕', '栽种、采摘、浇水、灌溉、收割、晾晒'),
  entry('18', 'custom', '按需定制', '老人需要的其他服务'),
]

/** What may be given on an occasion, and whether that can ever be paid as a home visit (P2.6, P7). */
export const PAYABLE_AS_VISIT = { 'home-visit': true, 'group-session': false, goods: false, voucher: false } as const

const goods = /券|购物卡|代金|现金|礼品|礼包|物资|voucher|coupon|gift/i

/** A service is something that is done: goods and vouchers never count as one, whatever a catalogue calls them (P2.6, P7). */
export function namesGoods(name: string): boolean {
  return goods.test(name)
}

/** Of services with the same number, the one of the nearest area above a home holds. */
export function inForce<Service extends { code: string; areaPath: string }>(services: readonly Service[]): Service[] {
  const nearest = new Map<string, Service>()
  for (const service of services) {
    const held = nearest.get(service.code)
    if (held === undefined || held.areaPath.length < service.areaPath.length) nearest.set(service.code, service)
  }
  return [...nearest.values()].toSorted((a, b) => byCode(a.code, b.code))
}

/** 2 before 11, 11 before 11a. */
export function byCode(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
