import { mount } from 'svelte';
import App from './frame/App.svelte';
import { dress } from './frame/theme';
import './look/fonts.css';
import './look/tokens.css';
import './look/base.css';

dress('system');
mount(App, { target: document.getElementById('app')! });
