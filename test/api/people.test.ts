import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'

let api: Api
let lead: Client
let seat: Client
let lotus: { id: string }
beforeAll(async () => {
  api = await startTestApi()
  const county = await api.area('临河县')
  const town = await api.area('临河镇', county.id)
  lotus = await api.area('荷花社区', town.id)
  const pine = await api.area('松林村', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('anna', 'seat', county.id)
  lead = await api.signIn('lead')
  seat = await api.signIn('anna')
  await register({ name: '陈秀兰', phone: '+86 199 0000 0101', areaId: lotus.id, contacts: [son] })
  await register({ name: '单雄信', areaId: pine.id })
  await register({ name: '吕玉梅', areaId: pine.id })
  await register({ name: '陈桂', areaId: pine.id })
  await register({ name: '阿卜杜热依木·阿卜杜热合曼', areaId: pine.id })
  await register({ name: '荷花', areaId: pine.id })
})
afterAll(() => api.stop())

const son = { name: '陈建国', relation: '儿子', phone: '0571-8888 4321' }

async function register(body: object): Promise<any> {
  const answer = await lead.post('/api/elders', body)
  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  return answer.body
}

async function found(search: string, more = ''): Promise<string[]> {
  const answer = await seat.get(`/api/elders?search=${encodeURIComponent(search)}${more}`)
  expect(answer.status).toBe(200)
  return answer.body.items.map((elder: { name: string; matched: string }) => `${elder.name} ${elder.matched}`)
}

test.each([
  ['秀兰', ['陈秀兰 name']],
  ['兰', ['陈秀兰 name']],
  ['陈', ['陈桂 name', '陈秀兰 name']],
  ['chenxiulan', ['陈秀兰 pinyin']],
  ['Xiulan', ['陈秀兰 pinyin']],
  ['cxl', ['陈秀兰 initials']],
  ['shanxiong', ['单雄信 pinyin']],
  ['danxiong', ['单雄信 pinyin']],
  ['lvyumei', ['吕玉梅 pinyin']],
  ['luyumei', ['吕玉梅 pinyin']],
  ['1990000', ['陈秀兰 phone']],
  ['199 0000 0101', ['陈秀兰 phone']],
  ['0101', ['陈秀兰 phone']],
  ['101', []],
  ['88884321', ['陈秀兰 contact']],
  ['0571', ['陈秀兰 contact']],
  ['荷花 陈', ['陈秀兰 name']],
  ['hehua chen', ['陈秀兰 pinyin']],
  ['陈 兰', ['陈秀兰 name']],
  ['陈 松林', ['陈桂 name']],
  ['荷花', ['荷花 name', '陈秀兰 area']],
  ['临河镇', ['陈秀兰 area']],
  ['阿卜杜热合曼', ['阿卜杜热依木·阿卜杜热合曼 name']],
  ['热依木阿', ['阿卜杜热依木·阿卜杜热合曼 name']],
  ['%', []],
  ['陈 %', ['陈桂 name', '陈秀兰 name']],
  ['nobody', []],
])('a search for %s finds %j', async (search, names) => {
  expect(await found(search)).toEqual(names)
})

test('an area narrows a search, and pages meet without a gap or a repeat', async () => {
  expect(await found('陈', `&area=${lotus.id}`)).toEqual(['陈秀兰 name'])
  expect((await seat.get(`/api/elders?area=${crypto.randomUUID()}`)).status).toBe(404)
  for (const search of ['', '陈', '荷花', 'x']) {
    const all = await found(search)
    const paged: string[] = []
    for (let cursor = ''; ;) {
      const page = await seat.get(`/api/elders?search=${encodeURIComponent(search)}&limit=1&cursor=${cursor}`)
      paged.push(...page.body.items.map((elder: { name: string; matched: string }) => `${elder.name} ${elder.matched}`))
      if (page.body.next === null) break
      cursor = page.body.next
    }
    expect([search, ...paged]).toEqual([search, ...all])
  }
  expect((await seat.get('/api/elders?cursor=rubbish')).body.code).toBe('invalid-cursor')
})

test('a file is changed field by field; null clears, what is not said stays, and the search follows', async () => {
  const made = await register({ name: '  周  德明 ', phone: '1', conditions: 'x', bornOn: '1940-01-02' })
  expect(made).toMatchObject({ name: '周 德明', version: 1, state: 'living', callable: true, note: '' })
  const changed = await seat.send('PATCH', `/api/elders/${made.id}`, {
    version: 1,
    name: '周德铭',
    phone: null,
    note: 'n',
    bornOn: null,
    reason: 'asked her son',
  })
  expect(changed.body).toMatchObject({
    name: '周德铭',
    phone: '',
    note: 'n',
    bornOn: null,
    conditions: 'x',
    version: 2,
  })
  expect(changed.body.callable).toBe(false)
  expect(await found('德铭')).toEqual(['周德铭 name'])
  expect(await found('德明')).toEqual([])
  const history = await seat.get(`/api/history?subject=elder:${made.id}`)
  expect(history.body.items).toMatchObject([
    {
      action: 'changed',
      user: { name: 'name of anna' },
      reason: 'asked her son',
      before: { name: '周 德明', phone: '1', note: '', bornOn: '1940-01-02' },
      after: { name: '周德铭', phone: '', note: 'n', bornOn: null },
    },
    { action: 'registered', user: { name: 'name of lead' } },
  ])
  const { rows } = await api.pool.query(`select name, body from event where subject = $1 order by position`, [
    `elder:${made.id}`,
  ])
  expect(rows.at(-1)).toMatchObject({ name: 'elder.changed', body: { elderId: made.id, version: 2 } })
  expect(JSON.stringify(rows)).not.toContain('周')
})

test('what services hang on is in the file: whether she fully understands, whether anybody of the family lives', async () => {
  const made = await register({ name: '周桂芳' })
  expect(made).toMatchObject({ understands: true, withoutFamily: false })
  const path = `/api/elders/${made.id}`
  const first = await seat.send('PATCH', path, { version: 1, understands: false })
  expect(first.body).toMatchObject({ understands: false, withoutFamily: false, version: 2 })
  const second = await seat.send('PATCH', path, { version: 2, understands: false, withoutFamily: true })
  expect(second.body).toMatchObject({ understands: false, withoutFamily: true, version: 3 })
  const { body } = await seat.get(`/api/history?subject=elder:${made.id}`)
  expect(body.items.slice(0, 2)).toMatchObject([
    { before: { withoutFamily: false }, after: { withoutFamily: true } },
    { before: { understands: true }, after: { understands: false } },
  ])
})

test('of two who change one version at the same moment one wins; the other is told what is there now, and by whom', async () => {
  const { id } = await register({ name: '同时' })
  const answers = await Promise.all(
    ['left', 'right'].map((note) =>
      (note === 'left' ? lead : seat).send('PATCH', `/api/elders/${id}`, { version: 1, note }),
    ),
  )
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409])
  const [won, lost] = answers[0]?.status === 200 ? answers : answers.toReversed()
  expect(lost?.body).toMatchObject({
    code: 'changed-meanwhile',
    current: { id, version: 2, note: won?.body.note },
    lastChange: {
      action: 'changed',
      after: { note: won?.body.note },
      user: { name: expect.stringContaining('name of') },
    },
  })
  const again = await seat.send('PATCH', `/api/elders/${id}`, { version: 2, note: 'again' })
  expect(again.body).toMatchObject({ version: 3, note: 'again' })
})

test('an identity number of 15 digits is written out in 18 and said so; what contradicts it is a warning', async () => {
  const made = await register({ name: '老证', idNumber: '110105 491231 002', sex: 'male', bornOn: '1949-12-30' })
  expect(made.idNumber).toBe('110105**********2X')
  expect(made.warnings).toEqual(['id-sex-differs', 'id-birth-differs', 'id-number-converted'])
  expect((await seat.get(`/api/elders/${made.id}`)).body.warnings).toEqual(['id-sex-differs', 'id-birth-differs'])
  const right = await seat.send('PATCH', `/api/elders/${made.id}`, { version: 1, sex: 'female', bornOn: '1949-12-31' })
  expect(right.body.warnings).toEqual([])
  const history = JSON.stringify((await seat.get(`/api/history?subject=elder:${made.id}`)).body)
  expect(history).not.toContain('11010519491231')
  const taken = await register({ name: '另一位' })
  const refused = await seat.send('PATCH', `/api/elders/${taken.id}`, { version: 1, idNumber: '11010519491231002x' })
  expect(refused.body.code).toBe('id-number-taken')
  const cleared = await seat.send('PATCH', `/api/elders/${made.id}`, { version: 2, idNumber: null })
  expect(cleared.body.idNumber).toBeNull()
  const free = await seat.send('PATCH', `/api/elders/${taken.id}`, { version: 1, idNumber: '11010519491231002x' })
  expect(free.body).toMatchObject({ idNumber: '110105**********2X', version: 2 })
})

test.each(['王', '阿'.repeat(24), 'A', '買買提·阿不都·艾合買提·吾甫爾江·卡地尔'])('%s is a name', async (name) => {
  const made = await register({ name })
  expect(made.name).toBe(name)
  expect(await found([...name].slice(0, 4).join(''))).toContain(`${name} name`)
})

test('the ladder is written as a whole, in its order, and its numbers are found', async () => {
  const made = await register({ name: '梯子', contacts: [son] })
  const contacts = [{ name: '邻居', relation: '', phone: '19911112222' }, son]
  const put = await seat.send('PUT', `/api/elders/${made.id}/contacts`, { version: 1, contacts })
  expect(put.body.contacts).toMatchObject([
    { rung: 1, name: '邻居', callable: true },
    { rung: 2, name: '陈建国' },
  ])
  expect(await found('2222')).toEqual(['梯子 contact'])
  const late = await seat.send('PUT', `/api/elders/${made.id}/contacts`, { version: 1, contacts: [] })
  expect(late.body).toMatchObject({
    code: 'changed-meanwhile',
    current: { version: 2, contacts: [{ rung: 1 }, { rung: 2 }] },
  })
  const history = await seat.get(`/api/history?subject=elder:${made.id}`)
  expect(history.body.items[0]).toMatchObject({
    action: 'contacts-changed',
    before: { contacts: [son] },
    after: { contacts },
  })
})
