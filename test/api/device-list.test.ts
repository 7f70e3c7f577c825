import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseListFile } from '@anju/api/device/list-file'
import type { ListPreview, ListResult } from '@anju/api/device/list-schema'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { gbk } from './gbk.fixture.ts'

const rowsOf = (bytes: Uint8Array) => {
  const file = parseListFile(bytes)
  return 'unreadable' in file ? file.unreadable : file.rows
}

describe('a file of devices', () => {
  const cells = { kind: '紧急按钮', serial: 'A1', elderName: '王秀英' }

  test.each([
    ['UTF-8', Buffer.from('设备种类,序列号,老人姓名\n紧急按钮,A1,王秀英\n'), 2],
    [
      'UTF-8 with a mark, as Excel saves it',
      Buffer.from('\ufeff设备种类,序列号,老人姓名\r\n紧急按钮,A1,王秀英\r\n'),
      2,
    ],
    ['GBK', gbk('设备种类,序列号,老人姓名\r\n紧急按钮,A1,王秀英\r\n'), 2],
    [
      'UTF-16, which Excel calls Unicode text',
      Buffer.from('\ufeff设备种类\t序列号\t老人姓名\r\n紧急按钮\tA1\t王秀英\r\n', 'utf16le'),
      2,
    ],
    ['semicolons', Buffer.from('Kind;Serial number;Elder\n紧急按钮;A1;王秀英\n'), 2],
    [
      'a title and two rows of headings',
      gbk('2026年设备登记表,,\n设备种类,序列号(SN),老人姓名\nkind,serial,name\n紧急按钮,A1,王秀英\n'),
      4,
    ],
    [
      'quotes, spaces and a number kept as text',
      Buffer.from('" 设备 种类 ","序列号","姓名"\n"紧急按钮 ","=""A1"""," 王秀英"\n'),
      2,
    ],
    [
      'columns in another order, with some of no use',
      Buffer.from('序,姓名,序列号,价格,种类\n1,王秀英,A1,99,紧急按钮\n'),
      2,
    ],
    [
      'full-width letters and figures, and a name that was padded',
      gbk('设备种类,序列号,姓名\r\n紧急按钮,Ａ１,王　秀英\r\n'),
      2,
    ],
    ['empty lines and rows', Buffer.from('种类,序列号,姓名\n\n,,\n紧急按钮,A1,王秀英\n\n'), 4],
  ])('is read from %s', (_name, bytes, line) => {
    expect(rowsOf(bytes)).toEqual([{ line, cells }])
  })

  test('counts lines through a cell of several lines', () => {
    const text = 'kind,serial,label\nhub,H1,"one\ntwo"\nbutton,B1,bed\n'
    expect(rowsOf(Buffer.from(text))).toMatchObject([{ line: 2 }, { line: 4, cells: { serial: 'B1' } }])
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['headings alone', Buffer.from('种类,序列号\n'), 'empty'],
    ['no headings that we know', Buffer.from('a,b\n1,2\n'), 'headings'],
    ['a workbook', Buffer.from('504b0304140006000800000021', 'hex'), 'not-text'],
    ['bytes of no encoding', Buffer.from([0xc3, 0x28, 0xff, 0x41, 0x80]), 'encoding'],
    ['more rows than a person looks through', Buffer.from(`种类,序列号\n${'按钮,x\n'.repeat(5001)}`), 'too-many'],
  ])('of %s says what is wrong', (_name, bytes, why) => {
    expect(rowsOf(bytes)).toBe(why)
  })
})

describe('registering from a file', () => {
  let api: Api
  let lead: Client
  let people: Record<string, { id: string; home: { id: string } }>

  beforeAll(async () => {
    api = await startTestApi()
    const county = await api.area('County')
    const east = await api.area('东村', county.id)
    const west = await api.area('西村', county.id)
    const other = await api.area('Other')
    await api.user('lead', 'shift-lead', county.id)
    await api.user('stranger', 'shift-lead', other.id)
    await api.user('seat', 'seat', county.id)
    lead = await api.signIn('lead')
    const elder = async (name: string, more: object) =>
      (await lead.post('/api/elders', { name, areaId: east.id, address: `${name}家`, ...more })).body
    people = {
      wang: await elder('王秀英', { phone: '138 0000 1111' }),
      twin: await elder('王秀英', { phone: '13800002222', areaId: west.id }),
      li: await elder('李建国', { idNumber: '11010519491231002X' }),
      zhao: await elder('赵玉兰', {
        contacts: [{ name: '赵强', relation: '儿子', phone: '+86 139-0000-3333' }],
      }),
      same1: await elder('陈同名', { phone: '13700000000' }),
      same2: await elder('陈同名', { phone: '13700000000', areaId: west.id }),
    }
    const stranger = await api.signIn('stranger')
    await stranger.post('/api/devices', { kind: 'button', areaId: other.id, serial: 'FAR-1' })
    await lead.post('/api/devices', { kind: 'button', areaId: east.id, serial: 'OLD-1' })
  })
  afterAll(async () => {
    await api.stop()
  })

  const LIST = `设备登记表
设备种类,标签,序列号,型号,姓名,电话,身份证号,档案编号,村,网关序列号
紧急按钮,床头,S-01,B2,王秀英,13800001111,,,,H-01
网关盒,客厅,H-01,G1,王秀英,13800001111,,,,
血压计,,S-02,,李建国,,11010519491231002x,,,
血糖仪,,S-03,,赵玉兰,13900003333,,,,
紧急按钮,备用,S-04,,,,,,西村,
紧急按钮,,S-01,,王秀英,13800002222,,,,
紧急按钮,,OLD-1,,王秀英,13800001111,,,,
紧急按钮,,FAR-1,,王秀英,13800001111,,,,
紧急按钮,,S-05,,张三丰,13800001111,,,,
紧急按钮,,S-06,,王秀英,,,,,
紧急按钮,,S-07,,陈同名,13700000000,,,,
紧急按钮,,S-08,,陈同名,13700000000,,,西村,
紧急按钮,,S-09,,李建新,,11010519491231002X,,,
微波炉,,S-10,,,,,,东村,
紧急按钮,,,,,,,,东村,
紧急按钮,,S-11,,,,,,,
紧急按钮,,S-12,,,,,,南村,
紧急按钮,,S-13,,,,,,东村,H-99
,,S-14,,,,,,东村,
紧急按钮,,S-15,,王秀英,13800001111,,,西村,
`
  const file = (text: string) => ({ file: gbk(text).toString('base64') })

  test('a preview of GBK with duplicates says of every row what it would do, and writes nothing', async () => {
    const before = await api.pool.query('select count(*) from device')
    const { status, body } = await lead.post('/api/devices/list/preview', file(LIST))
    expect(status).toBe(200)
    expect([body.encoding, body.delimiter, body.fresh]).toEqual(['gb18030', ',', 5])
    const { rows }: ListPreview = body
    const verdicts = rows.map((row) => [row.line, row.trouble?.code ?? row.elder ?? row.area])
    expect(verdicts).toEqual([
      [3, '王秀英'],
      [4, '王秀英'],
      [5, '李建国'],
      [6, '赵玉兰'],
      [7, '西村'],
      [8, 'duplicate'],
      [9, 'registered'],
      [10, 'registered'],
      [11, 'elder-not-found'],
      [12, 'elder-unsure'],
      [13, 'elder-ambiguous'],
      [14, 'elder-ambiguous'],
      [15, 'elder-differs'],
      [16, 'unknown-kind'],
      [17, 'no-serial'],
      [18, 'no-place'],
      [19, 'village-not-found'],
      [20, 'hub-not-found'],
      [21, 'no-kind'],
      [22, 'elder-elsewhere'],
    ])
    const told = Object.fromEntries(rows.map((row) => [row.line, row.trouble]))
    expect(told[8]).toMatchObject({ line: 3 })
    expect([told[9]?.deviceId === null, told[10]?.deviceId]).toEqual([false, null])
    expect(told[13]?.count).toBe(2)
    expect((await api.pool.query('select count(*) from device')).rows).toEqual(before.rows)
  })

  test('a number that a spreadsheet has rounded names no device, hub or person, and the row says so', async () => {
    const text = [
      '设备种类,序列号,姓名,电话,身份证号,村,网关序列号',
      '紧急按钮,1.23E+11,,,,东村,',
      '紧急按钮,R-01,,,,东村,8.6e+14',
      '血压计,R-02,李建国,,1.10105E+17,,',
      '血压计,R-03,王秀英,1.38E+10,,,',
      '紧急按钮,12E10,,,,东村,',
    ].join('\n')
    const { rows }: ListPreview = (await lead.post('/api/devices/list/preview', file(text))).body
    const codes = rows.map((row) => row.trouble?.code ?? null)
    expect(codes).toEqual(['rounded', 'rounded', 'rounded', 'rounded', null])
  })

  test('registering does each row whole, answers secrets once, and the same file again does nothing', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const [first, again] = await Promise.all([
      lead.post('/api/devices/list', file(LIST), key),
      lead.post('/api/devices/list', file(LIST), key),
    ])
    expect([first.status, again.status, first.body.fresh]).toEqual([201, 201, 5])
    expect(again.body).toEqual(first.body) // a double click gets the same secrets
    const made = (first.body as ListResult).rows.filter((row) => row.id !== null)
    expect(made.map((row) => [row.line, /^[0-9a-f]{64}$/.test(row.secret ?? '')])).toEqual(
      [3, 4, 5, 6, 7].map((line) => [line, true]),
    )
    const button = (await lead.get(`/api/devices/${made[0]?.id}`)).body
    expect(button).toMatchObject({
      serial: 'S-01',
      label: '床头',
      hubId: made[1]?.id,
      elder: { id: people['wang']?.id },
    })
    const second = await lead.post('/api/devices/list', file(LIST), { 'idempotency-key': crypto.randomUUID() })
    expect(second.body.fresh).toBe(0)
    expect((second.body as ListResult).rows.every((row) => row.secret === null)).toBe(true)
    const { rows } = await api.pool.query(`select count(*)::integer as n from device where serial like 'S-%'`)
    expect(rows).toEqual([{ n: 4 }])
  })

  test('two people with the same file register each device once', async () => {
    const list = `kind,serial,village\n${Array.from({ length: 40 }, (_, i) => `button,BOTH-${i},东村`).join('\n')}`
    const answers = await Promise.all([1, 2, 3].map(() => lead.post('/api/devices/list', file(list))))
    expect(answers.map(({ body }) => body.fresh).toSorted()).toEqual([0, 0, 40])
  })

  test('5,000 rows are looked at and registered while nobody waits long', async () => {
    const list = `kind,serial,village\n${Array.from({ length: 5000 }, (_, i) => `scale,MANY-${i},东村`).join('\n')}`
    const preview = await lead.post('/api/devices/list/preview', file(list))
    expect(preview.body.fresh).toBe(5000)
    const made = await lead.post('/api/devices/list', file(list))
    expect(made.body.fresh).toBe(5000)
    const { rows } = await api.pool.query(
      `select (select count(*)::integer from deadline where ref like 'scl-%') as deadlines,
              (select count(*)::integer from record_change where after->>'serial' like 'MANY-%') as changes,
              (select max(jsonb_array_length(body->'deviceIds')) from event where name = 'device.imported') as named`,
    )
    expect(rows).toEqual([{ deadlines: 5000, changes: 5000, named: 100 }])
  }, 60_000)

  test('a seat may not, and what is no list is refused with why', async () => {
    const seat = await api.signIn('seat')
    expect((await seat.post('/api/devices/list/preview', file(LIST))).status).toBe(403)
    const refused = await lead.post('/api/devices/list', file('a,b\n1,2'))
    expect([refused.status, refused.body.code, refused.body.why]).toEqual([422, 'list-unreadable', 'headings'])
  })
})
