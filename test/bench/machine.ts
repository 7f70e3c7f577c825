import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import pg from 'pg'

/** What the numbers were measured on, a line each. */
export async function describeMachine(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ version: string; fsync: string; commit: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commit`,
  )
  await client.end()
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  const server = rows[0]!
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, everything on this one machine, load generators and browser included`,
    `${system}, Linux ${release()}`,
    `Node ${process.versions.node}, PostgreSQL ${server.version} (fsync ${server.fsync}, synchronous_commit ${server.commit}), ${mosquittoVersion()}`,
  ]
}

/** Processes that wanted a core in the last minute; before a run, whether others are using the machine. */
export function busyness(): string {
  const [wanting = 0] = loadavg()
  const others = wanting > availableParallelism() / 2 ? ': OTHERS WERE USING THE MACHINE, so read ratios only' : ''
  return `load average ${wanting.toFixed(1)} before it began${others}`
}

function mosquittoVersion(): string {
  // It prints its help and ends with 3.
  try {
    return execFileSync('mosquitto', ['-h'], { encoding: 'utf8' }).split('\n')[0] ?? ''
  } catch (error) {
    const out = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : ''
    return out.split('\n')[0] || 'no mosquitto'
  }
}
