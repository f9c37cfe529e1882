/** Shows what is chosen at once, and what was before when `onchange` resolves to false: it did not become so. */
export async function tryChoice<T>(before: T, next: T, show: (value: T) => void, onchange?: (value: T) => unknown): Promise<void> {
  show(next)
  if ((await onchange?.(next)) === false) show(before)
}
