import tests from './playwright.config';

export default { ...tests, projects: undefined, testMatch: 'measure.ts', workers: 1, timeout: 900_000 };
