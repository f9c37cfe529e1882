/** The start: what the first view needs is fetched side by side, and nothing else. */
import { mount } from 'svelte'
import { locale } from './i18n'
import { router } from './state/router.svelte'
import { rememberedLanguage, showRememberedTheme } from './state/remembered'
import { views } from './views'
import './styles/tokens.css'
import './styles/base.css'
import './styles/menu.css'

showRememberedTheme()
void views[router.view].load()
void Promise.all([import('./App.svelte'), locale.set(rememberedLanguage())])
  .then(([{ default: App }]) => mount(App, { target: document.getElementById('app')! }))
