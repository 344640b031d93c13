import { defineConfig } from '@playwright/test';
import { SETTINGS } from '../e2e/settings';

// The runner alone: no browser of its own is started.
export default defineConfig({
  ...SETTINGS,
  outputDir: '../node_modules/.cache/e2e-window',
  projects: [
    { name: 'window', testIgnore: 'package.spec.ts' },
    // What makes the package opens the program's file to write, which cannot be done while the program runs.
    { name: 'package', testMatch: 'package.spec.ts', dependencies: ['window'] },
  ],
});
