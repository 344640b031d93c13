import { mount } from 'svelte';
import App from './frame/App.svelte';
import { dress } from './frame/theme';
import { claim } from './host/kept';
import './look/fonts.css';
import './look/tokens.css';
import './look/base.css';

dress('system');
// What this window kept is read by its name.
await claim();
mount(App, { target: document.getElementById('app')! });
