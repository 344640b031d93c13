import tests from './playwright.config';

export default { ...tests, testMatch: 'pictures.ts', timeout: 600_000 };
