import { defineConfig } from '@playwright/test';

// The runner alone: no browser of its own is started.
export default defineConfig({
  testDir: '.',
  outputDir: '../node_modules/.cache/e2e-window',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']],
  projects: [
    { name: 'window', testIgnore: 'package.spec.ts' },
    // What makes the package opens the program's file to write, which cannot be done while the program runs.
    { name: 'package', testMatch: 'package.spec.ts', dependencies: ['window'] },
  ],
});
