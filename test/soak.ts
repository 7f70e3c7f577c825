import { spawnSync } from 'node:child_process'
import path from 'node:path'

/** `npm run soak [-- rounds]`: the faults of `npm test` for hundreds of rounds. ANJU_SEED plays one again. */
const rounds = process.argv[2] ?? '300'
const root = path.resolve(import.meta.dirname, '..')
const { status } = spawnSync('vitest', ['run', '--config', 'test/faults/vitest.config.ts'], {
  cwd: root,
  env: { ...process.env, ANJU_FAULT_ROUNDS: rounds, PATH: `${root}/node_modules/.bin:${process.env['PATH']}` },
  stdio: 'inherit',
})
process.exitCode = status ?? 1
