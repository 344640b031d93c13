import { api } from './api';
import { keep } from './cache.svelte';

/** The node's answers that screens share. */
export const status = () => keep('status', 'status', api.status);
export const settings = () => keep('settings', 'settings', api.settings);
/** Who acts: the name that stands beside each change. */
export const person = () => settings().value?.person ?? '';
export const form = (period: string) => keep(`form/${period}`, 'periods', () => api.form(period));
export const texts = (period: string) => keep(`texts/${period}`, `texts/${period}`, () => api.texts(period));
/** The texts with paragraphs that people changed apart from each other. */
export const tornTexts = (period: string) => keep(`torn/${period}`, `texts/${period}`, () => api.tornTexts(period));
export const readiness = (period: string) => keep(`readiness/${period}`, [`figures/${period}`, `texts/${period}`], () => api.readiness(period));
