import { spawnSync } from 'node:child_process'
import path from 'node:path'

/**
 * `npm run soak [-- rounds]`: the rehearsals of a dark village, a flood and a night to their end, then the faults of
 * `npm test` for hundreds of rounds. ANJU_SEED plays one again.
 */
const rounds = process.argv[2] ?? '300'
const root = path.resolve(import.meta.dirname, '..')
const env = { ...process.env, ANJU_FAULT_ROUNDS: rounds, PATH: `${root}/node_modules/.bin:${process.env['PATH']}` }
for (const folder of ['drills', 'faults']) {
  const config = `test/${folder}/vitest.config.ts`
  const { status } = spawnSync('vitest', ['run', '--config', config], { cwd: root, env, stdio: 'inherit' })
  process.exitCode ||= status ?? 1
}
