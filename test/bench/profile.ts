import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

/** Where a message of a device enters our code: what ran before is loading and compiling. */
const ENTRY = /^receive {2}broker/

/** The functions that took most time themselves in the one .cpuprofile of a folder, idle time and start left out. */
export async function hottest(folder: string, n: number): Promise<string[]> {
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'))
  if (name === undefined) throw new Error(`no profile in ${folder}`)
  const profile = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Profile
  const frames = new Map(profile.nodes.map((node) => [node.id, wordsFor(node.callFrame)]))
  const selfUs = new Map<string, number>()
  let busyUs = 0
  let began = false
  profile.samples.forEach((id, i) => {
    const frame = frames.get(id) ?? ''
    began ||= ENTRY.test(frame)
    if (!began) return
    const us = profile.timeDeltas[i] ?? 0
    if (frame === '(idle)' || frame === '(program)') return
    busyUs += us
    selfUs.set(frame, (selfUs.get(frame) ?? 0) + us)
  })
  return [...selfUs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, n)
    .map(([frame, us]) => `${((100 * us) / busyUs).toFixed(1).padStart(5)} %  ${frame}`)
}

function wordsFor({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const place = url
    .replace(/^.*\/node_modules\//, '')
    .replace(/^file:.*?\/(?=[\w-]+\/[\w-]+\.ts$|(broker|gateway|prisma|domain)\/)/, '')
  const name = functionName === '' ? '(anonymous)' : functionName
  return place === '' ? name : `${name}  ${place}:${lineNumber + 1}`
}
