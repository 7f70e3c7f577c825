import pg from 'pg'

export type Statement = { text: string; values: unknown[] }
type Node = {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: Node[]
}
type Explained = { 'Execution Time': number; Plan: Node }

/** What every request asks before its own, and what the API asks by itself: who it is, where the log stands. */
const COMMON = /^(session|api_key|log_head|event_\d{4}_\d\d)$/

/** Notes the statements that any connection of this process sends, until `stop`, to be explained afterwards. */
export function noteStatements(): { noted: Statement[]; stop(): void } {
  const noted: Statement[] = []
  const original = pg.Client.prototype.query
  pg.Client.prototype.query = new Proxy(original, {
    apply(query, that, args: unknown[]) {
      const statement = asStatement(args)
      if (statement !== undefined) noted.push(statement)
      return Reflect.apply(query, that, args) as unknown
    },
  })
  return {
    noted,
    stop() {
      pg.Client.prototype.query = original
    },
  }
}

function asStatement([first, second]: unknown[]): Statement | undefined {
  const [text, values] =
    typeof first === 'object' && first !== null
      ? ['text' in first ? first.text : undefined, 'values' in first ? first.values : undefined]
      : [first, second]
  if (typeof text !== 'string' || !/^\s*(select|with)\b/i.test(text)) return undefined
  return { text, values: Array.isArray(values) ? values : Array.isArray(second) ? second : [] }
}

export interface Plan {
  /** Time, pages, and how the tables were read, in a line. */
  words: string
  /** The most rows any one scan looked at, kept or not. */
  looked: number
}

/** `explain (analyze, buffers)` of each statement; those every request begins with are left out. */
export async function explain(pool: pg.Pool, statements: readonly Statement[]): Promise<Plan[]> {
  const plans: Plan[] = []
  const client = await pool.connect()
  try {
    // of what is planned once for whatever is asked, that plan, and not the better one for these values
    await client.query(`set plan_cache_mode = force_generic_plan`)
    for (const statement of statements) plans.push(...(await explainOne(client, statement)))
  } finally {
    client.release(true)
  }
  return plans
}

const EXPLAIN = 'explain (analyze, buffers, format json)'

async function explainOne(client: pg.PoolClient, { text, values }: Statement): Promise<Plan[]> {
  const asked = async (sql: string, given?: unknown[]): Promise<Explained | undefined> => {
    const { rows } = await client.query<{ 'QUERY PLAN': Explained[] }>(`${EXPLAIN} ${sql}`, given)
    return rows[0]?.['QUERY PLAN'][0]
  }
  let explained: Explained | undefined
  if (text.includes('planned once')) {
    await client.query(`prepare asked as ${text}`)
    explained = await asked(`execute asked${values.length === 0 ? '' : `(${values.map(literal).join(', ')})`}`)
    await client.query('deallocate asked')
  } else explained = await asked(text, values)
  if (explained === undefined) return []
  const { Plan: top } = explained
  const pages = top['Shared Hit Blocks'] + top['Shared Read Blocks']
  const nodes = scans(top).sort((a, b) => lookedAt(b) - lookedAt(a))
  if (nodes.length === 0 || nodes.some((node) => COMMON.test(node['Relation Name'] ?? ''))) return []
  const named = nodes.slice(0, 4).map((node) => `${wordsFor(node)} (${lookedAt(node)} rows)`)
  return [
    {
      words: `${explained['Execution Time'].toFixed(2)} ms, ${pages} pages: ${named.join('; ')}`,
      looked: Math.max(...nodes.map(lookedAt)),
    },
  ]
}

/** A value as it stands in a statement: `execute` takes no parameters of its own. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  const text = Array.isArray(value)
    ? `{${value.map((each: unknown) => (each === null ? 'null' : JSON.stringify(textOf(each)))).join(',')}}`
    : textOf(value)
  return pg.escapeLiteral(text)
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '')

const lookedAt = (node: Node): number =>
  Math.round((node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])

const wordsFor = (node: Node): string =>
  `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}`.trim()

/** The nodes that read a table or an index. */
function scans(node: Node): Node[] {
  const below = (node.Plans ?? []).flatMap(scans)
  return /Scan$/.test(node['Node Type']) && (node['Index Name'] ?? node['Relation Name']) !== undefined
    ? [node, ...below]
    : below
}
