import { sexes } from './schema.ts'

export function sexOf(text: string | null): (typeof sexes)[number] | null {
  return sexes.find((sex) => sex === text) ?? null
}
