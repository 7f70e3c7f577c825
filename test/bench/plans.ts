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
  for (const { text, values } of statements) {
    const { rows } = await pool.query<{ 'QUERY PLAN': Explained[] }>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    )
    const explained = rows[0]?.['QUERY PLAN'][0]
    if (explained === undefined) continue
    const { Plan: top } = explained
    const pages = top['Shared Hit Blocks'] + top['Shared Read Blocks']
    const nodes = scans(top).sort((a, b) => lookedAt(b) - lookedAt(a))
    if (nodes.length === 0 || nodes.some((node) => COMMON.test(node['Relation Name'] ?? ''))) continue
    const named = nodes.slice(0, 4).map((node) => `${wordsFor(node)} (${lookedAt(node)} rows)`)
    plans.push({
      words: `${explained['Execution Time'].toFixed(2)} ms, ${pages} pages: ${named.join('; ')}`,
      looked: Math.max(...nodes.map(lookedAt)),
    })
  }
  return plans
}

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
