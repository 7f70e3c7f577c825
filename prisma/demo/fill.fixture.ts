import { masterKey } from '../key.ts'
import { openPool } from '../tx.ts'
import { fillHistory } from './history.ts'

/** A process that gives the county its past until it is killed: `node fill.fixture.ts <database url>`. */
const [url = ''] = process.argv.slice(2)
process.on('disconnect', () => process.exit(1))
const quiet = { info: () => undefined, warn: (facts: unknown) => console.error(facts) }
const key = masterKey(new Uint8Array(32).fill(1))
await fillHistory(openPool(url, { max: 1, name: 'fill fixture' }), key, quiet, new AbortController().signal, 0)
process.exit(0)
