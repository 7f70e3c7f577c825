import type pg from 'pg'

type Statement = { text: string; values: unknown[] }
type Node = {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: Node[]
}
type Explained = { 'Execution Time': number; Plan: Node }

/** Notes what is sent over a pool's connections from now on, however it was built, to be explained afterwards. */
export function noteStatements(pool: pg.Pool): Statement[] {
  const noted: Statement[] = []
  pool.on('connect', (client) => {
    client.query = new Proxy(client.query, {
      apply(query, that, args: unknown[]) {
        const statement = asStatement(args)
        if (statement !== undefined) noted.push(statement)
        return Reflect.apply(query, that, args) as unknown
      },
    })
  })
  return noted
}

function asStatement([first, second]: unknown[]): Statement | undefined {
  const [text, values] =
    typeof first === 'object' && first !== null
      ? ['text' in first ? first.text : undefined, 'values' in first ? first.values : undefined]
      : [first, second]
  if (typeof text !== 'string' || !/^\s*(select|with)\b/i.test(text)) return undefined
  return { text, values: Array.isArray(values) ? values : [] }
}

/** `explain (analyze, buffers)` of each statement, in a line: time, pages, and how the tables were read. */
export async function explain(pool: pg.Pool, statements: readonly Statement[]): Promise<string[]> {
  const lines: string[] = []
  for (const { text, values } of statements) {
    const { rows } = await pool.query<{ 'QUERY PLAN': Explained[] }>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    )
    const explained = rows[0]?.['QUERY PLAN'][0]
    if (explained === undefined) continue
    const { Plan: top } = explained
    const pages = top['Shared Hit Blocks'] + top['Shared Read Blocks']
    const nodes = scans(top).sort((a, b) => touched(b) - touched(a))
    if (nodes.length === 0 || nodes[0]?.['Relation Name'] === 'log_head') continue // every list begins with that row
    const words = nodes.slice(0, 4).map((node) => `${wordsFor(node)} (${touched(node)} rows)`)
    lines.push(`${explained['Execution Time'].toFixed(2)} ms, ${pages} pages: ${words.join('; ')}`)
  }
  return lines
}

const touched = (node: Node): number => Math.round(node['Actual Rows'] * node['Actual Loops'])

const wordsFor = (node: Node): string =>
  `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}`.trim()

/** The nodes that read a table or an index. */
function scans(node: Node): Node[] {
  const below = (node.Plans ?? []).flatMap(scans)
  return /Scan$/.test(node['Node Type']) && (node['Index Name'] ?? node['Relation Name']) !== undefined
    ? [node, ...below]
    : below
}
