/** The start: what the first view needs is fetched side by side, and nothing else. */
import { mount } from 'svelte'
import App from './App.svelte'
import { locale } from './i18n'
import { rememberedLanguage, showRememberedTheme } from './state/remembered'
import './styles/tokens.css'
import './styles/base.css'
import './styles/menu.css'

showRememberedTheme()
void locale.set(rememberedLanguage())
mount(App, { target: document.getElementById('app')! })
