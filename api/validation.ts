import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import fastJsonStringify from 'fast-json-stringify'
import type { FastifyInstance } from 'fastify'

const options: Options = { allErrors: false, useDefaults: true, removeAdditional: false, strict: false }
const ajv = (more: Options): Ajv => {
  const made = new Ajv({ ...options, ...more })
  addFormats.default(made)
  return made
}
const texts = ajv({ coerceTypes: true })
const bodies = ajv({})

/** Compiles each schema once in a process: hundreds of routes share their refusals and parameters word for word. */
function once<Schema extends object, Compiled>(compile: (schema: Schema) => Compiled): (schema: Schema) => Compiled {
  const made = new Map<string, Compiled>()
  return (schema) => {
    const text = JSON.stringify(schema)
    const known = made.get(text) ?? compile(schema)
    made.set(text, known)
    return known
  }
}

const readText = once((schema: object) => texts.compile(schema))
const readBody = once((schema: object) => bodies.compile(schema))
const write = once((schema: object) => fastJsonStringify(schema))

/**
 * Addresses and queries are text, so numbers in them are read from text; bodies are JSON and mean what they say:
 * "5" is no number and null is no name.
 */
export function validateStrictly(app: FastifyInstance): void {
  app.setValidatorCompiler<object>(({ schema, httpPart }) => (httpPart === 'body' ? readBody : readText)(schema))
  app.setSerializerCompiler<object>(({ schema }) => write(schema))
}
