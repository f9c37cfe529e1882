/**
 * While a person composes with an input method, its keys are not the app's: Enter takes a candidate, Escape leaves it,
 * with Ctrl or without. Nothing in the page, neither a field nor a dialog nor a shortcut, hears of them.
 */

/** Engines differ: some say that they compose, WebKit tells the key that ends it by the code 229 alone. */
export const isInputMethods = (e: Pick<KeyboardEvent, 'isComposing' | 'keyCode' | 'key'>): boolean => e.isComposing || e.keyCode === 229 || e.key === 'Process'

/** Call it before anything else listens. Returns the function that stops. */
export function keepFromPage(window: Window): () => void {
  const keep = (e: KeyboardEvent) => { if (isInputMethods(e)) e.stopImmediatePropagation() }
  const kinds = ['keydown', 'keypress', 'keyup'] as const
  for (const kind of kinds) window.addEventListener(kind, keep, { capture: true })
  return () => { for (const kind of kinds) window.removeEventListener(kind, keep, { capture: true }) }
}
