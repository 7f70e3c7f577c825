import { openPool } from '../tx.ts'
import { fillHistory } from './history.ts'

/** A process that gives the county its past until it is killed: `node fill.fixture.ts <database url>`. */
const [url = ''] = process.argv.slice(2)
process.on('disconnect', () => process.exit(1))
const quiet = { info: () => undefined, warn: (facts: unknown) => console.error(facts) }
await fillHistory(openPool(url, { max: 1, name: 'fill fixture' }), quiet, new AbortController().signal, 0)
process.exit(0)
