import { mount, unmount } from 'svelte'
import Forget from './Forget.svelte'

export function ask(ids: readonly string[]): void {
  if (ids.length === 0) return
  const dialog = mount(Forget, { target: document.body, props: { ids, onclose: () => void unmount(dialog) } })
}
