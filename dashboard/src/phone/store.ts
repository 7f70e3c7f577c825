import type { Fact } from './queue.ts'

/**
 * What this phone keeps, in IndexedDB: facts in the order they were said, and some named values (the day's visits, who
 * is signed in). Plain IndexedDB: two stores and six calls are less than a library's surface, and the one thing that
 * matters, `durability: 'strict'`, has to be said by ourselves anyway.
 */
const NAME = 'anju-phone'

let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('facts', { keyPath: 'n', autoIncrement: true })
      asked.result.createObjectStore('kept')
    }
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error ?? new Error('IndexedDB refused'))
  })
  opened.catch(() => (opened = null))
  return opened
}

/** One transaction. Writes are on the disk when it is over: a phone is switched off, and a tab killed, at any time. */
async function within<T>(
  store: 'facts' | 'kept',
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
) {
  const db = await open()
  return new Promise<T>((resolve, reject) => {
    const tx = db.transaction(store, mode, { durability: mode === 'readonly' ? 'relaxed' : 'strict' })
    const asked = work(tx.objectStore(store))
    tx.oncomplete = () => resolve(asked.result)
    tx.onabort = () => reject(tx.error ?? new Error('IndexedDB aborted'))
  })
}

/** All of them, in order. Written by this page's own code: its shape is taken on trust. */
export async function allFacts(): Promise<Fact[]> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
  return within('facts', 'readonly', (facts) => facts.getAll() as IDBRequest<Fact[]>)
}

/** Keeps a new fact, and gives it its place in the order. */
export async function keepFact(fact: Omit<Fact, 'n'>): Promise<Fact> {
  const n = await within('facts', 'readwrite', (facts) => facts.add(fact))
  return { ...fact, n: Number(n) }
}

export async function changeFact(fact: Fact): Promise<void> {
  await within('facts', 'readwrite', (facts) => facts.put(fact))
}

export async function forgetFact(n: number): Promise<void> {
  await within('facts', 'readwrite', (facts) => facts.delete(n))
}

export async function kept<T>(name: string): Promise<T | null> {
  const found: unknown = await within<unknown>('kept', 'readonly', (values) => values.get(name))
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- as above
  return found === undefined ? null : (found as T)
}

export async function keep(name: string, value: unknown): Promise<void> {
  await within('kept', 'readwrite', (values) => values.put(value, name))
}

export async function forget(name: string): Promise<void> {
  await within('kept', 'readwrite', (values) => values.delete(name))
}
