import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

/** Outside a component a rune is its plain value: these rules need no screen. */
vi.stubGlobal(
  '$state',
  Object.assign(<T>(value: T) => value, { raw: <T>(value: T) => value }),
)

type Asked = { key: string | null; answer: (response: Response) => void; fail: () => void }
let asked: Asked[] = []
beforeAll(() => {
  // a platform that answers when the test says so
  vi.stubGlobal('fetch', (_path: string, { headers }: { headers: Record<string, string> }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    asked.push({
      key: headers['idempotency-key'] ?? null,
      answer: resolve,
      fail: () => reject(new TypeError('network')),
    })
    return promise
  })
})
afterAll(() => vi.unstubAllGlobals())
beforeEach(() => (asked = []))

const intent = async () => new (await import('./intent.svelte.ts')).Intent()
const ok = () => Response.json({ done: true })

test('what is under way is not done a second time', async () => {
  const take = await intent()
  const first = take.post('/api/alarms/1/acknowledge')
  expect(await take.post('/api/alarms/1/acknowledge')).toBeNull()
  asked[0]?.answer(ok())
  expect(await first).toEqual({ done: true })
  expect(asked).toHaveLength(1)
})

test('tried again after silence it is the same act; after a refusal or an answer it is a new one', async () => {
  const take = await intent()
  const post = () => take.post('/api/alarms/1/acknowledge')
  const endings: ((one: Asked | undefined) => void)[] = [
    (one) => one?.fail(),
    (one) => one?.answer(Response.json({ code: 'alarm-owned' }, { status: 409 })),
    (one) => one?.answer(ok()),
    (one) => one?.answer(ok()),
  ]
  for (const [index, end] of endings.entries()) {
    const done = post()
    end(asked[index])
    await done
  }
  const keys = asked.map(({ key }) => key)
  expect(keys[1]).toBe(keys[0])
  expect(new Set(keys).size).toBe(3)
})

test('another body is another act', async () => {
  const note = await intent()
  for (const text of ['one', 'two']) {
    const done = note.post('/api/alarms/1/notes', { text })
    asked.at(-1)?.fail()
    await done
  }
  expect(asked[0]?.key).not.toBe(asked[1]?.key)
})
