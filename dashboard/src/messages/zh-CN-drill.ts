import type { DrillState, ScenarioName } from '@anju/domain/drill/scenario'

const state: Record<DrillState, string> = { running: '进行中', done: '已结束', stopped: '已停止', failed: '未完成' }
const scenario: Record<ScenarioName, { name: string; what: string }> = {
  'one-press': { name: '一次报警', what: '一人按下按钮，无人接应就再按。5 分钟。' },
  'ten-presses': { name: '一分钟十次报警', what: '十人在一分钟内按下按钮。10 分钟。' },
  'village-dark': { name: '全村断电', what: '一次报警，随后全村设备失联：应合为一条报警。8 分钟。' },
  flood: { name: '六十次报警', what: '一分钟内六十人按下按钮。15 分钟。' },
  night: { name: '夜间无人值守', what: '开始后请所有人离席；半分钟后有人按下按钮，看外部何时得知。5 分钟。' },
}

/** 演练的用语。 */
export const drill = {
  title: '演练',
  lead: '演练走真实设备的路径，标明“演练”，不计入统计。真实报警总排在演练之前。',
  start: '开始演练',
  starting: '正在开始…',
  scenarioLabel: '情景',
  area: '地区',
  outside: '升级通知发往外部，并标明“演练”',
  insideOnly: '不发往外部',
  stop: '停止演练',
  none: '还没有演练过。',
  state,
  scenario,
  by: (name: string) => `由${name}开始`,
  report: '演练报告',
  left: (clock: string) => `最迟还有 ${clock} 结束`,
  raised: '报警',
  shown: '显示',
  acknowledged: '接警',
  firstStep: '第一步',
  resolved: '处置完',
  escalated: '升级',
  delivered: (n: string) => `外部收到 ${n} 条`,
  median: '中位',
  p90: '九成以内',
  worst: '最慢',
  seconds: (s: string) => `${s} 秒`,
  within: (s: string, part: string) => `${s} 秒内接警 ${part}`,
  yardstick: (part: string) => `参照 ${part}`,
  unanswered: (n: string) => `${n} 条无人接警`,
  allAnswered: '全部有人接警',
  presses: (stored: string, planned: string) => `存入 ${stored} 次按键，剧本至少 ${planned} 次`,
  devices: (n: string) => `${n} 台设备`,
  print: '打印',
  noAlarm: '还没有报警。',
  seed: (n: string) => `编号 ${n}`,
}
