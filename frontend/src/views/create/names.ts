/** Words for what a schema names: translated where the name is a known one, else as the schema says. */
import type { Fault, Field } from '../../api'
import { faultText, format, m } from '../../i18n'

type Sentence = (args: Record<string, unknown>) => string
const known = (key: string): Sentence | undefined => (m as unknown as Record<string, Sentence | undefined>)[key]

export const fieldTitle = (field: Field): string =>
  known(`create_field_${field.role || field.name}`)?.({}) ?? (field.title || field.name)

/** A sentence beneath the name; the known names that need none have none. */
export function fieldText(field: Field): string {
  if (known(`create_field_${field.role || field.name}`)) return known(`create_field_${field.name}_text`)?.({}) ?? ''
  return field.description
}

export const optionLabel = (field: Field, value: unknown): string =>
  field.name === 'duration' && typeof value === 'number' ? `${format.number(value)} ${m.create_unit_seconds()}` : String(value)

/** A fault at a field, with the field called as the form calls it. */
export function errorText(fault: Pick<Fault, 'rule' | 'args'> & { message?: string }, field?: Field): string {
  const own = fault.rule.startsWith('create_') ? known(fault.rule) : undefined
  if (own) return own({})
  return faultText(field && fault.args?.name === field.name ? { ...fault, args: { ...fault.args, name: fieldTitle(field) } } : fault)
}

/** A parameter as the form of its model calls it; what the form doesn't know keeps its own name. */
export function paramTitle(fields: readonly Field[], name: string): string {
  const field = fields.find((f) => f.name === name)
  return field ? fieldTitle(field) : name
}

export const paramText = (value: unknown): string => (value === true ? m.player_on() : value === false ? m.player_off() : String(value))

export const cameraName = (key: string): string => known(`create_camera_${key}`)?.({}) ?? key
