/** What a person copies when asking for help. */
import { host } from '../api'
import { m } from '../i18n'
import { toasts } from './toasts.svelte'

export async function copyActivity(): Promise<void> {
  try {
    await host.copyText(await host.activityLog())
    toasts.success(m.common_copied())
  } catch (reason) {
    toasts.fault(reason)
  }
}
