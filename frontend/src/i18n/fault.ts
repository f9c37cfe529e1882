import type { Fault } from '../api'
import { m } from './messages'

type Sentence = (args: Record<string, unknown>) => string

/** The fault's sentence in the language in use; Go's English one where the page has none of its own. */
export function faultText(fault: Pick<Fault, 'rule' | 'args'> & { message?: string }): string {
  const sentence = (m as unknown as Record<string, Sentence | undefined>)[`error_${fault.rule}`]
  return sentence ? sentence(fault.args ?? {}) : (fault.message || fault.rule)
}
