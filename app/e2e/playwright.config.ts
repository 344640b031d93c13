import { defineConfig } from '@playwright/test';
import { SETTINGS } from './settings';

// The system's Chromium. As root (in a container) it runs only without its sandbox.
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  ...SETTINGS,
  outputDir: '../node_modules/.cache/e2e',
  use: {
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    viewport: { width: 1366, height: 688 },
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: asRoot ? ['--no-sandbox'] : [] },
  },
});
