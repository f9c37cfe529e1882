/** What became of a submit, in words; colour only where a person may have to look. */
import type { Outcome } from '../api'
import { m } from '../i18n'

export function outcomeText(outcome: Outcome): string {
  switch (outcome) {
    case 'sending': return m.outcome_sending()
    case 'not_sent': return m.outcome_not_sent()
    case 'refused': return m.outcome_refused()
    case 'uncertain': return m.outcome_uncertain()
    case 'accepted': return m.outcome_accepted()
    case 'done': return m.outcome_done()
    case 'failed': return m.outcome_failed()
    case 'given_up': return m.outcome_given_up()
    case 'adopted': return m.outcome_adopted()
    default: return outcome
  }
}
