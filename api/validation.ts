import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

const options: Options = { allErrors: false, useDefaults: true, removeAdditional: false, strict: false }

/**
 * Addresses and queries are text, so numbers in them are read from text; bodies are JSON and mean what they say:
 * "5" is no number and null is no name.
 */
export function validateStrictly(app: FastifyInstance): void {
  const texts = new Ajv({ ...options, coerceTypes: true })
  const bodies = new Ajv(options)
  for (const ajv of [texts, bodies]) addFormats.default(ajv)
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? bodies : texts).compile(schema))
}
