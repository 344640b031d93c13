/** What the runs of page and window share. */
export const SETTINGS = {
  testDir: '.',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']] as [['list']],
};
