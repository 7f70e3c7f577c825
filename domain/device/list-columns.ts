import { type DeviceKind, deviceKinds } from './kinds.ts'

/** What a row of a list of devices may say. */
export const listColumns = [
  'kind',
  'label',
  'serial',
  'model',
  'elderId',
  'elderName',
  'elderPhone',
  'elderIdNumber',
  'userNumber',
  'village',
  'hubSerial',
] as const
export type ListColumn = (typeof listColumns)[number]

/** Headings as counties and makers write them, already plain (`plain`). */
const headings: Record<ListColumn, readonly string[]> = {
  kind: ['kind', 'type', 'devicetype', 'devicekind', '种类', '类型', '设备种类', '设备类型', '设备'],
  label: ['label', 'note', 'remark', 'position', '标签', '备注', '位置', '安装位置'],
  serial: ['serial', 'serialnumber', 'serialno', 'sn', '序列号', '设备序列号', '出厂编号', '机身号'],
  model: ['model', '型号', '设备型号'],
  elderId: ['elderid', '老人编号', '档案编号'],
  elderName: ['elder', 'eldername', 'name', '老人', '姓名', '老人姓名'],
  elderPhone: ['phone', 'telephone', 'elderphone', 'mobile', '电话', '手机', '手机号', '联系电话', '老人电话'],
  elderIdNumber: ['idnumber', 'idcard', 'idno', '身份证', '身份证号', '身份证号码', '公民身份号码', '证件号码'],
  userNumber: ['user', 'usernumber', '用户号', '用户序号', '第几用户'],
  village: ['village', 'community', 'area', '村', '社区', '村社区', '所在村', '所属社区', '村居'],
  hubSerial: ['hub', 'hubserial', '网关', '网关序列号', '网关盒', '网关盒序列号'],
}

/** Without what people set differently: width, case, spaces, brackets and what they hold, signs. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/[^\p{Letter}\p{Number}]/gu, '')
}

const columnOf = new Map(listColumns.flatMap((column) => headings[column].map((heading) => [heading, column] as const)))

/** Which column stands where in a row of headings; a column named twice counts where it stands first. */
export function columnsOf(row: readonly string[]): Map<ListColumn, number> {
  const found = new Map<ListColumn, number>()
  for (const [at, cell] of row.entries()) {
    const column = columnOf.get(plain(cell))
    if (column !== undefined && !found.has(column)) found.set(column, at)
  }
  return found
}

/** A row counts as headings when it names both what every device needs. */
export function isHeading(row: readonly string[]): boolean {
  const columns = columnsOf(row)
  return columns.has('kind') && columns.has('serial')
}

const kindWords: Record<DeviceKind, readonly string[]> = {
  button: ['紧急按钮', '按钮', '呼叫按钮', '一键呼叫', '一键呼叫器', 'sos', 'emergencybutton'],
  'bp-meter': ['血压计', '血压仪', 'bloodpressuremeter', 'bloodpressure', 'bp'],
  'glucose-meter': ['血糖仪', '血糖计', 'glucose'],
  oximeter: ['血氧仪', '指夹血氧仪', '血氧', 'spo2'],
  scale: ['体重秤', '体重计', '秤', 'weight'],
  thermometer: ['体温计', '体温枪', '温度计', 'temperature'],
  'door-reader': ['门口读卡器', '门禁读卡器', '读卡器', '门卡器', 'reader'],
  hub: ['网关盒', '网关', '集线器', 'gateway'],
}
const kindOfWord = new Map(
  deviceKinds.flatMap((kind) => [plain(kind), ...kindWords[kind].map(plain)].map((text) => [text, kind] as const)),
)

/** The kind a cell means, in Chinese or English; null when it means none. */
export function kindOfText(text: string): DeviceKind | null {
  return kindOfWord.get(plain(text)) ?? null
}
