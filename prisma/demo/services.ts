/** What the demo's county buys, by the numbers of the annex (P4). The plan names no prices, so none stand here. */
export const DEMO_SERVICES: readonly {
  code: string
  category: string
  name: string
  conditions?: string[]
  credentials?: string[]
  photos?: false
}[] = [
  { code: '1', category: 'cleaning', name: '理发' },
  { code: '2', category: 'cleaning', name: '洗脚、修剪指甲', photos: false },
  { code: '3', category: 'cleaning', name: '打扫房间、整理、取物' },
  { code: '4', category: 'cleaning', name: '厨房清洁' },
  { code: '5', category: 'cleaning', name: '洗衣' },
  { code: '6', category: 'medical', name: '测量血压' },
  { code: '8', category: 'medical', name: '陪同就医' },
  {
    code: '9',
    category: 'medical',
    name: '康复护理',
    conditions: ['doctor-order', 'medical-guidance'],
    credentials: ['rehabilitation-certificate'],
  },
  { code: '11', category: 'meal', name: '上门做饭、送餐' },
  {
    code: '12',
    category: 'bathing',
    name: '上门助浴、陪同洗浴',
    conditions: ['safety-briefing', 'bathing-conditions', 'body-assessed', 'family-present'],
    photos: false,
  },
  { code: '13', category: 'mobility', name: '陪同散步' },
  { code: '14', category: 'mobility', name: '陪伴外出、购物、聊天' },
  { code: '15', category: 'recreation', name: '助乐' },
  { code: '16', category: 'errand', name: '代购、代领、代缴' },
  { code: '17', category: 'farming', name: '助农' },
]
/** What everybody who is sent must hold (P1.1). */
export const DEMO_CREDENTIALS = [
  'daily-care-training',
  'rehabilitation-training',
  'counselling-training',
  'rescue-training',
  'exam',
  'medical-check',
  'contract',
] as const
