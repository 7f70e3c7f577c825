import type { NarrowWords } from './zh-CN-narrow.ts'

export const narrow: NarrowWords = {
  open: 'Narrow',
  clear: 'Clear the filters',
  withCount: (name, n) => `${name} (${n})`,
  provider: 'Provider',
  anyProvider: 'All providers',
  area: 'Area',
  anyArea: 'All areas',
  caregiver: 'Caregiver',
  anyCaregiver: 'All caregivers',
  left: 'Left',
  from: 'From',
  to: 'To',
}
