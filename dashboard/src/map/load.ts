import type { Drawing } from './drawing.ts'
import { type Ground, loadGround } from './ground.ts'

export type Loaded = { Drawing: typeof Drawing } & Ground

/** Why no map can be drawn here: the browser cannot, or the program did not come. */
export type NoMap = 'noWebgl' | 'noScript'

/** Fetches the map's program (some 300 KB that no other page waits for) and the ground. */
export async function loadMap(): Promise<Loaded | NoMap> {
  if (!hasWebgl()) return 'noWebgl'
  try {
    const [{ Drawing }, ground] = await Promise.all([import('./drawing.ts'), loadGround()])
    return { Drawing, ...ground }
  } catch {
    return 'noScript'
  }
}

/** MapLibre draws with WebGL 2, which remote desktops and old office machines may lack. */
function hasWebgl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}
