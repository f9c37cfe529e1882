/** Numbers of the form: how they are read as people write them, and in which steps a slider goes. */
import type { Field } from '../../api'

/**
 * A number as it was typed; undefined for what is none. A comma or a point alone separates decimals, "0,5" as "0.5",
 * but in a whole number of three more digits thousands; of both the last one separates decimals.
 */
export function readNumber(text: string, whole: boolean): number | undefined {
  const typed = text.normalize('NFKC').replace(/[\s'’_]/g, '')
  if (!/^[+-]?[\d.,]*\d[\d.,]*$/.test(typed)) return undefined
  const last = Math.max(typed.lastIndexOf('.'), typed.lastIndexOf(','))
  const separators = typed.match(/[.,]/g) ?? []
  const same = new Set(separators).size === 1
  const thousands = separators.length > 1 ? same : whole && /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(typed)
  const plain = thousands || last < 0 ? typed.replace(/[.,]/g, '') : `${typed.slice(0, last).replace(/[.,]/g, '')}.${typed.slice(last + 1)}`
  const value = Number(plain)
  if (!Number.isFinite(value)) return undefined
  return whole ? Math.round(value) : value
}

/** The schema's own step, else the largest of 1, 2, 5, 10… that gives a range at least a hundred places. */
export function stepOf(field: Pick<Field, 'type' | 'step' | 'minimum' | 'maximum'>): number {
  if (field.step) return field.step
  if (field.type === 'integer') return 1
  const hundredth = ((field.maximum ?? 1) - (field.minimum ?? 0)) / 100
  const ten = 10 ** Math.floor(Math.log10(hundredth))
  return clean(ten * ([5, 2, 1].find((n) => n * ten <= hundredth * (1 + 1e-9)) ?? 1))
}

/** A number without the dust of binary fractions: 0.30000000000000004 is 0.3. */
export const clean = (value: number): number => Number(value.toPrecision(12))
