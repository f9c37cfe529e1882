import { mount } from 'svelte'
import App from './App.svelte'
import { showRememberedTheme } from './state/session.svelte'
import './styles/tokens.css'
import './styles/base.css'

showRememberedTheme()
mount(App, { target: document.getElementById('app')! })
