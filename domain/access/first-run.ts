/** The way from an empty installation to one that hears a press, in its order. */
export const firstSteps = ['county', 'town', 'community', 'provider', 'elder', 'device', 'seat'] as const
export type FirstStep = (typeof firstSteps)[number]

/** What there is, or ever was: nothing is deleted, so a step once done stays done. */
export interface Found {
  countyNamed: boolean
  towns: number
  communities: number
  providers: number
  elders: number
  devices: number
  /** Others than the first administrator who may hold a seat, invited or there. */
  seats: number
}

export type StepState = 'done' | 'skipped' | 'open'

/** How far the way is gone, from what there is and what was said to be skipped. A seat needs no provider. */
export function firstRunOf(found: Found, skipped: readonly string[]): Record<FirstStep, StepState> {
  const done: Record<FirstStep, boolean> = {
    county: found.countyNamed,
    town: found.towns > 0,
    community: found.communities > 0,
    provider: found.providers > 0,
    elder: found.elders > 0,
    device: found.devices > 0,
    seat: found.seats > 0,
  }
  const state = (step: FirstStep): StepState => {
    if (done[step]) return 'done'
    // A county without towns has communities of its own; one that buys no care yet has no provider.
    const passed = step === 'town' ? done.community || skipped.includes(step) : skipped.includes(step) && maySkip(step)
    return passed ? 'skipped' : 'open'
  }
  return {
    county: state('county'),
    town: state('town'),
    community: state('community'),
    provider: state('provider'),
    elder: state('elder'),
    device: state('device'),
    seat: state('seat'),
  }
}

export function maySkip(step: FirstStep): boolean {
  return step === 'provider' || step === 'town'
}

/** Finished once nothing is open; never begun while nothing is done. */
export function progressOf(steps: Record<FirstStep, StepState>): 'untouched' | 'begun' | 'finished' {
  const states = firstSteps.map((step) => steps[step])
  if (!states.includes('open')) return 'finished'
  return states.includes('done') ? 'begun' : 'untouched'
}
