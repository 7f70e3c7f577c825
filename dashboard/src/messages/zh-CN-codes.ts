/** Chinese for every code that rules and wire know: a code without words does not compile. */
import type { RefusalCode } from '@anju/domain/error'
import type { AlarmKind, Outcome, Priority, EscalationReason } from '@anju/domain/alarm/kinds'
import type { ReadingKind } from '@anju/domain/wire/reading'
import type { RejectionCode } from '@anju/domain/wire/rejection'
import type { Mark } from '@anju/domain/wire/time'
import type { Role } from '@anju/domain/access/role'

type DeviceKind = 'button' | 'bp-meter' | 'glucose-meter' | 'oximeter' | 'scale' | 'thermometer' | 'door-reader' | 'hub'

export const priority: Record<Priority, string> = { high: '紧急', medium: '需查看', low: '提示' }
export const kind: Record<AlarmKind, string> = { 'emergency-press': '紧急按钮', 'device-silent': '设备无信号' }
export const outcome: Record<Outcome, string> = {
  emergency: '确有紧急情况',
  'need-met': '有需要，已解决',
  'false-press': '误按',
  test: '测试按键',
  'device-fault': '设备故障',
  'no-contact': '未能联系到本人',
}
export const escalation: Record<EscalationReason, string> = {
  'no-seat': '没有席位在线',
  'not-shown': '没有席位显示出来',
  'unowned-60': '60 秒无人接手',
  'unowned-180': '180 秒无人接手',
}
export const reading: Record<ReadingKind, string> = {
  'blood-pressure': '血压',
  glucose: '血糖',
  spo2: '血氧',
  weight: '体重',
  temperature: '体温',
}
export const device: Record<DeviceKind, string> = {
  button: '紧急按钮',
  'bp-meter': '血压计',
  'glucose-meter': '血糖仪',
  oximeter: '血氧仪',
  scale: '体重秤',
  thermometer: '体温计',
  'door-reader': '门口读卡器',
  hub: '网关盒',
}
export const mark: Record<Mark | 'implausible', { word: string; why: string }> = {
  late: { word: '迟到', why: '设备记录的时间早于到达时间' },
  skewed: { word: '时钟不准', why: '设备时钟不可信，按到达时间排列' },
  clockless: { word: '无时钟', why: '设备没有时钟，按到达时间推算' },
  backfilled: { word: '补传', why: '设备断线期间保存，恢复后补传' },
  'id-reused': { word: '编号重复', why: '编号用过，内容不同，按新记录保存' },
  unreadable: { word: '无法解读', why: '内容无法解读，原样保存' },
  implausible: { word: '数值存疑', why: '数值超出可能范围，按原样保存，请核对' },
}
export const rejection: Record<RejectionCode, string> = {
  'not-utf8': '内容不是 UTF-8',
  'not-json': '内容不是 JSON',
  'not-an-object': '内容不是 JSON 对象',
  'bad-text': '文字含有残缺字符',
  'too-large': '内容太大',
  'bad-id': '编号缺失或不合规定',
  'bad-time': '时间无法解读',
  'bad-field': '缺少字段，或字段不合规定',
  'unknown-kind': '不认识的测量种类',
  'unknown-type': '不认识的条目种类',
  'unknown-topic': '没有这个主题',
  'gatt-unknown': '不认识的蓝牙特征',
  'gatt-too-short': '蓝牙数据过短',
  'gatt-control-solution': '质控液测量，不是血样',
  'gatt-no-value': '蓝牙数据没有数值',
  'not-your-device': '网关不能替这台设备发言',
  unstorable: '平台未能存储',
}
export const role: Record<Role, string> = {
  administrator: '管理员',
  bureau: '区县民政局',
  'city-bureau': '市民政局',
  'town-clerk': '街道(乡镇)经办',
  'community-clerk': '社区(村)经办',
  'shift-lead': '班长',
  seat: '话务员',
  'village-doctor': '村医',
  clinician: '医务人员',
  provider: '服务机构',
  caregiver: '服务人员',
  assessor: '第三方评估',
  finance: '财政',
  auditor: '审计',
}
export const error: Record<RefusalCode | 'unreachable', string> = {
  unreachable: '平台没有应答，可能是网络中断。什么都没有改动。',
  'sign-in-failed': '用户名或密码不对',
  'sign-in-throttled': '登录失败次数太多，请稍后再试',
  'not-signed-in': '请先登录',
  'not-allowed': '您的角色不能做这件事',
  'reason-required': '请先写明查阅理由',
  'signature-refused': '签名与内容不符',
  'id-number-invalid': '身份证号不对',
  'id-number-taken': '此身份证号已登记在另一位老人名下',
  'elder-merged': '这份档案已并入另一份，请到那一份里改',
  'elder-dead': '此人已登记为去世',
  'merge-chain': '其中一份已参与合并，请先撤销那次合并，或反向合并',
  'date-impossible': '这个日期不可能是对的',
  'same-home': '此人本来就住在那里',
  'absence-overlaps': '这段时间已登记为不在家',
  'nothing-to-undo': '这里已没有可以撤销的事',
  'origin-refused': '请求来自其他网站，已拒绝',
  'not-found': '这里没有这条记录，或不在您的辖区',
  'invalid-request': '请求内容不符合要求',
  'method-not-allowed': '此地址不接受这种操作',
  'payload-too-large': '内容太大',
  'unsupported-media-type': '内容格式不对',
  'invalid-cursor': '翻页位置已失效，请重新打开列表',
  'idempotency-key-reused': '同一操作编号用于不同内容，请重试',
  'idempotency-key-invalid': '操作编号无效，请重试',
  'database-away': '平台暂时连不上数据库，什么都没有改动',
  'internal-error': '平台出错了，请重试；若再出现请告诉管理员',
  'alarm-owned': '已有人接手',
  'alarm-resolved': '这个报警已结束',
  'alarm-not-owned': '先接手，才能结束',
  'alarm-other-owner': '只有接手人才能结束',
  'device-revoked': '这台设备已停用',
  'changed-meanwhile': '其他人刚刚改动过，请看清后再改',
  'area-misplaced': '这一级辖区不能放在那里',
  'area-name-taken': '同级已有同名辖区',
  'time-zone-unknown': '不认识的时区',
  'beyond-your-rights': '超出您自己的权限或辖区',
  'last-administrator': '这是最后一位管理员，请先另设一位',
  'not-yourself': '不能对自己这样做',
  'username-taken': '用户名已被使用',
  'username-invalid': '用户名为 2 至 32 个汉字、字母、数字或 . _ -',
  'password-weak': '密码太容易被猜到',
  'password-wrong': '现在的密码不对',
  'invitation-gone': '这个链接已用过、已撤回或已过期',
  'user-disabled': '这位用户已停用',
  'shift-overlaps': '此人在这段时间已有班次',
  'shift-invalid': '班次的开始和结束须不同，且不超过 24 小时',
  'shift-not-a-seat': '只有能坐席的人才能排班',
  'tag-invalid': '标签号应为 4 至 10 个字节的十六进制数',
  'tag-taken': '这个标签已在使用',
  'provider-closed': '这家服务机构已停止服务',
}
