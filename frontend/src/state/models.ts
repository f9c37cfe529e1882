/** What a model's schema means for the form: values, the request, what is missing, which model is the nearest. */
import type { Fault, Field, Model, Picture, Request } from '../api'

export type Params = Record<string, unknown>

/** Characters as the service counts them: code points, so that an emoji or a rare Chinese character is one. */
export const codePoints = (text: string): number => [...text].length

export const takesPicture = (field: Field): boolean => field.role === 'first_frame' || field.role === 'last_frame'

export const promptOf = (model: Model | undefined): Field | undefined => model?.fields.find((f) => f.role === 'prompt')

export const firstFrameOf = (model: Model | undefined): Field | undefined => model?.fields.find((f) => f.role === 'first_frame')

/** Where a field's picture is kept: by role, so that it follows to a model that calls its first frame otherwise. */
export function slotOf(model: Model, field: Field): string {
  const first = model.fields.find((f) => f.role === field.role)
  return first?.name === field.name ? field.role : field.name
}

/** Where pictures called so belong: the field of that name, else, for what names no last frame, the first frame. Each field once. */
export function fieldsOf(model: Model | undefined, names: readonly string[]): [Field, string][] {
  const found: [Field, string][] = []
  const put = (field: Field | undefined, name: string) => { if (field && !found.some(([f]) => f === field)) found.push([field, name]) }
  const own = (name: string) => model?.fields.find((f) => f.name === name && takesPicture(f))
  for (const name of names) put(own(name), name)
  for (const name of names) if (!own(name)) put(/end|last|tail/i.test(name) ? model?.fields.find((f) => f.role === 'last_frame') : firstFrameOf(model), name)
  return found
}

/** Whether a value kept from elsewhere is one this field takes. */
export function fits(field: Field, value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (field.enum?.length) return field.enum.includes(value)
  switch (field.type) {
    case 'boolean': return typeof value === 'boolean'
    case 'integer': return Number.isInteger(value) && inRange(field, value as number)
    case 'number': return typeof value === 'number' && Number.isFinite(value) && inRange(field, value)
    case 'array': return Array.isArray(value)
    case 'string': return typeof value === 'string'
    default: return true
  }
}

const inRange = (field: Field, value: number) => value >= (field.minimum ?? -Infinity) && value <= (field.maximum ?? Infinity)

/** What the field holds when nobody has touched it; undefined leaves it to the service. */
export function defaultOf(field: Field): unknown {
  if (fits(field, field.default)) return field.default
  return field.required && field.enum?.length ? field.enum[0] : undefined
}

/** The value the form shows: the person's when the field takes it, else the default. */
export const valueOf = (field: Field, params: Params): unknown =>
  fits(field, params[field.name]) ? params[field.name] : defaultOf(field)

const blank = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** What is sent: the shown fields that hold something, hidden ones only when the model insists on them. */
export function requestOf(model: Model, params: Params, pictures: Record<string, Picture>): Request {
  const request: Request = { model: model.id, params: {}, pictures: {} }
  for (const field of model.fields) {
    if (takesPicture(field)) {
      const picture = pictures[slotOf(model, field)]
      if (picture) request.pictures![field.name] = picture.id
      continue
    }
    const value = field.hidden ? (field.required ? defaultOf(field) : undefined) : valueOf(field, params)
    if (!blank(value)) request.params[field.name] = value
  }
  return request
}

/** Why a form can't be sent yet, and at which field. */
export interface Missing {
  kind: 'prompt' | 'prompt_long' | 'picture' | 'problem' | 'field'
  field: Field
}

export function missingOf(model: Model, params: Params, pictures: Record<string, Picture>): Missing | undefined {
  for (const field of model.fields) {
    if (takesPicture(field)) {
      const picture = pictures[slotOf(model, field)]
      if (!picture && field.required) return { kind: 'picture', field }
      if (picture?.problems?.length) return { kind: 'problem', field }
      continue
    }
    if (field.hidden) continue
    const value = valueOf(field, params)
    if (field.role === 'prompt') {
      const text = typeof value === 'string' ? value : ''
      if (field.required && text.trim() === '') return { kind: 'prompt', field }
      if (field.maxLength && codePoints(text) > field.maxLength) return { kind: 'prompt_long', field }
    } else if (field.required && blank(value)) return { kind: 'field', field }
  }
  return undefined
}

/** What to say at the field; nothing where the field already says it by itself. */
export function faultOfMissing({ kind, field }: Missing): Fault | undefined {
  switch (kind) {
    case 'prompt': return { code: 'invalid', rule: 'prompt_empty', message: '' }
    case 'picture': return { code: 'invalid', rule: 'create_picture_needed', message: '' }
    case 'field': return { code: 'invalid', rule: 'param_missing', args: { name: field.title }, message: '' }
    default: return undefined
  }
}

/** The field that a refusal is about; `pictures` by field name. */
export function blamed({ rule, args }: Fault, model: Model, pictures: Record<string, Picture>): Field | undefined {
  if (rule.startsWith('prompt_')) return promptOf(model)
  if (rule.startsWith('param_')) return model.fields.find((f) => f.name === args?.name)
  if (rule.startsWith('picture_')) return model.fields.find((f) => takesPicture(f) && pictures[f.name])
  return undefined
}

/** The id without the words that only say what the model begins from. */
const core = (id: string) => id.replace(/\b(t2v|i2v|text-to-video|image-to-video)-?/g, '').replace(/[-/]$/, '')

function shared(a: string, b: string): number {
  let n = 0
  while (n < a.length && a[n] === b[n]) n++
  return n
}

/** The nearest model of the family that begins from a picture, best one that doesn't insist on it. */
export function siblingWithPicture(models: readonly Model[], model: Model): Model | undefined {
  const score = (m: Model) => (core(m.id) === core(model.id) ? 1000 : shared(core(m.id), core(model.id))) + (m.needsPicture ? 0 : 0.5)
  return models
    .filter((m) => firstFrameOf(m) && m.family === model.family)
    .sort((a, b) => score(b) - score(a))[0]
}
