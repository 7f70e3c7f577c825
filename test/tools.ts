import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'

const root = path.resolve(import.meta.dirname, '..')

/**
 * The path of a Chromium that runs: the system's, Google's, or Playwright's own; installed when there is none, by
 * Debian as root and by Playwright otherwise.
 */
export function findChromium(say: (words: string) => void): string {
  const found = search()
  if (found !== null) return found
  say('there is no Chromium here; installing one')
  const commands = process.getuid?.() === 0 ? [aptGet('chromium'), playwright()] : [playwright()]
  for (const [program, ...args] of commands) {
    spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] })
    const installed = search()
    if (installed !== null) return installed
  }
  throw new Error('Chromium could not be installed: install it, or name one in ANJU_CHROMIUM')
}

/** Mosquitto is the stranger's broker that the simulator is tried against; root gets it from Debian. */
export function ensureMosquitto(say: (words: string) => void): void {
  if (existsSync('/usr/sbin/mosquitto') || process.getuid?.() !== 0) return
  say('there is no Mosquitto here; installing it')
  const [program, ...args] = aptGet('mosquitto')
  spawnSync(program, args, { stdio: ['ignore', 2, 2] })
}

function search(): string | null {
  const named = process.env['ANJU_CHROMIUM']
  const folders = (process.env['PATH'] ?? '').split(':')
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const onPath = names.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  const places = [...(named === undefined ? [] : [named]), ...onPath, chromium.executablePath()]
  return places.find((place) => existsSync(place) && runs(place)) ?? null
}

/** A file of that name may be a stub that only says where to get the real one. */
function runs(place: string): boolean {
  try {
    return /^(Chromium|Google Chrome)/.test(execFileSync(place, ['--version', '--no-sandbox'], { encoding: 'utf8' }))
  } catch {
    return false
  }
}

type Command = [string, ...string[]]

function aptGet(name: string): Command {
  const install = `apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${name}`
  return ['sh', '-c', install]
}

function playwright(): Command {
  return [process.execPath, path.join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']
}
