import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** A clone of this project as it stands, installed, in a temporary folder. */
export type Copy = {
  folder: string
  /** The folder above it, closed to others when `mode` says so. */
  parent: string
  remove(): Promise<void>
}

/**
 * Copies what git would hand over, and installs by hard links, which takes a second and no space. The dashboard comes
 * built, so that its build does not count in every start. `uid`: who owns the copy, but for its packages.
 */
export async function copyProject(mode: number, uid?: number): Promise<Copy> {
  const parent = await mkdtemp(path.join(tmpdir(), 'anju-start-'))
  const folder = path.join(parent, 'anju')
  await mkdir(folder)
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  for (const file of listed.split('\0').filter(Boolean)) {
    const from = path.join(root, file)
    if (!existsSync(from)) continue // deleted and not yet committed
    await cp(from, path.join(folder, file), { recursive: true })
  }
  if (existsSync(path.join(root, 'dashboard/dist'))) {
    await cp(path.join(root, 'dashboard/dist'), path.join(folder, 'dashboard/dist'), { recursive: true })
  }
  if (uid !== undefined) execFileSync('chown', ['-R', String(uid), folder])
  linkPackages(folder)
  await chmod(parent, mode)
  return {
    folder,
    parent,
    async remove() {
      const note = path.join(folder, 'data/postgres.place')
      const place = await readFile(note, 'utf8').catch(() => null)
      if (place !== null) await rm(place.trim(), { recursive: true, force: true })
      await rm(parent, { recursive: true, force: true })
    },
  }
}

function linkPackages(folder: string): void {
  for (const packages of ['node_modules', ...workspaceModules()]) {
    const [from, to] = [path.join(root, packages), path.join(folder, packages)]
    try {
      execFileSync('cp', ['-al', from, to], { stdio: 'ignore' })
    } catch {
      execFileSync('cp', ['-a', from, to]) // another file system
    }
  }
}

/** npm puts a package that two rooms want in two versions into the room itself. */
function workspaceModules(): string[] {
  const rooms = ['domain', 'prisma', 'broker', 'gateway', 'api', 'dashboard', 'firmware-sim', 'test']
  return rooms.map((room) => `${room}/node_modules`).filter((each) => existsSync(path.join(root, each)))
}

/** An ordinary user of this machine, made for the test. Needs root. */
export async function ordinaryUser(): Promise<{ uid: number; gid: number; home: string; remove(): void }> {
  const name = `anju-test-${process.pid}`
  execFileSync('useradd', ['--create-home', name])
  const home = `/home/${name}`
  const { uid, gid } = await lstat(home)
  return { uid, gid, home, remove: () => void execFileSync('userdel', ['--remove', name], { stdio: 'ignore' }) }
}
